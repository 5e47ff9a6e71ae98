import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from gitops.tree import memory as remembering
from gitops.tree.changes import Changes
from gitops.tree.memory import Memory
from gitops.tree.stage import Stage
from gitops.tree.written import written
from tests.tree.trees import ours

INPUTS = ["platform.yaml", "tenants", "hardware"]
FILES = {"prod/a/x": ours("1"), "prod/b/x": ours("2")}


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "tenants").mkdir()
    (tmp_path / "platform.yaml").write_text("p")
    (tmp_path / "tenants/a.yaml").write_text("a")
    return tmp_path


def look(estate: Path, key: str = "k") -> Memory:
    return Memory.of(estate, INPUTS, key)


def render_and_save(estate: Path, memory: Memory | None = None) -> bool:
    before = memory or look(estate)
    with Stage.open(estate) as stage:
        for path, content in FILES.items():
            stage.put(path, content)
        return before.save({"files": 2}, stage.commit(FILES))


def test_nothing_is_remembered_before_the_first_render(estate: Path) -> None:
    assert look(estate).unchanged() is None


def test_an_untouched_estate_gives_back_what_was_saved(estate: Path) -> None:
    assert render_and_save(estate)
    assert look(estate).unchanged() == {"files": 2}


def test_a_second_render_is_remembered_too(estate: Path) -> None:
    render_and_save(estate)
    (estate / "rendered/prod/a/x").write_bytes(ours("other"))
    (estate / "rendered/prod/b/x").write_bytes(ours("other"))
    assert look(estate).unchanged() is None
    assert render_and_save(estate)
    assert look(estate).unchanged() == {"files": 2}


