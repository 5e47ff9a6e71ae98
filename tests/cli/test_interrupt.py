"""Ctrl-C at any moment of a render: exit code 130, one line, and what it says is true."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gitops.foundation.interrupts import Interrupted, interruptible
from tests.cli.folders import Folder

PRESSED = """
import os, signal, sys
left = [int(sys.argv.pop(1))]
def hook(event, _):
    if event == "open" or event.startswith(("os.", "import", "ctypes.dlsym")):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGINT)
from gitops.cli.main import main
sys.addaudithook(hook)
main()
"""
"""The program, in which Ctrl-C is pressed at one of its steps: imports, files, the exchange."""
CHANGED = {"platform.yaml": "defaults: {labels: {a: b}}\n"}


def tree(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def restore(root: Path, files: dict[str, bytes]) -> None:
    """As it was before, and nothing remembered of what was rendered since."""
    for path, content in files.items():
        Path(path).write_bytes(content)
    (root / ".gitops/memory").unlink(missing_ok=True)


def pressed(root: Path, step: int) -> tuple[int, str]:
    """Exit code and standard error of a render with Ctrl-C at a step."""
    done = subprocess.run([sys.executable, "-c", PRESSED, str(step), "-C", str(root), "render"],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_what_an_interrupted_render_says_is_true_at_any_step(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder.new(tmp_path, capsys)
    assert folder.run("render").code == 0
    old = tree(folder.top / "rendered")
    folder.write(CHANGED)
    said = set()
    for step in range(1, 10_000, 37):
        code, told = pressed(folder.top, step)
        new = tree(folder.top / "rendered")
        if code == 0:
            break
        assert (code, told.strip().count("\n")) == (130, 0), told
        assert ("rendered/ written: 1 changed" in told) == (new != old), told
        said.add(told.strip())
        restore(folder.top, old)
    assert (code, len(said)) == (0, 3), said


@pytest.mark.parametrize("pressed_late", [True, False])
def test_work_that_holds_interrupts_off_is_done_to_the_end(pressed_late: bool) -> None:
    done = False
    with interruptible("lost") as interrupts:
        interrupts.hold_off()
        if pressed_late:
            os.kill(os.getpid(), signal.SIGINT)
        done = True
    assert done
    assert interrupts.pressed is pressed_late


def test_work_that_was_stopped_says_what_became_of_it() -> None:
    with pytest.raises(Interrupted, match="lost"), interruptible("lost"):
        raise KeyboardInterrupt
