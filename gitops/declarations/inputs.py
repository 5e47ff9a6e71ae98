"""Which files below an estate rendering reads."""

from __future__ import annotations

SINGLE_FILES = ("platform.yaml",)
FOLDERS = ("clusters", "groups", "hardware", "schemas", "templates", "tenants", "tombstones")
INPUTS = (*SINGLE_FILES, *FOLDERS)
"""Everything below an estate that rendering reads."""


def is_input(path: str) -> bool:
    """Whether rendering reads a file, by its path relative to the estate."""
    return path in SINGLE_FILES or (path.partition("/")[0] in FOLDERS and "/" in path)
