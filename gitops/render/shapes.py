"""The shapes seen so far, by token text."""

from __future__ import annotations

from gitops.render.emit import Writer
from gitops.render.shape import Shape, learn

CHARACTERS = 300_000
"""How much token text one generation holds: some 600 documents of usual size.

A shape takes up to 60 times its text, so shapes never hold more than about 36 MB.
"""


class Shapes:
    """A cache in two generations: a full young one becomes the old one, which is forgotten.

    A hit in the young generation costs one look-up, which an exact LRU would not.
    """

    __slots__ = ("_label_keys", "_old", "_size", "_writer", "_young")

    def __init__(self, writer: Writer, label_keys: tuple[str, ...]) -> None:
        self._writer = writer
        self._label_keys = label_keys
        self._young: dict[tuple[int, str], Shape | None] = {}
        self._old: dict[tuple[int, str], Shape | None] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def find(self, text: str, labels: int) -> Shape | None:
        """The shape of a document with the first ``labels`` labels, None for no document.

        Raises :class:`Malformed`.
        """
        key = (labels, text)
        try:
            return self._young[key]
        except KeyError:
            return self._learn(key)

    def _learn(self, key: tuple[int, str]) -> Shape | None:
        labels, text = key
        if key in self._old:
            shape = self._old[key]
        else:
            shape = learn(text, self._label_keys[:labels], self._writer)
        if self._size > CHARACTERS:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[key] = shape
        self._size += len(text)
        return shape
