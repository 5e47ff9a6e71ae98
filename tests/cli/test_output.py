"""Estates that render elsewhere: to a branch that nobody has checked out, or into a clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.estates import PROFILE, estate
from tests.review.repositories import AUTHOR, Repo

PLATFORM = ("sync: {{repo: 'https://git.example.com/x.git', branch: deploy, path: clusters, "
            "output: {}}}\n")
OWNER = "owner: ana@example.com\n"
OTHER = "owner: ben@example.com\n"
FILE = "clusters/prod/platform/tenants/vision.yaml"
FROZEN = OWNER + "frozen: left\n"
STONE = "removed: 2026-11-24\nreason: replaced\n"


@pytest.fixture(autouse=True)
def committer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who commits, whatever the machine's own settings say."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)


class Elsewhere:
    """An estate in a folder of a repository, and our commands run on it."""

    def __init__(self, top: Path, capsys: pytest.CaptureFixture[str], output: str) -> None:
        self.repo = Repo.new(top / "source", "estate")
        self.repo.write({**estate(platform=PLATFORM.format(output)), ".gitignore": ".gitops/\n"})
        self.source = self.repo.commit()
        self.folder = Folder(self.repo.estate, capsys)
        self.run = self.folder.run

    def show(self, path: str = FILE) -> str:
        return self.repo.git("show", f"deploy:{path}")

    def files(self) -> list[str]:
        return self.repo.git("ls-tree", "-r", "--name-only", "deploy").split("\n")

    def commit_there(self, files: dict[str, str], link: str = "") -> None:
        """A commit of somebody else's on the branch."""
        other = Repo(self.repo.top.parent / "other", self.repo.top.parent / "other")
        self.repo.git("worktree", "add", "--quiet", str(other.top), "deploy")
        if link:
            (other.top / link).unlink()
            (other.top / link).symlink_to("elsewhere")
        other.commit(files)
        self.repo.git("worktree", "remove", str(other.top))


@pytest.fixture
def branch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Elsewhere:
    """An estate that renders to the branch deploy, rendered once."""
    made = Elsewhere(tmp_path, capsys, "branch")
    assert made.run("render").code == 0
    return made


# -- a branch -------------------------------------------------------------------------------


def test_a_render_is_a_commit_that_says_where_it_comes_from(branch: Elsewhere) -> None:
    assert "name: vision" in branch.show()
    assert branch.repo.git("log", "--format=%B", "deploy") == (
        f"Rendered from {branch.source[:12]}\n\nSource-Commit: {branch.source}")
    assert branch.repo.git("log", "--format=%cn", "deploy") == "A"
    assert {path.split("/")[0] for path in branch.files()} == {"clusters"}


def test_the_working_tree_the_index_and_the_source_stay_as_they_were(branch: Elsewhere) -> None:
    branch.folder.write({"tenants/vision.yaml": OTHER, "staged": "x"})
    branch.repo.git("add", "estate/staged")
    before = branch.repo.git("status", "--porcelain")
    assert branch.run("render").code == 0
    assert branch.repo.git("status", "--porcelain") == before
    assert branch.repo.git("rev-parse", "main", "HEAD").split() == [branch.source] * 2
    assert not (branch.repo.estate / "rendered").exists()
    assert "ben@example.com" in branch.show()


def test_declarations_that_are_not_committed_are_said(branch: Elsewhere) -> None:
    branch.folder.write({"tenants/vision.yaml": OTHER})
    branch.run("render")
    assert branch.repo.git("log", "-1", "--format=%s", "deploy") == (
        f"Rendered from {branch.source[:12]} and changes that are not committed")


def test_nothing_to_change_is_no_commit(branch: Elsewhere) -> None:
    tip = branch.repo.git("rev-parse", "deploy")
    said = branch.run("render")
    assert said.out.splitlines()[-1].startswith("deploy:clusters/ is up to date")
    assert branch.repo.git("rev-parse", "deploy") == tip
    assert branch.run("render", "--check").code == 0


def test_files_of_others_stay(branch: Elsewhere) -> None:
    branch.commit_there({"README.md": "theirs", "clusters/prod/notes.md": "theirs"})
    branch.folder.write({"tenants/vision.yaml": OTHER})
    assert branch.run("render").code == 0
    assert branch.show("README.md") == branch.show("clusters/prod/notes.md") == "theirs"
    assert branch.repo.git("rev-list", "--count", "deploy") == "3"


