"""Tekton's workspaces: what a run binds to them, and the pod that holds its tasks together.

Tekton starts a pod of its own (the affinity assistant) where tasks must share a node, and lets
the tasks run beside it only. That pod has the run's labels and its ``podTemplate``, never those
of a single task. Source: tektoncd/pipeline ``pkg/reconciler/pipelinerun/affinity_assistant.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.foundation.shared import SharedMap
from gitops.model.cluster import Cluster
from gitops.model.jobs import Job
from gitops.plan.containers import volumes_of

HOLDERS_FIELDS = ("nodeSelector", "tolerations", "affinity", "priorityClassName")
"""Fields of a pod that Tekton gives to the pod that holds the others."""


def bindings(job: Job) -> Iterator[Mapping[str, Any]]:
    """What a run binds to each workspace: a claim, or an empty directory.

    A Task of the job's own says itself where it only reads; one from another repository does
    not know, so there the claim says it.
    """
    for mount, volume in zip(job.mounts, volumes_of(job, None), strict=True):
        if job.source and mount.read_only and mount.claim:
            yield {"name": mount.name,
                   "persistentVolumeClaim": {"claimName": mount.claim, "readOnly": True}}
        else:
            yield volume


def held(job: Job, cluster: Cluster) -> bool:
    """Whether Tekton on a cluster holds the job's pods beside one of its own."""
    kind = cluster.engines.coschedule if cluster.engines else "disabled"
    if kind == "workspaces":
        return any(mount.claim for mount in job.mounts)
    return kind != "disabled"


def holder(pod: Mapping[str, Any]) -> SharedMap:
    """The run's own ``podTemplate``, by which the pod that holds finds the hardware's nodes."""
    return SharedMap({name: pod[name] for name in HOLDERS_FIELDS if name in pod})
