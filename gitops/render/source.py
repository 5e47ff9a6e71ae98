"""A template's text cut into its pieces, so that everything in it has a line and column."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from gitops.foundation.findings import Position

if TYPE_CHECKING:
    from jinja2 import Environment

    from gitops.render.templates import Template

Kind: TypeAlias = Literal["data", "hole", "statement"]
_NEWLINE = re.compile(r"\r\n|\r")
_OPENING: dict[str, Kind] = {"variable_begin": "hole", "block_begin": "statement"}
_CLOSING = ("variable_end", "block_end")


class Piece(Struct, frozen=True):
    """A stretch of a template: fixed text, ``{{ … }}`` or ``{% … %}``.

    ``text`` is what stands between the delimiters, ``word`` a statement's first word.
    """

    kind: Kind
    start: int
    end: int
    text: str
    word: str = ""


class Source(Struct, frozen=True, dict=True):
    """A template with its pieces in order. ``text`` has ``\\n`` newlines only."""

    template: Template
    text: str
    pieces: tuple[Piece, ...]

    @cached_property
    def holes(self) -> tuple[Piece, ...]:
        """The expressions, in the order of the template engine's output nodes."""
        return tuple(piece for piece in self.pieces if piece.kind == "hole")

    @cached_property
    def data(self) -> tuple[Piece, ...]:
        """The fixed text, in the order of the template engine's data nodes."""
        return tuple(piece for piece in self.pieces if piece.kind == "data")

    @cached_property
    def _lines(self) -> list[int]:
        return line_starts(self.text)

    def position(self, offset: int) -> Position:
        """The line and column of a character."""
        line = bisect_right(self._lines, offset)
        return Position(self.template.file, line, offset - self._lines[line - 1] + 1)

    def position_of_line(self, line: int) -> Position:
        """The expression or statement that stands on a line, or else the line itself."""
        start = self._lines[min(line, len(self._lines)) - 1]
        for piece in self.pieces:
            if piece.kind != "data" and self.position(piece.end - 1).line >= line:
                if self.position(piece.start).line <= line:
                    return self.position(piece.start)
                break
        return self.position(start)


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def normalised(text: str) -> str:
    """The text as the template engine sees it: with ``\\n`` newlines."""
    return _NEWLINE.sub("\n", text)


def cut(template: Template, environment: Environment) -> Source:
    """The pieces of a template. Raises Jinja's ``TemplateSyntaxError``.

    The lexer leaves out blanks at the edges of statements, so each token is looked for
    behind the one before it.
    """
    text = normalised(template.text)
    pieces: list[Piece] = []
    cursor = begin = inner = 0
    kind: Kind = "data"
    word = ""
    for _, name, value in environment.lex(text):
        start = text.index(value, cursor)
        cursor = start + len(value)
        if name in _OPENING:
            kind, begin, inner, word = _OPENING[name], start, cursor, ""
        elif name in _CLOSING:
            pieces.append(Piece(kind, begin, cursor, text[inner:start].strip(), word))
        elif name == "data":
            pieces.append(Piece("data", start, cursor, value))
        elif name == "raw_begin":
            pieces.append(Piece("statement", start, cursor, "raw", "raw"))
        elif name == "name" and not word:
            word = value
    return Source(template, text, tuple(pieces))
