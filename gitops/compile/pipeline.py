"""From an estate to rendered files: the way of the data, readable aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct, field

from gitops.compile.components import component
from gitops.compile.held import held
from gitops.compile.kustomize import Kustomization, kustomizations, own_lists
from gitops.compile.proofs import Proofs
from gitops.compile.repeats import Across, within
from gitops.compile.syncing import of_cluster, of_tenant
from gitops.compile.templates import Page
from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding
from gitops.foundation.parallel import over, over_batches, workers_for
from gitops.model.estate import Estate
from gitops.plan.guarded import guarded
from gitops.plan.hardware_policies import fleet
from gitops.plan.names import MANAGER, PLATFORM_TENANT
from gitops.plan.platform import guardrails, login
from gitops.plan.rights import rights
from gitops.plan.selection import tenants_of
from gitops.plan.spawner import spawner
from gitops.plan.sync import ClusterSync, TenantSync
from gitops.plan.sync_rights import Held
from gitops.plan.workspace import Planner, Workspace, with_lines
from gitops.render.documents import Documents
from gitops.render.engine import Engine
from gitops.render.identity import Identity
from gitops.schemas.check import Schemas, Violation
from gitops.tree.header import header

if TYPE_CHECKING:
    from gitops.declarations.loaded import Files
    from gitops.render.trace import TracedDocument

Taken = TypeVar("Taken")
NOTHING = Held()


class RenderedFile(Struct, frozen=True):
    """One file of ``rendered/``: its path there, its text, the documents in it and which they are.

    An identity is API group, kind, namespace (empty where there is none) and name.
    """

    path: str
    text: str
    documents: Documents = field(default_factory=Documents)
    identities: tuple[Identity, ...] = ()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The documents' data."""
        return [document.data for document in self.documents]


class Unit(Struct, frozen=True):
    """A piece of work: one tenant's files on one cluster, or the cluster's own."""

    cluster: str
    tenant: str = ""


class Done(Struct, Generic[Taken], frozen=True):
    """What became of a unit: what the caller took of each file, and what is wrong.

    ``outside`` are the identities of objects that do not stand in the unit's own
    namespace, so that two units making one object are found. ``held`` is what its files
    hold, where an engine's accounts depend on it.
    """

    unit: Unit
    paths: tuple[str, ...]
    taken: tuple[Taken, ...]
    objects: int
    outside: tuple[tuple[Identity, str], ...]
    findings: tuple[Finding, ...]
    held: Held = Held()


