"""A template, or one of its lines: which fields it makes, shown on a workspace as an example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from gitops.compile.pipeline import Unit
from gitops.foundation.errors import UsageError
from gitops.review.explain import Explainer, Explanation, FieldSource, ObjectSource

BUILT_IN = "gitops/templates/"
MOST_UNITS = 25
"""Workspaces that are tried before a template is said to make nothing."""


class _Stretch(Struct, frozen=True):
    """Lines of a template file; ``line`` 0 stands for all."""

    file: str
    line: int

    def holds(self, field: FieldSource) -> bool:
        here = field.template
        return here.file == self.file and self.line in (0, here.line)


def template(explainer: Explainer, file: str, line: int, clusters: Sequence[str],
             namespace: str) -> Explanation:
    """The fields that a template makes in the first workspace where it makes any.

    Raises:
        UsageError: it makes none, or none on that line.
    """
    units = [unit for unit in explainer.compiler.units(clusters)
             if not namespace or unit.tenant == namespace]
    for unit in _likely(units):
        found = [one for one in _objects(explainer, unit, file) if one.fields]
        if found:
            return _explanation(file, line, unit, found)
    raise UsageError(f"{file} makes no field in any workspace that was looked at",
                     "its conditions may hold elsewhere: choose with -n and --cluster")


def _likely(units: Sequence[Unit]) -> list[Unit]:
    """A few units of each cluster's own and of tenants."""
    own = [unit for unit in units if not unit.tenant]
    return [*own[:MOST_UNITS], *[unit for unit in units if unit.tenant][:MOST_UNITS]]


def _objects(explainer: Explainer, unit: Unit, file: str) -> Iterator[ObjectSource]:
    stretch = _Stretch(file, 0)
    for rendered in explainer.compiler.render(unit):
        for one in explainer.sources(unit, rendered.path):
            yield one.only(stretch.holds)


def _explanation(file: str, line: int, unit: Unit, found: Sequence[ObjectSource]) -> Explanation:
    where = f"{unit.tenant} on {unit.cluster}" if unit.tenant else f"the cluster {unit.cluster}"
    notes = (f"As an example: {where}. -n and --cluster choose another.",)
    if not line:
        return Explanation(file, tuple(found), notes=notes)
    stretch = _Stretch(file, line)
    kept = tuple(one for one in (other.only(stretch.holds) for other in found) if one.fields)
    if not kept:
        raise UsageError(f"line {line} of {file} makes no field for {where}",
                         _nearest(line, found))
    return Explanation(f"{file}:{line}", kept, notes=notes)


def _nearest(line: int, found: Sequence[ObjectSource]) -> str:
    lines = sorted({field.template.line for one in found for field in one.fields},
                   key=lambda other: (abs(other - line), other))
    return f"these lines near it do: {', '.join(map(str, sorted(lines[:5])))}"
