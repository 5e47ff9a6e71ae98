"""Files as the file system signs them: enough to know that nothing was touched.

Size, both times, inode and mode of every file, in one pass and without opening any. A
change that leaves all of these as they were can only be one within the same tick of the
file system's clock (git calls such an entry racy), and callers wait that out.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeAlias

Entry: TypeAlias = tuple[str, int, int, int, int, int]
"""Path, size in bytes, mtime and ctime in nanoseconds, inode, mode."""
_LINE = "%s\0%d %d %d %d %d"
"""An entry in one line; :func:`line` has what stands behind the path."""
_FINE_TICK = 20_000_000
_COARSE_TICK = 2_000_000_000
PATIENCE = 2.5
"""Seconds to wait for the clock of a file system, at most."""
_AT_ONCE = 4096
_GENERATED = "__pycache__"


def entries(base: str, paths: Iterable[str], *, follow: bool) -> list[Entry] | None:
    """Every file at or below these paths, in order.

    Args:
        base: what relative paths are relative to.
        paths: files or folders; one that is missing is an entry too.
        follow: read links as what they lead to, as a reader of the files does. Then the
            answer is None when a link leads to a folder: what is in it is not watched.

    Raises:
        OSError: a folder cannot be read.
    """
    found: list[Entry] = []
    for path in paths:
        place = os.path.join(base, path)
        try:
            info = os.lstat(place)
        except FileNotFoundError:
            found.append((path, -1, 0, 0, 0, 0))
            continue
        if stat.S_ISDIR(info.st_mode):
            _folder(place, found)
        else:
            found.append(_entry(place, info))
    found.sort()
    return _followed(found) if follow else found


def sign(base: str, paths: Iterable[str]) -> str | None:
    """The digest of every file at or below these paths, links followed.

    Signed twice when a file is so young that once is not enough. None when they cannot be
    vouched for: unreadable, changing just now, or behind a link to a folder.
    """
    paths = tuple(paths)
    try:
        found = entries(base, paths, follow=True)
        wait = young(found or ())
        if found and wait:
            time.sleep(min(wait, PATIENCE))
            again = entries(base, paths, follow=True)
            found = again if again == found and not young(again) else None
    except OSError:
        return None
    return None if found is None else digest(found)


def digest(found: Iterable[Entry], *parts: str) -> str:
    """One hash over the entries and further texts, in hexadecimal."""
    return _digest(map(_LINE.__mod__, found), parts)


def digest_of_lines(lines: Mapping[str, str]) -> str:
    """The :func:`digest` of entries whose paths and statuses are known, each as a :func:`line`."""
    return _digest((f"{path}\0{lines[path]}" for path in sorted(lines)), ())


def line(info: os.stat_result) -> str:
    """A file's status in one line: size, times of content and status, inode, mode."""
    return (f"{info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_ino} {info.st_mode}")


def _digest(lines: Iterator[str], parts: tuple[str, ...]) -> str:
    from gitops.foundation.hashing import blake2b

    signed = blake2b(repr(parts).encode(), digest_size=16)
    while some := "\n".join(islice(lines, _AT_ONCE)):
        signed.update(f"{some}\n".encode("utf-8", "surrogateescape"))
    return signed.hexdigest()


def young(found: Iterable[Entry]) -> float:
    """Seconds until a further change of the newest file must get another time.

    Zero when that is so already. Times of whole seconds are taken for the sign of a clock
    that ticks only every second or two (HFS+, FAT, some network mounts).
    """
    newest = max((entry[3] for entry in found), default=0)
    tick = _FINE_TICK if newest % 1_000_000_000 else _COARSE_TICK
    return max(0.0, (newest + tick - time.time_ns()) / 1e9)


def _folder(place: str, found: list[Entry]) -> None:
    folders = [place]
    while folders:
        with os.scandir(folders.pop()) as listed:
            for item in listed:
                if not item.is_dir(follow_symlinks=False):
                    found.append(_entry(item.path, item.stat(follow_symlinks=False)))
                elif item.name != _GENERATED:
                    folders.append(item.path)


def _entry(place: str, info: os.stat_result) -> Entry:
    return (
        place,
        info.st_size,
        info.st_mtime_ns,
        info.st_ctime_ns,
        info.st_ino,
        info.st_mode,
    )


def _followed(found: list[Entry]) -> list[Entry] | None:
    for link in [entry for entry in found if stat.S_ISLNK(entry[5])]:
        try:
            info = os.stat(link[0])
        except OSError:
            continue
        if stat.S_ISDIR(info.st_mode):
            return None
        found.append(_entry(link[0], info))
    return found
