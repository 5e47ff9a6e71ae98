"""Kills renders and looks at what is left; run by test_kill.py in a process of its own.

``python -m tests.tree.killing SCENARIO step`` kills at every operation on files that
Python announces (audit events), ``… time COUNT`` at moments spread at random over the
measured time of a whole render. Prints one word a kill: what a reader saw (old, new,
torn), and ``unhealed`` or ``stuck`` when the next run did not put things right.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from gitops.tree import place as placing
from gitops.tree import swap as swapping
from gitops.tree.stage import Stage
from gitops.tree.swap import NoRename
from tests.tree.trees import ours, render, snapshot

Tree = dict[str, bytes]


def _many(salt: str) -> Tree:
    return {f"prod/t{at}/{name}": ours(f"{at}{salt}\n" * 50) for at in range(100) for name in "abc"}


def _few(salt: str) -> Tree:
    return {f"prod/{folder}/{name}": ours(salt) for folder in "abc" for name in "xy"}


FEW = _few("1")
SCENARIOS: dict[str, tuple[Tree, Tree]] = {
    "many": (_many("1"), _many("2") | {"dev/new": ours()}),
    "mixed": (FEW, {**FEW, "prod/a/x": ours("2"), "prod/d/new": ours()} | {"top": ours()}),
    "fewer": (FEW, {path: content for path, content in FEW.items() if "/b/" not in path}),
    "scattered": (FEW, {path: content for path, content in FEW.items() if "/x" not in path}),
    "one": (FEW, FEW | {"prod/a/x": ours("2")}),
    "folder": (FEW, FEW | {"prod/e/x": ours("2"), "prod/e/y": ours("2")}),
    "none": (FEW, {}),
    "gone": (FEW, {}),
    "first": ({}, FEW),
}
ALONE = {"first", "gone"}
"""Scenarios in which no file of somebody else stands beside ours."""
MINE: dict[str, object] = {"prod/mine": b"mine", "prod/link": "-> mine"}


def _refuse(one: str, other: str) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), one)


def _no_rename(*_: str) -> None:
    raise NoRename(errno.EXDEV, os.strerror(errno.EXDEV))


def _child(work: Callable[[], None]) -> int:
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    return process


def _dying_at(step: int) -> Callable[[str, tuple[object, ...]], None]:
    left = [step]

    def hook(event: str, _: tuple[object, ...]) -> None:
        if event == "open" or event.startswith(("os.", "shutil.", "ctypes.dlsym")):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def _killed_at_step(estate: Path, new: Tree, step: int) -> bool:
    def work() -> None:
        sys.addaudithook(_dying_at(step))
        render(estate, new)

    _, status = os.waitpid(_child(work), 0)
    return os.WIFSIGNALED(status)


def _killed_after(estate: Path, new: Tree, seconds: float) -> None:
    process = _child(lambda: render(estate, new) and None)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _seen(estate: Path, old: Tree, new: Tree, mine: dict[str, object]) -> str:
    found = snapshot(estate / "rendered")
    if found in (old | mine, new | mine):
        word = "old" if found == old | mine else "new"
    else:
        word = "torn" if found else "missing"
    with Stage.open(estate):
        if snapshot(estate / "rendered") not in (old | mine, new | mine):
            return "unhealed"
    render(estate, new)
    areas = list((estate / ".gitops/stage").iterdir())
    whole = snapshot(estate / "rendered") == new | mine and len(areas) == 1
    return word if whole else "stuck"


def _prepared(folder: str, old: Tree, mine: dict[str, object]) -> Path:
    estate = Path(folder)
    render(estate, old)
    if not mine:
        return estate
    (estate / "rendered/prod").mkdir(parents=True, exist_ok=True)
    (estate / "rendered/prod/mine").write_text("mine")
    (estate / "rendered/prod/link").symlink_to("mine")
    return estate


def _duration(old: Tree, new: Tree) -> float:
    with TemporaryDirectory() as folder:
        estate = _prepared(folder, old, MINE)
        start = time.perf_counter()
        os.waitpid(_child(lambda: render(estate, new) and None), 0)
        return time.perf_counter() - start


def main(scenario: str, way: str, count: int) -> None:
    name, _, lacking = scenario.partition("-")
    if lacking == "exchange":
        swapping.exchange = _refuse
    if lacking == "rename":
        placing.swap = placing.put_aside = _no_rename
    old, new = SCENARIOS[name]
    mine = {} if name in ALONE else MINE
    took = _duration(old, new)
    alive = False
    step = 0
    while not alive and step < count:
        step += 1
        with TemporaryDirectory() as folder:
            estate = _prepared(folder, old, mine)
            if way == "step":
                alive = not _killed_at_step(estate, new, step)
            else:
                _killed_after(estate, new, random.uniform(0, took * 1.1))
            print(_seen(estate, old, new, mine), flush=True)
    if way == "step" and not alive:
        print("unfinished")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
