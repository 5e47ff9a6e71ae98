"""One run over an estate: read, compile, and write or compare. Shared by the commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import Struct

from gitops.cli.session import Session
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.processes import may_fork

if TYPE_CHECKING:
    from gitops.compile.pipeline import Compiler, Done, RenderedFile, Unit
    from gitops.foundation.findings import Finding
    from gitops.report.summary import Summary
    from gitops.tree.memory import Memory

Taken = TypeVar("Taken")
OUTPUT = "rendered"
SHARED = ("kustomization.yaml", "platform/kustomization.yaml",
          "platform/tenants/kustomization.yaml", "tenants/kustomization.yaml",
          "sync/kustomization.yaml", "sync/tenants/kustomization.yaml")
"""Files of a cluster's folder that list tenants; :mod:`gitops.cli.parts` makes those of a part."""
RIGHTS = "sync/accounts.yaml"
"""What the accounts of all tenants may do. It goes with each part: a tenant that is given what no
other has could not be applied by a role that lacks it."""


class Selection(Struct, frozen=True):
    """Which clusters and tenants a call is about; empty means all."""

    clusters: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    as_of: date | None = None

    def holds(self, path: str) -> bool:
        """Whether a rendered path belongs to the selection, and to nothing else that matters."""
        cluster, _, rest = path.partition("/")
        if self.clusters and cluster not in self.clusters:
            return False
        return not self.tenants or rest == RIGHTS or any(
            rest in (f"platform/tenants/{name}.yaml", f"sync/tenants/{name}.yaml")
            or rest.startswith(f"tenants/{name}/")
            for name in self.tenants)

    def scope(self, clusters: Sequence[str]) -> tuple[str, ...]:
        """The subtrees of ``rendered/`` that a selection answers for; empty for all."""
        if not self.tenants:
            return self.clusters
        own = [part for name in self.tenants
               for part in (f"tenants/{name}", f"platform/tenants/{name}.yaml",
                            f"sync/tenants/{name}.yaml")]
        return tuple(f"{cluster}/{part}" for cluster in self.clusters or clusters
                     for part in (*own, *SHARED, RIGHTS))


class Outcome(Struct, frozen=True):
    """What a run over the files of an estate made: documents by cluster, and files."""

    documents: Mapping[str, int]
    files: int


def compiler_of(session: Session, selection: Selection,
                extra_schemas: Mapping[str, bytes] | None = None) -> Compiler:
    """The session's estate, read without a mistake; the selection's names must exist.

    Raises:
        Refused: the estate has mistakes. UsageError: a name is not declared.
    """
    compiler = _prepared(session, selection, extra_schemas)
    for name in selection.clusters:
        _known("cluster", name, compiler.estate.clusters)
    for name in selection.tenants:
        _known("tenant", name, compiler.estate.tenants)
    return compiler


def _known(what: str, name: str, names: Mapping[str, object]) -> None:
    if name not in names:
        import difflib

        near = difflib.get_close_matches(name, names, n=1)
        raise UsageError(f"there is no {what} {name!r}",
                         f"did you mean {near[0]!r}?" if near else
                         f"declared are: {', '.join(names) or 'none'}")


def run(session: Session, compiler: Compiler, units: Sequence[Unit],
        take: Callable[[RenderedFile], Taken]) -> tuple[Outcome, list[Taken]]:
    """Render and validate units with progress on a terminal.

    Raises:
        Refused: with everything that is wrong in the templates and manifests.
    """
    _warn(session, compiler)
    documents: dict[str, int] = {}
    findings: list[Finding] = []
    taken: list[Taken] = []
    files = 0
    with _progress(len(units)) as step:
        for done in compiler.run(units, take):
            step(done)
            documents[done.unit.cluster] = documents.get(done.unit.cluster, 0) + done.objects
            findings += done.findings
            taken += done.taken
            files += len(done.paths)
    if findings:
        from gitops.foundation.findings import in_order

        raise Refused(in_order(findings))
    session.detail(f"{files} files from {len(units)} units")
    return Outcome(documents, files), taken


def _prepared(session: Session, selection: Selection,
              extra_schemas: Mapping[str, bytes] | None) -> Compiler:
    """What :func:`compiler_of` gives, whatever names the selection has."""
    root, ahead = session.root, session.ahead
    if not may_fork():
        from gitops.compile.prepare import prepare
        from gitops.declarations.source import read_estate

        return prepare(read_estate(root), as_of=selection.as_of, extra_schemas=extra_schemas)
    from gitops.compile.reading import reading

    with reading(root, ahead.messages if ahead else None) as estate:
        # Imported only now: the other process is at work meanwhile.
        from gitops.compile.prepare import prepare

        return prepare(estate.files, as_of=selection.as_of, extra_schemas=extra_schemas,
                       reading=estate)


def _warn(session: Session, compiler: Compiler) -> None:
    """Tell what is no mistake, and should be known."""
    if compiler.warnings:
        from gitops.report.findings import text

        session.say(text(compiler.warnings, color=session.color))


@contextmanager
def _progress(units: int) -> Iterator[Callable[[Done[Taken]], None]]:
    """A bar on standard error where a person waits for more than a moment's work."""
    if units < 200 or not os.isatty(2):
        yield lambda _: None
        return
    import sys

    with click.progressbar(length=units, label="rendering", file=sys.stderr) as bar:
        yield lambda done: bar.update(bool(done.unit.tenant))


def summary_of(compiler: Compiler, outcome: Outcome, selection: Selection) -> Summary:
    """The figures of a run."""
    from gitops.compile.summary import about, members, promised
    from gitops.plan.selection import tenants_of
    from gitops.report.summary import ClusterSummary, Summary

    clusters = []
    for cluster in compiler.estate.clusters.values():
        if selection.clusters and cluster.name not in selection.clusters:
            continue
        tenants = list(tenants_of(cluster, compiler.estate))
        clusters.append(ClusterSummary(
            cluster.name, about(cluster), len(tenants),
            sum(bool(tenant.frozen) for tenant in tenants),
            outcome.documents.get(cluster.name, 0), promised(cluster, compiler.estate)))
    return Summary(tuple(clusters), len(compiler.estate.tenants), members(compiler.planner),
                   sum(outcome.documents.values()), outcome.files)


def memory_of(session: Session, key: str) -> Memory:
    """What is known of the last render with these options, to answer a no-change run at once."""
    from gitops.cli.ahead import PACKAGE
    from gitops.declarations.inputs import watched
    from gitops.tree.memory import Memory

    ahead = session.ahead
    return Memory.of(Path(session.root), [*watched(session.root), PACKAGE], key, OUTPUT, ahead)
