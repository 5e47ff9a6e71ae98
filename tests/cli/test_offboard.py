"""``gitops offboard`` before and after a tenant's file is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.estates import estate
from tests.review.repositories import Repo

TENANT = "tenants/vision.yaml"
OWNER = "owner: ana@example.com\n"
STONE = "removed: 2026-11-24\nreason: replaced by <nlp>\nby: maria@example.com\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "repo", "estate")
    repo.commit(estate(tenant=OWNER + "frozen: replaced\n"))
    return repo


@pytest.fixture
def folder(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(repo.estate, capsys)


def test_a_declared_tenant_is_read_from_its_file(folder: Folder) -> None:
    said = folder.run("offboard", "vision")
    assert (said.code, said.err) == (0, "")
    assert "[x] frozen: replaced\n" in said.out
    assert "[ ] delete tenants/vision.yaml and add tombstones/vision.yaml" in said.out


@pytest.mark.parametrize("committed", [True, False])
def test_a_deleted_tenant_is_read_from_git(folder: Folder, repo: Repo, committed: bool) -> None:
    before = repo.git("rev-parse", "HEAD")
    folder.remove(TENANT)
    folder.write({"tombstones/vision.yaml": STONE})
    if committed:
        repo.commit()
        repo.commit({"README.md": "later"})
    found = folder.run("offboard", "vision", "--format", "json").json
    assert (found["declared"], found["readFrom"]) == (False, before)
    assert found["tombstone"] == {"removed": "2026-11-24", "reason": "replaced by <nlp>",
                                  "by": "maria@example.com"}
    assert {one["area"] for one in found["remains"]} == {"access", "data"}


def test_markdown_is_a_task_list_in_which_nothing_declared_is_markup(folder: Folder) -> None:
    folder.remove(TENANT)
    folder.write({"tombstones/vision.yaml": STONE})
    said = folder.run("offboard", "vision", "--format", "markdown").out
    assert "- [x] `removed on 2026-11-24: replaced by <nlp>`" in said
    assert all(line.startswith(("#", "- [", "  `")) for line in said.splitlines() if line)


def test_an_unknown_tenant_is_a_call_that_makes_no_sense(folder: Folder) -> None:
    said = folder.run("offboard", "visoin")
    assert said.code == 2
    assert "did you mean 'vision'?" in said.err


def test_a_clone_that_is_too_shallow_says_so(folder: Folder, repo: Repo, tmp_path: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    folder.remove(TENANT)
    repo.commit()
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.top}", str(tmp_path / "clone"))
    said = Folder(tmp_path / "clone/estate", capsys).run("offboard", "vision")
    assert said.code == 2
    assert "git fetch --unshallow" in said.err