TOUCHES: dict[str, Callable[[Path], object]] = {
    "input edited": lambda e: (e / "tenants/a.yaml").write_text("b"),
    "input added": lambda e: (e / "tenants/b.yaml").write_text("b"),
    "input removed": lambda e: (e / "tenants/a.yaml").unlink(),
    "input renamed": lambda e: (e / "tenants/a.yaml").rename(e / "tenants/c.yaml"),
    "folder appears": lambda e: [(e / "hardware").mkdir(), (e / "hardware/t4.yaml").touch()],
    "file gone": lambda e: (e / "platform.yaml").unlink(),
    "output edited": lambda e: (e / "rendered/prod/a/x").write_bytes(ours("9")),
    "output added": lambda e: (e / "rendered/prod/c").touch(),
    "output removed": lambda e: (e / "rendered/prod/a/x").unlink(),
    "output gone": lambda e: shutil.rmtree(e / "rendered"),
    "mode": lambda e: (e / "rendered/prod/a/x").chmod(0o600),
    "replaced by a link": lambda e: [
        (e / "tenants/a.yaml").rename(e / "elsewhere"),
        (e / "tenants/a.yaml").symlink_to("../elsewhere"),
    ],
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_any_touch_is_seen(estate: Path, touch: Callable[[Path], object]) -> None:
    render_and_save(estate)
    touch(estate)
    assert look(estate).unchanged() is None


def test_another_key_is_another_render(estate: Path) -> None:
    render_and_save(estate)
    assert look(estate, "other").unchanged() is None


def test_an_edit_that_restores_size_and_time_is_seen(estate: Path) -> None:
    render_and_save(estate)
    place = estate / "tenants/a.yaml"
    info = place.stat()
    place.write_text("b")
    os.utime(place, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert look(estate).unchanged() is None


def test_an_edit_of_the_same_size_right_after_saving_is_never_missed(estate: Path) -> None:
    for turn in range(60):
        where = estate / ("tenants/a.yaml" if turn % 2 else "rendered/prod/a/x")
        assert render_and_save(estate)
        content = where.read_bytes()
        where.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert look(estate).unchanged() is None


def test_an_input_edited_while_rendering_is_not_remembered_as_rendered(estate: Path) -> None:
    before = look(estate)
    (estate / "tenants/a.yaml").write_text("b")
    assert not render_and_save(estate, before)
    assert look(estate).unchanged() is None


def test_an_input_edited_right_before_is_remembered_as_it_was_read(estate: Path) -> None:
    (estate / "tenants/a.yaml").write_text("b")
    before = look(estate)
    assert render_and_save(estate, before)
    assert look(estate).unchanged() == {"files": 2}


@pytest.mark.parametrize("first", [True, False], ids=["the first", "a later one"])
@pytest.mark.parametrize("edit", [
    lambda place: place.write_bytes(ours("9")), lambda place: place.unlink(),
    lambda place: place.with_name("foreign").touch()], ids=["edited", "removed", "added"])
def test_an_output_edited_between_commit_and_save_is_not_remembered(
    estate: Path, first: bool, edit: Callable[[Path], object]
) -> None:
    if not first:
        render_and_save(estate)
        (estate / "rendered/prod/b/x").write_bytes(ours("other"))
    before = look(estate)
    with Stage.open(estate) as stage:
        for path, content in FILES.items():
            stage.put(path, content)
        changes = stage.commit(FILES)
        time.sleep(0.03)
        edit(estate / "rendered/prod/a/x")
        before.save({}, changes)
    assert look(estate).unchanged() is None


def test_a_first_output_is_remembered_as_it_stands(estate: Path) -> None:
    before = look(estate)
    with Stage.open(estate) as stage:
        for path, content in FILES.items():
            stage.put(path, content)
        changes = stage.commit(FILES)
    assert changes.whole.keys() == FILES.keys()
    assert before.save({"a": 1}, changes)
    assert look(estate).unchanged() == {"a": 1}
    assert written(str(estate), "rendered").keys() == FILES.keys()


def test_an_unchanged_output_file_edited_while_rendering_is_not_remembered(estate: Path) -> None:
    render_and_save(estate)
    before = look(estate)
    with Stage.open(estate) as stage:
        assert [stage.put(*item) for item in FILES.items()] == ["same", "same"]
        (estate / "rendered/prod/a/x").write_bytes(ours("9"))
        assert not before.save({}, stage.commit(FILES))


def test_a_clock_that_does_not_tick_is_not_waited_for_for_ever(
    estate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "PATIENCE", 0.02)
    monkeypatch.setattr(remembering, "filesystem_time", lambda _: 1)
    assert not look(estate).save({}, Changes())


def test_links_to_files_are_followed_and_links_to_folders_not_vouched_for(estate: Path) -> None:
    (estate / "elsewhere").mkdir()
    (estate / "elsewhere/b").write_text("b")
    (estate / "tenants/b.yaml").symlink_to("../elsewhere/b")
    assert render_and_save(estate)
    (estate / "elsewhere/b").write_text("c")
    assert look(estate).unchanged() is None
    (estate / "tenants/more").symlink_to("../elsewhere")
    assert not render_and_save(estate)


def test_compiled_python_files_are_no_inputs(estate: Path) -> None:
    render_and_save(estate)
    (estate / "tenants/__pycache__").mkdir()
    (estate / "tenants/__pycache__/x.pyc").touch()
    assert look(estate).unchanged() == {"files": 2}


@pytest.mark.parametrize("damage", ["", "nonsense", "gitops memory 1 00000000\na\nb\n{}", None])
def test_a_damaged_memory_is_none(estate: Path, damage: str | None) -> None:
    render_and_save(estate)
    place = estate / ".gitops/memory"
    content = place.read_text()
    place.write_text(content[:-1] if damage is None else damage)
    assert look(estate).unchanged() is None


@pytest.mark.parametrize("payload", ["[]", "{", "1", ""])
def test_a_memory_with_a_payload_that_is_no_object_is_none(estate: Path, payload: str) -> None:
    render_and_save(estate)
    place = estate / ".gitops/memory"
    head, body = place.read_text().split("\n", 1)
    title = head.rpartition(" ")[0]
    changed = body.replace('{"files": 2}', payload)
    assert changed != body
    assert remembering.store(str(place), title, changed)
    assert look(estate).unchanged() is None


def test_a_memory_that_is_a_folder_or_link_is_none(estate: Path) -> None:
    render_and_save(estate)
    place = estate / ".gitops/memory"
    place.rename(estate / "moved")
    place.symlink_to("../moved")
    assert look(estate).unchanged() is None
    place.unlink()
    place.mkdir()
    assert look(estate).unchanged() is None
    assert not render_and_save(estate)


def test_without_a_place_to_write_nothing_is_saved_and_nothing_fails(estate: Path) -> None:
    assert not look(estate).save({}, Changes())
    assert written(str(estate), "rendered") == {}
    assert not (estate / ".gitops").exists()


def test_what_cannot_be_vouched_for_is_not_saved(estate: Path) -> None:
    assert not render_and_save(estate, replace(look(estate), signed=None))


def fastest(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of five turns."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _bare(estate: Path) -> None:
    for above, _, names in os.walk(estate):
        for name in names:
            os.lstat(f"{above}/{name}")


def test_looking_at_1000_tenants_costs_little_more_than_their_status(tmp_path: Path) -> None:
    (tmp_path / "tenants").mkdir()
    files = {f"p/t{at}/{name}": ours(f"{at}") for at in range(1000) for name in "abcd"}
    for at in range(1000):
        (tmp_path / f"tenants/t{at}.yaml").write_text("x")
    with Stage.open(tmp_path) as stage:
        for path, content in files.items():
            stage.put(path, content)
        before = look(tmp_path)
        assert before.save({}, stage.commit(files))
    assert look(tmp_path).unchanged() == {}
    assert fastest(lambda: look(tmp_path).unchanged()) < 3 * fastest(lambda: _bare(tmp_path))
