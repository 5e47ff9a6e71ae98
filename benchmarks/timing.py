"""Whole cold processes, timed from outside, several times; the median counts."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timing:
    """Seconds of wall-clock time, and the largest process's peak memory in MiB."""

    seconds: float
    memory: float
    fastest: float = 0.0
    slowest: float = 0.0


def once(command: Sequence[str | Path], folder: Path) -> Timing:
    """One run of a command; it must succeed."""
    began = time.perf_counter()
    with subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        told = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed:\n{told.decode(errors='replace')[-2000:]}")
    return Timing(time.perf_counter() - began, usage.ru_maxrss / 1024)


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
