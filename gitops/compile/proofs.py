"""Documents known to be valid: others of their shape are, and what differs is valid by itself.

Looking at a whole document costs more than rendering it. Once a few documents of a shape were
valid as a whole, its next ones are asked for their values alone.
"""

from __future__ import annotations

from msgspec import Struct

from gitops.render.emit import plain
from gitops.render.shape import Shape
from gitops.schemas.check import Schemas

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

    def _sieve(self, shape: Shape, values: list[object]) -> object:
        outline = shape.outline()
        if outline is None or not all(type(outline[key]) is str for key in ("apiVersion", "kind")):
            return None
        return self.schemas.sieve(outline, values, plain)
