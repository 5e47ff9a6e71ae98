"""Which paths may be written at all, and which cannot stand beside each other.

A path is relative to the output, with ``/`` between its segments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitops.foundation.findings import Finding


_PLAIN = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.@+=~-]*/)*[A-Za-z0-9_][A-Za-z0-9_.@+=~-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 255


def unsafe(path: str) -> str | None:
    """Why this path may not be written, or None when it may.

    Refused are paths that leave the output, that git or another system reads
    differently, and that no file system can hold.
    """
    if len(path) <= _LONGEST and _PLAIN.fullmatch(path):
        return None
    return _anywhere(path) or next(filter(None, map(_segment, path.split("/"))), None)


def _anywhere(path: str) -> str | None:
    if path.startswith("/"):
        return "it is absolute"
    if "\\" in path:
        return "it holds a backslash"
    if _CONTROL.search(path):
        return "it holds a control character"
    return None


def _segment(segment: str) -> str | None:
    if not segment:
        return "it has an empty segment"
    if segment in {".", ".."}:
        return f'it has the segment "{segment}"'
    if segment.casefold() == ".git":
        return 'it has the segment ".git"'
    try:
        size = len(segment.encode())
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    return f"it has a segment of more than {_LONGEST} bytes" if size > _LONGEST else None


def unsafe_path(output: str, path: str) -> Finding | None:
    """The finding for a path that may not be written, at the path itself."""
    reason = unsafe(path)
    if reason is None:
        return None
    from gitops.foundation.findings import Finding, Position

    return Finding(
        "unsafe-output-path",
        Position(f"{output}/{path}".encode("unicode_escape").decode("ascii")),
        f"this path may not be written, because {reason}",
        "rename the declaration or template that makes it",
    )


def collisions(output: str, paths: Iterable[str]) -> list[Finding]:
    """A finding for every file or folder whose path differs from another's only in case.

    Such a pair is one file in a checkout on macOS or Windows. Unicode forms count as
    equal too.
    """
    seen: dict[str, str] = {}
    clashes: dict[str, str] = {}
    folders: set[str] = set()
    paths = set(paths)
    if _all_apart(paths):
        return []
    for path in paths:
        _note(path, seen, clashes)
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
            _note(path, seen, clashes)
    return [_collision(output, path, other) for path, other in sorted(clashes.items())]


def _all_apart(paths: AbstractSet[str]) -> bool:
    """Whether no two paths or folders above them differ only in case: the usual answer, fast."""
    folders = {path.rpartition("/")[0] for path in paths}
    everything = {*paths, *folders}
    for folder in folders:
        while folder := folder.rpartition("/")[0]:
            everything.add(folder)
    together = "".join(everything)
    return together.isascii() and (
        together == together.lower()
        or len({path.lower() for path in everything}) == len(everything))


def _note(path: str, seen: dict[str, str], clashes: dict[str, str]) -> None:
    folded = path.lower() if path.isascii() else _folded(path)
    other = seen.setdefault(path if folded == path else folded, path)
    if other != path:
        clashes[max(path, other)] = min(path, other)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def _collision(output: str, path: str, other: str) -> Finding:
    from gitops.foundation.findings import Finding, Position

    return Finding(
        "output-paths-collide",
        Position(f"{output}/{path}"),
        f'this path and "{output}/{other}" are one file where case does not count',
        "rename one of the declarations, so that a checkout on macOS or Windows holds both",
    )