def test_what_is_not_rendered_any_more_goes(branch: Elsewhere) -> None:
    branch.folder.write({"tenants/vision.yaml": FROZEN, "tenants/nlp.yaml": OWNER})
    assert branch.run("render").code == 0
    branch.folder.remove("tenants/vision.yaml")
    branch.folder.write({"tombstones/vision.yaml": STONE})
    assert branch.run("render").code == 0
    assert not [path for path in branch.files() if "vision" in path]


def test_a_tenant_that_nobody_froze_does_not_go(branch: Elsewhere) -> None:
    branch.folder.remove("tenants/vision.yaml")
    said = branch.run("render")
    assert said.code == 1
    assert "[tenant-not-frozen]" in said.err
    assert "name: vision" in branch.show()
    assert branch.run("render", "--allow-removal", "vision").code == 0


def test_check_tells_what_differs(branch: Elsewhere) -> None:
    branch.folder.write({"tenants/vision.yaml": OTHER, "tenants/nlp.yaml": OWNER})
    branch.commit_there({"clusters/prod/old.yaml": "# Rendered by gitops from x\n"})
    said = branch.run("render", "--check")
    assert said.code == 1
    rows = [line.split() for line in said.out.splitlines()]
    assert ["stale", f"deploy:{FILE}"] in rows
    assert ["missing", "deploy:clusters/prod/tenants/nlp/access.yaml"] in rows
    assert ["orphan", "deploy:clusters/prod/old.yaml"] in rows


@pytest.mark.parametrize(("theirs", "link", "rule"), [
    ({FILE: "kind: Mine\n"}, "", "foreign-file"),
    ({}, FILE, "symlink-in-output"),
])
def test_what_gitops_did_not_write_is_not_written_over(
        branch: Elsewhere, theirs: dict[str, str], link: str, rule: str) -> None:
    branch.commit_there(theirs, link)
    tip = branch.repo.git("rev-parse", "deploy")
    said = branch.run("render")
    assert said.code == 1
    assert f"[{rule}]" in said.err
    assert f"deploy:{FILE}" in said.err
    assert branch.repo.git("rev-parse", "deploy") == tip
    assert branch.run("render", "--force").code == (0 if rule == "foreign-file" else 1)


def test_a_branch_that_is_checked_out_is_left_alone(branch: Elsewhere) -> None:
    branch.repo.git("worktree", "add", "--quiet", str(branch.repo.top.parent / "wt"), "deploy")
    branch.folder.write({"tenants/vision.yaml": OTHER})
    said = branch.run("render")
    assert said.code == 2
    assert "the branch deploy is checked out in" in said.err


