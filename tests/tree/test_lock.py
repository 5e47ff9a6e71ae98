import subprocess
import sys
from pathlib import Path

from gitops.tree.stage import Stage
from tests.tree.trees import ours, render, snapshot

HERE = Path(__file__).parents[2]
OTHER = """
import sys, time
from pathlib import Path
from gitops.tree.stage import Stage
from tests.tree.trees import ours
name = sys.argv[2]
with Stage.open(Path(sys.argv[1]), say=lambda text: print(text, flush=True)) as stage:
    print("in", flush=True)
    paths = [f"{folder}/{at}" for folder in "abc" for at in range(30)]
    for path in paths:
        stage.put(path, ours(name))
    if name == "hang":
        sys.stdin.read()
    stage.commit(paths)
"""


def start(estate: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER, str(estate), name]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=HERE, stdin=pipe, stdout=pipe, text=True)


def test_two_renders_at_once_both_succeed_and_one_wins_whole(tmp_path: Path) -> None:
    for _ in range(3):
        runs = [start(tmp_path, name) for name in ("one", "two")]
        assert [run.communicate()[0] and run.returncode for run in runs] == [0, 0]
        found = snapshot(tmp_path / "rendered")
        assert len(found) == 90
        assert set(found.values()) in ({ours("one")}, {ours("two")})


def test_a_second_render_says_once_for_whom_it_waits(tmp_path: Path) -> None:
    first = start(tmp_path, "hang")
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    second = start(tmp_path, "two")
    assert second.stdout is not None
    said = second.stdout.readline()
    first.communicate("")
    rest, _ = second.communicate()
    assert said == f"another run (process {first.pid}) is writing here; waiting for it\n"
    assert rest == "in\n"
    assert set(snapshot(tmp_path / "rendered").values()) == {ours("two")}


def test_the_lock_of_a_killed_render_is_free(tmp_path: Path) -> None:
    first = start(tmp_path, "hang")
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    first.kill()
    first.communicate()
    assert render(tmp_path, {"a": ours()}).added == ("a",)
    assert list((tmp_path / ".gitops/stage").glob("run-*")) == []


def test_a_worker_that_outlives_its_killed_render_holds_no_lock_and_writes_nowhere(
    tmp_path: Path,
) -> None:
    program = """
import os, sys, time
from pathlib import Path
from gitops.foundation.errors import Refused
from gitops.tree.stage import Stage
from tests.tree.trees import ours
with Stage.open(Path(sys.argv[1])) as stage:
    stage.put("known/x", ours("early"))
    if os.fork() == 0:
        sys.stdin.read()
        for path in ("known/late", "late/x", "top"):
            try:
                stage.put(path, ours("late"))
            except Refused:
                print("refused", flush=True)
        os._exit(0)
    os.kill(os.getpid(), 9)
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=HERE, stdin=pipe, stdout=pipe, text=True) as run:
        run.wait()
        with Stage.open(tmp_path) as stage:
            said, _ = run.communicate("")
            stage.put("a", ours())
            stage.commit(["a"])
    assert said == "refused\n" * 3
    assert snapshot(tmp_path / "rendered") == {"a": ours()}
    assert [place.name for place in (tmp_path / ".gitops/stage").iterdir()] == [".gitignore"]


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_again(tmp_path: Path) -> None:
    first = start(tmp_path, "hang")
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    second = start(tmp_path, "two")
    assert second.stdout is not None
    second.stdout.readline()
    (tmp_path / ".gitops/lock").unlink()
    first.communicate("")
    second.communicate()
    assert second.returncode == 0
    assert (tmp_path / ".gitops/lock").exists()
