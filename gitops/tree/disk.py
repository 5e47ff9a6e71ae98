"""What stands on disk below an output, never looked at through a symbolic link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct, field

from gitops.tree.header import HEAD_SIZE, is_ours

Verdict: TypeAlias = Literal[
    "same", "changed", "added", "foreign", "symlink", "folder-in-the-way", "file-in-the-way"
]
"""How a wanted file compares with what stands at its path.

``foreign`` is a file without our header; the last three say that something other than a
file stands at the path or above it.
"""
Kind: TypeAlias = Literal["folder", "file", "other", "symlink", "nothing"]
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class Seen(Struct, frozen=True):
    """What was found for one wanted file.

    ``at`` is the path that decided the verdict (the link itself rather than the file
    behind it), ``info`` the standing file's status, where there is one.
    """

    verdict: Verdict
    at: str
    info: os.stat_result | None = None


class Disk(Struct, frozen=True, eq=False):
    """The folder ``root`` as it stands; remembers which folders it has looked at."""

    root: str
    _folders: dict[str, tuple[Kind, str]] = field(default_factory=dict)

    def look(self, path: str, content: bytes) -> Seen:
        """Compare a wanted file with what stands at its path.

        Raises:
            OSError: the file is there and cannot be read.
        """
        kind, at = self._folder(path.rpartition("/")[0])
        if kind == "nothing":
            return Seen("added", path)
        if kind != "folder":
            return Seen("symlink" if kind == "symlink" else "file-in-the-way", at)
        try:
            handle = os.open(f"{self.root}/{path}", _READ)
        except FileNotFoundError:
            return Seen("added", path)
        except OSError:
            if os.path.islink(f"{self.root}/{path}"):
                return Seen("symlink", path)
            raise
        try:
            return _compared(handle, path, content)
        finally:
            os.close(handle)

    def kind(self, path: str) -> Kind:
        """What stands at a path, "nothing" also when a symbolic link stands above it."""
        above = path.rpartition("/")[0] if path else None
        if above is not None and self._folder(above)[0] != "folder":
            return "nothing"
        return kind_of(f"{self.root}/{path}" if path else self.root)

    def ours(self, path: str) -> bool:
        """Whether a regular file stands at the path and begins with our header."""
        try:
            handle = os.open(f"{self.root}/{path}", _READ)
        except OSError:
            return False
        try:
            return stat.S_ISREG(os.fstat(handle).st_mode) and is_ours(os.read(handle, HEAD_SIZE))
        finally:
            os.close(handle)

    def _folder(self, path: str) -> tuple[Kind, str]:
        """The kind of a folder's path, and the first path from the top that is no folder."""
        known = self._folders.get(path)
        if known is None:
            above = self._folder(path.rpartition("/")[0]) if path else ("folder", "")
            if above[0] == "folder":
                known = (kind_of(f"{self.root}/{path}" if path else self.root), path)
            else:
                known = above
            self._folders[path] = known
        return known


def _compared(handle: int, path: str, content: bytes) -> Seen:
    info = os.fstat(handle)
    if stat.S_ISDIR(info.st_mode):
        return Seen("folder-in-the-way", path)
    if not stat.S_ISREG(info.st_mode):
        return Seen("foreign", path, info)
    standing = os.read(handle, len(content) + 1)
    if standing == content:
        return Seen("same", path, info)
    if len(standing) < HEAD_SIZE:
        standing += os.read(handle, HEAD_SIZE)
    return Seen("changed" if is_ours(standing) else "foreign", path, info)


def kind_of(place: str) -> Kind:
    """What stands at a place, without following a symbolic link."""
    try:
        mode = os.lstat(place).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "symlink"
    return "file" if stat.S_ISREG(mode) else "other"


def walk(root: str, path: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below ``root/path`` that is no folder, with its path relative to root."""
    folders = [path]
    while folders:
        folder = folders.pop()
        lead = f"{folder}/" if folder else ""
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(lead + entry.name)
                else:
                    yield lead + entry.name, entry
