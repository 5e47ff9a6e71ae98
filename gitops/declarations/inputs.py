"""Which files below an estate rendering reads, and which somebody may think it reads."""

from __future__ import annotations

import os

SINGLE_FILES = ("platform.yaml",)
FOLDERS = ("clusters", "groups", "hardware", "schemas", "templates", "tenants", "tombstones")
INPUTS = (*SINGLE_FILES, *FOLDERS)
"""Everything below an estate that rendering reads."""
_NEAR = 0.8
"""How alike two names must be: "tests" is no "tenants" (0.67), "gruops" is "groups" (0.83)."""


def is_input(path: str) -> bool:
    """Whether rendering reads a file, by its path relative to the estate."""
    return path in SINGLE_FILES or (path.partition("/")[0] in FOLDERS and "/" in path)


def meant(name: str) -> str:
    """The input folder that another top folder's name misspells; "" for a name like none."""
    if name in FOLDERS or name.startswith((".", "_")):
        return ""
    small = name.casefold()
    return max(((ratio, folder) for folder in FOLDERS if _may_be(small, folder)
                and (ratio := _ratio(small, folder)) >= _NEAR), default=(0.0, ""))[1]


def misspelt(root: str) -> list[str]:
    """The folders of an estate whose names misspell one that is read, in order."""
    try:
        with os.scandir(root) as entries:
            return sorted(entry.name for entry in entries
                          if meant(entry.name) and entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def watched(root: str) -> tuple[str, ...]:
    """Everything below an estate that decides what a run says: misspelt folders are told of."""
    return (*INPUTS, *misspelt(root))


def _may_be(name: str, folder: str) -> bool:
    """Whether two names have letters enough in common, which spares loading difflib."""
    common = sum(min(name.count(letter), folder.count(letter)) for letter in set(folder))
    return 2 * common >= _NEAR * (len(name) + len(folder))


def _ratio(name: str, folder: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, folder).ratio()
