"""The kinds that only some clusters have and that members may not change once declared.

Runs are not among them: whoever may start a run may stop it too. Notebooks are not, since
their people start and stop them, and volumes are not, since git never deletes one and whoever
owns what it holds must be able to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.model.cluster import Cluster, Engines
from gitops.plan.claim_rules import CLAIMS_SINCE
from gitops.plan.overlays import Overlay

Kind = tuple[str, str, tuple[str, ...]]
TEKTON: Kind = ("tekton.dev", "v1", ("pipelines", "tasks"))
ARGO: Kind = ("argoproj.io", "v1alpha1", ("cronworkflows", "workflowtemplates"))
TEXTS: Kind = ("", "v1", ("configmaps",))
"""Trial templates, and what pipelines say of hardware. Members' own ConfigMaps stay theirs."""
TRAINER: Kind = ("trainer.kubeflow.org", "v1alpha1", ("trainingruntimes",))
MENU: Kind = ("kubeflow.org", "v1alpha1", ("poddefaults",))
QUEUES: Kind = ("kueue.x-k8s.io", "v1beta2", ("clusterqueues", "localqueues"))
CLAIMS: Kind = ("resource.k8s.io", "v1", ("resourceclaimtemplates",))


def guarded(cluster: Cluster, overlays: Mapping[str, Overlay]) -> tuple[Mapping[str, Any], ...]:
    """Admission rules for what hardware and engines add to a workspace."""
    return tuple({"apiGroups": [group], "apiVersions": [version],
                  "operations": ["CREATE", "UPDATE", "DELETE"], "resources": list(plurals),
                  "scope": "*"} for group, version, plurals in _kinds(cluster, overlays))


def _kinds(cluster: Cluster, overlays: Mapping[str, Overlay]) -> Iterator[Kind]:
    if cluster.engines:
        yield from _definitions(cluster.engines)
    if cluster.engines and cluster.engines.trainer:
        yield TRAINER
    if cluster.engines and cluster.engines.notebooks and overlays:
        yield MENU
    if cluster.queues and overlays:
        yield QUEUES
    if overlays and cluster.kubernetes.minor >= CLAIMS_SINCE:
        yield CLAIMS


def _definitions(engines: Engines) -> Iterator[Kind]:
    if engines.tekton:
        yield TEKTON
    if engines.argo:
        yield ARGO
    if engines.katib or engines.pipelines:
        yield TEXTS
