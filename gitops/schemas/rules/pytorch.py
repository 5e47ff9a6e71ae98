"""PyTorchJobs that the training operator's webhook refuses.

Source: training operator release 1.9, ``pkg/webhooks/pytorch``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document, pods
from gitops.schemas.violation import Violation

_CONTAINER: Final = "pytorch"


def pytorch_job(document: Document) -> Iterator[Violation]:
    """Replicas without the container that trains, and numbers that do not go together."""
    spec = document["spec"]
    elastic = spec.get("elasticPolicy")
    parts: Path = ("spec", "pytorchReplicaSpecs")
    for name, replicas in spec["pytorchReplicaSpecs"].items():
        where: Path = (*parts, name, "template", "spec")
        pod = replicas["template"].get("spec")
        yield from pods.spec(pod, where)
        containers = pod["containers"] if pod else ()
        if containers and _CONTAINER not in (one["name"] for one in containers):
            yield Violation(
                (*where, "containers"), f'no container is named "{_CONTAINER}", which trains'
            )
        if name == "Master" and replicas.get("replicas") != 1:
            yield Violation((*parts, name), "a master needs replicas: 1, written out")
    if elastic is not None and "Worker" not in spec["pytorchReplicaSpecs"]:
        yield Violation(parts, "an elastic job needs a Worker")
    if elastic is not None and "nProcPerNode" in elastic and "nprocPerNode" in spec:
        yield Violation(
            ("spec", "elasticPolicy", "nProcPerNode"),
            "is an older spelling of spec.nprocPerNode, which stands there too",
        )
