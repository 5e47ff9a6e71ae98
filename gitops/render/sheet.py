"""Files of a form that was seen before: all their documents filled at once.

A file's text is that of its documents in a row, so what is known of their shapes holds for
the file: where each value stands, how it is written, which objects these are. Most values
are texts of one line, and those of a file are looked up in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from gitops.foundation.picking import picker
from gitops.render.documents import SEPARATOR, Documents, Filled, Rendered
from gitops.render.emit import Writer
from gitops.render.identity import Identity
from gitops.render.opened import Form, form_of, lay_open, opened, opens
from gitops.render.shape import Shape

_TEXT = {str}


class Part(Struct, frozen=True):
    """One document of a sheet, the places of its values and labels among the file's, and what
    finds its identity in them."""

    shape: Shape
    places: tuple[int, ...]
    find: Callable[[Sequence[object]], Identity]

    def of(self, values: Sequence[object]) -> list[object]:
        """Its own values."""
        return [values[place] for place in self.places]


class Laid(Struct, frozen=True):
    """A document of a file, laid open.

    ``learned`` is its shape as it was learned, ``start`` where its values stand among the
    template's and ``form`` what they are, once the labels are in them; ``opens`` are the
    places of those that are laid open. ``shape`` and ``values`` are what comes of it.
    """

    learned: Shape
    start: int
    form: Form
    opens: Sequence[tuple[int, bool]]
    shape: Shape
    values: Sequence[object]


class Sheet:
    """Files of the same documents with values of one form.

    ``parts`` are the documents, ``texts`` the places of values that are texts. Whoever finds
    something out about all of these files may keep it in ``derived``.
    """

    __slots__ = ("_find", "_lines", "_loose", "_merging", "_opens", "_pick", "_pieces",
                 "derived", "parts", "texts")  # fmt: skip

    def __init__(self, laid: Sequence[Laid], parts: Sequence[Part], writer: Writer) -> None:
        self.derived: dict[Any, Any] = {}
        self.parts = parts
        loose = _loose(laid)
        self.texts = frozenset(place for part in parts for place in part.places) - loose
        self._merging = [one for one in laid if one.learned.restricted]
        self._opens = [place for one in laid for place in one.opens][::-1]
        self._find = [part.find for part in parts]
        slots = [(part.places[slot.index], slot) for part in parts for slot in part.shape.slots]
        self._pick = picker([place for place, _ in slots])
        self._loose = [(number, place, slot.write, slot.indent)
                       for number, (place, slot) in enumerate(slots) if place in loose]
        self._pieces = _pieces(parts)
        self._lines = writer.one_line.__getitem__

    def fill(self, values: Sequence[object], labels: Sequence[str]) -> Rendered | None:
        """The file; None where its documents must be looked at one by one.

        Raises:
            Unrenderable: what a look at each document raises.
        """
        flat = [*values]
        for one in self._merging:
            end = one.start + one.learned.size
            merged = one.learned.prepare(flat[one.start:end], labels)
            if form_of(merged) != one.form:
                return None
            flat[one.start:end] = merged[:one.learned.size]
        flat = [*lay_open(flat, self._opens), *labels]
        text = self._text(flat)
        if text is None:
            return None
        identities = tuple([find(flat) for find in self._find])
        if len({*identities}) < len(identities):
            return None
        return Rendered(text, Documents(sheet=(self, flat)), identities)

    def filled(self, values: Sequence[object]) -> Filled:
        """Each document's shape, and its values among those of a file, laid open."""
        return [(part.shape, part.of(values)) for part in self.parts]

    def _text(self, values: Sequence[object]) -> str | None:
        shown = values
        if self._loose:
            shown = [*values]
            for _, place, _, _ in self._loose:
                shown[place] = ""
        picked = self._pick(shown)
        if {*map(type, picked)} != _TEXT:
            return None
        try:
            cells = list(map(self._lines, picked))
        except KeyError:  # a text of several lines
            return None
        for number, place, write, indent in self._loose:
            cells[number] = write(values[place], indent)
        out = self._pieces.copy()
        out[1::2] = cells
        return "".join(out)


def sheet(documents: Filled, labels: Sequence[str], writer: Writer) -> Sheet | None:
    """What is known of all files like this one; None where its documents must be looked at.

    Args:
        documents: the shapes as they were learned, each with the template's values.
    """
    laid = list(_laid(documents, labels, writer))
    parts = _parts(laid, len(labels))
    return Sheet(laid, parts, writer) if len(parts) == len(laid) else None


def _laid(documents: Filled, labels: Sequence[str], writer: Writer) -> Iterator[Laid]:
    start = 0
    for shape, values in documents:
        own = shape.prepare(values, labels)[:shape.size]
        form, places = form_of(own), list(opens(own))
        yield Laid(shape, start, form, [(start + at, mapping) for at, mapping in places],
                   opened(shape, own, len(labels), writer), lay_open(own, places[::-1]))
        start += shape.size


def _loose(laid: Sequence[Laid]) -> frozenset[int]:
    """The places of values that are no texts, or texts of several lines."""
    values = [value for one in laid for value in one.values]
    return frozenset(place for place, value in enumerate(values)
                     if type(value) is not str or "\n" in value)


def _parts(laid: Sequence[Laid], labels: int) -> list[Part]:
    """The documents with the places of their values; the labels come behind all of them.

    Those are left out whose identities can be found in no such way.
    """
    total = sum(len(one.values) for one in laid)
    behind = range(total, total + labels)
    parts, first = [], 0
    for one in laid:
        places = (*range(first, first + len(one.values)), *behind)
        if find := one.shape.finder(places):
            parts.append(Part(one.shape, places, find))
        first += len(one.values)
    return parts


def _pieces(parts: Sequence[Part]) -> list[str]:
    """The file's text cut at the slots, with nothing in their places yet."""
    pieces = [""]
    for number, part in enumerate(parts):
        if number:
            pieces[-1] += SEPARATOR
        for slot in part.shape.slots:
            pieces[-1] += slot.before
            pieces += ["", ""]
        pieces[-1] += part.shape.after
    return pieces
