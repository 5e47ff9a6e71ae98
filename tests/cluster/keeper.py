"""Programs that never outlive the test run: a private folder and a keeper that watches it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

SCRIPT = Path(__file__).with_name("keeper_main.py")


class Died(Exception):
    """A program ended, or did not get ready, where it should run; the message shows its log."""


class Keeper:
    """Starts programs in a private folder (mode 0700) and ends them with this process.

    Leaving the ``with`` block, an exception, Ctrl-C or SIGKILL all end every program and
    remove the folder. ``detach`` lets them outlive this process until ``pid`` gets SIGTERM.
    """

    def __init__(self, purpose: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"gitops-{purpose}-"))
        self._detached = False
        # Output of its own: a detached keeper must not hold the caller's pipes open.
        with (self.folder / "keeper.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(SCRIPT), str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process to end with SIGTERM once detached."""
        return self._process.pid

    def start(
        self, name: str, argv: Sequence[str | Path], env: Mapping[str, str] | None = None
    ) -> None:
        """Start a program; it stands in the folder and writes to ``NAME.log``."""
        self.exit_file(name).unlink(missing_ok=True)
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), **(env or {})}
        self._order(
            start=name, argv=[str(part) for part in argv], env=environment, cwd=str(self.folder)
        )

    def stop(self, name: str) -> None:
        """End one program and wait until it is gone."""
        self._order(stop=name)
        until(self.exit_file(name).exists, f"the end of {name}", seconds=10)

    def detach(self) -> None:
        """From here on the programs outlive this process."""
        self._order(detach=True)
        self._detached = True

    def exit_file(self, name: str) -> Path:
        """Holds the exit code once the program has ended."""
        return self.folder / f"{name}.exit"

    def log(self, name: str, lines: int = 40) -> str:
        """The last lines that a program wrote."""
        path = self.folder / f"{name}.log"
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    def until(self, name: str, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until a program is ready; Died, with its log, when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        while not ready():
            gone = self.exit_file(name).exists()
            if gone or time.monotonic() > deadline:
                why = "ended" if gone else f"was not ready after {seconds:.0f} s"
                raise Died(f"{name} {why}; it last wrote:\n{self.log(name)}")
            time.sleep(0.02)

    def close(self) -> None:
        """End every program and remove the folder; returns when all are gone.

        Does nothing once detached.
        """
        if self._detached:
            return
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(timeout=30)

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _order(self, **order: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()


def until(ready: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until ``ready`` answers with something true. Raises TimeoutError naming ``what``."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.02)
