"""What a commit does to any tree, against what it should do to a dict."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.foundation.errors import Refused
from gitops.tree import place as placing
from tests.tree.trees import ours, render, snapshot

NAMES = st.sampled_from("abc")
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


def _consistent(paths: set[str]) -> bool:
    return not any(one.startswith(f"{other}/") for one in paths for other in paths)


def trees(contents: st.SearchStrategy[bytes]) -> st.SearchStrategy[dict[str, bytes]]:
    return st.dictionaries(PATHS, contents, max_size=8).filter(lambda tree: _consistent(set(tree)))


RENDERED = trees(st.sampled_from([ours("1"), ours("2")]))
FOREIGN = trees(st.sampled_from([b"mine", b"link"]))


@contextmanager
def estate() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


def _plant(root: Path, files: dict[str, bytes]) -> dict[str, object]:
    """Write foreign files and links where there is room for them; the planted ones."""
    planted: dict[str, object] = {}
    for path, content in files.items():
        place = root / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if content == b"link":
                place.symlink_to("../elsewhere")
                planted[path] = "-> ../elsewhere"
            else:
                with place.open("xb") as file:
                    file.write(content)
                planted[path] = content
        except OSError:
            continue
    return planted


@given(RENDERED, FOREIGN, RENDERED)
@settings(max_examples=300, deadline=None)
def test_a_render_leaves_exactly_its_files_and_everything_foreign(
    old: dict[str, bytes], foreign: dict[str, bytes], new: dict[str, bytes]
) -> None:
    with estate() as folder:
        render(folder, old)
        root = folder / "rendered"
        planted = _plant(root, foreign)
        before = snapshot(root)
        empty = {path for path, content in before.items() if content is None}
        try:
            changes = render(folder, new)
        except Refused:
            assert not _consistent(set(new) | set(planted)) or set(new) & set(planted)
            assert snapshot(root) == before
            return
        after = snapshot(root)
        assert {path: after[path] for path in after if path not in empty} == planted | new
        assert {path for path, content in after.items() if content is None} <= empty
        assert set(changes.added) == set(new) - set(old)
        assert set(changes.changed) == {path for path in old.keys() & new if old[path] != new[path]}
        assert set(changes.removed) == set(old) - set(new)
        assert not render(folder, new)


@given(RENDERED, RENDERED, st.lists(PATHS, min_size=1, max_size=2))
@settings(max_examples=150, deadline=None)
def test_a_scoped_render_removes_only_in_its_scope(
    old: dict[str, bytes], new: dict[str, bytes], scope: list[str]
) -> None:
    def inside(path: str) -> bool:
        return any(f"{path}/".startswith(f"{top}/") for top in scope)

    wanted = {path: content for path, content in new.items() if inside(path)}
    kept = {path: content for path, content in old.items() if not inside(path)}
    with estate() as folder:
        render(folder, old)
        if _consistent(set(wanted) | set(kept)):
            render(folder, wanted, scope)
            assert snapshot(folder / "rendered") == kept | wanted


def test_only_the_lowest_folder_with_changes_is_exchanged(tmp_path: Path) -> None:
    files = {"prod/a/x": ours(), "prod/a/y": ours(), "prod/b/x": ours(), "dev/x": ours()}
    render(tmp_path, files)
    before = {
        path: (tmp_path / "rendered" / path).stat().st_ino for path in ("prod", "prod/b", "dev")
    }
    render(tmp_path, files | {"prod/a/x": ours("2"), "prod/a/y": ours("2")})
    after = {path: (tmp_path / "rendered" / path).stat().st_ino for path in before}
    assert before == after


def test_one_changed_file_leaves_its_folder_alone(tmp_path: Path) -> None:
    files = {"a/x": ours(), "a/y": ours()}
    render(tmp_path, files)
    before = (tmp_path / "rendered/a").stat().st_ino
    render(tmp_path, files | {"a/x": ours("2")})
    assert (tmp_path / "rendered/a").stat().st_ino == before


def test_files_are_copied_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours(), "c/x": ours()})
    (tmp_path / "rendered/a/x").chmod(0o640)
    (tmp_path / "rendered/a/link").symlink_to("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(placing.os, "link", refuse)
    render(tmp_path, {"a/x": ours(), "b/x": ours("2"), "c/x": ours("2")})
    assert snapshot(tmp_path / "rendered") == {
        "a/x": ours(),
        "a/link": "-> x",
        "b/x": ours("2"),
        "c/x": ours("2"),
    }
    assert (tmp_path / "rendered/a/x").stat().st_mode & 0o777 == 0o640


def test_a_failure_while_the_copy_is_built_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours(), "c/x": ours()})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(placing.os, "link", full)
    with pytest.raises(Refused, match="No space left"):
        render(tmp_path, {"a/x": ours(), "b/x": ours("2"), "c/x": ours("2")})
    assert set(snapshot(tmp_path / "rendered").values()) == {ours()}
    assert list((tmp_path / ".gitops/stage").glob("run-*")) == []
