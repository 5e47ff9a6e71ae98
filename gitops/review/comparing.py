"""The comparison behind ``gitops diff``: both sides prepared, then compared."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from msgspec import Struct

from gitops.compile.pipeline import Compiler, Unit
from gitops.compile.prepare import prepare
from gitops.compile.runs import Declared, is_runs
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding
from gitops.review.causes import Causes
from gitops.review.estates import EstateDiff, compare_sides, renames
from gitops.review.git import Repository
from gitops.review.removals import Since, removals_since
from gitops.review.revisions import OUTPUT, Base, read_rendered, read_revision
from gitops.review.runs import runs_since
from gitops.review.sides import CommittedSide, CompiledSide, Side, unit_of


class Narrowed(Struct, frozen=True):
    """What a comparison is about; empty means all."""

    clusters: Collection[str] = ()
    tenants: Collection[str] = ()
    as_of: date | None = None

    def units(self, units: Iterable[Unit]) -> frozenset[Unit]:
        """The units it is about. A cluster's own objects belong to no tenant."""
        return frozenset(unit for unit in units
                         if (not self.clusters or unit.cluster in self.clusters)
                         and (not self.tenants or unit.tenant in self.tenants))


class _Before(Struct, frozen=True):
    """The base: its inputs, its compiler where it has one, and what was wrong with it."""

    files: Mapping[str, bytes]
    compiler: Compiler | None
    side: Side
    units: frozenset[Unit]
    incomplete: str = ""
    findings: tuple[Finding, ...] = ()


def diff(files: Mapping[str, bytes], repository: Repository, base: Base,
         narrowed: Narrowed, *, committed: bool = False) -> EstateDiff:
    """What the working tree's declarations change in the manifests of a base.

    Args:
        files: the working tree's inputs.
        committed: compare with the manifests as they were committed at the base, so that
            what another version of the tool renders differently shows too.

    Raises:
        Refused: the working tree's declarations or templates are wrong.
        UsageError: a name is declared on neither side.
    """
    after = prepare(files, as_of=narrowed.as_of)
    before = _before(repository, base, narrowed.as_of, committed)
    every = before.units | set(after.units())
    _require_known(narrowed, every)
    wanted = narrowed.units(every)
    if before.files == files and not committed:
        return EstateDiff()  # one tool makes the same of the same
    causes = Causes(before.files, before.compiler, after)
    head = CompiledSide(after)
    try:
        units, form = compare_sides(before.side, head, wanted, causes)
    except Refused as refused:
        head.digests(wanted)  # raises when the mistake is this side's
        before = _as_committed(repository, base, before.files, tuple(refused.findings))
        wanted = narrowed.units(before.units | set(after.units()))
        causes = Causes(before.files, None, after)
        units, form = compare_sides(before.side, head, wanted, causes)
    return EstateDiff(units, form, renames(units, before.files, files), before.incomplete,
                      before.findings,
                      (*_refused(repository, base, after, narrowed),
                       *_changed_runs(repository, base, after,
                                      [Unit(unit.cluster, unit.tenant) for unit in units])))


def _refused(repository: Repository, base: Base, after: Compiler, narrowed: Narrowed
             ) -> tuple[Finding, ...]:
    """What was rendered at the base and is declared no more, as far as it may not go."""
    made = (f"{unit.cluster}/platform/tenants/{unit.tenant}.yaml" for unit in after.units()
            if unit.tenant)
    estate = after.estate
    tops = tuple(f"{cluster}/platform/tenants/{tenant}.yaml" for tenant in narrowed.tenants
                 for cluster in narrowed.clusters or estate.clusters) \
        if narrowed.tenants else tuple(narrowed.clusters)
    return tuple(removals_since(repository, Since(base.commit, scope=tops), made, estate))


def _changed_runs(repository: Repository, base: Base, after: Compiler, units: Iterable[Unit]
                  ) -> list[Finding]:
    """The runs, of the units that differ, that were rendered at the base with another spec."""
    here = set(after.units())
    made = {file.path: file.text.encode()
            for unit in units if unit in here and _has_runs(after, unit)
            for file in after.render(unit) if is_runs(file.path)}
    return runs_since(repository, Since(base.commit), made,
                      Declared(after.estate, after.files))


def _has_runs(compiler: Compiler, unit: Unit) -> bool:
    tenant = compiler.estate.tenants.get(unit.tenant)
    return tenant is not None and any(job.runs for job in tenant.jobs.values())


def _before(repository: Repository, base: Base, as_of: date | None, committed: bool
            ) -> _Before:
    """The base; an estate that did not exist then has nothing rendered."""
    files: dict[str, bytes] = {}
    try:
        files = read_revision(repository, base.commit)
        if committed or not files:
            compiler = prepare(files, as_of=as_of) if files else None
            rendered = read_rendered(repository, base.commit)
            return _Before(files, compiler, CommittedSide(rendered), _units_of(rendered))
        compiler = prepare(files, as_of=as_of)
        return _Before(files, compiler, CompiledSide(compiler), frozenset(compiler.units()))
    except Refused as refused:
        return _as_committed(repository, base, files, tuple(refused.findings))


def _as_committed(repository: Repository, base: Base, files: Mapping[str, bytes],
                  findings: tuple[Finding, ...]) -> _Before:
    """A base that cannot be rendered: its manifests as they were committed, if any were."""
    rendered = read_rendered(repository, base.commit)
    why = f"the declarations at {base.short} cannot be compiled; "
    if not rendered:
        why += f"and no {OUTPUT}/ was committed there, so everything looks added"
    else:
        why += f"compared with {OUTPUT}/ as it was committed there instead"
    return _Before(files, None, CommittedSide(rendered), _units_of(rendered), why, findings)


def _units_of(rendered: Iterable[str]) -> frozenset[Unit]:
    units = {unit_of(path) for path in rendered if path.count("/") > 1}
    return frozenset(unit for unit in units if unit.tenant != "kustomization"
                     and not unit.tenant.endswith(".yaml"))


def _require_known(narrowed: Narrowed, units: Collection[Unit]) -> None:
    for what, names, known in (("cluster", narrowed.clusters, {unit.cluster for unit in units}),
                               ("tenant", narrowed.tenants, {unit.tenant for unit in units})):
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, sorted(known), n=1)
                raise UsageError(f"there is no {what} {name!r} on either side",
                                 f"did you mean {near[0]!r}?" if near else "")
