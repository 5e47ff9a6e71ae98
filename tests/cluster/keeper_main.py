"""The keeper: starts programs, and ends them all when whoever asked for them is gone.

Run as a script with a private folder as its argument; reads one JSON order a line from
standard input:

    {"start": NAME, "argv": […], "env": {…}, "cwd": DIR}   output goes to DIR/NAME.log
    {"stop": NAME}
    {"detach": true}                                        outlive the caller

When standard input ends (the caller left, crashed or was killed) or on SIGTERM it kills
everything it started and removes the folder. A program that ends by itself leaves its
exit code in NAME.exit. Should the keeper itself be killed, Linux kills its programs.
Uses the standard library only and imports nothing of the tests, so it starts at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def main(folder: Path) -> None:
    keeper = Keeper(folder)
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        keeper.serve()
    finally:
        keeper.end()


class Keeper:
    """Owns the folder and every program started in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.parent = os.getppid()
        self.detached = False

    def serve(self) -> None:
        """Obey until the caller is gone."""
        waiting = b""
        while self.detached or os.getppid() == self.parent:
            self.reap()
            readable = [] if self.detached else [0]
            if not select.select(readable, [], [], 0.1)[0]:
                continue
            read = os.read(0, 65536)
            if not read:
                return
            *orders, waiting = (waiting + read).split(b"\n")
            for order in orders:
                self.obey(json.loads(order))

    def obey(self, order: dict[str, Any]) -> None:
        if "start" in order:
            self.start(order["start"], order["argv"], order["env"], order["cwd"])
        elif "stop" in order:
            self.kill(order["stop"])
        elif "detach" in order:
            self.detached = True

    def start(self, name: str, argv: list[str], env: dict[str, str], cwd: str) -> None:
        self.path(name, "exit").unlink(missing_ok=True)
        with self.path(name, "log").open("ab") as log:
            try:
                self.running[name] = subprocess.Popen(
                    argv,
                    env=env,
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    # This process has one thread; and it is that thread's death that counts.
                    preexec_fn=die_with_parent,  # noqa: PLW1509
                )
            except OSError as error:
                log.write(f"{argv[0]}: {error}\n".encode())
                self.note_exit(name, 127)

    def reap(self) -> None:
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                del self.running[name]
                self.note_exit(name, process.returncode)

    def kill(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            self.note_exit(name, process.wait())

    def end(self) -> None:
        for name in reversed(list(self.running)):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def note_exit(self, name: str, code: int) -> None:
        half = self.path(name, "half")
        half.write_text(str(code))
        half.replace(self.path(name, "exit"))

    def path(self, name: str, suffix: str) -> Path:
        return self.folder / f"{name}.{suffix}"


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
