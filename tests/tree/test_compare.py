import pickle
from pathlib import Path

import pytest

from gitops.foundation.errors import Refused
from gitops.tree.compare import Comparer, Comparison, compare
from gitops.tree.written import content_hash, written
from tests.tree.trees import ours, render, rules, snapshot


def test_what_was_just_rendered_compares_equal(tmp_path: Path) -> None:
    files = {"a/x": ours("1"), "b": ours("2")}
    render(tmp_path, files)
    assert not compare(tmp_path, files.items())


def test_every_kind_of_difference_is_told_apart(tmp_path: Path) -> None:
    old = {"same": ours(), "stale": ours(), "edited": ours(), "foreign": ours(), "gone/x": ours()}
    render(tmp_path, old)
    (tmp_path / "rendered/edited").write_bytes(ours("by hand"))
    (tmp_path / "rendered/foreign").write_text("mine")
    (tmp_path / "rendered/README").write_text("in nobody's way")
    new = {name: ours("2") for name in ("stale", "edited", "foreign", "missing/x")}
    notes = written(str(tmp_path), "rendered")
    found = compare(tmp_path, [*new.items(), ("same", ours())], written=notes)
    assert found == Comparison(
        stale=("stale",),
        edited=("edited",),
        missing=("missing/x",),
        orphan=("gone/x",),
        foreign=("foreign",),
    )
    assert found


def test_without_notes_an_edited_file_is_called_stale(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours()})
    (tmp_path / "rendered/a").write_bytes(ours("by hand"))
    assert compare(tmp_path, [("a", ours())]) == Comparison(stale=("a",))


def test_a_link_above_the_file_counts_as_foreign(tmp_path: Path) -> None:
    (tmp_path / "rendered/real").mkdir(parents=True)
    (tmp_path / "rendered/a").symlink_to("real")
    (tmp_path / "rendered/real/x").write_bytes(ours())
    assert compare(tmp_path, [("a/x", ours())], scope=["a"]).foreign == ("a/x",)


def test_an_orphan_where_a_folder_belongs_leaves_the_file_missing(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours()})
    assert compare(tmp_path, [("a/x", ours())]) == Comparison(missing=("a/x",), orphan=("a",))


def test_orphans_outside_the_scope_are_no_difference(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours()})
    assert compare(tmp_path, [("a/y", ours())], scope=["a"]).orphan == ("a/x",)


def test_comparing_writes_nothing_and_needs_no_output(tmp_path: Path) -> None:
    assert compare(tmp_path, [("a", ours())]).missing == ("a",)
    assert snapshot(tmp_path) == {}


def test_paths_that_a_render_would_refuse_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        compare(tmp_path, [("a/X", ours()), ("a/x", ours())])
    assert rules(refused.value) == [("output-paths-collide", "rendered/a/x")]


def test_a_comparer_and_what_it_saw_cross_to_other_processes(tmp_path: Path) -> None:
    comparer = pickle.loads(pickle.dumps(Comparer.of(tmp_path)))
    seen = pickle.loads(pickle.dumps(comparer.look("a", ours())))
    assert comparer.conclude({"a": seen}) == Comparison(missing=("a",))


def test_notes_hold_the_hash_of_every_file_as_written(tmp_path: Path) -> None:
    files = {"a/x y": ours("1"), "b": ours("2")}
    render(tmp_path, files)
    expected = {path: content_hash(content) for path, content in files.items()}
    assert written(str(tmp_path), "rendered") == expected


def test_notes_follow_removals_and_files_that_came_from_elsewhere(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours("1"), "b": ours("1")})
    (tmp_path / "rendered/a").write_bytes(ours("22"))
    render(tmp_path, {"a": ours("22")})
    assert written(str(tmp_path), "rendered") == {"a": content_hash(ours("22"))}


def test_a_scoped_render_keeps_the_other_notes(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours("1"), "b/x": ours("1")})
    render(tmp_path, {"a/y": ours("2")}, scope=["a"])
    assert set(written(str(tmp_path), "rendered")) == {"a/y", "b/x"}


def test_notes_are_not_rewritten_when_nothing_changed(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours()})
    before = (tmp_path / ".gitops/written").stat().st_ino
    render(tmp_path, {"a": ours()})
    assert (tmp_path / ".gitops/written").stat().st_ino == before


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"gitops written 1 rendered 00000000\nx"])
def test_damaged_notes_are_no_notes(tmp_path: Path, damage: bytes) -> None:
    render(tmp_path, {"a": ours()})
    (tmp_path / ".gitops/written").write_bytes(damage)
    assert written(str(tmp_path), "rendered") == {}
    render(tmp_path, {"a": ours()})
    assert set(written(str(tmp_path), "rendered")) == {"a"}
