import errno
import os
from pathlib import Path

import pytest

from gitops.foundation.errors import Refused
from gitops.tree import swap as swapping
from gitops.tree.swap import exchange, finish, swap
from tests.tree.trees import ours, render, snapshot


def _refuse(one: str, other: str) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), one)


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without an exchange; there is none to mount without privileges."""
    monkeypatch.setattr(swapping, "exchange", _refuse)


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """A staging area whose tree holds x/new, beside an output that holds x/old."""
    for folder in (tmp_path / "area/tree/x", tmp_path / "rendered/x"):
        folder.mkdir(parents=True)
    (tmp_path / "area/tree/x/new").touch()
    (tmp_path / "rendered/x/old").touch()
    return tmp_path / "area"


def test_two_folders_are_exchanged(area: Path, tmp_path: Path) -> None:
    exchange(f"{area}/tree/x", f"{tmp_path}/rendered/x")
    assert snapshot(area) == {"tree/x/old": b""}
    assert snapshot(tmp_path / "rendered") == {"x/new": b""}


def test_an_exchange_with_nothing_says_why(area: Path) -> None:
    with pytest.raises(FileNotFoundError):
        exchange(f"{area}/tree", f"{area}/nothing")


@pytest.mark.usefixtures("no_exchange")
@pytest.mark.parametrize("path", ["x", ""])
def test_two_renames_do_it_where_there_is_no_exchange(
    area: Path, tmp_path: Path, path: str
) -> None:
    swap(str(area), f"{tmp_path}/rendered", path)
    assert snapshot(tmp_path / "rendered") == {"x/new": b""}
    assert not (area / "swap").exists()


@pytest.mark.usefixtures("no_exchange")
def test_a_render_works_where_there_is_no_exchange(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours()})
    render(tmp_path, {"a/x": ours("2"), "c/x": ours()})
    assert snapshot(tmp_path / "rendered") == {"a/x": ours("2"), "c/x": ours()}
    assert list((tmp_path / ".gitops/stage").glob("run-*")) == []


@pytest.mark.usefixtures("no_exchange")
def test_a_refused_second_rename_puts_the_old_back(
    area: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (area / "tree/x/new").unlink()
    (area / "tree/x").rmdir()
    with pytest.raises(FileNotFoundError):
        swap(str(area), f"{tmp_path}/rendered", "x")
    assert snapshot(tmp_path / "rendered") == {"x/old": b""}
    assert not (area / "swap").exists()


def test_the_next_run_finishes_a_swap_that_a_crash_interrupted(area: Path, tmp_path: Path) -> None:
    (area / "swap").write_text("x")
    (tmp_path / "rendered/x").rename(area / "aside")
    finish(str(area), f"{tmp_path}/rendered")
    assert snapshot(tmp_path / "rendered") == {"x/new": b""}


def test_the_old_comes_back_when_the_new_is_lost(area: Path, tmp_path: Path) -> None:
    (area / "swap").write_text("x")
    (tmp_path / "rendered/x").rename(area / "aside")
    (area / "tree/x").rename(tmp_path / "lost")
    finish(str(area), f"{tmp_path}/rendered")
    assert snapshot(tmp_path / "rendered") == {"x/old": b""}


def test_a_crash_before_the_first_rename_leaves_the_old(area: Path, tmp_path: Path) -> None:
    (area / "swap").write_text("x")
    finish(str(area), f"{tmp_path}/rendered")
    assert snapshot(tmp_path / "rendered") == {"x/old": b""}


def test_opening_recovers_and_clears_the_areas_of_dead_runs(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours()})
    dead = tmp_path / ".gitops/stage/run-dead"
    (dead / "tree").mkdir(parents=True)
    (dead / "swap").write_text("")
    (tmp_path / "rendered").rename(dead / "aside")
    (dead / "tree/b").write_bytes(ours("new"))
    render(tmp_path, {"b": ours("new")})
    assert snapshot(tmp_path / "rendered") == {"b": ours("new")}
    assert not dead.exists()


@pytest.mark.parametrize("note", ["../../victim", "/victim", "link/victim", ".git/hooks"])
def test_a_planted_note_moves_nothing_out_of_the_output(
    area: Path, tmp_path: Path, note: str
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "rendered/link").symlink_to(tmp_path / "outside")
    (area / "tree/link/victim").mkdir(parents=True)
    (area / "swap").write_text(note)
    before = snapshot(tmp_path)
    finish(str(area), f"{tmp_path}/rendered")
    assert snapshot(tmp_path) == before


def test_folders_in_the_stage_that_are_not_ours_stay(tmp_path: Path) -> None:
    (tmp_path / ".gitops/stage/mine").mkdir(parents=True)
    render(tmp_path, {"a": ours()})
    assert (tmp_path / ".gitops/stage/mine").is_dir()


def test_a_stage_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "victim/run-1").mkdir(parents=True)
    (tmp_path / ".gitops").mkdir()
    (tmp_path / ".gitops/stage").symlink_to(tmp_path / "victim")
    with pytest.raises(Refused, match="symlink-in-output"):
        render(tmp_path, {"a": ours()})
    assert (tmp_path / "victim/run-1").is_dir()
