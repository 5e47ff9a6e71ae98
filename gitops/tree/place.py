"""A staged set of files takes its place in the output in one step.

Any reader sees the whole old tree or the whole new one, at every moment and with no
recovery. Where one entry of one folder differs (a file changed, a folder added or gone),
a rename does it. Otherwise a complete copy of the lowest folder that holds all the
changes is built in the staging area, out of hard links, and the two folders are
exchanged. "Crash" means the death of the process, by any signal at any moment: nothing
is synced to the disk, so after a power failure git, which holds rendered/, has the last
word. Where folders cannot be renamed, :mod:`gitops.tree.pour` does what is possible.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Set as AbstractSet
from contextlib import suppress

from gitops.tree.disk import Disk, kind_of
from gitops.tree.pour import pour
from gitops.tree.swap import NoRename, put_aside, swap

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}


def place(area: str, root: str, staged: AbstractSet[str], removed: AbstractSet[str]) -> bool:
    """Make the output what it was, with the staged files and without the removed.

    Returns whether there was none: then it is the staged tree itself, in which no file was
    touched.

    Args:
        area: the run's staging area; ``area/tree`` holds the staged files.
        root: the output; everything else in it is carried along as it is.
        staged: paths to add or replace.
        removed: existing files to leave out. Folders that this empties go too.

    Raises:
        OSError: it is not possible; the output is unchanged.
    """
    if not staged and not removed:
        return False
    none = kind_of(root) == "nothing"
    try:
        _at_once(area, root, staged, removed)
    except NoRename:
        pour(area, root, staged, removed)
        return False
    return none


def _at_once(area: str, root: str, staged: AbstractSet[str], removed: AbstractSet[str]) -> None:
    folder = _common([*staged, *removed])
    disk = Disk(root)
    if disk.kind(folder) == "nothing":
        _bring_in(area, root, _highest_missing(disk, folder))
    elif not staged and _goes(root, folder, removed):
        put_aside(area, root, _highest_emptied(root, folder))
    elif not staged and len(removed) == 1:
        os.unlink(_at(root, *removed))
    elif not removed and len(staged) == 1 and disk.kind(*staged) != "folder":
        os.replace(_at(f"{area}/tree", *staged), _at(root, *staged))
    else:
        _graft(_at(root, folder), _at(f"{area}/tree", folder), folder, staged | removed)
        swap(area, root, folder)


def take_after(standing: os.stat_result, new: str) -> None:
    """Give a new file or folder the permissions of the one it replaces, and its owner.

    The owner changes only where we may do that, as root in a mounted volume: elsewhere
    what is rendered belongs to who renders.
    """
    made = os.lstat(new)
    if (made.st_uid, made.st_gid) != (standing.st_uid, standing.st_gid):
        with suppress(PermissionError):
            os.chown(new, standing.st_uid, standing.st_gid, follow_symlinks=False)
            made = os.lstat(new)
    if stat.S_IMODE(made.st_mode) != stat.S_IMODE(standing.st_mode):
        os.chmod(new, stat.S_IMODE(standing.st_mode))


def _at(root: str, path: str) -> str:
    return f"{root}/{path}" if path else root


def _common(paths: list[str]) -> str:
    """The lowest folder that holds all the paths."""
    return os.path.commonpath([path.rpartition("/")[0] for path in (min(paths), max(paths))])


def _bring_in(area: str, root: str, folder: str) -> None:
    if not folder:
        os.makedirs(os.path.dirname(root), exist_ok=True)
    os.rename(_at(f"{area}/tree", folder), _at(root, folder))


def _highest_missing(disk: Disk, folder: str) -> str:
    while folder and disk.kind(folder.rpartition("/")[0]) == "nothing":
        folder = folder.rpartition("/")[0]
    return folder


def _goes(root: str, folder: str, removed: AbstractSet[str]) -> bool:
    """Whether nothing would be left in the folder."""
    lead = f"{folder}/" if folder else ""
    with os.scandir(_at(root, folder)) as entries:
        names = [(lead + entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    return bool(names) and all(
        _goes(root, path, removed) if is_folder else path in removed for path, is_folder in names
    )


def _highest_emptied(root: str, folder: str) -> str:
    while folder and len(os.listdir(_at(root, folder.rpartition("/")[0]))) == 1:
        folder = folder.rpartition("/")[0]
    return folder


def _graft(standing: str, new: str, folder: str, without: AbstractSet[str]) -> bool:
    """Fill the new folder up with what stands in the old; False when nothing is in it.

    ``without`` holds the paths not to carry along; a folder among them gives way to a file.
    """
    filled = not _made(new)
    with os.scandir(standing) as found:
        entries = list(found)
    lead = f"{folder}/" if folder else ""
    for entry in entries:
        path, target = lead + entry.name, f"{new}/{entry.name}"
        if path in without:
            continue
        if entry.is_dir(follow_symlinks=False):
            filled |= _graft(entry.path, target, path, without)
        else:
            _carry(entry.path, target)
            filled = True
    if entries and not filled:
        os.rmdir(new)
        return False
    take_after(os.lstat(standing), new)
    return True


def _made(folder: str) -> bool:
    try:
        os.makedirs(folder)
    except FileExistsError:
        return False
    return True


def _carry(standing: str, new: str) -> None:
    """The same file at a second place; a copy of it where there are no hard links.

    A file on another file system is refused by the kernel and not copied: removing the
    old tree would empty what is mounted there.
    """
    try:
        os.link(standing, new, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS or kind_of(standing) not in {"file", "symlink"}:
            raise
        import shutil

        shutil.copy2(standing, new, follow_symlinks=False)
