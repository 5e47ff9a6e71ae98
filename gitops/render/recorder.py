"""What one slow rendering remembers: where each character of the token text came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from msgspec import Struct, field

from gitops.foundation.findings import Origin, Position
from gitops.render.nodes import MARK
from gitops.render.source import Source

Origins = tuple[Origin, ...]


class Segment(Struct, frozen=True):
    """A stretch of the token text that one piece of a template printed.

    ``value`` is the number of the expression's value in the whole text, None for fixed text.
    """

    offset: int
    source: Source
    piece: int
    value: int | None
    because: Origins
    origins: Origins = ()

    def position(self, offset: int) -> Position:
        """The template position of a character of the token text."""
        if self.value is not None:
            return self.source.position(self.source.holes[self.piece].start)
        return self.source.position(self.source.data[self.piece].start + offset - self.offset)

    @property
    def expression(self) -> str:
        """The expression's source text, "" for fixed text."""
        return self.source.holes[self.piece].text if self.value is not None else ""


class Recorder(Struct):
    """What one traced rendering has seen so far.

    ``names`` holds the origins of the variables that the template has set, ``ranges`` those
    of each loop's list and each condition, ``because`` and ``scopes`` what has been entered.
    ``reading`` is the template and the expression (None: a statement) of the last read,
    ``missing`` the expressions that read a field of something undefined.
    """

    sources: Mapping[str, Source]
    text: list[str] = field(default_factory=list)
    length: int = 0
    segments: list[Segment] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    names: dict[str, Origins] = field(default_factory=dict)
    read: list[Origin] = field(default_factory=list)
    ranges: dict[str, Origins] = field(default_factory=dict)
    because: list[Origins] = field(default_factory=list)
    scopes: list[dict[str, Origins] | None] = field(default_factory=list)
    reading: tuple[str, int | None] = ("", None)
    missing: list[tuple[str, int, str]] = field(default_factory=list)

    def take(self) -> Origins:
        """The origins read since the last call, each once."""
        taken = tuple(dict.fromkeys(self.read))
        self.read.clear()
        return taken

    def add_text(self, text: str, template: str, piece: int) -> None:
        """Print fixed text."""
        self._add(text, template, piece, None, ())

    def add_hole(self, value: object, template: str, piece: int) -> None:
        """Print a token and put its value aside."""
        self._add(MARK, template, piece, len(self.values), self.take())
        self.values.append(value)

    def enter(self, because: Origins, names: dict[str, Origins] | None) -> None:
        """Into a loop's body, a branch or an include; ``names`` are put back afterwards."""
        self.because.append(because)
        self.scopes.append(names)

    def leave(self) -> None:
        """Out of what was entered last."""
        self.because.pop()
        names = self.scopes.pop()
        if names is not None:
            self.names = names

    def _add(
        self, text: str, template: str, piece: int, value: int | None, origins: Origins
    ) -> None:
        because = tuple(dict.fromkeys(origin for some in self.because for origin in some))
        source = self.sources[template]
        self.segments.append(Segment(self.length, source, piece, value, because, origins))
        self.text.append(text)
        self.length += len(text)

    def segment(self, offset: int) -> Segment:
        """The segment that holds a character of the token text."""
        place = bisect_right(self.segments, offset, key=lambda segment: segment.offset)
        return self.segments[max(place - 1, 0)]
