"""Whole cold processes, timed from outside, several times; the median counts."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Timing:
    """Seconds of wall-clock time, and the largest process's peak memory in MiB."""

    seconds: float
    memory: float
    fastest: float
    slowest: float


def once(command: Sequence[str | Path], folder: Path, codes: Sequence[int] = (0,)) -> Timing:
    """One run of a command; it must end with one of these exit codes."""
    done = subprocess.run([sys.executable, "-S", "-E", LAUNCH, *map(str, command)], cwd=folder,
                          capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{command} failed:\n{done.stderr[-2000:]}")
    seconds, kibibytes = map(float, done.stdout.split())
    return Timing(seconds, kibibytes / 1024, seconds, seconds)


def timed(command: Sequence[str | Path], folder: Path, runs: int,
          before: Callable[[], object] = lambda: None) -> Timing:
    """The median of several runs, each after ``before()``."""
    found = []
    for _ in range(runs):
        before()
        found.append(once(command, folder))
    seconds = [one.seconds for one in found]
    return Timing(statistics.median(seconds), max(one.memory for one in found),
                  min(seconds), max(seconds))
