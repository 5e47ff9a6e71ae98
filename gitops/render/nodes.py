"""A document as nodes: fixed scalars, holes for values, mappings and lists.

Every expression of a template stands in the token text as :data:`MARK`; holes are told
apart by their order.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

MARK = "\ue000"
"""What an expression prints. Template sources may not hold it; values may."""


class Problem(Struct, frozen=True):
    """A mistake in one document: ``at`` is the character in its token text.

    ``other`` is the character of a second place and ``note`` what stands there.
    """

    rule: str
    message: str
    at: int
    hint: str = ""
    other: int | None = None
    note: str = ""


class Malformed(Exception):
    """A token text that is no document: carries every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


class Hole(Struct, frozen=True):
    """The place of one value: its number in the document, its character in the text."""

    index: int
    at: int


class Leaf(Struct, frozen=True):
    """A fixed scalar."""

    value: object
    at: int


class Map(Struct, frozen=True):
    """A mapping; every fixed key is a :class:`Leaf` that holds text."""

    entries: tuple[tuple[Hole | Leaf, Node], ...]
    at: int

    def get(self, key: str) -> Node | None:
        """The value under a fixed key."""
        return next((item for name, item in self.entries
                     if isinstance(name, Leaf) and name.value == key), None)  # fmt: skip


class Seq(Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    at: int


Node: TypeAlias = Hole | Leaf | Map | Seq


def collision(key: str, at: int, other: int | None) -> Problem:
    """Two equal keys in one mapping."""
    return Problem(
        "colliding-keys", f'the key "{key}" stands twice in one mapping', at,
        "keep one of them", other, "it stands here first" if other is not None else "",
    )  # fmt: skip
