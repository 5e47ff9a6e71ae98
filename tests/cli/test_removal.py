"""What a render may take away, where somebody helped with ``rm`` or ``git``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.estates import estate
from tests.review.repositories import Repo

OWNER = "owner: ana@example.com\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "repo", "estate")


@pytest.fixture
def folder(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Folder:
    """Two tenants, rendered and committed."""
    found = Folder(repo.estate, capsys)
    found.write({**estate({"tenants/nlp.yaml": OWNER}), ".gitignore": ".gitops/\n"})
    assert found.run("render").code == 0
    repo.commit()
    return found


def test_an_emptied_output_takes_no_tenant_away(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    shutil.rmtree(folder.top / "rendered")
    said = folder.run("render")
    assert said.code == 1
    assert "the namespace vision on prod would be deleted" in said.err
    assert not (folder.top / "rendered").exists()
    assert folder.run("render", "--allow-removal", "vision").code == 0


def test_what_was_let_go_is_not_asked_for_again(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    assert folder.run("render", "--allow-removal", "vision").code == 0
    folder.write({"tenants/nlp.yaml": "owner: ben@example.com\n"})
    assert folder.run("render").code == 0


def test_an_emptied_output_of_the_same_tenants_is_filled(folder: Folder) -> None:
    shutil.rmtree(folder.top / "rendered")
    assert folder.run("render").code == 0
    assert folder.run("render", "--check").code == 0


def test_another_branch_without_the_tenant_is_rendered(folder: Folder, repo: Repo) -> None:
    """What was last written here is another branch's; that branch still has it."""
    repo.git("switch", "--quiet", "--orphan", "other")
    folder.write(estate({"tenants/nlp.yaml": OWNER}, tenant=OWNER))
    folder.remove("tenants/vision.yaml")
    repo.commit()
    assert folder.run("render").code == 0
