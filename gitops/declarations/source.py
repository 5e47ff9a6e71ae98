"""An estate's input files, read from its folder."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from gitops.declarations.inputs import FOLDERS, INPUTS, SINGLE_FILES, misspelt
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding, Position, in_order

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
LARGEST = 16 << 20
"""Bytes of a file that is read at all; the readers of each kind have limits of their own."""


def read_estate(root: str) -> dict[str, bytes]:
    """Every input file by its path, in order.

    The YAML files of a folder whose name misspells one that is read are there too, without
    their content, so that they are told with everything else that is wrong.

    Raises:
        UsageError: there is no estate here.
        Refused: an input is a symbolic link, which could lead out of the repository, no
            plain file, too large, or cannot be read.
    """
    if not any(os.path.lexists(os.path.join(root, name)) for name in INPUTS):
        raise UsageError(f"there is no estate in {root}",
                         "an estate has a platform.yaml; `gitops init DIR` makes one")
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in sorted(_paths(root, findings)):
        found = _content(os.path.join(root, path), path)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            files[path] = found
    for folder in misspelt(root):
        files |= {path: b"" for path in sorted(_below(root, folder, findings))
                  if path.endswith((".yaml", ".yml", ".j2"))}
    if findings:
        raise Refused(in_order(findings))
    return files


def _content(place: str, path: str) -> bytes | Finding:
    try:
        handle = os.open(place, _READ)
    except OSError as error:
        if os.path.islink(place):
            return Finding("symlink-in-estate", Position(path), f"{path} is a symbolic link",
                           "put the file itself there")
        return _no_file(path) if error.errno == errno.ENXIO else _unreadable(path, error)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            return _no_file(path)
        if about.st_size > LARGEST:
            return Finding("file-too-large", Position(path),
                           f"the file is larger than {LARGEST} bytes", "split it, or remove it")
        return _whole(handle, about.st_size)
    except OSError as error:
        return _unreadable(path, error)
    finally:
        os.close(handle)


def _whole(handle: int, size: int) -> bytes:
    """What is in a file of this size."""
    content = os.read(handle, size + 1)
    if len(content) != size:  # written to meanwhile, or not given at once
        while more := os.read(handle, LARGEST):
            content += more
    return content


def _no_file(path: str) -> Finding:
    return Finding("not-a-file", Position(path), f"{path} is no plain file",
                   "put a file there, or remove it")


def _unreadable(path: str, error: OSError) -> Finding:
    return Finding("unreadable-file", Position(path), f"{path} cannot be read: {error.strerror}")


def _paths(root: str, findings: list[Finding]) -> Iterator[str]:
    for name in SINGLE_FILES:
        if os.path.lexists(os.path.join(root, name)):
            yield name
    for folder in FOLDERS:
        place = os.path.join(root, folder)
        if os.path.islink(place):
            yield folder
        elif os.path.isdir(place):
            yield from _below(root, folder, findings)
        elif os.path.lexists(place):
            findings.append(Finding("not-a-folder", Position(folder), f"{folder} is no folder",
                                    "make it one, or remove it"))


def _below(root: str, folder: str, findings: list[Finding]) -> Iterator[str]:
    folders = [folder]
    while folders:
        above = folders.pop()
        try:
            entries = list(os.scandir(os.path.join(root, above)))
        except OSError as error:
            findings.append(_unreadable(above, error))
            continue
        for entry in entries:
            path = f"{above}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                yield path
