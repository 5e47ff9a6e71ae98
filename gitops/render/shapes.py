"""The shapes seen so far, by token text; and the sheets, by that of whole files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from gitops.render.documents import Filled
from gitops.render.emit import Writer
from gitops.render.generations import Generations
from gitops.render.opened import Form
from gitops.render.shape import Shape, learn
from gitops.render.sheet import Sheet, sheet

CHARACTERS = 300_000
"""How much token text one generation holds: some 600 documents of usual size.

A shape takes up to 60 times its text, so shapes never hold more than about 36 MB.
"""
FileForm: TypeAlias = tuple[int, str, Form]
"""How many labels a file's documents get, its token text, and the form of its values."""


class Shapes:
    """A cache of shapes."""

    __slots__ = ("_known", "_label_keys", "writer")

    def __init__(self, writer: Writer, label_keys: tuple[str, ...]) -> None:
        self.writer = writer
        self._label_keys = label_keys
        self._known: Generations[tuple[int, str], Shape | None] = Generations(CHARACTERS)

    def __len__(self) -> int:
        return len(self._known)

    def find(self, text: str, labels: int) -> Shape | None:
        """The shape of a document with the first ``labels`` labels, None for no document.

        Raises :class:`Malformed`.
        """
        try:
            return self._known[labels, text]
        except KeyError:
            shape = learn(text, self._label_keys[:labels], self.writer)
            self._known.put((labels, text), shape, len(text))
            return shape


class Sheets:
    """A cache of sheets. One is made of the second file of a form: many come but once."""

    __slots__ = ("_known", "_writer")

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: Generations[FileForm, Sheet | bool] = Generations(CHARACTERS)

    def find(self, form: FileForm) -> Sheet | None:
        """What is known of files of a form, if anything."""
        known = self._known.get(form)
        return known if isinstance(known, Sheet) else None

    def saw(self, form: FileForm, documents: Filled, labels: Sequence[str]) -> None:
        """Learn of a file without a mistake; ``documents`` have the template's values."""
        known = self._known.get(form)
        if known is None:
            self._known.put(form, True, len(form[1]))
        elif known is True:
            made = sheet(documents, labels, self._writer)
            self._known.put(form, made or False, len(form[1]))