class Compiler(Struct, frozen=True):
    """An estate that was read without a mistake, ready to be rendered."""

    files: Files
    planner: Planner
    engine: Engine
    pages: tuple[Page, ...]
    schemas: Mapping[str, Schemas]
    warnings: tuple[Finding, ...] = ()
    """What is no mistake, and should be known."""
    known: dict[str, Held] = field(default_factory=dict)
    """What the tenants' files on a cluster hold, once all of them were rendered."""
    can: Held = Held()
    """What the templates can make."""
    chosen: dict[tuple[str, bool, bool, bool], list[Page]] = field(default_factory=dict)
    """The templates for a cluster, or for those of its tenants that need some or all of them."""

    @property
    def estate(self) -> Estate:
        """What was declared."""
        return self.planner.estate

    def units(self, clusters: Sequence[str] = ()) -> list[Unit]:
        """All work, or that of some clusters: each cluster's own first, then its tenants."""
        found = []
        for cluster in self.estate.clusters.values():
            if not clusters or cluster.name in clusters:
                found.append(Unit(cluster.name))
                found += [Unit(cluster.name, tenant.name)
                          for tenant in tenants_of(cluster, self.estate)]
        return found

    def render(self, unit: Unit) -> Iterator[RenderedFile]:
        """The files of a unit.

        Raises:
            Refused: a template is wrong.
        """
        made: list[RenderedFile] = []
        context, pages = self.context(unit), self._pages(unit)
        for file in self._files(unit, context, [page for page in pages if not page.late]):
            made.append(file)
            yield file
        if late := [page for page in pages if page.late]:
            yield from self._files(unit, {**context, "sync": self._sync(unit, made)}, late)

    def _pages(self, unit: Unit) -> list[Page]:
        tenant = self.estate.tenants[unit.tenant] if unit.tenant else None
        jobs, hardware = bool(tenant and tenant.jobs), bool(tenant and tenant.hardware)
        key = (unit.cluster, bool(tenant), jobs, hardware)
        if key not in self.chosen:
            cluster = self.estate.clusters[unit.cluster]
            there = {"jobs": jobs, "hardware": hardware}
            self.chosen[key] = [
                page for page in self.pages if page.of_tenant == bool(tenant) and page.on(cluster)
                and (not page.needs or there[page.needs])]  # a dozen for nothing take time
        return self.chosen[key]

    def _given(self, unit: Unit, page: Page, context: Mapping[str, object]
               ) -> Iterable[tuple[str, Mapping[str, object]]]:
        """What a page's files of a unit are named after, the tenant or each hardware, and
        what its template is given."""
        if page.kind != "overlay":
            return ((unit.tenant, context),)
        cluster = self.estate.clusters[unit.cluster]
        return ((name, {**context, "component": component(overlay, cluster)})
                for name, overlay in self.planner.overlays(cluster).items())

    def _files(self, unit: Unit, context: Mapping[str, object], pages: Iterable[Page]
               ) -> Iterator[RenderedFile]:
        labels = self.labels(unit)
        for page in pages:
            for name, given in self._given(unit, page, context):
                rendered = self.engine.render(page.template, given,
                                              labels if page.labelled else ())
                if rendered.identities:
                    yield RenderedFile(page.at(unit.cluster, name),
                                       header(_source(unit, page, name)) + rendered.text,
                                       rendered.documents, rendered.identities)

    def trace(self, unit: Unit, path: str) -> list[TracedDocument]:
        """The objects of a unit's file, each field with the lines that made it. Slow."""
        pages, context = self._pages(unit), self._lined(unit)
        page, given = next((page, given) for page in pages
                           for name, given in self._given(unit, page, context)
                           if page.at(unit.cluster, name) == path)
        if page.late:
            others = self._files(unit, context, [page for page in pages if not page.late])
            given = {**given, "sync": self._sync(unit, others)}
        return self.engine.trace(page.template, given, self._labels(unit, page))

    def _template(self, unit: Unit, path: str) -> str:
        """What made a unit's file: a template's name, or the path itself of an overlay's file."""
        return next((page.template for page in self._pages(unit)
                     if page.at(unit.cluster, unit.tenant) == path), path)

    def _lined(self, unit: Unit) -> dict[str, object]:
        """The context of a unit, with the lines that only explaining asks for."""
        context = self.context(unit)
        if isinstance(workspace := context.get("workspace"), Workspace):
            context["workspace"] = with_lines(workspace)
        return context

    def _explained(self, unit: Unit, path: str, index: int,
                   violations: Sequence[Violation]) -> Iterable[Finding]:
        from gitops.compile.violations import explained

        return explained(self.files, self.trace(unit, path)[index], violations)

    def _labels(self, unit: Unit, page: Page) -> tuple[str, ...]:
        return self.labels(unit) if page.labelled else ()

    def labels(self, unit: Unit) -> tuple[str, str]:
        """The values of the labels that every object of a unit carries."""
        return (MANAGER, unit.tenant or PLATFORM_TENANT)

    def context(self, unit: Unit) -> dict[str, object]:
        """What the templates of a unit are given."""
        cluster, platform = self.estate.clusters[unit.cluster], self.estate.platform
        if not unit.tenant:
            overlays = self.planner.overlays(cluster)
            return {"cluster": cluster, "platform": platform, "login": login(cluster),
                    "guardrails": guardrails(cluster, platform, guarded(cluster, overlays)),
                    "hardware": fleet(cluster, overlays), "rights": rights(cluster),
                    "spawner": spawner(cluster, overlays)}
        tenant = self.estate.tenants[unit.tenant]
        return {"cluster": cluster, "platform": platform, "tenant": tenant,
                "workspace": self.planner.workspace(tenant, cluster)}

    def _sync(self, unit: Unit, made: Iterable[RenderedFile]) -> TenantSync | ClusterSync | None:
        """What the pages are told that come last: what an engine finds in the others."""
        cluster = self.estate.clusters[unit.cluster]
        if unit.tenant:
            return of_tenant(unit.tenant, cluster, self.estate, list(made), self.can)
        return of_cluster(cluster, self.estate, self._held(unit.cluster).with_([held(made)]),
                          self.can)

    def _waits(self, unit: Unit) -> bool:
        """Whether a unit is told what its cluster's tenants hold."""
        return not unit.tenant and bool(self.estate.clusters[unit.cluster].synced)

    def _held(self, cluster: str) -> Held:
        """What the tenants' files on a cluster hold; renders them unless they were before."""
        if cluster not in self.known:
            units = [unit for unit in self.units([cluster]) if unit.tenant]
            self.known[cluster] = Held().with_(over(
                lambda unit: held(self.render(unit)), units, workers_for(len(units))))
        return self.known[cluster]

    def do(self, units: Sequence[Unit],
           take: Callable[[RenderedFile], Taken]) -> list[Done[Taken]]:
        """Render and validate some units, and then hand their files on.

        All of them at once: what makes a file and what takes it are much code, and a processor
        is faster with one of them at a time.
        """
        return [_taken(done, take) for done in [self._made(unit) for unit in units]]

    def _made(self, unit: Unit) -> Done[RenderedFile]:
        """Render and validate a unit."""
        schemas = self.schemas[unit.cluster]
        proofs = Proofs(schemas)
        findings: list[Finding] = []
        files: list[RenderedFile] = []
        try:
            for file in self.render(unit):
                for index, data in file.documents.unproven(proofs):
                    if violations := schemas.check(data):
                        findings += self._explained(unit, file.path, index, violations)
                files.append(file)
        except Refused as refused:
            findings += refused.findings
        made = [(key, file.path) for file in files for key in file.identities]
        if len({key for key, _ in made}) < len(made):
            findings += within(unit, made, self.trace)
        outside = [one for one in made if one[0][2] != unit.tenant or not unit.tenant]
        synced = unit.tenant and self.estate.clusters[unit.cluster].synced
        holds = held(files) if synced else NOTHING
        files += self._own_lists(unit, [file.path for file in files])
        return Done(unit, tuple([file.path for file in files]), tuple(files), len(made),
                    tuple(outside), tuple(findings), holds)

    def _own_lists(self, unit: Unit, made: Sequence[str]) -> list[RenderedFile]:
        """The kustomizations of the folders in which nobody else makes a file."""
        if not unit.tenant:
            return []
        top = f"{unit.cluster}/tenants/{unit.tenant}/"
        names = tuple([path.removeprefix(top) for path in made if path.startswith(top)])
        above = header(f"tenants/{unit.tenant}.yaml")
        return [RenderedFile(top + path, above + text) for path, text in own_lists(names)]

    def run(self, units: Sequence[Unit],
            take: Callable[[RenderedFile], Taken]) -> Iterator[Done[Taken]]:
        """Do all the units, in several processes where that is worth it.

        ``take`` runs where the file was made, so what it returns must be small. The last
        results are those of the kustomizations that list what several units made.
        """
        made: list[str] = []
        across = Across()
        for done in self._done(units, take):
            made += done.paths
            across.add(done.unit, done.outside)
            yield Done(done.unit, done.paths, done.taken, done.objects, (), done.findings)
        for name, findings in across.findings(self.trace, self._template).items():
            yield Done(Unit(name), (), (), 0, (), tuple(findings))
        for file in kustomizations(made):
            yield Done(Unit(file.cluster), (file.path,), (take(_list(file)),), 0, (), ())

    def _done(self, units: Sequence[Unit],
              take: Callable[[RenderedFile], Taken]) -> Iterator[Done[Taken]]:
        """The units' results; clusters with an engine come when all their tenants are done."""
        late = [unit for unit in units if self._waits(unit)]
        first = [unit for unit in units if not self._waits(unit)]
        holds: dict[str, list[Held]] = {unit.cluster: [] for unit in late}
        for done in over_batches(lambda some: self.do(some, take), first,
                                 workers_for(len(first))):
            if done.unit.cluster in holds:
                holds[done.unit.cluster].append(done.held)
            yield done
        self.known.update({name: Held().with_(some) for name, some in holds.items()})
        yield from over_batches(lambda some: self.do(some, take), late, workers_for(len(late)))


def _source(unit: Unit, page: Page, name: str) -> str:
    """What to edit to change a file."""
    if page.kind == "overlay":
        return f"hardware/{name}.yaml"
    return f"tenants/{unit.tenant}.yaml" if unit.tenant else f"clusters/{unit.cluster}.yaml"


def _taken(done: Done[RenderedFile], take: Callable[[RenderedFile], Taken]) -> Done[Taken]:
    """The same with what a caller took of the files in their place, as far as it took them."""
    taken: list[Taken] = []
    findings = done.findings
    try:
        taken += map(take, done.taken)
    except Refused as refused:
        findings = (*findings, *refused.findings)
    return Done(done.unit, done.paths, tuple(taken), done.objects, done.outside, findings,
                done.held)


def _list(file: Kustomization) -> RenderedFile:
    return RenderedFile(file.path, header(file.source) + file.text)
