"""``gitops render --check``: what is not as a render would write it, and of which sort."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.review.repositories import Repo

OWNER = "owner: ana@example.com\n"
OTHER = "owner: ben@example.com\n"
WORKSPACE = "prod/platform/tenants/vision.yaml"
GUARDRAILS = "prod/platform/guardrails.yaml"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """Two tenants, rendered, in no repository."""
    folder = Folder.new(tmp_path / "estate", capsys, {"tenants/audio.yaml": OWNER})
    assert folder.run("render").code == 0
    return folder


def states(folder: Folder) -> dict[str, str]:
    """The state of every file that differs, by its path."""
    said = folder.run("render", "--check", "--format", "json")
    assert said.code == int(not said.json["fresh"])
    return {entry["path"].removeprefix("rendered/"): entry["state"]
            for entry in said.json["files"]}


def edit(folder: Folder, path: str = WORKSPACE) -> None:
    place = folder.top / "rendered" / path
    place.write_bytes(place.read_bytes() + b"# by hand\n")


def test_a_fresh_tree_is_fresh(folder: Folder) -> None:
    said = folder.run("render", "--check")
    assert said.code == 0
    assert said.out == f"rendered/ is fresh: {len(folder.tree())} files\n"


def test_a_changed_declaration_makes_files_stale(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    found = states(folder)
    assert found[WORKSPACE] == "stale"
    assert set(found.values()) == {"stale"}
    assert not any("audio" in path for path in found)


def test_a_new_tenant_is_missing_and_its_lists_are_stale(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": OWNER})
    found = states(folder)
    assert found["prod/platform/tenants/new.yaml"] == "missing"
    assert {path for path, state in found.items() if state == "stale"} == {
        "prod/tenants/kustomization.yaml", "prod/platform/tenants/kustomization.yaml"}


def test_a_deleted_file_is_missing(folder: Folder) -> None:
    folder.remove(f"rendered/{WORKSPACE}")
    assert states(folder) == {WORKSPACE: "missing"}


def test_a_removed_tenant_leaves_orphans(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    found = states(folder)
    assert found[WORKSPACE] == "orphan"
    assert found["prod/tenants/kustomization.yaml"] == "stale"


def test_a_file_in_the_way_is_told(folder: Folder) -> None:
    folder.write({f"rendered/{WORKSPACE}": "mine: true\n"})
    assert states(folder) == {WORKSPACE: "foreign"}
    assert "in the way" in folder.run("render", "--check").out


def test_a_file_in_nobodys_way_is_no_difference(folder: Folder) -> None:
    folder.write({"rendered/README.md": "x", "rendered/prod/tenants/vision/mine.yaml": "a: 1\n"})
    assert folder.run("render", "--check").code == 0


def test_nothing_rendered_is_all_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]
                                         ) -> None:
    folder = Folder.new(tmp_path, capsys)
    assert set(states(folder).values()) == {"missing"}


def test_a_check_writes_nothing(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    edit(folder, GUARDRAILS)
    before = {path: path.stat().st_mtime_ns for path in folder.top.rglob("*")}
    folder.run("render", "--check")
    assert {path: path.stat().st_mtime_ns for path in folder.top.rglob("*")} == before


def test_a_mistake_is_told_instead(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": "owner: [\n"})
    said = folder.run("render", "--check")
    assert (said.code, said.out) == (1, "")
    assert "tenants/vision.yaml:" in said.err


def test_an_edit_outside_git_is_told_by_the_memory(folder: Folder) -> None:
    edit(folder)
    folder.write({"tenants/audio.yaml": OTHER})
    found = states(folder)
    assert found[WORKSPACE] == "edited"
    assert found["prod/platform/tenants/audio.yaml"] == "stale"


def test_the_report_says_what_to_do(folder: Folder) -> None:
    edit(folder)
    said = folder.run("render", "--check")
    assert said.code == 1
    assert said.out == f"edited by hand  rendered/{WORKSPACE}\n"
    assert f"1 of {len(folder.tree())} files differ" in said.err
    assert "run gitops render" in said.err
    assert "gitops render writes over it" in said.err


def test_one_tenant_or_cluster_is_checked_alone(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    assert folder.run("render", "--check", "--tenant", "audio").code == 0
    assert folder.run("render", "--check", "--tenant", "vision").code == 1
    assert folder.run("render", "--check", "--cluster", "prod").code == 1
    assert folder.run("render", "--check", "--cluster", "prdo").code == 2


@pytest.fixture
def clone(folder: Folder, tmp_path: Path) -> Folder:
    """A fresh clone: git has everything, the tool remembers nothing."""
    origin = Repo.new(folder.top)
    folder.write({".gitignore": ".gitops/\n"})
    origin.commit()
    return Folder(_cloned(origin, tmp_path / "clone"), folder.capsys)


def _cloned(origin: Repo, place: Path) -> Path:
    origin.git("clone", "--quiet", str(origin.top), str(place))
    return place


def test_a_fresh_clone_is_fresh(clone: Folder) -> None:
    assert states(clone) == {}


def test_a_fresh_clone_tells_edited_from_stale(clone: Folder) -> None:
    edit(clone, GUARDRAILS)
    Repo(clone.top, clone.top).commit({"tenants/vision.yaml": OTHER})
    found = states(clone)
    assert found.pop(GUARDRAILS) == "edited"
    assert found[WORKSPACE] == "stale"
    assert set(found.values()) == {"stale"}


def test_an_edit_in_a_fresh_clone_is_told_before_it_is_committed(clone: Folder) -> None:
    """No render was ever run here, so the file that is not as it was committed is no render's."""
    edit(clone)
    assert states(clone) == {WORKSPACE: "edited"}
