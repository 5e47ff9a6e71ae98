"""Free loopback ports that two test runs never pick at once."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import TextIO

FIRST, LAST = 20000, 32000
"""Below the range from which the kernel takes ports for outgoing connections."""


class Ports:
    """Reserves ports for as long as this object lives (or its process, however it ends)."""

    def __init__(self) -> None:
        self._locks: list[TextIO] = []
        self._folder = Path(tempfile.gettempdir()) / f"gitops-ports-{os.getuid()}"
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def take(self) -> int:
        """A port on 127.0.0.1 that nobody listens on and no other run has taken."""
        for port in random.sample(range(FIRST, LAST), 500):
            lock = (self._folder / str(port)).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            except OSError:
                lock.close()
                continue
            self._locks.append(lock)
            return port
        raise OSError(f"no free port between {FIRST} and {LAST}")

    def close(self) -> None:
        """Give the ports back."""
        for lock in self._locks:
            lock.close()
        self._locks.clear()
