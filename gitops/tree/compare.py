"""Whether the rendered tree is what a render would write; writes nothing and takes no lock."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from gitops.tree.disk import Disk, Seen
from gitops.tree.plan import orphans, require_sound, standing_files
from gitops.tree.refusals import refusing, require_usable
from gitops.tree.written import content_hash


class Comparison(Struct, frozen=True):
    """How the disk differs from a render: paths relative to the output, sorted, each in one.

    ``stale`` files hold an earlier render, ``edited`` ones differ from what was last
    written (known only where that was), ``missing`` ones are not there, ``orphan`` ones
    are rendered but no longer declared, and at ``foreign`` paths something that gitops did
    not write is in a rendered file's way. Foreign files in nobody's way are no difference.
    """

    stale: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    orphan: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.stale or self.edited or self.missing or self.orphan or self.foreign)


class Comparer(Struct, frozen=True, eq=False):
    """Looks at one rendered file at a time, in any process; picklable."""

    output: str
    _disk: Disk

    @classmethod
    def of(cls, estate: Path, output: str = "rendered") -> Comparer:
        """A comparer for the estate's output.

        Raises:
            Refused: the output is no folder that rendered files could be in.
        """
        root = os.path.abspath(estate)
        require_usable(root, output)
        return cls(output, Disk(f"{root}/{output}"))

    def look(self, path: str, content: bytes) -> Seen | None:
        """What is different about one rendered file; None when it is the same.

        Raises:
            Refused: the path is unsafe, or the file cannot be read.
        """
        require_sound(self.output, {path}, ())
        with refusing(self.output):
            seen = self._disk.look(path, content)
        return None if seen.verdict == "same" else Seen(seen.verdict, seen.at)

    def conclude(
        self,
        looked: Mapping[str, Seen | None],
        scope: Iterable[str] = (),
        written: Mapping[str, str] | None = None,
    ) -> Comparison:
        """The whole comparison, from what was seen of every expected path.

        Args:
            looked: every path of the render, with what :meth:`look` said.
            scope: the subtrees the render is answerable for; empty for the whole output.
            written: content hashes of the files as last written.

        Raises:
            Refused: the paths cannot stand beside each other.
        """
        tops = tuple(scope)
        require_sound(self.output, looked.keys(), tops)
        with refusing(self.output):
            orphan = orphans(self._disk, standing_files(self._disk, tops), looked.keys())
            kinds: dict[str, list[str]] = {}
            for path, seen in looked.items():
                if seen is not None:
                    kind = self._kind(path, seen, orphan, written or {})
                    kinds.setdefault(kind, []).append(path)
        sorts = {kind: tuple(sorted(paths)) for kind, paths in kinds.items()}
        return Comparison(orphan=tuple(sorted(orphan)), **sorts)

    def _kind(self, path: str, seen: Seen, orphan: set[str], written: Mapping[str, str]) -> str:
        if seen.verdict == "changed":
            known = written.get(path)
            return "stale" if known in {None, self._hash(path)} else "edited"
        if seen.verdict == "added" or (seen.verdict == "file-in-the-way" and seen.at in orphan):
            return "missing"
        return "foreign"

    def _hash(self, path: str) -> str:
        with open(f"{self._disk.root}/{path}", "rb", buffering=0) as file:
            return content_hash(file.read())


def compare(
    estate: Path,
    files: Iterable[tuple[str, bytes]],
    output: str = "rendered",
    *,
    scope: Iterable[str] = (),
    written: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare a whole render, file by file, with the output.

    Raises:
        Refused: paths are unsafe or collide, or the output cannot be read.
    """
    comparer = Comparer.of(estate, output)
    looked = {path: comparer.look(path, content) for path, content in files}
    return comparer.conclude(looked, scope, written)
