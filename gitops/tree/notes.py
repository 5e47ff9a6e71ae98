"""The hashes of what a render stages, noted where the content is at hand.

Each process that stages files appends to a note of its own in the staging area, so that
the commit need not read again what has just been written.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, field

from gitops.tree.written import content_hash

_NAME = "hashes."


@dataclass(slots=True)
class Notes:
    """One process's note; after a fork or in a new process a new one is begun."""

    _open: dict[int, int] = field(default_factory=dict)

    def add(self, area: str, path: str, content: bytes) -> None:
        """Note a staged file's hash."""
        pid = os.getpid()
        if pid not in self._open:
            self._open[pid] = os.open(f"{area}/{_NAME}{pid}",
                                      os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.write(self._open[pid], f"{content_hash(content)} {path}\n".encode())

    def close(self) -> None:
        """Let go of this process's note."""
        handle = self._open.pop(os.getpid(), None)
        if handle is not None:
            os.close(handle)

    def __reduce__(self) -> tuple[type[Notes], tuple[()]]:
        return (Notes, ())


def noted(area: str) -> dict[str, str]:
    """Every staged path's content hash, by path; a line that was cut short is left out."""
    found = {}
    for name in glob.glob(f"{glob.escape(area)}/{_NAME}*"):
        with open(name, encoding="utf-8") as file:
            for line in file:
                digest, _, path = line.rstrip("\n").partition(" ")
                if line.endswith("\n"):
                    found[path] = digest
        os.unlink(name)
    return found
