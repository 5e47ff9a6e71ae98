import os
import pickle
import resource
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from gitops.foundation.errors import Refused
from gitops.tree.notes import Note
from gitops.tree.stage import Stage
from tests.tree.trees import ours, render, rules, snapshot


def test_a_first_render_adds_every_file(tmp_path: Path) -> None:
    files = {"prod/a/x.yaml": ours("x"), "prod/y.yaml": ours("y")}
    changes = render(tmp_path, files)
    assert changes.added == ("prod/a/x.yaml", "prod/y.yaml")
    assert snapshot(tmp_path / "rendered") == files


def test_put_tells_same_changed_and_added(tmp_path: Path) -> None:
    render(tmp_path, {"a/same": ours("1"), "a/changed": ours("1")})
    with Stage.open(tmp_path) as stage:
        told = [stage.put("a/same", ours("1")), stage.put("a/changed", ours("2"))]
        told += [stage.put("a/new", ours("1")), stage.put("b/new", ours("1"))]
    assert told == ["same", "changed", "added", "added"]


def test_nothing_shows_before_commit_or_without_it(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours("1")})
    with Stage.open(tmp_path) as stage:
        stage.put("a", ours("2"))
        stage.put("b", ours("2"))
        assert snapshot(tmp_path / "rendered") == {"a": ours("1")}
    assert snapshot(tmp_path / "rendered") == {"a": ours("1")}


def test_what_waits_can_be_read(tmp_path: Path) -> None:
    with Stage.open(tmp_path) as stage:
        stage.put("prod/a.yaml", ours("new"))
        assert stage.staged("prod/a.yaml") == ours("new")
        with pytest.raises(Refused):
            stage.staged("prod/b.yaml")


def test_identical_files_are_not_written_again(tmp_path: Path) -> None:
    files = {"a/x": ours("1"), "b/y": ours("1"), "b/z": ours("1")}
    render(tmp_path, files)
    before = (tmp_path / "rendered/a/x").stat()
    changes = render(tmp_path, files | {"a/new": ours(), "b/y": ours("2")})
    after = (tmp_path / "rendered/a/x").stat()
    assert (changes.added, changes.changed, changes.removed) == (("a/new",), ("b/y",), ())
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_orphans_go_and_so_do_folders_they_leave_empty(tmp_path: Path) -> None:
    render(tmp_path, {"p/a/x": ours(), "p/a/y": ours(), "p/b/x": ours(), "q/r/s": ours()})
    changes = render(tmp_path, {"p/b/x": ours()})
    assert changes.removed == ("p/a/x", "p/a/y", "q/r/s")
    assert snapshot(tmp_path / "rendered") == {"p/b/x": ours()}


def test_orphans_outside_the_scope_stay(tmp_path: Path) -> None:
    render(tmp_path, {"prod/a/x": ours(), "prod/ab/x": ours(), "dev/a/x": ours(), "one": ours()})
    changes = render(tmp_path, {"prod/a/y": ours()}, scope=["prod/a", "one"])
    assert changes.removed == ("one", "prod/a/x")
    assert set(snapshot(tmp_path / "rendered")) == {"prod/a/y", "prod/ab/x", "dev/a/x"}


def test_an_output_without_files_goes(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours()})
    render(tmp_path, {})
    assert [item.name for item in tmp_path.iterdir()] == [".gitops"]


def test_foreign_files_and_links_are_carried_along_as_they_are(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "b/x": ours()})
    (tmp_path / "rendered/a/README").write_text("mine")
    (tmp_path / "rendered/a/link").symlink_to("nowhere")
    (tmp_path / "rendered/keep").mkdir()
    os.mkfifo(tmp_path / "rendered/a/pipe")
    render(tmp_path, {"b/x": ours("2"), "c/x": ours()})
    assert stat.S_ISFIFO((tmp_path / "rendered/a/pipe").stat().st_mode)
    (tmp_path / "rendered/a/pipe").unlink()
    assert snapshot(tmp_path / "rendered") == {
        "a/README": b"mine",
        "a/link": "-> nowhere",
        "b/x": ours("2"),
        "c/x": ours(),
        "keep": None,
    }


