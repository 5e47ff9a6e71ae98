"""Simulated nodes: Node objects that the scheduler uses, without machines behind them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from tests.cluster.client import Client
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until

ROOM = {"cpu": "8", "memory": "32Gi", "ephemeral-storage": "100Gi", "pods": "110"}
PRESENT = "present"
"""The value of a simulated taint whose toleration says ``operator: Exists``."""


@dataclass(frozen=True, slots=True)
class Node:
    """What a kubelet would report; ``allocatable`` is completed from ``ROOM``."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()
    allocatable: Mapping[str, str] = field(default_factory=dict)
    capacity: Mapping[str, str] = field(default_factory=dict)

    def object(self) -> dict[str, Any]:
        labels = {"kubernetes.io/hostname": self.name, "kubernetes.io/os": "linux", **self.labels}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"taints": [dict(taint) for taint in self.taints]},
        }

    def status(self) -> dict[str, Any]:
        allocatable = {**ROOM, **self.allocatable}
        return {
            "allocatable": allocatable,
            "capacity": {**allocatable, **self.capacity},
            "conditions": [{"type": "Ready", "status": "True", "reason": "Simulated"}],
        }


def hardware_nodes(name: str, declared: Mapping[str, Any]) -> list[Node]:
    """The nodes of one hardware declaration, as read from ``hardware/NAME.yaml``."""
    device = declared.get("device") or {}
    allocatable = {key: str(value) for key, value in (declared.get("allocatable") or {}).items()}
    if device.get("resource"):
        allocatable[device["resource"]] = str(device.get("perNode", 1))
    taints = declared.get("taints")
    if taints is None:
        taints = [
            {"key": toleration["key"], "value": toleration.get("value", PRESENT), "effect": effect}
            for toleration in declared.get("tolerations") or []
            if toleration.get("key") and (effect := toleration.get("effect"))
        ]
    said = {**(declared.get("nodeLabels") or {}), **(declared.get("nodeSelector") or {})}
    labels = {key: str(value) for key, value in said.items()}
    return [
        Node(f"{name}-{number}", labels, taints, allocatable)
        for number in range(int(declared.get("nodes", 1)))
    ]


def estate_nodes(files: Mapping[str, bytes], cluster: str) -> list[Node]:
    """Simulated nodes for every hardware declaration of an estate that a cluster has."""
    import yaml

    declared = {
        PurePath(name).stem: yaml.safe_load(data)
        for name, data in sorted(files.items())
        if name.startswith("hardware/")
    }
    return [
        node
        for name, hardware in declared.items()
        if cluster in hardware.get("clusters", [cluster])
        for node in hardware_nodes(name, hardware)
    ]


def add_nodes(plane: ControlPlane, nodes: Iterable[Node]) -> None:
    """Register nodes until all are ready; each reports its status as ``system:node:NAME``."""
    nodes = list(nodes)
    for node in nodes:
        plane.admin.create(node.object()).object()
        as_node = node_client(plane.admin, node.name)
        status = {"status": node.status()}
        as_node.merge("v1", "Node", node.name, status, subresource="status").object()
        as_node.close()
    for node in nodes:
        until(partial(_schedulable, plane.admin, node.name), f"node {node.name}")


@contextmanager
def peopled(plane: ControlPlane, nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Nodes that are there for a while."""
    try:
        add_nodes(plane, nodes)
        yield nodes
    finally:
        for node in nodes:
            plane.admin.delete("v1", "Node", node.name)


def node_client(admin: Client, name: str) -> Client:
    """A client with the identity that the Node authorizer knows."""
    return admin.as_user(f"system:node:{name}", ("system:nodes",))


def start_kubelets(plane: ControlPlane) -> None:
    """Pods bound to simulated nodes run, and go when they are deleted, as kubelets would do it."""
    root = str(Path(__file__).parents[2])
    plane.keeper.start(
        "kubelets",
        [sys.executable, "-m", "tests.cluster.kubelets", plane.kubeconfig],
        {"PYTHONPATH": root, "LANG": os.environ.get("LANG", "C.UTF-8")},
    )


def _schedulable(admin: Client, name: str) -> bool:
    taints = admin.get("v1", "Node", name).object()["spec"].get("taints", [])
    return not any(taint["key"] == "node.kubernetes.io/not-ready" for taint in taints)
