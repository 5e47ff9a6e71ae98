"""A Go program that answers one JSON line with one JSON line, kept running in between."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.cluster.building import GoProgram, built

HERE = Path(__file__).parent


class Asked:
    """Ask ``tests/upstream/NAME``; built on first use, ends with its standard input.

    Raises NoGo or BuildFailed when it cannot be built.
    """

    def __init__(self, name: str) -> None:
        binary = built(GoProgram(f"ask-{name}", HERE / name))
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [str(binary)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: object) -> Any:
        """One question, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            # Upstream code logs its warnings to standard output too.
            while line and not line.startswith("{"):
                line = self._process.stdout.readline()
        if not line:
            raise BrokenPipeError(f"the program asked ended with {self._process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def __enter__(self) -> Asked:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
