"""Pods that are really made: where the scheduler puts them, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.cluster.client import Object, Refusal
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.nodes import Node, peopled
from tests.cluster.rendered import Rendering, standing

ACCOUNT = "default-editor"


@contextmanager
def working(plane: ControlPlane, rendering: Rendering, nodes: Sequence[Node],
            hardware: Iterable[str], tenant: str = "vision") -> Iterator[Rendering]:
    """A rendering with its nodes, whose admission policies and quotas are at work."""
    with peopled(plane, nodes), standing(plane, rendering):
        plane.apply(_surrounding(rendering))
        for name in hardware:
            until(partial(_at_work, plane, name, tenant), f"the policies of {name}")
        yield rendering


def _surrounding(rendering: Rendering) -> Iterator[Object]:
    """What Kubeflow's profile controller makes of a workspace: its account and its quota."""
    for place in rendering.workspaces:
        yield {"apiVersion": "v1", "kind": "ServiceAccount",
               "metadata": {"name": ACCOUNT, "namespace": place}}
    for profile in rendering.of("Profile"):
        if hard := profile.data["spec"].get("resourceQuotaSpec"):
            yield {"apiVersion": "v1", "kind": "ResourceQuota", "spec": hard,
                   "metadata": {"name": "kf-resource-quota",
                                "namespace": profile.data["metadata"]["name"]}}


def _at_work(plane: ControlPlane, hardware: str, tenant: str) -> bool:
    tried = plane.admin.create({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "tried", "namespace": tenant, "labels": {"hardware": hardware}},
        "spec": {"serviceAccountName": ACCOUNT,
                 "containers": [{"name": "main", "image": "example.com/a"}]}}, dry_run=True)
    return tried.ok and "nodeSelector" in tried.body["spec"]


def made(plane: ControlPlane, pod: Mapping[str, Any]) -> Object:
    """Create a pod that its namespace's policies and quotas let in."""
    answer = plane.admin.create(dict(pod))
    if not answer.ok:
        raise Refusal(answer, pod["metadata"]["name"])
    return answer.object()


def node_of(plane: ControlPlane, pod: Mapping[str, Any]) -> str:
    """The node that the scheduler chose; waits for it."""
    until(lambda: "nodeName" in _now(plane, pod)["spec"],
          f"a node for {pod['metadata']['name']}: {refusal(plane, pod)}")
    return str(_now(plane, pod)["spec"]["nodeName"])


def refusal(plane: ControlPlane, pod: Mapping[str, Any]) -> str:
    """What the scheduler has against every node; "" while it says nothing."""
    said = _now(plane, pod).get("status", {}).get("conditions", ())
    return next((one["message"] for one in said
                 if one["type"] == "PodScheduled" and one["status"] == "False"), "")


def gone(plane: ControlPlane, pods: Iterable[Mapping[str, Any]]) -> None:
    """Delete pods and wait for their end, so that they charge no quota."""
    keys = [("v1", "Pod", one["metadata"]["name"], one["metadata"]["namespace"]) for one in pods]
    for key in keys:
        plane.admin.delete(*key)
    for key in keys:
        until(lambda key=key: plane.admin.get(*key).status == 404, f"the end of {key[2]}")  # type: ignore[misc]
    for place in {key[3] for key in keys}:
        until(partial(_released, plane, place), f"the quotas of {place}")


def _released(plane: ControlPlane, place: str) -> bool:
    """Whether quotas know, a while after the pods, that the last of them went."""
    if plane.admin.find("v1", "Pod", place):
        return True
    return all(
        amount == "0"
        for quota in plane.admin.find("v1", "ResourceQuota", place)
        for key, amount in quota.get("status", {}).get("used", {}).items()
        if key.startswith(("pods", "requests.", "limits.")) and key != "requests.storage")


def _now(plane: ControlPlane, pod: Mapping[str, Any]) -> Object:
    meta = pod["metadata"]
    return plane.admin.get("v1", "Pod", meta["name"], meta["namespace"]).object()
