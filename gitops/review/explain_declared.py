"""A declaration, or one of its lines: which objects and fields it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gitops.compile.pipeline import Compiler, Unit
from gitops.declarations.yamltree import Where
from gitops.foundation.errors import UsageError
from gitops.foundation.findings import Path
from gitops.model.estate import Estate
from gitops.review.explain import Declared, Explainer, Explanation, ObjectSource
from gitops.review.explain_cluster import effective

MOST_UNITS = 25
"""Workspaces that are looked at; one costs some hundred times its rendering."""


class _Asked(Struct, frozen=True):
    """Declared values, by file and data path; () stands for the whole file.

    ``around`` counts the mappings and lists around them too, for templates that take those
    as a whole.
    """

    tops: frozenset[tuple[str, Path]]
    around: bool = False

    def holds(self, declared: Declared) -> bool:
        return not declared.preset and any(self._holds(declared, file, path)
                                           for file, path in self.tops)

    def _holds(self, declared: Declared, file: str, path: Path) -> bool:
        if declared.file != file:
            return False
        return declared.path[:len(path)] == path or (
            self.around and bool(declared.path) and path[:len(declared.path)] == declared.path)

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
    begun = _begun(explainer, file, line) if line else [()]
    asked = _Asked(frozenset((file, path) for path in begun) if folder != "groups"
                   else frozenset(_grants(explainer.compiler.estate, name)))
    units = [unit for unit in _units(explainer.compiler, folder, name, clusters)
             if not namespace or unit.tenant == namespace]
    found, notes, exact = _made(explainer, units[:MOST_UNITS], asked)
    if folder == "groups":
        notes = [f"The group is named by {_listed(asked)}." if asked.tops
                 else "No tenant gives this group anything.", *notes]
    if len(units) > MOST_UNITS:
        notes.append(f"Looked at {MOST_UNITS} of {len(units)} workspaces and clusters; -n and "
                     "--cluster choose others.")
    return Explanation(f"{file}:{line}" if line else file, tuple(found), notes=tuple(notes),
                       brief=not (line and exact))


def _begun(explainer: Explainer, file: str, line: int) -> list[Path]:
    """The keys and list items that begin on a line; a value below its key does not."""
    data, places = explainer.compiler.files[file], explainer.places(file)
    begun = [path for path, at in _starts(places).items() if path and at[0] == line]
    if begun:
        return begun
    if line > data.count(b"\n") + 1:
        raise UsageError(f"{file} has no line {line}", "it ends before")
    raise UsageError(f"nothing is declared on line {line} of {file}",
                     "name the line that a key or list item begins on")


def _starts(places: Where) -> dict[Path, tuple[int, int]]:
    return {**places.values, **places.keys}


def _grants(estate: Estate, group: str) -> Iterator[tuple[str, Path]]:
    """The declared values that give something to a group, or to one that it is in."""
    holders = {group}
    while more := {name for name, one in estate.groups.items() if name not in holders
                   and any(member.kind == "Group" and member.name in holders
                           for member in one.members)}:
        holders |= more
    for tenant in estate.tenants.values():
        if tenant.owner.kind == "Group" and tenant.owner.name in holders:
            yield tenant.origin.file, ("owner",)
        for grant in tenant.contributors:
            if grant.subject.kind == "Group" and grant.subject.name in holders:
                yield grant.origin.file, grant.origin.path


def _listed(asked: _Asked) -> str:
    files = sorted({file for file, _ in asked.tops})
    return ", ".join(files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")


def _units(compiler: Compiler, folder: str, name: str, clusters: Sequence[str]) -> list[Unit]:
    """The units that a declaration can have a part in; those of one that it is about first."""
    units = compiler.units(clusters)
    if folder == "clusters":
        return [unit for unit in units if unit.cluster == name]
    if folder == "groups":
        holders = {file for file, _ in _grants(compiler.estate, name)}
        return [unit for unit in units if f"tenants/{unit.tenant}.yaml" in holders]
    if folder != "tenants":
        return units
    near = _neighbours(compiler.estate, name)
    return sorted((unit for unit in units if unit.tenant in near),
                  key=lambda unit: (unit.tenant != name, unit.cluster, unit.tenant))


def _neighbours(estate: Estate, name: str) -> set[str]:
    """A tenant and those that it names or that name it."""
    tenants = estate.tenants
    named = {name, *tenants[name].talks_to, *tenants[name].admits}
    return named | {other.name for other in tenants.values()
                    if name in (*other.talks_to, *other.admits)}


def _made(explainer: Explainer, units: Sequence[Unit], asked: _Asked
          ) -> tuple[list[ObjectSource], list[str], bool]:
    """The objects with the fields that come from what was asked for, what to know of it, and
    whether each field is known to."""
    every = [one for unit in units for file in explainer.compiler.render(unit)
             for one in explainer.sources(unit, file.path)]
    if found := _kept(every, asked):
        return found, [], True
    if found := _kept(every, replace(asked, around=True)):
        return found, ["Templates take what stands around it as a whole, so not every field "
                       "counted here depends on it."], False
    return [], ["No field of a manifest is filled from here."], True


def _kept(every: Sequence[ObjectSource], asked: _Asked) -> list[ObjectSource]:
    found = [(one, one.only(lambda field: asked.any(field.declared))) for one in every]
    return [kept for one, kept in found if kept.fields or asked.any(one.because)]
