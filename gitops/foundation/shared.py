"""Mappings and lists that many workspaces have in common.

They are read like any other; whoever turns one into something else (text, plain data) may
keep that in ``derived``, so that it is made once however many workspaces show it. They
are never changed after they are made.
"""

from __future__ import annotations

from typing import Any


class SharedMap(dict[str, Any]):
    """A mapping that is the same object in many workspaces."""

    __slots__ = ("derived",)
    derived: dict[Any, Any]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.derived = {}


class SharedList(list[Any]):
    """A list that is the same object in many workspaces."""

    __slots__ = ("derived",)
    derived: dict[Any, Any]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.derived = {}
