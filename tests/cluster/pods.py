"""Pods that are only tried: what the API server would make of them."""

from __future__ import annotations

from typing import Any

from tests.cluster.client import Answer
from tests.cluster.controlplane import ControlPlane

ON_T4 = {"hardware": "gpu-t4"}
GPU = {"requests": {"nvidia.com/gpu": "1"}, "limits": {"nvidia.com/gpu": "1"}}


def pod(plane: ControlPlane, labels: dict[str, str] | None = None, resources: Any = None,
        whole: Any = None, **spec: Any) -> Answer:
    """What the API server makes of a pod of vision's; nothing is kept."""
    container = {"name": "main", "image": "example.com/a", "resources": resources or {}}
    return plane.admin.create({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "tried", "namespace": "vision", "labels": labels or {}},
        "spec": {"containers": [container], **spec,
                 **({"resources": whole} if whole else {})}}, dry_run=True)


def given(answer: Answer) -> dict[str, Any]:
    """The spec that a pod was given."""
    spec: dict[str, Any] = answer.object()["spec"]
    return spec
