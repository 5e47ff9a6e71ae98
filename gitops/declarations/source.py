"""An estate's input files, read from its folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding, Position

SINGLE_FILES = ("platform.yaml",)
FOLDERS = ("clusters", "groups", "hardware", "schemas", "templates", "tenants")
INPUTS = (*SINGLE_FILES, *FOLDERS)
"""Everything below an estate that rendering reads."""


def is_input(path: str) -> bool:
    """Whether rendering reads a file, by its path relative to the estate."""
    return path in SINGLE_FILES or (path.partition("/")[0] in FOLDERS and "/" in path)


def read_estate(root: str) -> dict[str, bytes]:
    """Every input file by its path, in order.

    Raises:
        UsageError: there is no estate here.
        Refused: an input is a symbolic link, which could lead out of the repository, or
            cannot be read.
    """
    if not any(os.path.lexists(os.path.join(root, name)) for name in INPUTS):
        raise UsageError(f"there is no estate in {root}",
                         "an estate has a platform.yaml; `gitops init DIR` makes one")
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in sorted(_paths(root)):
        place = os.path.join(root, path)
        if os.path.islink(place):
            findings.append(Finding("symlink-in-estate", Position(path),
                                    f"{path} is a symbolic link", "put the file itself there"))
            continue
        try:
            with open(place, "rb") as file:
                files[path] = file.read()
        except OSError as error:
            findings.append(Finding("unreadable-file", Position(path),
                                    f"{path} cannot be read: {error.strerror}"))
    if findings:
        raise Refused(findings)
    return files


def _paths(root: str) -> Iterator[str]:
    for name in SINGLE_FILES:
        if os.path.lexists(os.path.join(root, name)):
            yield name
    for folder in FOLDERS:
        place = os.path.join(root, folder)
        if os.path.islink(place):
            yield folder
        elif os.path.isdir(place):
            yield from _below(place, folder)


def _below(place: str, shown: str) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in entries:
            path = f"{shown}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, path)
            else:
                yield path
