"""A cache in two generations: a full young one becomes the old one, which is forgotten.

A hit in the young generation costs one look-up, which an exact LRU would not.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Generations(Generic[Key, Value]):
    """Values by key, of a size each; ``room`` is how much one generation holds."""

    __slots__ = ("_old", "_room", "_size", "_young")

    def __init__(self, room: int) -> None:
        self._room = room
        self._young: dict[Key, tuple[Value, int]] = {}
        self._old: dict[Key, tuple[Value, int]] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def __getitem__(self, key: Key) -> Value:
        """Raises KeyError for a key that is not here, or no longer."""
        try:
            return self._young[key][0]
        except KeyError:
            value, size = self._old[key]
            self.put(key, value, size)
            return value

    def get(self, key: Key) -> Value | None:
        """The value of a key, None for one that is not here."""
        try:
            return self[key]
        except KeyError:
            return None

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value, and forget others where there is no room for it."""
        if self._size > self._room:
            self._old, self._young, self._size = self._young, {}, 0
        self._size += size
        self._young[key] = (value, size)
