"""Two revisions of an estate compared: which workspaces come, go and change, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gitops.compile.pipeline import Unit
from gitops.foundation.findings import Finding, Position
from gitops.render.identity import Identity, identity
from gitops.review.causes import Causes
from gitops.review.differences import Change, ObjectChange, Op, compare
from gitops.review.sides import Objects, Side, unit_of


class FieldChange(Struct, frozen=True):
    """A change of a field, and the line that causes it where that is known.

    The cause of what was removed is a line of the base.
    """

    change: Change
    cause: Position | None = None


class ManifestChange(Struct, frozen=True):
    """A change of one object in one rendered file, with the line that causes it if known."""

    op: Op
    kind: str
    namespace: str
    name: str
    file: str
    cause: Position | None = None
    fields: tuple[FieldChange, ...] = ()


class UnitChange(Struct, frozen=True):
    """What is different in one workspace, or (without a tenant) in a cluster's own objects.

    It is ``added`` or ``removed`` where all of it is.
    """

    op: Op
    cluster: str
    tenant: str
    manifests: tuple[ManifestChange, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """What is equal for tenants of one cluster that change alike.

        The tenant's own name is left out of account, and so are the causes.
        """
        own = re.compile(rf"(?<![a-z0-9-]){re.escape(self.tenant)}(?![a-z0-9-])")

        def plain(value: object) -> str:
            return own.sub("*", repr(value)) if self.tenant else repr(value)

        return (self.op, self.cluster, not self.tenant, *(
            (manifest.op, manifest.kind, plain((manifest.namespace, manifest.name)), *(
                (entry.change.op, plain(entry.change.path), plain(entry.change.old),
                 plain(entry.change.new)) for entry in manifest.fields))
            for manifest in self.manifests))


class EstateDiff(Struct, frozen=True):
    """All differences. ``units`` begin with the removed ones, then go by cluster and tenant.

    ``form`` are files whose text is different though their objects mean the same.
    ``incomplete`` says why the base could not be rendered, ``findings`` hold its mistakes.
    ``renames`` are pairs of tenants, one removed and one added, that look like a rename.
    ``refused`` are the removals and changes of runs that no render would make unasked.
    """

    units: tuple[UnitChange, ...] = ()
    form: tuple[str, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()
    incomplete: str = ""
    findings: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.units or self.incomplete)

    def count(self, op: Op) -> int:
        """How many objects were added, removed or changed."""
        return sum(manifest.op == op for unit in self.units for manifest in unit.manifests)

    def workspaces(self, op: Op) -> list[UnitChange]:
        """The workspaces that were added, removed or changed."""
        return [unit for unit in self.units if unit.tenant and unit.op == op]


def compare_sides(base: Side, head: Side, units: Collection[Unit], causes: Causes
                  ) -> tuple[tuple[UnitChange, ...], tuple[str, ...]]:
    """The units that differ, and the files that differ in form only.

    Raises:
        Refused: a template is wrong.
    """
    before, after = base.digests(units), head.digests(units)
    differing: dict[Unit, list[str]] = {}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            differing.setdefault(unit_of(path), []).append(path)
    stood = {unit_of(path) for path in before}
    stand = {unit_of(path) for path in after}
    found, form = [], []
    seen: Counter[object] = Counter()
    for unit, paths in differing.items():
        op: Op = "added" if unit not in stood else "removed" if unit not in stand else "changed"
        comparing = _Comparing.of(unit, base.objects(unit, paths), head.objects(unit, paths))
        change = UnitChange(op, unit.cluster, unit.tenant, comparing.manifests(None))
        if not change.manifests:
            form += paths
            continue
        seen[change.shape] += 1
        if seen[change.shape] <= _EXPLAINED:
            change = replace(change, manifests=comparing.manifests(causes))
        found.append(change)
    return tuple(sorted(found, key=_first_the_removed)), tuple(form)


_EXPLAINED = 5
"""Of tenants that change alike, how many are traced to the lines that cause it."""


def _first_the_removed(unit: UnitChange) -> tuple[bool, str, str]:
    return (unit.op != "removed", unit.cluster, unit.tenant)


class _Comparing(Struct, frozen=True):
    """A unit's objects compared as one set: one that moves between files is the same."""

    unit: Unit
    changes: Sequence[ObjectChange]
    before: Mapping[Identity, str]
    after: Mapping[Identity, str]

    @classmethod
    def of(cls, unit: Unit, old: Objects, new: Objects) -> _Comparing:
        return cls(unit, compare(_all(old), _all(new)), _files(old), _files(new))

    def manifests(self, causes: Causes | None) -> tuple[ManifestChange, ...]:
        return tuple(self._manifest(found, causes) for found in self.changes)

    def _manifest(self, found: ObjectChange, causes: Causes | None) -> ManifestChange:
        file = (self.before if found.op == "removed" else self.after)[found.identity]
        _, kind, namespace, name = found.identity
        cause = causes.of_object(self.unit, file, found) if causes else None
        fields = tuple(FieldChange(change, self._cause(found, change, causes))
                       for change in found.changes)
        return ManifestChange(found.op, kind, namespace, name, file, cause, fields)

    def _cause(self, found: ObjectChange, change: Change, causes: Causes | None
               ) -> Position | None:
        file = (self.before if change.op == "removed" else self.after)[found.identity]
        return causes.of_field(self.unit, file, found.identity, change) if causes else None


def _all(objects: Objects) -> list[Mapping[str, object]]:
    return [data for some in objects.values() for data in some]


def _files(objects: Objects) -> dict[Identity, str]:
    return {identity(data): path for path, some in objects.items() for data in some}


def renames(units: Sequence[UnitChange], before: Mapping[str, bytes], after: Mapping[str, bytes]
            ) -> tuple[tuple[str, str], ...]:
    """Tenants that went and came on one cluster with nearly the same declaration."""
    from difflib import SequenceMatcher

    found = {}
    gone = [unit for unit in units if unit.op == "removed" and unit.tenant][:_LOOKED_AT]
    come = [unit for unit in units if unit.op == "added" and unit.tenant][:_LOOKED_AT]
    for old in gone:
        text = before.get(f"tenants/{old.tenant}.yaml", b"")
        for new in come:
            other = after.get(f"tenants/{new.tenant}.yaml", b"")
            if (old.cluster == new.cluster and old.tenant != new.tenant and text
                    and SequenceMatcher(None, text, other).ratio() >= _ALIKE):
                found[old.tenant] = new.tenant
    return tuple(sorted(found.items()))


_LOOKED_AT, _ALIKE = 20, 0.9
