import errno
from pathlib import Path

import pytest

from gitops.tree import place as placing
from gitops.tree.pour import finish_pouring
from gitops.tree.swap import NoRename
from tests.tree.trees import ours, render, snapshot


@pytest.fixture(autouse=True)
def no_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an overlay; test_mounts.py has a real one, where the system allows it."""

    def refuse(*_: str) -> None:
        raise NoRename(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(placing, "swap", refuse)
    monkeypatch.setattr(placing, "put_aside", refuse)


def test_files_come_and_go_one_by_one(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours(), "c": ours()})
    (tmp_path / "rendered/a/mine").write_text("mine")
    render(tmp_path, {"a/x": ours("2"), "c/y": ours(), "d/e/f": ours()})
    assert snapshot(tmp_path / "rendered") == {
        "a/x": ours("2"),
        "a/mine": b"mine",
        "c/y": ours(),
        "d/e/f": ours(),
    }
    assert list((tmp_path / ".gitops/stage").glob("run-*")) == []


def test_a_folder_of_orphans_gives_way_to_a_file(tmp_path: Path) -> None:
    render(tmp_path, {"a/b/x": ours(), "z": ours()})
    render(tmp_path, {"a": ours("2"), "z": ours()})
    assert snapshot(tmp_path / "rendered") == {"a": ours("2"), "z": ours()}


@pytest.mark.parametrize(
    "note", ["-../victim", "+../victim", "-link/victim", "+link/victim", "-mine", "nonsense", ""]
)
def test_a_planted_note_touches_nothing_of_others(tmp_path: Path, note: str) -> None:
    for folder in ("outside", "rendered", "area/tree/link"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "rendered/link").symlink_to(tmp_path / "outside")
    (tmp_path / "area/tree/link/victim").write_bytes(ours("evil"))
    for place in ("outside/victim", "victim"):
        (tmp_path / place).write_bytes(ours())
    (tmp_path / "rendered/mine").write_text("mine")
    before = snapshot(tmp_path)
    (tmp_path / "area/pour").write_text(note)
    finish_pouring(f"{tmp_path}/area", f"{tmp_path}/rendered")
    assert snapshot(tmp_path) == before
