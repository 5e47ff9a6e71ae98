"""The documents of a rendered text: cut at ``---`` lines, and built when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, overload

from msgspec import Struct

if TYPE_CHECKING:
    from gitops.render.identity import Identity
    from gitops.render.shape import Shape
    from gitops.render.sheet import Sheet

Filled: TypeAlias = "Sequence[tuple[Shape, list[object]]]"
"""Shapes, and the values for their holes."""
SEPARATOR = "---\n"
_MARKER = "\n---"


class Document(Struct, frozen=True):
    """One object: plain data, and the line of the rendered text it starts at (from 1)."""

    data: dict[str, Any]
    line: int


class Proving(Protocol):
    """Whoever can tell that a document is valid by its shape and values."""

    def valid(self, shape: Shape, values: list[object]) -> bool:
        """Whether a document is certainly valid."""

    def valid_file(self, sheet: Sheet, values: list[object]) -> bool:
        """Whether all documents of a file certainly are."""


class Documents(Sequence[Document]):
    """The documents of one file, each made from its shape and values at the first look.

    Those of a file that was filled as a whole are cut out of its values at the first look.
    """

    __slots__ = ("_documents", "_parts", "_sheet")

    def __init__(self, parts: Filled = (), documents: list[Document] | None = None,
                 sheet: tuple[Sheet, list[object]] | None = None) -> None:
        self._parts = parts
        self._documents = documents
        self._sheet = sheet

    def passing(self) -> Iterator[Mapping[str, Any]]:
        """The data of each document in turn, which is gone when the next is asked for."""
        if self._documents is not None:
            yield from (document.data for document in self._documents)
        else:
            yield from (shape.passing(values) for shape, values in self._filled())

    def unproven(self, proofs: Proving) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Number and data of each document whose shape and values prove nothing.

        The data is gone when the next is asked for.
        """
        if self._documents is not None:
            yield from ((at, document.data) for at, document in enumerate(self._documents))
        elif self._sheet is None or not proofs.valid_file(*self._sheet):
            for at, (shape, values) in enumerate(self._filled()):
                if not proofs.valid(shape, values):
                    yield at, shape.passing(values)

    def __len__(self) -> int:
        if self._documents is not None:
            return len(self._documents)
        return len(self._sheet[0].parts if self._sheet else self._parts)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        return self._built()[index]

    def __reduce__(self) -> tuple[type[Documents], tuple[tuple[()], list[Document]]]:
        return (Documents, ((), self._built()))

    def _filled(self) -> Filled:
        if self._sheet:
            sheet, values = self._sheet
            self._parts, self._sheet = sheet.filled(values), None
        return self._parts

    def _built(self) -> list[Document]:
        if self._documents is None:
            documents = []
            line = 1
            for shape, values in self._filled():
                documents.append(Document(shape.data(values), line))
                line += shape.text(values).count("\n") + 1
            self._documents, self._parts = documents, ()
        return self._documents


class Rendered(Struct, frozen=True):
    """A rendered file: its text, its documents in order, and which objects they are.

    The data of the documents is built when it is asked for; text and identities cost no data.
    """

    text: str
    documents: Documents
    identities: tuple[Identity, ...]


def split(text: str) -> list[str]:
    """The documents between ``---`` markers, each with the newline before it.

    Documents of one shape come out equal wherever they stand in their file. Together with
    the markers (four characters each) the parts make up ``"\\n" + text``, save one newline
    at the end.
    """
    parts = ("\n" + text.removesuffix("\n")).split(_MARKER)
    documents = parts[:1]
    for part in parts[1:]:
        if part[:1] in "\n \t":  # also where the text ends with the marker
            documents.append(part)
        else:  # "----" and the like is text
            documents[-1] += _MARKER + part
    return documents
