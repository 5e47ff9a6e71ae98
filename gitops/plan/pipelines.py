"""Hardware for Kubeflow Pipelines: the parts of a compiled pipeline that choose it.

A run of Kubeflow Pipelines stands in its own database, so git cannot hold one. What git can
hold is what each task of a pipeline must say, as data: the helper :mod:`gitops.kfp` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitops.foundation.shared import SharedMap
from gitops.plan.containers import SHM
from gitops.plan.overlays import Overlay

EXECUTOR = "exec-TASK"
"""Stands where a compiled pipeline names the executor of a task."""
CONFIG_MAP = "kfp-hardware"


def documents(overlays: Iterable[Overlay]) -> SharedMap:
    """The ConfigMap's data: a JSON document for each hardware, by ``<hardware>.json``."""
    return SharedMap({f"{one.name}.json": json.dumps(document(one), indent=2) + "\n"
                      for one in overlays})


def document(overlay: Overlay) -> dict[str, Any]:
    """What a compiled pipeline says in its two documents for a task on this hardware.

    ``deploymentSpec`` is part of the first and ``platforms`` of the second, spelled as
    kfp's compiler spells them (kubeflow/pipelines, kubernetes_executor_config.proto).
    ``missing`` are sentences about what the hardware needs and no pipeline can say.
    """
    resources = _resources(overlay)
    parts = {"missing": list(_missing(overlay)),
             "deploymentSpec": resources and _executor({"container": {"resources": resources}}),
             "platforms": {"kubernetes": {"deploymentSpec": _executor(_pod(overlay))}}}
    return {name: part for name, part in parts.items() if part}


def _executor(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"executors": {EXECUTOR: settings}}


def _resources(overlay: Overlay) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if overlay.resource:
        found["accelerator"] = {"resourceCount": overlay.usual.get(overlay.resource, "1"),
                                "resourceType": overlay.resource}
    for name, key in (("cpu", "Cpu"), ("memory", "Memory")):
        if name in overlay.usual:
            found[f"resource{key}Limit"] = overlay.usual[name]
            found[f"resource{key}Request"] = overlay.usual[name]
    return found


def _pod(overlay: Overlay) -> dict[str, Any]:
    found: dict[str, Any] = {"podMetadata": {"labels": dict(overlay.labels)}}
    if overlay.node_selector:
        found["nodeSelector"] = {"labels": dict(overlay.node_selector)}
    if overlay.tolerations:
        found["tolerations"] = [_toleration(one) for one in overlay.tolerations]
    if overlay.affinity:
        found["nodeAffinity"] = [{"nodeAffinityJson": {"runtimeValue": {
            "constant": overlay.affinity["nodeAffinity"]}}}]
    if overlay.shm:
        found["emptyDirMounts"] = [{"medium": "Memory", "mountPath": "/dev/shm",  # noqa: S108
                                    "sizeLimit": overlay.shm, "volumeName": SHM}]
    return found


def _toleration(one: Mapping[str, Any]) -> dict[str, str]:
    """A toleration; its seconds are a text, as in every 64-bit number of these documents."""
    return {key: str(value) for key, value in one.items()}


def _missing(overlay: Overlay) -> Iterator[str]:
    if overlay.claim:
        yield "its devices are handed out by claim"
    if overlay.per_container:
        yield f"its containers ask for {' and '.join(overlay.per_container)}"
    if overlay.capabilities or overlay.privileged:
        yield "its containers need rights of their own"
    if overlay.pod.get("hostNetwork"):
        yield "its pods stand in the node's network"
