"""Our judgement of documents beside the API server's: what we call valid, it takes."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from gitops.foundation.findings import Path
from tests.cluster.controlplane import ControlPlane
from tests.cluster.surroundings import namespace
from tests.schemas import test_service
from tests.schemas.said import schemas
from tests.schemas.test_robust import ALL, places

pytestmark = pytest.mark.cluster

PLAIN = """
apiVersion: v1
kind: Namespace
metadata: {name: robots, labels: {istio-injection: enabled}, annotations: {owner: a@b.c}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default-editor, namespace: vision}
imagePullSecrets: [{name: registry}]
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: vision}
data: {mode: fast}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: hardware-gpu-t4}
value: 0
preemptionPolicy: Never
---
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: vision}
spec:
  restartPolicy: Never
  nodeSelector: {zone: a}
  tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
  containers:
  - name: main
    image: x
    env: [{name: A, value: b}]
    ports: [{name: http, containerPort: 80}]
    resources: {limits: {cpu: 1, nvidia.com/gpu: 1}}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec:
  selectors: [{cel: {expression: 'device.driver=="gpu.nvidia.com"'}}]
  extendedResourceName: nvidia.com/gpu
"""
DOCUMENTS = [
    *(one for one in ALL if not one["apiVersion"].startswith("kustomize.config")),
    yaml.safe_load(test_service.SERVICE),
    yaml.safe_load(test_service.CLAIM),
    yaml.safe_load(test_service.BUDGET),
    *yaml.safe_load_all(PLAIN),
]
GROUPS = {
    "",
    "admissionregistration.k8s.io",
    "apps",
    "batch",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
}
CORE = [one for one in DOCUMENTS if one["apiVersion"].rpartition("/")[0] in GROUPS]
NAMESPACES = sorted({one["metadata"].get("namespace", "vision") for one in DOCUMENTS})
VALUES: list[Any] = ["", "a/b", "A b", "-1", "0.5", "1Gi", "x" * 64, "8080", "*", "10.0.0.0/8"]
VALUES += [0, -1, 70000, 1.5, True, None, [], {}]
CHANGES = 1500


@pytest.fixture(scope="module")
def server(plane: ControlPlane) -> ControlPlane:
    plane.apply(map(namespace, NAMESPACES), manager="schemas")
    return plane


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one["kind"])
def test_a_valid_document_is_taken(server: ControlPlane, document: dict[str, Any]) -> None:
    answer = server.admin.apply(document, manager="schemas", dry_run=True)
    assert answer.ok, answer.message


def test_a_changed_document_that_we_call_valid_is_taken(server: ControlPlane) -> None:
    too_lax = [
        answer.message
        for document in changes(random.Random(20261124))
        if not schemas().check(document)
        and not (answer := server.admin.apply(document, manager="schemas", dry_run=True)).ok
        and "expression: Invalid value" not in answer.message  # CEL is compiled by the server only
    ]
    assert too_lax == []


def changes(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Core documents, each with one value changed, left out or repeated, named afresh."""
    for number in range(CHANGES):
        document = copy.deepcopy(chance.choice(CORE))
        place = chance.choice(places(document)[1:])
        if place[0] in {"apiVersion", "kind"} or place[:2] in {("metadata", "name"), ("metadata",)}:
            continue
        if place[:2] == ("metadata", "namespace") or "expression" in place:
            continue
        change(document, place, chance)
        document["metadata"]["name"] += f"-{number}"
        yield document


def change(document: dict[str, Any], place: Path, chance: random.Random) -> None:
    node: Any = document
    for step in place[:-1]:
        node = node[step]
    way = chance.random()
    if way < 0.25:
        del node[place[-1]]
    elif way < 0.35 and isinstance(node, list):
        node.append(copy.deepcopy(chance.choice(node)))
    else:
        node[place[-1]] = chance.choice(VALUES)
