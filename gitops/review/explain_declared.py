"""A declaration, or one of its lines: which objects and fields it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitops.compile.pipeline import Compiler, Unit
from gitops.declarations.yamltree import Where
from gitops.foundation.errors import UsageError
from gitops.foundation.findings import Path
from gitops.review.explain import Declared, Explainer, Explanation, FieldSource, ObjectSource
from gitops.review.explain_cluster import effective

MOST_UNITS = 25
"""Workspaces that are looked at; one costs some hundred times its rendering."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The places in a file that count: all (no line), or those that a line begins."""

    file: str
    line: int
    places: frozenset[tuple[int, int]]

    def holds(self, declared: Declared) -> bool:
        if declared.file != self.file or declared.preset:
            return False
        return not self.line or (declared.line, declared.column) in self.places

    def any(self, declared: Sequence[Declared]) -> bool:
        return any(map(self.holds, declared))


def declaration(explainer: Explainer, file: str, line: int, clusters: Sequence[str],
                namespace: str) -> Explanation:
    """What a declaration makes; of a cluster without a line, every setting and who gave it.

    Raises:
        UsageError: nothing stands on that line.
    """
    folder, _, name = file.removesuffix(".yaml").partition("/")
    if folder == "clusters" and not line:
        return Explanation(file, values=tuple(effective(explainer, name)))
    lines = _lines(explainer, file, line)
    units = [unit for unit in _units(explainer.compiler, folder, name, clusters)
             if not namespace or unit.tenant == namespace]
    found = tuple(_made(explainer, units[:MOST_UNITS], lines))
    notes = []
    if len(units) > MOST_UNITS:
        notes.append(f"Looked at {MOST_UNITS} of {len(units)} workspaces and clusters; -n and "
                     "--cluster choose others.")
    if not found:
        notes.append("No field of a manifest is filled from here.")
    return Explanation(f"{file}:{line}" if line else file, found, notes=tuple(notes),
                       brief=not line)


def _lines(explainer: Explainer, file: str, line: int) -> _Lines:
    if not line:
        return _Lines(file, 0, frozenset())
    data, places = explainer.compiler.files[file], explainer.places(file)
    begun = _begun(places, line)
    if not begun:
        if line > data.count(b"\n") + 1:
            raise UsageError(f"{file} has no line {line}", "it ends before")
        raise UsageError(f"nothing is declared on line {line} of {file}",
                         "name the line that a key or list item begins on")
    return _Lines(file, line, frozenset(at for path, at in places.values.items()
                                        if _below(path, begun)))


def _begun(places: Where, line: int) -> list[Path]:
    """The keys and list items that begin on a line; a value below its key does not."""
    return [path for path, at in {**places.values, **places.keys}.items()
            if path and at[0] == line]


def _below(path: Path, tops: list[Path]) -> bool:
    return any(path[:len(top)] == top for top in tops)


def _units(compiler: Compiler, folder: str, name: str, clusters: Sequence[str]) -> list[Unit]:
    """The units that a declaration can have a part in; those of one that it is about first."""
    units = compiler.units(clusters)
    if folder == "clusters":
        return [unit for unit in units if unit.cluster == name]
    if folder != "tenants":
        return units
    near = _neighbours(compiler, name)
    return sorted((unit for unit in units if unit.tenant in near),
                  key=lambda unit: (unit.tenant != name, unit.cluster, unit.tenant))


def _neighbours(compiler: Compiler, name: str) -> set[str]:
    """A tenant and those that it names or that name it."""
    tenants = compiler.estate.tenants
    named = {name, *tenants[name].talks_to, *tenants[name].admits}
    return named | {other.name for other in tenants.values()
                    if name in (*other.talks_to, *other.admits)}


def _made(explainer: Explainer, units: Sequence[Unit], lines: _Lines) -> Iterator[ObjectSource]:
    for unit in units:
        for file in explainer.compiler.render(unit):
            for one in explainer.sources(unit, file.path):
                because = lines.any(one.because) and bool(lines.line or not _loose(one, lines))
                kept = one.only(lambda field: _fills(field, lines))
                if because or kept.fields:
                    yield kept


def _loose(one: ObjectSource, lines: _Lines) -> bool:
    """Whether an object of another unit is there because of the file only as a whole."""
    return f"tenants/{one.unit.tenant}.yaml" != lines.file


def _fills(field: FieldSource, lines: _Lines) -> bool:
    return lines.any(field.declared)
