"""Documents known to be valid: others of their shape are, and what differs is valid by itself.

Looking at a whole document costs more than rendering it. Once a few documents of a shape were
valid as a whole, its next ones are asked for their values alone.
"""

from __future__ import annotations

from msgspec import Struct

from gitops.render.documents import Filled
from gitops.render.emit import plain
from gitops.render.shape import Shape
from gitops.render.sheet import Sheet
from gitops.schemas.check import Schemas
from gitops.schemas.sieve import FileSieve, Sieve, joined

WORTH = 4
"""Documents of a shape from which on it pays to take it apart (measured)."""


class Proofs(Struct, frozen=True):
    """What proves documents valid for one cluster; what it finds out stays with their shapes."""

    schemas: Schemas

    def valid(self, shape: Shape, values: list[object]) -> bool:
        """Whether the document is certainly valid; if not, look at it as a whole."""
        known = shape.derived.get(self.schemas, 0)
        if type(known) is not int:
            return known is not None and bool(known.passes(values))
        if self.schemas.check(shape.passing(values)):
            return False
        shape.derived[self.schemas] = known + 1 if known < WORTH else self._sieve(shape, values)
        return True

    def valid_file(self, sheet: Sheet, values: list[object]) -> bool:
        """Whether all documents of a file are certainly valid; if not, look at each."""
        known = sheet.derived.get(self.schemas)
        if known is None:
            documents = sheet.filled(values)
            if any(self.schemas.check(shape.passing(own)) for shape, own in documents):
                return False
            known = sheet.derived[self.schemas] = self._file_sieve(sheet, documents)
        return bool(known and known.passes(values))

    def _file_sieve(self, sheet: Sheet, documents: Filled) -> FileSieve | None:
        """What finds files of a sheet valid; None where one of its shapes has no sieve."""
        sieves = []
        for part, (shape, own) in zip(sheet.parts, documents, strict=True):
            sieve = shape.derived.get((self.schemas, "sieve"), 0)
            if sieve == 0:
                sieve = shape.derived[self.schemas, "sieve"] = self._sieve(shape, own)
            if sieve is None:
                return None
            sieves.append((sieve, part.places))
        return joined(sieves, sheet.texts)

    def _sieve(self, shape: Shape, values: list[object]) -> Sieve | None:
        outline = shape.outline()
        if outline is None or not all(type(outline[key]) is str for key in ("apiVersion", "kind")):
            return None
        return self.schemas.sieve(outline, values, plain)
