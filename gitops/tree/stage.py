"""The rendered tree, written all or nothing.

A render puts every file; what equals the file on disk costs one read and nothing else,
the rest waits in a staging area. ``commit`` then lets all of it take its place at once
(:mod:`gitops.tree.place` says how, and what "at once" means).
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from gitops.foundation.errors import Refused
from gitops.tree.area import discard, filesystem_time, make_folder, own_folder, staging
from gitops.tree.changes import Changes
from gitops.tree.disk import Disk, Seen
from gitops.tree.header import is_ours
from gitops.tree.lock import locked
from gitops.tree.notes import Note, Notes, Staged
from gitops.tree.paths import unsafe_path
from gitops.tree.place import place, take_after
from gitops.tree.plan import note, planned
from gitops.tree.refusals import failure, refusing, require_usable
from gitops.tree.written import remember

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
Outcome: TypeAlias = Literal["same", "changed", "added"]


def _silent(_: str) -> None:
    return None


class Stage(Struct, frozen=True, eq=False):
    """One render's way into the output; made by :meth:`open`, and picklable for workers.

    ``estate`` and ``area`` are absolute; ``since`` is the file system's time in
    nanoseconds when the stage was opened.
    """

    estate: str
    output: str
    area: str
    force: bool
    since: int
    _disk: Disk
    _made: set[str] = field(default_factory=set)
    _notes: Notes = field(default_factory=Notes)

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        estate: Path,
        output: str = "rendered",
        *,
        force: bool = False,
        say: Callable[[str], None] = _silent,
    ) -> Iterator[Stage]:
        """Take the estate's lock and an empty staging area, for one render.

        Args:
            estate: the folder that holds the declarations.
            output: the rendered folder, relative to it.
            force: files without our header may be overwritten where a rendered file
                wants their place. Others stay in any case.
            say: told, once, when another render must be waited for.

        Raises:
            Refused: the output is no place to write to. Nothing has changed.
        """
        root = os.path.abspath(estate)
        require_usable(root, output)
        held = contextlib.ExitStack()
        try:
            with refusing(output):
                held.enter_context(locked(own_folder(root), say))
                area = held.enter_context(staging(root, output, say))
            disk = Disk(f"{root}/{output}")
            yield cls(root, output, area, force, filesystem_time(area), disk)
        finally:
            with refusing(output):
                held.close()

    def put(self, path: str, content: bytes) -> Outcome:
        """Compare one rendered file with the disk, and stage it when they differ.

        Works in any process, once for each path; what another than the committing one
        stages, it must tell (see :meth:`told`). A file that must not be replaced is told by
        :meth:`commit`, with all others.

        Args:
            path: relative to the output, with ``/`` between segments.
            content: the whole file, which begins with :func:`gitops.tree.header.header`.

        Raises:
            Refused: the path is unsafe, or the disk full.
            ValueError: the content has no header, so it could never be rendered again.
        """
        if not is_ours(content):
            raise ValueError(f"{path}: a rendered file must begin with its header")
        finding = unsafe_path(self.output, path)
        if finding:
            raise Refused([finding])
        try:
            seen = self._disk.look(path, content)
            if seen.verdict == "same":
                return "same"
            self._stage(path, content, seen)
        except OSError as error:
            raise Refused([failure(self.output, error)]) from error
        return "added" if seen.verdict == "added" else "changed"

    def staged(self, path: str) -> bytes:
        """What waits to take its place at a path.

        Raises:
            Refused: it cannot be read.
        """
        with refusing(self.output):
            return Path(self.area, "tree", path).read_bytes()

    def told(self) -> list[Note]:
        """What this process has staged since it was asked before, for :meth:`commit`."""
        return self._notes.told()

    def commit(self, expected: Iterable[str], scope: Iterable[str] = (),
               told: Iterable[Note] = ()) -> Changes:
        """Let the staged files take their place, and what is no longer rendered go; once.

        Args:
            expected: every path of this render, put or the same.
            scope: the subtrees this render is answerable for; empty for the whole output.
                Rendered files in them that are not expected are removed.
            told: what processes have staged, this one's latest aside.

        Raises:
            Refused: with every file that is in the way. Nothing has changed.
        """
        with refusing(self.output):
            wanted, tops = set(expected), tuple(scope)
            waiting = Staged(self.area, dict([*told, *self._notes.told()]))
            plan = planned(waiting, self._disk, self.output, wanted, tops)
            whole = place(self.area, self._disk.root, {*plan.added, *plan.changed},
                          {*plan.removed})
        changes = replace(plan, since=self.since, at=filesystem_time(self.area),
                          expected=wanted, whole=waiting.statuses if whole else {})
        discard(f"{self.area}/tree", f"{self.area}/aside")
        remember(self.estate, self.output, wanted, tops, waiting.lines)
        return changes

    def _stage(self, path: str, content: bytes, seen: Seen) -> None:
        if seen.verdict not in {"added", "changed"} and not self._may_replace(seen):
            note(self.area, seen)
        tree = f"{self.area}/tree"
        target, folder = f"{tree}/{path}", path.rpartition("/")[0]
        if folder and folder not in self._made:
            make_folder(tree, folder)
            self._made.add(folder)
        handle = os.open(target, _WRITE, 0o666)
        try:
            if os.write(handle, content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            info = os.fstat(handle)
        finally:
            os.close(handle)
        if seen.info is not None:
            take_after(seen.info, target)
        self._notes.add(path, content, info)

    def _may_replace(self, seen: Seen) -> bool:
        return self.force and seen.verdict == "foreign"
