"""File by file into the output, where the file system renames no folders.

An overlay (a container's image with the estate in it) refuses to rename a folder that
lies in a lower layer. There, and only there, a reader may see a tree in between; what is
to be done is noted beforehand, and the next run finishes what a crash interrupted.
"""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from contextlib import suppress

from gitops.tree.disk import Disk, kind_of
from gitops.tree.paths import unsafe

_NOTE = "pour"


def pour(area: str, root: str, staged: AbstractSet[str], removed: AbstractSet[str]) -> None:
    """Move every staged file to its place and take the removed away, noted beforehand.

    Args:
        area: the run's staging area; ``area/tree`` holds the staged files.
        root: the output.
        staged: paths to add or replace.
        removed: files to leave out; folders that this empties go too.

    Raises:
        OSError: the system refuses; the next run tries to finish.
    """
    lines = [f"-{path}" for path in sorted(removed)] + [f"+{path}" for path in sorted(staged)]
    with open(f"{area}/{_NOTE}.new", "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    os.rename(f"{area}/{_NOTE}.new", f"{area}/{_NOTE}")
    finish_pouring(area, root)


def finish_pouring(area: str, root: str) -> None:
    """Do what is noted in this area and not done yet; a note that is not ours does nothing.

    Raises:
        OSError: the system refuses.
    """
    for line in _noted(area):
        sign, path = line[:1], line[1:]
        if unsafe(path) is None:
            (_bring if sign == "+" else _take)(area, root, path)
    with suppress(FileNotFoundError):
        os.unlink(f"{area}/{_NOTE}")


def _noted(area: str) -> list[str]:
    if kind_of(f"{area}/{_NOTE}") != "file":
        return []
    try:
        with open(f"{area}/{_NOTE}", encoding="utf-8") as file:
            return file.read().split("\n")
    except UnicodeDecodeError:
        return []


def _take(_: str, root: str, path: str) -> None:
    if Disk(root).ours(path) and Disk(root).kind(path) == "file":
        os.unlink(f"{root}/{path}")
    with suppress(OSError):
        while path := path.rpartition("/")[0]:
            if Disk(root).kind(path) == "folder":
                os.rmdir(f"{root}/{path}")


def _bring(area: str, root: str, path: str) -> None:
    if Disk(f"{area}/tree").kind(path) != "file":
        return
    place = ""
    for segment in path.split("/")[:-1]:
        place = f"{place}/{segment}"
        kind = kind_of(f"{root}{place}")
        if kind == "nothing":
            os.mkdir(f"{root}{place}")
        elif kind != "folder":
            return
    if kind_of(f"{root}/{path}") == "folder":
        os.rmdir(f"{root}/{path}")
    os.replace(f"{area}/tree/{path}", f"{root}/{path}")
