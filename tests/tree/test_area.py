import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gitops.foundation.errors import Refused
from gitops.tree import area as areas
from gitops.tree import refusals
from gitops.tree.stage import Stage
from tests.tree.trees import ours, render, rules, snapshot


@pytest.fixture
def other_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool's folder seems to be elsewhere; mounting one would need privileges."""
    monkeypatch.setattr(areas, "_one_file_system", lambda *_: False)


def test_our_folder_ignores_itself(tmp_path: Path) -> None:
    render(tmp_path, {})
    assert (tmp_path / ".gitops/.gitignore").read_text() == "*\n"


def test_an_ignore_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".gitops").mkdir()
    (tmp_path / ".gitops/.gitignore").write_text("mine")
    render(tmp_path, {})
    assert (tmp_path / ".gitops/.gitignore").read_text() == "mine"


@pytest.mark.usefixtures("other_file_system")
@pytest.mark.parametrize("output", ["rendered", "out/rendered"])
def test_on_another_file_system_a_hidden_sibling_is_the_stage(tmp_path: Path, output: str) -> None:
    said: list[str] = []
    with Stage.open(tmp_path, output, say=said.append) as stage:
        sibling = (tmp_path / output).with_name(".rendered.gitops")
        assert Path(stage.area).parent == sibling
        assert (sibling / ".gitignore").read_text() == "*\n"
        stage.put("a", ours())
        stage.commit(["a"])
    assert not sibling.exists()
    assert snapshot(tmp_path / output) == {"a": ours()}
    place = sibling.relative_to(tmp_path)
    assert said == [
        f".gitops and {output} are on different file systems; staging in {place} instead"
    ]


@pytest.mark.parametrize("kind", ["link", "file"])
def test_our_folder_must_be_a_folder(tmp_path: Path, kind: str) -> None:
    (tmp_path / "outside").mkdir()
    if kind == "link":
        (tmp_path / ".gitops").symlink_to("outside")
    else:
        (tmp_path / ".gitops").touch()
    with pytest.raises(Refused) as refused:
        render(tmp_path, {"a": ours()})
    assert rules(refused.value) == [("symlink-in-output", ".gitops")]
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("name", ["time", "memory.new", "written.new", "memory", "written"])
def test_links_planted_in_our_folder_are_not_written_through(tmp_path: Path, name: str) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / ".gitops").mkdir()
    (tmp_path / ".gitops" / name).symlink_to("../victim")
    render(tmp_path, {"a": ours()})
    areas.filesystem_time(f"{tmp_path}/.gitops")
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / ".gitops").mkdir()
    (tmp_path / ".gitops/lock").symlink_to("../victim")
    with pytest.raises(Refused, match="output-not-writable"):
        render(tmp_path, {"a": ours()})
    assert (tmp_path / "victim").read_text() == "mine"


def test_an_output_that_is_a_mount_point_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rendered").mkdir()
    monkeypatch.setattr(refusals.os.path, "ismount", lambda place: place.endswith("/rendered"))
    with pytest.raises(Refused, match="output-is-a-mount"):
        render(tmp_path, {"a": ours()})


def test_write_protected_folders_of_a_dead_run_are_cleared(tmp_path: Path) -> None:
    dead = tmp_path / ".gitops/stage/run-dead/tree/a"
    dead.mkdir(parents=True)
    (dead / "x").touch()
    dead.chmod(0o500)
    render(tmp_path, {"a": ours()})
    assert [place.name for place in (tmp_path / ".gitops/stage").iterdir()] == [".gitignore"]


@pytest.mark.parametrize("place", [".gitops/stage/run-1", ".gitops/stage/gone-1",
                                   ".rendered.gitops/run-1"])
def test_what_a_killed_run_left_is_seen_and_cleared(tmp_path: Path, place: str) -> None:
    render(tmp_path, {"a": ours()})
    assert not areas.left_behind(str(tmp_path), "rendered")
    (tmp_path / place).mkdir(parents=True)
    assert areas.left_behind(str(tmp_path), "rendered")
    render(tmp_path, {"a": ours()})
    assert not areas.left_behind(str(tmp_path), "rendered")
    assert not (tmp_path / place).exists()


HERE = Path(__file__).parents[2]
KILLED = """
import itertools, os, sys, time
from pathlib import Path
from gitops.foundation.errors import Refused
from gitops.tree.stage import Stage
from tests.tree.trees import ours
with Stage.open(Path(sys.argv[1])) as stage:
    for worker in range(int(sys.argv[2])):
        if os.fork() == 0:
            try:
                for number in itertools.count():
                    stage.put(f"w{worker}/t{number // 3}/{number}", ours())
            except Refused:
                os.write(1, b"refused\\n")  # at once, whatever the others write
            finally:
                os._exit(0)
    while not all(Path(f"{stage.area}/tree/w{worker}/t9").exists()
                  for worker in range(int(sys.argv[2]))):
        time.sleep(0.001)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_the_area_of_a_killed_run_is_cleared_also_while_its_workers_write(
    tmp_path: Path, workers: int
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(workers)]
    for _ in range(5):
        with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as run:
            assert run.wait() == -signal.SIGKILL
            render(tmp_path, {"a": ours()})
            said, _ = run.communicate()
        assert said == "refused\n" * workers
        assert [place.name for place in (tmp_path / ".gitops/stage").iterdir()] == [".gitignore"]