def test_every_foreign_file_in_the_way_is_told_and_nothing_changes(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours(), "b": ours()})
    for name in "ab":
        (tmp_path / "rendered" / name).write_text("mine")
    with pytest.raises(Refused) as refused:
        render(tmp_path, {"a": ours("2"), "b": ours("2"), "c": ours()})
    assert rules(refused.value) == [
        ("foreign-file", "rendered/a"),
        ("foreign-file", "rendered/b"),
    ]
    assert snapshot(tmp_path / "rendered") == {"a": b"mine", "b": b"mine"}


def test_force_overwrites_what_is_in_the_way_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "rendered").mkdir()
    (tmp_path / "rendered/a").write_text("mine")
    (tmp_path / "rendered/README").write_text("mine")
    render(tmp_path, {"a": ours()}, force=True)
    assert snapshot(tmp_path / "rendered") == {"a": ours(), "README": b"mine"}


def test_a_conflict_in_a_rendered_file_is_resolved_by_rendering(tmp_path: Path) -> None:
    (tmp_path / "rendered").mkdir()
    conflict = b"<<<<<<< HEAD\n" + ours("1") + b"=======\n" + ours("2") + b">>>>>>> b\n"
    (tmp_path / "rendered/a").write_bytes(conflict)
    assert render(tmp_path, {"a": ours("3")}).changed == ("a",)


def test_a_link_in_the_way_is_refused_once_even_with_force(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "rendered").mkdir()
    (tmp_path / "rendered/a").symlink_to(tmp_path / "outside")
    (tmp_path / "rendered/b").symlink_to("a/x")
    with pytest.raises(Refused) as refused:
        render(tmp_path, {"a/x": ours(), "a/y/z": ours(), "b": ours()}, force=True)
    assert rules(refused.value) == [
        ("symlink-in-output", "rendered/a"),
        ("symlink-in-output", "rendered/b"),
    ]
    assert snapshot(tmp_path / "outside") == {}


@pytest.mark.parametrize("output", ["rendered", "rendered/prod"])
def test_an_output_that_is_a_link_or_behind_one_is_refused(tmp_path: Path, output: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "rendered").symlink_to("outside")
    with pytest.raises(Refused) as refused:
        render(tmp_path, {"a": ours()}, output=output)
    assert rules(refused.value) == [("symlink-in-output", "rendered")]


@pytest.mark.parametrize("output", ["", ".", "..", "/tmp", "a/../..", ".gitops", ".gitops/x"])
def test_an_output_outside_the_estate_or_in_our_folder_is_refused(
    tmp_path: Path, output: str
) -> None:
    with pytest.raises(Refused) as refused:
        render(tmp_path, {}, output=output)
    assert [rule for rule, _ in rules(refused.value)] == ["unsafe-output-path"]
    assert list(tmp_path.iterdir()) == []


def test_an_unsafe_path_is_refused_by_put_and_by_commit(tmp_path: Path) -> None:
    with Stage.open(tmp_path) as stage:
        with pytest.raises(Refused, match=r"unsafe-output-path"):
            stage.put("../a", ours())
        with pytest.raises(Refused) as refused:
            stage.commit(["../a", "b//c"])
    assert len(rules(refused.value)) == 2


def test_paths_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        render(tmp_path, {"A/x": ours(), "a/y": ours()})
    assert rules(refused.value) == [("output-paths-collide", "rendered/a")]


@pytest.mark.parametrize("foreign", [False, True])
def test_a_file_gives_way_to_a_folder_only_if_it_is_an_orphan(
    tmp_path: Path, foreign: bool
) -> None:
    render(tmp_path, {"a": ours(), "z": ours()})
    if foreign:
        (tmp_path / "rendered/a").write_text("mine")
        with pytest.raises(Refused, match="path-in-the-way"):
            render(tmp_path, {"a/x": ours()})
    else:
        assert render(tmp_path, {"a/x": ours(), "z": ours()}).removed == ("a",)
        assert snapshot(tmp_path / "rendered") == {"a/x": ours(), "z": ours()}


