"""Rights that Kubeflow's roles lack: what members need to run what is rendered for them.

Kubeflow's own roles say nothing of Tekton, Argo Workflows and Kueue, and nobody in a
workspace could start a run. Each of them gets roles that aggregate into kubeflow-edit and
kubeflow-view; what Kubeflow ships itself (Trainer, Katib, notebooks) has its own. Definitions
stay read-only: they are declared in git.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster

AGGREGATE = "rbac.authorization.kubeflow.org/aggregate-to-kubeflow-"
READ = ("get", "list", "watch")
WRITE = ("create", "patch")
RUN = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


class Engine(Struct, frozen=True):
    """An engine's API group, the kinds that members run, and those that they only read.

    ``reports`` are kinds that an engine's own containers write, under the account of the
    workspace that the run has.
    """

    name: str
    group: str
    runs: tuple[str, ...]
    reads: tuple[str, ...]
    reports: tuple[str, ...] = ()


class Right(Struct, frozen=True):
    """A ClusterRole that aggregates into another by its one label."""

    name: str
    labels: Mapping[str, str]
    rules: tuple[Mapping[str, Any], ...]
    origins: Mapping[str, tuple[Origin, ...]]


TEKTON = Engine("tekton", "tekton.dev", ("pipelineruns", "taskruns"),
                ("customruns", "pipelines", "stepactions", "tasks"))
ARGO = Engine("argo", "argoproj.io", ("workflows",),
              ("cronworkflows", "workflowtemplates"), ("workflowtaskresults",))
KUEUE = Engine("kueue", "kueue.x-k8s.io", (), ("localqueues", "workloads"))


def rights(cluster: Cluster) -> tuple[Right, ...]:
    """The roles for a cluster's engines; none where its roles are not Kubeflow's."""
    if not cluster.kubeflow.on:
        return ()
    return tuple(right for engine in _engines(cluster) for right in _roles(engine, cluster))


def _engines(cluster: Cluster) -> Iterator[Engine]:
    engines = cluster.engines
    if engines and engines.tekton:
        yield TEKTON
    if engines and engines.argo:
        yield ARGO
    if cluster.queues:
        yield KUEUE


def _roles(engine: Engine, cluster: Cluster) -> Iterator[Right]:
    """Reading for viewers, whose role is part of the editors'; running for editors."""
    origins = {"rules": (cluster.origin.at("queueing" if engine is KUEUE else "engines"),)}
    edit = (*_rule(engine, engine.runs, RUN), *_rule(engine, engine.reports, WRITE))
    view = _rule(engine, (*engine.runs, *engine.reads, *engine.reports), READ)
    for role, rules in (("edit", edit), ("view", view)):
        if rules:
            yield Right(f"gitops-tenancy-{engine.name}-{role}", {f"{AGGREGATE}{role}": "true"},
                        rules, origins)


def _rule(engine: Engine, plurals: tuple[str, ...],
          verbs: tuple[str, ...]) -> tuple[Mapping[str, Any], ...]:
    return ({"apiGroups": [engine.group], "resources": sorted(plurals),
             "verbs": list(verbs)},) if plurals else ()
