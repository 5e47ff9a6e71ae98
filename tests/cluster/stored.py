"""Is what the API server stores what we rendered, but for what it fills in itself?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BOOKKEEPING = {"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"}
"""What every object gets in ``metadata``."""

DEFAULTS: dict[str, dict[str, object]] = {
    "Gateway": {"spec.listeners.allowedRoutes": {"namespaces": {"from": "Same"}}},
    "Namespace": {
        "spec": {"finalizers": ["kubernetes"]},
        "metadata.labels.kubernetes.io/metadata.name": ...,
    },
    "PersistentVolumeClaim": {"metadata.finalizers": ["kubernetes.io/pvc-protection"]},
    "ResourceClaimTemplate": {"spec.metadata": {}},
    # Kueue holds a run back with the one, and hands it to another cluster with the other
    "TrainJob": {
        "spec.managedBy": "trainer.kubeflow.org/trainjob-controller",
        "spec.suspend": False,
    },
    "ValidatingAdmissionPolicyBinding": {
        "spec.matchResources.matchPolicy": "Equivalent",
        "spec.matchResources.objectSelector": {},
    },
}
"""By kind, the fields that the API server sets and their values (``...``: any)."""


def differences(rendered: Any, stored: Any) -> list[str]:
    """Every place where an object was stored differently; empty when it is the same."""
    return list(_differences(rendered, stored, rendered["kind"], ""))


def _differences(ours: Any, theirs: Any, kind: str, at: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() | theirs.keys():
            yield from _field(ours, theirs, key, kind, f"{at}.{key}" if at else key)
    elif isinstance(ours, list | tuple) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from _differences(one, other, kind, at)
    elif ours != theirs:
        yield f"{at}: rendered {ours!r}, stored {theirs!r}"


def _field(ours: Any, theirs: Any, key: str, kind: str, at: str) -> Iterator[str]:
    if key not in theirs:
        yield f"{at}: rendered {ours[key]!r}, not stored"
    elif key in ours:
        yield from _differences(ours[key], theirs[key], kind, at)
    elif not (at == "status" or at.removeprefix("metadata.") in BOOKKEEPING):
        known = DEFAULTS.get(kind, {}).get(at)
        if known is not ... and (known is None or known != theirs[key]):
            yield f"{at}: not rendered, stored {theirs[key]!r}"
