"""Differences for people at a terminal: what goes first, then by cluster and tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from gitops.foundation.findings import visible
from gitops.report.changes import (
    MARKS,
    alike,
    headline,
    kinds_text,
    many,
    names_text,
    object_text,
    path_text,
    value_text,
    what_goes,
)
from gitops.report.findings import counted
from gitops.review.estates import EstateDiff, FieldChange, ManifestChange, UnitChange

Paint = Callable[[str, str], str]
"""Colours a text: ``paint("+ x", "green")``."""
_HUES = {"added": "green", "removed": "red", "changed": "yellow"}


def text(diff: EstateDiff, against: str, paint: Paint) -> str:
    """The whole report. ``against`` says in words what is compared with."""
    return "\n".join(_lines(diff, against, paint))


def _lines(diff: EstateDiff, against: str, paint: Paint) -> Iterator[str]:
    yield f"compared with {against}"
    if diff.incomplete:
        yield paint(f"incomplete: {diff.incomplete}", "red")
        yield f"    {counted(diff.findings)} there"
        yield from (visible(f"    {finding.position}: {finding.message}")
                    for finding in diff.findings[:3])
    removed = [unit for unit in diff.units if unit.op == "removed"]
    if removed:
        yield ""
        for unit in removed:
            yield from _whole(unit, paint, what_goes(unit))
    for finding in diff.refused:
        yield paint(visible(f"  refused: {finding.message}"), "red")
        yield visible(f"    {finding.hint}")
    for old, new in (map(visible, pair) for pair in diff.renames):
        yield paint(f"  {old} was not renamed: {old} is deleted and {new} begins empty", "red")
    rest = [unit for unit in diff.units if unit.op != "removed"]
    for cluster, units in groupby(rest, key=lambda unit: unit.cluster):
        yield ""
        yield paint(cluster, "bold")
        for unit, others in alike(units):
            if unit.op == "added":
                yield from _whole(unit, paint, "new")
            else:
                yield from _changed(unit, paint)
            if others:
                yield f"  and likewise {names_text(others)}"
    if diff.units:
        yield ""
    yield headline(diff)
    if diff.form:
        yield f"{many(len(diff.form), 'file')} written differently, meaning the same"


def _whole(unit: UnitChange, paint: Paint, meaning: str) -> Iterator[str]:
    """A workspace that comes or goes as a whole; what goes stands by itself, before the rest."""
    goes = unit.op == "removed"
    indent = "" if goes else "  "
    whole = visible(f"cluster {unit.cluster}") if goes else "the cluster itself"
    name = visible(unit.tenant) or whole
    where = visible(f" on {unit.cluster}") if goes and unit.tenant else ""
    cause = next((manifest.cause for manifest in unit.manifests if manifest.cause), None)
    line = paint(f"{MARKS[unit.op]} {name}{where}: {meaning}", _HUES[unit.op])
    yield f"{indent}{line}" + _at(cause.file if cause else "", paint)
    yield f"{indent}    {kinds_text(unit.manifests)}"


def _changed(unit: UnitChange, paint: Paint) -> Iterator[str]:
    yield f"  {unit.tenant or 'the cluster itself'}"
    for manifest in unit.manifests:
        cause = str(manifest.cause) if manifest.cause else ""
        before = " before" if cause and manifest.op == "removed" else ""
        yield "    " + paint(f"{MARKS[manifest.op]} {object_text(manifest, unit.tenant)}",
                           _HUES[manifest.op]) + _at(cause + before, paint)
        yield from _fields(manifest, paint)


def _fields(manifest: ManifestChange, paint: Paint) -> Iterator[str]:
    """The fields of an object; a line is named once for all the fields that it causes."""
    for cause, fields in groupby(manifest.fields, key=_caused_by):
        for number, entry in enumerate(fields):
            yield f"        {_field(entry, paint)}" + (_at(cause, paint) if not number else "")


def _caused_by(entry: FieldChange) -> str:
    before = " before" if entry.change.op == "removed" else ""
    return f"{entry.cause}{before}" if entry.cause else ""


def _field(entry: FieldChange, paint: Paint) -> str:
    change = entry.change
    path = path_text(change.path)
    if change.op == "changed":
        return f"{path}: {value_text(change.old)} → {value_text(change.new)}"
    value = change.new if change.op == "added" else change.old
    return paint(f"{MARKS[change.op]} {path}: {value_text(value)}", _HUES[change.op])


def _at(where: str, paint: Paint) -> str:
    return f"  {paint(visible(where), 'dim')}" if where else ""
