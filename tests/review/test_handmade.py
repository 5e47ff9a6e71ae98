"""Which rendered files were edited by hand, as git and the tool's memory tell it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from gitops.cli.main import run
from gitops.review.handmade import MOST_COMMITS, MOST_FILES, handmade
from tests.estates import estate
from tests.review.repositories import Repo

OTHER = "owner: ben@example.com\n"
FILE = "prod/platform/tenants/vision.yaml"
LIST = "prod/tenants/kustomization.yaml"
PLATFORM = "prod/platform/guardrails.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An estate that was rendered and committed, the tool's memory not."""
    repo = Repo.new(tmp_path / "repo")
    repo.write({**estate(), ".gitignore": ".gitops/\n"})
    render(repo)
    repo.commit()
    return repo


def render(repo: Repo) -> None:
    assert run(["-C", str(repo.estate), "render"]) == 0


def edit(repo: Repo, path: str = FILE) -> None:
    place = repo.estate / "rendered" / path
    place.write_bytes(place.read_bytes() + b"# by hand\n")


def found(repo: Repo, paths: Collection[str] = (FILE,), remembered: Collection[str] = ()
          ) -> set[str]:
    return handmade(str(repo.estate), paths, remembered)


def test_a_file_as_its_commit_rendered_it_is_not(repo: Repo) -> None:
    repo.commit({"tenants/vision.yaml": OTHER})
    assert found(repo) == set()


def test_a_file_edited_and_committed_is(repo: Repo) -> None:
    edit(repo)
    repo.commit()
    assert found(repo) == {FILE}


def test_a_file_edited_and_committed_is_also_after_later_commits(repo: Repo) -> None:
    edit(repo)
    repo.commit()
    repo.commit({"tenants/vision.yaml": OTHER, "README.md": "x"})
    assert found(repo) == {FILE}


def test_only_the_edited_one_of_the_files_of_a_commit_is(repo: Repo) -> None:
    repo.write({"tenants/vision.yaml": OTHER})
    render(repo)
    edit(repo, PLATFORM)
    repo.commit()
    assert found(repo, (FILE, PLATFORM)) == {PLATFORM}


def test_a_file_of_a_tenant_that_is_not_declared_is(repo: Repo) -> None:
    """No declaration of its commit made it."""
    path = "prod/platform/tenants/ghost.yaml"
    repo.commit({f"rendered/{path}": "# Rendered by gitops from x\n"})
    assert found(repo, (path,)) == {path}


@pytest.mark.parametrize("tenants", [1, 3, MOST_FILES + 30])
def test_what_another_version_of_the_tool_rendered_is_not(repo: Repo, tenants: int) -> None:
    """It wrote every file in another way than this one does."""
    repo.write({f"tenants/t{number}.yaml": OTHER for number in range(tenants)})
    render(repo)
    paths = [path.relative_to(repo.estate / "rendered").as_posix()
             for path in (repo.estate / "rendered").rglob("*.yaml")]
    for path in paths:
        edit(repo, path)
    repo.commit()
    assert found(repo, paths) == set()


def test_a_file_of_its_own_template_that_only_another_version_wrote_so_is_not(tmp_path: Path
                                                                                ) -> None:
    """The version that rendered and committed it has another template for that one file."""
    repo = Repo.new(tmp_path / "repo")
    repo.write({**estate(), ".gitignore": ".gitops/\n"})
    render(repo)
    edit(repo, PLATFORM)
    repo.commit()
    assert found(repo, (PLATFORM,)) == set()
    repo.write({"tenants/vision.yaml": OTHER})
    render(repo)
    edit(repo, PLATFORM)
    repo.commit()
    assert found(repo, (PLATFORM,)) == set()


def test_kustomizations_are_not_judged(repo: Repo) -> None:
    edit(repo, LIST)
    repo.commit()
    assert found(repo, (LIST,)) == set()


def test_a_file_that_is_not_committed_is_told_by_the_memory(repo: Repo) -> None:
    edit(repo)
    assert found(repo, remembered=(FILE,)) == {FILE}
    assert found(repo, remembered=()) == set()


def test_a_file_that_no_render_here_wrote_is_when_it_is_not_as_committed(repo: Repo) -> None:
    edit(repo)
    assert handmade(str(repo.estate), (FILE, PLATFORM), (), (FILE, PLATFORM)) == {FILE}


def test_a_file_that_git_does_not_know_is_not(repo: Repo) -> None:
    path = "prod/platform/tenants/new.yaml"
    repo.write({f"rendered/{path}": "# Rendered by gitops from x\n"})
    assert handmade(str(repo.estate), (path,), (), (path,)) == set()


def test_the_memory_says_nothing_of_a_file_as_it_was_committed(repo: Repo) -> None:
    """Another branch was checked out: the file is not what was written last, nor by hand."""
    repo.git("checkout", "--quiet", "-b", "other")
    repo.write({"tenants/vision.yaml": OTHER})
    render(repo)
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    assert found(repo, remembered=(FILE,)) == set()


def test_a_commit_that_does_not_compile_makes_no_file_handmade(repo: Repo) -> None:
    edit(repo)
    repo.commit({"tenants/vision.yaml": "owner: [\n"})
    assert found(repo) == set()


def test_few_commits_are_rendered_again(repo: Repo) -> None:
    names = [f"t{number}" for number in range(MOST_COMMITS + 2)]
    repo.write({f"tenants/{name}.yaml": OTHER for name in names})
    render(repo)
    repo.commit()
    paths = [f"prod/platform/tenants/{name}.yaml" for name in names]
    for path in paths:
        edit(repo, path)
        repo.commit()
    assert len(found(repo, paths)) == MOST_COMMITS


def test_git_is_asked_for_few_files(repo: Repo) -> None:
    """Asked for each of ten thousand stale tenants, git would take minutes."""
    names = [f"t{number:03}" for number in range(MOST_FILES + 2)]
    repo.write({f"tenants/{name}.yaml": OTHER for name in names})
    render(repo)
    repo.commit()
    paths = [f"prod/platform/tenants/{name}.yaml" for name in names]
    for path in paths:
        edit(repo, path)
    repo.commit()
    assert len(found(repo, paths)) == MOST_FILES


def test_the_estate_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path, "infra/estate")
    repo.write(estate())
    render(repo)
    repo.commit()
    edit(repo)
    repo.commit()
    assert found(repo, (FILE, PLATFORM)) == {FILE}


def cloned(repo: Repo, place: Path, depth: int) -> Repo:
    repo.git("clone", "--quiet", f"--depth={depth}", f"file://{repo.top}", str(place))
    return Repo(place, place)


def test_where_a_shallow_clone_ends_nobody_is_blamed(repo: Repo, tmp_path: Path) -> None:
    """Its last commit seems to have changed every file, also those that just are stale."""
    repo.commit({"tenants/vision.yaml": OTHER})
    assert found(cloned(repo, tmp_path / "clone", 1)) == set()


def test_a_shallow_clone_that_holds_the_commit_tells(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"README.md": "x"})
    edit(repo)
    repo.commit()
    repo.commit({"README.md": "y"})
    clone = cloned(repo, tmp_path / "clone", 3)
    assert clone.git("rev-parse", "--is-shallow-repository") == "true"
    assert found(clone) == {FILE}


def test_outside_git_there_is_the_memory_alone(tmp_path: Path) -> None:
    assert handmade(str(tmp_path), (FILE, PLATFORM), (FILE,)) == {FILE}


def test_before_the_first_commit_there_is_the_memory_alone(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path)
    repo.write(estate())
    render(repo)
    assert found(repo, (FILE, PLATFORM), (FILE,)) == {FILE}
