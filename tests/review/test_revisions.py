"""Reading an estate at a revision: real repositories, also hostile ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gitops.foundation.errors import Refused, UsageError
from gitops.review.git import Repository
from gitops.review.revisions import base_of, read_rendered, read_revision
from tests.estates import estate
from tests.review.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "repo")


def _git(repo: Repo) -> Repository:
    return Repository.around(str(repo.estate))


def test_an_estate_is_read_as_it_was(repo: Repo) -> None:
    first = repo.commit(estate())
    repo.commit({"tenants/vision.yaml": "owner: other@example.com\n", "README.md": "x"})
    assert read_revision(_git(repo), first) == estate()


def test_only_inputs_are_read(repo: Repo) -> None:
    commit = repo.commit({**estate(), "README.md": "x", "rendered/prod/x.yaml": "x",
                          "platform.yaml.old": "x"})
    assert set(read_revision(_git(repo), commit)) == set(estate())


def test_the_estate_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path, "infra/estate")
    commit = repo.commit(estate())
    assert read_revision(_git(repo), commit) == estate()


def test_before_the_estate_there_is_nothing(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path, "estate")
    (tmp_path / "other").write_text("x")
    commit = repo.commit()
    assert read_revision(_git(repo), commit) == {}


def test_names_that_git_would_quote_are_read(repo: Repo) -> None:
    files = {**estate(), 'templates/tenant/ü "x"\n.yaml.j2': b"# nothing\n"}
    assert read_revision(_git(repo), repo.commit(files)) == files


@pytest.mark.parametrize("link", ["tenants/evil.yaml", "groups"])
def test_a_link_is_refused(repo: Repo, link: str) -> None:
    repo.write(estate())
    (repo.estate / link).symlink_to("/etc/passwd")
    with pytest.raises(Refused, match=f"{link} is a symbolic link"):
        read_revision(_git(repo), repo.commit())


def test_a_submodule_is_left_out(repo: Repo, tmp_path: Path) -> None:
    other = Repo.new(tmp_path / "other")
    other.commit({"x.yaml": "x"})
    repo.write(estate())
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
             str(other.top), "templates/theirs")
    assert read_revision(_git(repo), repo.commit()) == estate()


def test_an_unknown_revision_is_told_with_a_near_one(repo: Repo) -> None:
    repo.commit(estate())
    repo.git("branch", "release-2026")
    with pytest.raises(UsageError, match="no revision 'relase-2026'") as caught:
        base_of(_git(repo), "relase-2026")
    assert caught.value.hint == "did you mean 'release-2026'?"


@pytest.mark.parametrize("name", ["--help", "-x", "HEAD:platform.yaml", "a\0b"])
def test_what_is_no_commit_is_no_revision(repo: Repo, name: str) -> None:
    repo.commit(estate())
    with pytest.raises(UsageError, match="there is no revision"):
        base_of(_git(repo), name)


def test_a_shallow_clone_says_how_to_get_the_rest(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit(estate())
    repo.commit({"groups/x.yaml": "x"})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.top}", str(tmp_path / "clone"))
    with pytest.raises(UsageError) as caught:
        base_of(Repository.around(str(tmp_path / "clone")), first)
    assert "fetch-depth: 0" in caught.value.hint


def test_a_partial_clone_is_not_fetched_behind_the_users_back(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit(estate())
    repo.commit({"platform.yaml": "naming: {}\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", "--filter=blob:none", f"file://{repo.top}", str(clone))
    with pytest.raises(UsageError) as caught:
        read_revision(Repository.around(str(clone)), first)
    assert "partial clone" in caught.value.hint


def test_outside_of_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in no git repository"):
        Repository.around(str(tmp_path))


def test_the_default_base_is_where_the_branch_left_main(repo: Repo) -> None:
    first = repo.commit(estate())
    repo.git("checkout", "--quiet", "-b", "change")
    repo.commit({"groups/x.yaml": "x"})
    base = base_of(_git(repo))
    assert (base.commit, base.label) == (first, "the merge base with main")


def test_on_main_the_default_base_is_what_was_pushed(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit(estate())
    clone = tmp_path / "clone"
    repo.git("clone", "--quiet", str(repo.top), str(clone))
    Repo(clone, clone).commit({"groups/x.yaml": "x"})
    assert base_of(Repository.around(str(clone))).commit == first


@pytest.mark.parametrize("detached", [True, False])
def test_without_another_branch_it_is_the_last_commit(repo: Repo, detached: bool) -> None:
    repo.commit(estate())
    last = repo.commit({"groups/x.yaml": "x"})
    if detached:
        repo.git("checkout", "--quiet", "--detach")
    assert base_of(_git(repo)).commit == last


def test_before_the_first_commit_there_is_no_base(repo: Repo) -> None:
    with pytest.raises(UsageError, match="no commit yet"):
        base_of(_git(repo))


def test_rendered_files_are_read_as_committed_without_links(repo: Repo) -> None:
    repo.write({"rendered/prod/a.yaml": "1", "tenants/a.yaml": "x"})
    (repo.estate / "rendered/prod/b.yaml").symlink_to("/etc/passwd")
    assert read_rendered(_git(repo), repo.commit()) == {"prod/a.yaml": b"1"}


def test_nothing_the_repository_says_is_run(repo: Repo, tmp_path: Path) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!{sys.executable}\nopen({str(sprung)!r}, 'w')\n")
    trap.chmod(0o755)
    commit = repo.commit({**estate(), ".gitattributes": "* diff=evil filter=evil\n"})
    for key in ("diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean", "diff.external",
                "core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "core.editor"):
        repo.git("config", key, str(trap))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "alias.ls-tree", f"!{trap}")
    git = _git(repo)
    assert read_revision(git, commit) == estate()
    base_of(git)
    read_rendered(git, commit)
    assert not sprung.exists()
    subprocess.run([trap], check=True)
    assert sprung.exists()


def test_the_environment_cannot_point_elsewhere(repo: Repo, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit(estate())
    other = Repo.new(tmp_path / "other")
    other.commit({"platform.yaml": "x"})
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(other.top / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert read_revision(_git(repo), commit) == estate()