@pytest.mark.parametrize("foreign", [False, True])
def test_a_folder_gives_way_to_a_file_only_if_it_holds_orphans(
    tmp_path: Path, foreign: bool
) -> None:
    render(tmp_path, {"a/x": ours(), "a/b/y": ours()})
    if foreign:
        (tmp_path / "rendered/a/b/mine").write_text("mine")
        with pytest.raises(Refused, match="path-in-the-way"):
            render(tmp_path, {"a": ours()})
    else:
        assert render(tmp_path, {"a": ours()}).removed == ("a/b/y", "a/x")
        assert snapshot(tmp_path / "rendered") == {"a": ours()}


def test_an_empty_folder_gives_way_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "rendered/a").mkdir(parents=True)
    render(tmp_path, {"a": ours()})
    assert snapshot(tmp_path / "rendered") == {"a": ours()}


def test_permissions_of_files_and_folders_are_kept(tmp_path: Path) -> None:
    render(tmp_path, {"a/x": ours(), "a/y": ours(), "b/x": ours()})
    (tmp_path / "rendered").chmod(0o750)
    (tmp_path / "rendered/a").chmod(0o2770)
    (tmp_path / "rendered/a/x").chmod(0o640)
    render(tmp_path, {"a/x": ours("2"), "a/y": ours(), "b/x": ours("2")})
    modes = [
        stat.S_IMODE((tmp_path / "rendered" / path).stat().st_mode) for path in ("", "a", "a/x")
    ]
    assert modes == [0o750, 0o2770, 0o640]


def test_new_files_and_our_own_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        render(tmp_path, {"a/x": ours()})
    finally:
        os.umask(before)
    places = [tmp_path / ".gitops", *tmp_path.rglob("*")]
    assert all(place.stat().st_mode & 0o077 == 0 for place in places)


def test_content_without_a_header_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with Stage.open(tmp_path) as stage, pytest.raises(ValueError, match="header"):
        stage.put("a", b"kind: Secret\n")


def test_a_put_file_that_is_not_expected_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with Stage.open(tmp_path) as stage:
        stage.put("a", ours())
        with pytest.raises(ValueError, match="not expected"):
            stage.commit([])


def test_a_file_that_vanishes_while_rendering_is_told(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours(), "b": ours()})
    with Stage.open(tmp_path) as stage:
        assert stage.put("a", ours()) == "same"
        (tmp_path / "rendered/a").unlink()
        with pytest.raises(Refused, match="output-changed-meanwhile"):
            stage.commit(["a", "b"])


def test_an_estate_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        render(tmp_path / "nowhere", {"a": ours()})
    assert rules(refused.value) == [("output-not-writable", "rendered")]
    assert "No such file" in str(refused.value)


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Stage.open(tmp_path) as stage:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            with pytest.raises(Refused, match="output-not-writable"):
                stage.put("a", ours("x" * 10000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _put_and_fail(stage: Stage) -> None:
    stage.put("a", ours())
    raise FileNotFoundError("mine")


def test_the_callers_own_errors_pass_through_and_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="mine"), Stage.open(tmp_path) as stage:
        _put_and_fail(stage)
    assert list((tmp_path / ".gitops/stage").glob("run-*")) == []


def _put(job: tuple[Stage, str]) -> tuple[str, list[Note]]:
    stage, path = job
    return stage.put(path, ours(path)), stage.told()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_put_what_the_parent_commits(tmp_path: Path, start: str) -> None:
    paths = [f"t{number % 3}/{number}" for number in range(40)]
    with (
        Stage.open(tmp_path) as stage,
        ProcessPoolExecutor(2, mp_context=get_context(start)) as pool,
    ):
        done = list(pool.map(_put, [(stage, path) for path in paths]))
        changes = stage.commit(paths, told=[note for _, told in done for note in told])
    assert {outcome for outcome, _ in done} == {"added"}
    assert changes.added == tuple(sorted(paths))
    assert snapshot(tmp_path / "rendered") == {path: ours(path) for path in paths}


def test_a_refusal_crosses_to_the_parent_whole(tmp_path: Path) -> None:
    with Stage.open(tmp_path) as stage, pytest.raises(Refused) as refused:
        stage.put("..", ours())
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (copy.findings, str(copy)) == (refused.value.findings, str(refused.value))


def test_an_output_below_another_folder_is_made(tmp_path: Path) -> None:
    render(tmp_path, {"a": ours()}, output="out/rendered")
    assert snapshot(tmp_path / "out") == {"rendered/a": ours()}
