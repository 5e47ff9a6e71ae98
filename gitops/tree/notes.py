"""What a render stages and what it is like, noted where the content is at hand.

Each process that stages files appends to a note of its own in the staging area, so that
the commit need neither look for what has just been written nor read it again.
"""

from __future__ import annotations

import errno
import glob
import os
from dataclasses import dataclass, field

from gitops.tree.written import content_hash, signed

_NAME = "hashes."


@dataclass(slots=True)
class Notes:
    """One process's note; after a fork or in a new process a new one is begun."""

    _open: dict[int, int] = field(default_factory=dict)

    def add(self, area: str, path: str, content: bytes, info: os.stat_result) -> None:
        """Note a staged file. Taking its place changes nothing of what is noted."""
        pid = os.getpid()
        if pid not in self._open:
            self._open[pid] = os.open(f"{area}/{_NAME}{pid}",
                                      os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        line = f"{path}\0{signed(content_hash(content), info)}\n".encode()
        if os.write(self._open[pid], line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Let go of this process's note."""
        handle = self._open.pop(os.getpid(), None)
        if handle is not None:
            os.close(handle)

    def __reduce__(self) -> tuple[type[Notes], tuple[()]]:
        return (Notes, ())


@dataclass(frozen=True, slots=True)
class Staged:
    """The files that wait in a staging area: by path, a line that tells each by its status and
    content (see :func:`gitops.tree.written.signed`)."""

    area: str
    lines: dict[str, str]

    @property
    def statuses(self) -> dict[str, str]:
        """The statuses alone."""
        return {path: line.rpartition(" ")[0] for path, line in self.lines.items()}


def noted(area: str) -> Staged:
    """Everything that was staged, by whatever process."""
    lines = {}
    for name in glob.glob(f"{glob.escape(area)}/{_NAME}*"):
        with open(name, encoding="utf-8") as file:
            for line in file:
                path, _, lines[path] = line[:-1].partition("\0")
        os.unlink(name)
    return Staged(area, lines)
