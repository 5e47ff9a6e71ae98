"""The documents of a rendered text: cut at ``---`` lines, and built when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from msgspec import Struct

if TYPE_CHECKING:
    from gitops.render.identity import Identity
    from gitops.render.shape import Shape

SEPARATOR = "---\n"
_MARKER = "\n---"


class Document(Struct, frozen=True):
    """One object: plain data, and the line of the rendered text it starts at (from 1)."""

    data: dict[str, Any]
    line: int


class Documents(Sequence[Document]):
    """The documents of one file, each made from its shape and values at the first look."""

    __slots__ = ("_documents", "_filled", "_texts")

    def __init__(self, filled: Sequence[tuple[Shape, list[object]]] = (),
                 texts: Sequence[str] = (), documents: list[Document] | None = None) -> None:
        self._filled = filled
        self._texts = texts
        self._documents = documents

    def passing(self) -> Iterator[Mapping[str, Any]]:
        """The data of each document in turn, which is gone when the next is asked for."""
        return (data for _, data in self.unproven(lambda _, __: False))

    def unproven(self, proves: Callable[[Shape, list[object]], bool]
                 ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Number and data of each document whose shape and values prove nothing.

        The data is gone when the next is asked for.
        """
        if self._documents is not None:
            yield from ((at, document.data) for at, document in enumerate(self._documents))
        for at, (shape, values) in enumerate(self._filled):
            if not proves(shape, values):
                yield at, shape.passing(values)

    def __len__(self) -> int:
        return len(self._texts if self._documents is None else self._documents)

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        return self._built()[index]

    def __reduce__(self) -> tuple[type[Documents], tuple[tuple[()], tuple[()], list[Document]]]:
        return (Documents, ((), (), self._built()))

    def _built(self) -> list[Document]:
        if self._documents is None:
            self._documents = []
            line = 1
            for (shape, values), text in zip(self._filled, self._texts, strict=True):
                self._documents.append(Document(shape.data(values), line))
                line += text.count("\n") + 1
            self._filled = ()
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
