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


def taken_by_hand(folder: Folder, repo: Repo) -> None:
    """A branch on which vision is deleted with all that was rendered of it, and committed.

    The tool's own memory is gone, as in another clone.
    """
    repo.git("switch", "--quiet", "--create", "change")
    folder.remove("tenants/vision.yaml")
    assert folder.run("render", "--allow-removal", "vision").code == 0
    shutil.rmtree(folder.top / ".gitops")
    repo.commit()


def test_a_check_sees_what_was_deleted_by_hand(folder: Folder, repo: Repo) -> None:
    taken_by_hand(folder, repo)
    assert folder.run("render").code == 0, "the disk shows nothing"
    said = folder.run("render", "--check")
    assert said.code == 1
    assert "the namespace vision on prod would be deleted" in said.err
    assert "under `removals.allow` of platform.yaml" in said.err


def test_a_check_counts_from_the_base_it_is_given(folder: Folder, repo: Repo) -> None:
    taken_by_hand(folder, repo)
    repo.git("switch", "--quiet", "--detach")
    assert folder.run("render", "--check").code == 0, "HEAD no longer has it"
    assert folder.run("render", "--check", "--base", "main").code == 1
    assert folder.run("render", "--check", "--base", "main", "--tenant", "nlp").code == 0
    assert folder.run("render", "--check", "--base", "main", "--allow-removal", "vision").code == 0
    assert folder.run("render", "--check", "--base", "nowhere").code == 2


def test_what_came_to_the_base_meanwhile_does_not_go(folder: Folder, repo: Repo) -> None:
    repo.git("branch", "change")
    folder.write({"tenants/late.yaml": OWNER})
    assert folder.run("render").code == 0
    repo.commit()
    repo.git("switch", "--quiet", "change")
    assert folder.run("render", "--check", "--base", "main").code == 0


def test_a_check_for_machines_holds_what_is_refused(folder: Folder, repo: Repo) -> None:
    taken_by_hand(folder, repo)
    said = folder.run("render", "--check", "--format", "json")
    assert (said.code, said.json["fresh"]) == (1, True)
    assert [finding["rule"] for finding in said.json["refused"]] == ["tenant-not-frozen"]


def test_what_was_frozen_on_the_branch_itself_is_not_frozen(folder: Folder, repo: Repo) -> None:
    """Both commits arrive in the cluster as one."""
    repo.git("switch", "--quiet", "--create", "change")
    folder.write({"tenants/vision.yaml": OWNER + "frozen: it ends\n"})
    assert folder.run("render").code == 0
    repo.commit()
    folder.remove("tenants/vision.yaml")
    folder.write({"tombstones/vision.yaml": "removed: 2026-11-24\nreason: it ended\n"})
    assert folder.run("render").code == 0
    repo.commit()
    said = folder.run("render", "--check")
    assert said.code == 1
    assert "tenant-not-frozen" in said.err


def test_what_the_base_froze_goes_with_a_tombstone(folder: Folder, repo: Repo) -> None:
    folder.write({"tenants/vision.yaml": OWNER + "frozen: it ends\n"})
    assert folder.run("render").code == 0
    repo.commit()
    taken_by_hand(folder, repo)
    assert "removal-without-tombstone" in folder.run("render", "--check").err
    folder.write({"tombstones/vision.yaml": "removed: 2026-11-24\nreason: it ended\n"})
    assert folder.run("render", "--check").code == 0


def test_a_name_in_the_platform_lets_it_go(folder: Folder, repo: Repo) -> None:
    taken_by_hand(folder, repo)
    folder.write({"platform.yaml": "removals: {allow: [vision]}\n"})
    assert folder.run("render").code == 0
    assert folder.run("render", "--check").code == 0


def test_a_diff_says_what_is_refused(folder: Folder, repo: Repo) -> None:
    taken_by_hand(folder, repo)
    sentence = "the namespace vision on prod would be deleted, with everything in it"
    assert f"refused: {sentence}" in folder.run("diff").out
    assert f"**refused**: `{sentence}`" in folder.run("diff", "--format", "markdown").out
    refused = folder.run("diff", "--format", "json").json["refused"]
    assert [finding["rule"] for finding in refused] == ["tenant-not-frozen"]


def test_a_render_takes_no_base(folder: Folder) -> None:
    said = folder.run("render", "--base", "main")
    assert said.code == 2
    assert "say --base with --check" in said.err


def test_without_git_a_check_says_that_it_did_not_look(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder.new(tmp_path / "plain", capsys)
    assert folder.run("render").code == 0
    said = folder.run("render", "--check")
    assert said.code == 0
    assert "removals and changed runs were not looked at" in said.err
