"""An estate's input files, read from its folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from gitops.declarations.inputs import FOLDERS, INPUTS, SINGLE_FILES
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding, Position, in_order

LARGEST = 16 << 20
"""Bytes of a file that is read at all; the readers of each kind have limits of their own."""


def read_estate(root: str) -> dict[str, bytes]:
    """Every input file by its path, in order.

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
    if findings:
        raise Refused(in_order(findings))
    return files


def _content(place: str, path: str) -> bytes | Finding:
    try:
        about = os.lstat(place)
        if stat.S_ISLNK(about.st_mode):
            return Finding("symlink-in-estate", Position(path), f"{path} is a symbolic link",
                           "put the file itself there")
        if not stat.S_ISREG(about.st_mode):
            return Finding("not-a-file", Position(path), f"{path} is no plain file",
                           "put a file there, or remove it")
        if about.st_size > LARGEST:
            return Finding("file-too-large", Position(path),
                           f"the file is larger than {LARGEST} bytes", "split it, or remove it")
        with open(place, "rb", buffering=0) as file:
            return file.read()
    except OSError as error:
        return _unreadable(path, error)


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
