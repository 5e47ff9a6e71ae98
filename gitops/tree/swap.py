"""Two places in the file system change their contents in one step.

Linux: renameat2(2) with RENAME_EXCHANGE (since 3.15). macOS: renamex_np(2) with
RENAME_SWAP (since 10.12). Where the file system refuses (some network and FUSE mounts),
two plain renames do it, noted beforehand so that :func:`finish` can end what a crash
interrupted. Only there, and only between these two renames, is the place empty.
"""

from __future__ import annotations

import errno
import os
import sys

from gitops.tree.disk import Disk, kind_of
from gitops.tree.paths import unsafe

_AT_FDCWD = -100
_LINUX_EXCHANGE = 2
_MACOS_SWAP = 2
_REFUSALS = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV}
_NOTE = "swap"
_ASIDE = "aside"


class NoRename(OSError):
    """The file system does not rename this folder at all, as an overlay's lower layers."""


def swap(area: str, root: str, path: str) -> None:
    """Put ``area/tree/path`` where ``root/path`` is, and the reverse.

    Args:
        area: the run's staging area; the old comes to stand in it.
        root: the output, on the same file system.
        path: an existing file or folder below the output; empty for the output itself.

    Raises:
        NoRename: the file system renames no such folder; nothing has changed.
        OSError: neither way is possible; nothing has changed.
    """
    new, standing = _places(area, root, path)
    try:
        exchange(new, standing)
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        _rename_twice(area, root, path)


def put_aside(area: str, root: str, path: str) -> None:
    """Move what stands at a path of the output into ``area/aside``.

    Raises:
        NoRename: the file system renames no such folder; nothing has changed.
        OSError: the system refuses; nothing has changed.
    """
    _, standing = _places(area, root, path)
    try:
        os.rename(standing, f"{area}/{_ASIDE}")
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise NoRename(*error.args) from error
        raise


def exchange(one: str, other: str) -> None:
    """Exchange two files or folders atomically.

    Raises:
        OSError: as the kernel says; ENOSYS where there is no such call.
    """
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        call, arguments = "renamex_np", (first, second, _MACOS_SWAP)
    else:
        call, arguments = "renameat2", (_AT_FDCWD, first, _AT_FDCWD, second, _LINUX_EXCHANGE)
    function = getattr(library, call, None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), one, None, other)
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), one, None, other)


def _rename_twice(area: str, root: str, path: str) -> None:
    new, standing = _places(area, root, path)
    note, aside = f"{area}/{_NOTE}", f"{area}/{_ASIDE}"
    with open(f"{note}.new", "w", encoding="utf-8") as file:
        file.write(path)
    os.rename(f"{note}.new", note)
    try:
        put_aside(area, root, path)
    except OSError:
        os.unlink(note)
        raise
    try:
        os.rename(new, standing)
    except OSError:
        os.rename(aside, standing)
        os.unlink(note)
        raise
    os.unlink(note)


def finish(area: str, root: str) -> None:
    """End a swap by two renames that was interrupted in this area.

    The new tree wins, and the old one where the new cannot be put in place. A note that
    this module did not write (the area came with somebody's repository) does nothing.

    Raises:
        OSError: the renames are refused now.
    """
    path = _noted(area)
    if path is None or Disk(root).kind(path) != "nothing":
        return
    new, standing = _places(area, root, path)
    folder = Disk(os.path.dirname(root)).kind if not path else Disk(root).kind
    if folder(path.rpartition("/")[0]) != "folder":
        return
    if Disk(f"{area}/tree").kind(path) == "folder":
        os.rename(new, standing)
    elif kind_of(f"{area}/{_ASIDE}") == "folder":
        os.rename(f"{area}/{_ASIDE}", standing)


def _noted(area: str) -> str | None:
    try:
        with open(f"{area}/{_NOTE}", encoding="utf-8") as file:
            path = file.read()
    except (OSError, UnicodeDecodeError):
        return None
    return path if not path or unsafe(path) is None else None


def _places(area: str, root: str, path: str) -> tuple[str, str]:
    below = f"/{path}" if path else ""
    return f"{area}/tree{below}", f"{root}{below}"
