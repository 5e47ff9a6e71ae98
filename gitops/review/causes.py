"""Which line of a changed file causes a difference: the trace of explain, asked backwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gitops.compile.pipeline import Compiler, Unit
from gitops.compile.violations import declared_at, nearest, traced_file
from gitops.foundation.findings import Origin, Position
from gitops.render.identity import Identity, identity
from gitops.render.trace import TracedDocument, TracedField
from gitops.review.differences import Change, ObjectChange

MOST_FILES = 200
"""Files traced in one comparison; tracing one costs some hundred times its rendering."""


@dataclass(slots=True)
class _Side:
    """The traces of one side, kept for the file that was asked for last."""

    compiler: Compiler | None
    left: int = MOST_FILES
    path: str = ""
    traces: Mapping[Identity, TracedDocument] = field(default_factory=dict)

    def trace(self, unit: Unit, path: str, key: Identity) -> TracedDocument | None:
        if path != self.path:
            self.path, self.traces = path, {}
            if self.compiler is not None and self.left:
                self.left -= 1
                self.traces = {identity(document.data): document
                               for document in traced_file(self.compiler, unit, path)}
        return self.traces.get(key)


class Causes:
    """Finds causes in the files that differ between two estates' inputs.

    A line that did not change causes nothing, so a difference whose origins all stand in
    files that are the same on both sides has no known cause.
    """

    def __init__(self, before: Mapping[str, bytes], base: Compiler | None, head: Compiler) -> None:
        """``before`` are the base's files, also where they do not compile."""
        self._base, self._head = _Side(base), _Side(head)
        self._same = {file for file, data in head.files.items() if before.get(file) == data}

    def of_object(self, unit: Unit, path: str, found: ObjectChange) -> Position | None:
        """The line that made an object come or go; None for one that was changed."""
        if found.op == "changed":
            return None
        side = self._base if found.op == "removed" else self._head
        traced = side.trace(unit, path, found.identity)
        if traced is None:
            return None
        named = [entry for entry in traced.fields if entry.path[:1] == ("metadata",)]
        origins = [*traced.because, *(origin for entry in named for origin in entry.origins)]
        own = Position(f"tenants/{unit.tenant}.yaml") if unit.tenant else None
        return next(self._changed(side, origins, traced.template),
                    own if own and own.file not in self._same else None)

    def of_field(self, unit: Unit, path: str, key: Identity, change: Change) -> Position | None:
        """The line that gave a field its value, or that had given the one that went."""
        side = self._base if change.op == "removed" else self._head
        traced = side.trace(unit, path, key)
        entry = nearest(traced, change.at) if traced else None
        if entry is None:
            return None
        return next(self._changed(side, _deepest(entry), entry.template), None)

    def _changed(self, side: _Side, origins: Iterable[Origin], template: Position
                 ) -> Iterator[Position]:
        """The places among origins, and then the template, that stand in changed files."""
        if side.compiler is None:
            return
        for origin in origins:
            at = declared_at(side.compiler, origin)
            if at is not None and at.file not in self._same:
                yield at
        if template.file in side.compiler.files and template.file not in self._same:
            yield template


def _deepest(entry: TracedField) -> list[Origin]:
    return sorted(entry.origins, key=lambda origin: -len(origin.path))