def test_a_fresh_clone_goes_on_from_the_remote_branch(
        branch: Elsewhere, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    branch.repo.git("clone", "--quiet", str(branch.repo.top), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone", tmp_path / "clone/estate")
    clone.write({"tenants/vision.yaml": OTHER})
    assert Folder(clone.estate, capsys).run("render").code == 0
    assert clone.git("rev-parse", "deploy^") == branch.repo.git("rev-parse", "deploy")
    clone.git("push", "--quiet", "origin", "deploy")


def test_a_branch_that_is_behind_the_remote_goes_on_from_there(
        branch: Elsewhere, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    branch.repo.git("clone", "--quiet", str(branch.repo.top), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone", tmp_path / "clone/estate")
    clone.git("branch", "--quiet", "deploy", "origin/deploy")
    branch.commit_there({"README.md": "later"})
    clone.git("fetch", "--quiet")
    clone.write({"tenants/vision.yaml": OTHER})
    assert Folder(clone.estate, capsys).run("render").code == 0
    assert clone.git("rev-parse", "deploy^") == branch.repo.git("rev-parse", "deploy")


def test_a_commit_is_validated_and_renders_nothing(branch: Elsewhere) -> None:
    from gitops.cli.hook import command
    from gitops.cli.main import run

    tip = branch.repo.git("rev-parse", "deploy")
    branch.folder.write({"tenants/vision.yaml": OTHER})
    assert run(["-C", str(branch.repo.estate)], command) == 0
    assert branch.repo.git("rev-parse", "deploy") == tip
    branch.folder.write({"tenants/vision.yaml": "ownr: x\n"})
    assert run(["-C", str(branch.repo.estate)], command) == 1


def test_a_difference_and_an_object_are_told_as_ever(branch: Elsewhere) -> None:
    branch.folder.write({"tenants/vision.yaml": OTHER})
    assert "ana@example.com → ben@example.com" in branch.run("diff").out
    said = branch.run("explain", "RoleBinding/namespaceAdmin", "-n", "vision")
    assert (said.code, said.err) == (0, "")
    assert "tenants/vision.yaml:1" in said.out


def test_one_cluster_leaves_the_others(branch: Elsewhere) -> None:
    branch.folder.write({"clusters/test.yaml": PROFILE})
    assert branch.run("render", "--cluster", "test").code == 0
    branch.folder.write({"tenants/vision.yaml": OTHER})
    assert branch.run("render", "--cluster", "test").code == 0
    assert "ana@example.com" in branch.show()
    assert "ben@example.com" in branch.show(FILE.replace("prod", "test"))


@pytest.mark.parametrize("words", [["--tenant", "vision"], ["--output", "x"]])
def test_what_a_branch_does_not_take(branch: Elsewhere, words: list[str]) -> None:
    assert branch.run("render", *words).code == 2


def test_a_mistake_leaves_the_branch_alone(branch: Elsewhere) -> None:
    tip = branch.repo.git("rev-parse", "deploy")
    branch.folder.write({"tenants/vision.yaml": "ownr: x\n"})
    assert branch.run("render").code == 1
    assert branch.repo.git("rev-parse", "deploy") == tip
    assert not (branch.repo.estate / ".gitops/branch").exists()


# -- a clone --------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Elsewhere, Repo]:
    """An estate that renders into a clone, and that clone with a file of somebody's."""
    other = Repo.new(tmp_path / "rendered")
    other.commit({"README.md": "theirs"})
    other.git("switch", "--quiet", "--create", "deploy")
    return Elsewhere(tmp_path, capsys, "clone"), other


def test_a_clone_is_written_where_the_engines_read(clone: tuple[Elsewhere, Repo]) -> None:
    made, other = clone
    said = made.run("render", "--output", str(other.top))
    assert said.code == 0
    assert f"{other.top}/clusters/ written:" in said.out
    assert (other.top / FILE).is_file()
    assert other.git("status", "--porcelain") == "?? clusters/"
    assert made.run("render", "--output", str(other.top), "--check").code == 0
    (other.top / FILE).unlink()
    said = made.run("render", "--output", str(other.top), "--check")
    assert (said.code, said.out.split()) == (1, ["missing", f"{other.top}/{FILE}"])
    assert made.run("render", "--output", str(other.top)).code == 0


def test_the_clone_is_named_in_each_call(clone: tuple[Elsewhere, Repo]) -> None:
    said = clone[0].run("render")
    assert said.code == 2
    assert "--output DIR" in said.err


def test_removal_is_guarded_in_the_clone(clone: tuple[Elsewhere, Repo]) -> None:
    made, other = clone
    assert made.run("render", "--output", str(other.top)).code == 0
    made.folder.remove("tenants/vision.yaml")
    assert made.run("render", "--output", str(other.top)).code == 1
    assert (other.top / FILE).is_file()


def test_one_tenant_is_rendered_into_the_clone(clone: tuple[Elsewhere, Repo]) -> None:
    made, other = clone
    made.folder.write({"tenants/nlp.yaml": OWNER})
    assert made.run("render", "--output", str(other.top), "--tenant", "nlp").code == 0
    assert not (other.top / FILE).exists()
    assert made.run("render", "--output", str(other.top)).code == 0


@pytest.mark.parametrize(("where", "told"), [
    ("nowhere", "is no folder"), (".", "in no git repository"), ("source", "the estate's own"),
    ("source/estate", "not its top"), ("rendered", "is on main, and the engines read deploy")])
def test_what_is_no_clone_to_write_to_is_told(clone: tuple[Elsewhere, Repo], where: str,
                                              told: str) -> None:
    made, other = clone
    other.git("switch", "--quiet", "main")
    said = made.run("render", "--output", str(other.top.parent / where))
    assert said.code == 2
    assert told in said.err
