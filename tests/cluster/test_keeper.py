"""Whatever a test run starts ends with it, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.cluster.keeper import Died, Keeper, until

ROOT = Path(__file__).parents[2]
RUN = """
    import signal, sys, time
    from tests.cluster.keeper import Keeper
    with Keeper("test") as keeper:
        keeper.start("sleeper", ["sh", "-c", "echo $$ > pid; touch ready; sleep 600 & wait"])
        keeper.until("sleeper", lambda: (keeper.folder / "ready").exists())
        print(keeper.folder, (keeper.folder / "pid").read_text().strip(), flush=True)
        {rest}
"""


def run(rest: str) -> tuple[subprocess.Popen[str], Path, int]:
    """A process that keeps a program; its folder, and the program's process id."""
    code = textwrap.dedent(RUN).format(rest=rest)
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    folder, pid = process.stdout.readline().split()
    process.stdout.close()
    return process, Path(folder), int(pid)


def gone(folder: Path, pid: int) -> bool:
    """Neither the folder nor any process of the program's group is left."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return not folder.exists()
    return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_a_run_that_is_ended(end: signal.Signals) -> None:
    process, folder, pid = run("time.sleep(600)")
    process.send_signal(end)
    process.wait()
    until(lambda: gone(folder, pid), "the end of every program", seconds=10)


def test_nothing_outlives_a_run_that_fails() -> None:
    process, folder, pid = run("sys.exit(3)")
    assert process.wait() == 3
    until(lambda: gone(folder, pid), "the end of every program", seconds=10)


def test_a_detached_keeper_outlives_its_run_until_it_is_told() -> None:
    process, folder, pid = run("keeper.detach()")
    assert process.wait() == 0
    assert not gone(folder, pid)
    keeper = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(keeper, signal.SIGTERM)
    until(lambda: gone(folder, pid), "the end of every program", seconds=10)


def test_a_program_that_ends_shows_its_log() -> None:
    with Keeper("test") as keeper:
        keeper.start("broken", ["sh", "-c", "echo it went wrong; exit 2"])
        with pytest.raises(Died, match="went wrong"):
            keeper.until("broken", lambda: False)


def test_a_program_that_is_missing_is_told() -> None:
    with Keeper("test") as keeper:
        keeper.start("missing", ["/no-such-program"])
        with pytest.raises(Died, match="no-such-program"):
            keeper.until("missing", lambda: False)
