"""What a render stages and what it is like, noted where the content is at hand.

Each process notes what it stages, and whoever commits is told all of it, so that the commit
need neither look for what has just been written nor read it again.
"""

from __future__ import annotations

import os
from typing import TypeAlias

from msgspec import Struct, field

from gitops.tree.written import content_hash, signed

Note: TypeAlias = tuple[str, str]
"""A path, and the line that tells its file (see :func:`gitops.tree.written.signed`)."""


class Notes(Struct):
    """One process's notes. A forked one may tell again what was noted before it: no harm."""

    _made: list[Note] = field(default_factory=list)

    def add(self, path: str, content: bytes, info: os.stat_result) -> None:
        """Note a staged file. Taking its place changes nothing of what is noted."""
        self._made.append((path, signed(content_hash(content), info)))

    def told(self) -> list[Note]:
        """What this process has noted since it was asked before."""
        told, self._made = self._made, []
        return told


class Staged(Struct, frozen=True):
    """The files that wait in a staging area, each with what was noted of it."""

    area: str
    lines: dict[str, str]

    @property
    def statuses(self) -> dict[str, str]:
        """The statuses alone."""
        return {path: line.rpartition(" ")[0] for path, line in self.lines.items()}
