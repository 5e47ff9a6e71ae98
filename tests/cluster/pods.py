"""Pods that are only tried: what the API server would make of them."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.cluster.client import Answer
from tests.cluster.controlplane import ControlPlane

ON_T4 = {"hardware": "gpu-t4"}
ADMISSION = "admissionregistration.k8s.io/v1"
GPU = {"requests": {"nvidia.com/gpu": "1"}, "limits": {"nvidia.com/gpu": "1"}}


def pod(plane: ControlPlane, labels: dict[str, str] | None = None, resources: Any = None,
        whole: Any = None, namespace: str = "vision", **spec: Any) -> Answer:
    """What the API server makes of a pod; nothing is kept."""
    container = {"name": "main", "image": "example.com/a", "resources": resources or {}}
    return plane.admin.create({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "tried", "namespace": namespace, "labels": labels or {}},
        "spec": {"containers": [container], **spec,
                 **({"resources": whole} if whole else {})}}, dry_run=True)


def given(answer: Answer) -> dict[str, Any]:
    """The spec that a pod was given."""
    spec: dict[str, Any] = answer.object()["spec"]
    return spec


def unsaid(plane: ControlPlane, policy: str, said: str) -> list[str]:
    """The parts of a policy's sentences that stand in nothing that was said."""
    found = plane.admin.get(ADMISSION, "ValidatingAdmissionPolicy", policy).object()
    parts = [part for one in found["spec"]["validations"]
             for part in re.findall(r"'([^']*)'", one["messageExpression"])
             if part.count(" ") > 2]
    assert len(parts) >= len(found["spec"]["validations"])
    return [part for part in parts if part not in said]


def warnings(plane: ControlPlane, *policies: str) -> list[str]:
    """What the API server's type checking says of policies' expressions."""
    found = (plane.admin.get(ADMISSION, "ValidatingAdmissionPolicy", name).object()
             for name in policies)
    return [yaml.safe_dump(warning) for one in found for warning in
            one.get("status", {}).get("typeChecking", {}).get("expressionWarnings", [])]
