"""What a render changed on disk, and the part of the output it answers for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct, field


class Changes(Struct, frozen=True):
    """The files that a render added, changed and removed, each sorted, relative to the output.

    ``since`` and ``at`` are the file system's time in nanoseconds when the render began to
    look at the output, and just after the new tree stood: what is younger is not ours.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    since: int = 0
    at: int = 0
    expected: Collection[str] = ()
    """Every path of the render, changed or not."""
    whole: Mapping[str, str] = field(default_factory=dict)
    """Where there was no output before, each file's status by its path: nothing else is there."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def within(path: str, scope: Collection[str]) -> bool:
    """Whether a path is one of these subtrees or in one; an empty scope holds everything."""
    return not scope or any(path == top or path.startswith(f"{top}/") for top in scope)
