"""Quotas and container limits as pods meet them: who is refused, and with which words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.cluster.client import Answer, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, rendering, standing
from tests.estates import NATIVE, estate

pytestmark = pytest.mark.cluster

FULL = """
owner: ana@example.com
quota:
  requests: {cpu: 2, memory: 4Gi}
  limits: {cpu: 4, memory: 8Gi}
  pods: 3
  devices: {nvidia.com/gpu: 2}
  other: {count/configmaps: 3, count/jobs.batch: 1}
  priorityClasses: {urgent: {pods: 1}}
containers: {max: {cpu: 1500m, nvidia.com/gpu: 1}, volume: 10Gi}
"""
PLAIN = "owner: ana@example.com\n"
FROZEN = "owner: ana@example.com\nfrozen: left; the data is kept\n"
TENANTS = {"tenants/plain.yaml": PLAIN, "tenants/frozen.yaml": FROZEN}
GPUS = "nvidia.com/gpu"


@pytest.fixture(scope="module")
def workspaces(plane: ControlPlane) -> Iterator[Rendering]:
    """``vision`` has a full quota, ``plain`` none, ``frozen`` is frozen."""
    found = rendering(estate(TENANTS, cluster=NATIVE, tenant=FULL))
    urgent = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "urgent"},
        "value": 10,
    }
    with standing(plane, found):
        plane.apply([urgent])
        for quota in found.of("ResourceQuota"):
            until(partial(_counted, plane, quota.identity), f"the status of {quota.identity}")
        for name in found.workspaces:
            until(partial(_has_account, plane, name), f"the account of {name}")
        yield found
        plane.admin.delete("scheduling.k8s.io/v1", "PriorityClass", "urgent")


def _counted(plane: ControlPlane, identity: tuple[str, str, str, str]) -> bool:
    api_version, kind, place, name = identity
    quota = plane.admin.get(api_version, kind, name, place).object()
    return bool(quota.get("status", {}).get("hard") == quota["spec"]["hard"])


def _has_account(plane: ControlPlane, name: str) -> bool:
    return plane.admin.get("v1", "ServiceAccount", "default", name).ok


def pod(
    plane: ControlPlane,
    workspace: str = "vision",
    resources: Object | None = None,
    init: bool = False,
    **spec: Any,
) -> Answer:
    """What the API server makes of a pod; nothing is kept."""
    main: Object = {"name": "main", "image": "example.com/none", "resources": resources or {}}
    further = {"initContainers": [{**main, "name": "init", "resources": {}}]} if init else {}
    return plane.admin.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "tried", "namespace": workspace},
            "spec": {"containers": [main], **further, **spec},
        },
        dry_run=True,
    )


def asking(**requests: str) -> Object:
    """Requests and limits alike."""
    return {"requests": requests, "limits": requests}


def containers(answer: Answer) -> list[Object]:
    spec = answer.object()["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def test_a_pod_without_requests_gets_them(plane: ControlPlane, workspaces: Rendering) -> None:
    given = [one["resources"] for one in containers(pod(plane, init=True))]
    asked = {"cpu": "100m", "memory": "256Mi", GPUS: "0"}
    assert given == [{"requests": asked, "limits": {"cpu": "1", "memory": "1Gi", GPUS: "0"}}] * 2


def test_a_device_maximum_gives_nobody_a_device(plane: ControlPlane, workspaces: Rendering) -> None:
    assert containers(pod(plane))[0]["resources"]["requests"][GPUS] == "0"
    one = pod(plane, resources=asking(**{GPUS: "1"}))
    assert containers(one)[0]["resources"]["requests"][GPUS] == "1"


def test_a_container_over_the_maximum_is_refused(
    plane: ControlPlane, workspaces: Rendering
) -> None:
    for name, amount in {"cpu": "1600m", GPUS: "2"}.items():
        said = pod(plane, resources=asking(**{name: amount}))
        assert said.status == 403
        assert f"maximum {name} usage per Container" in said.message


@pytest.mark.parametrize(("name", "amount"), [("cpu", "1"), ("memory", "3Gi"), (GPUS, "1")])
def test_pods_over_the_quota_are_refused_with_its_name(
    plane: ControlPlane, workspaces: Rendering, name: str, amount: str
) -> None:
    main = {"image": "example.com/none", "resources": asking(**{name: amount})}
    three = [{"name": f"c{number}", **main} for number in range(3)]
    said = pod(plane, containers=three)
    assert said.status == 403
    assert "exceeded quota: kf-resource-quota" in said.message
    assert f"requests.{name}=" in said.message


def test_the_number_of_pods_is_counted(plane: ControlPlane, workspaces: Rendering) -> None:
    running = [_running(f"p{number}") for number in range(3)]
    for one in running:
        plane.admin.create(one).object()
    said = pod(plane)
    for one in running:
        plane.admin.delete(
            "v1", "Pod", one["metadata"]["name"], "vision", {"gracePeriodSeconds": 0}
        )
    assert said.status == 403
    assert "exceeded quota: kf-resource-quota, requested: pods=1, used: pods=3" in said.message
    until(lambda: pod(plane).ok, "room for a pod again")


def _running(name: str) -> Object:
    main = {"name": "main", "image": "example.com/none"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "vision"},
        "spec": {"nodeSelector": {"none": "such"}, "containers": [main]},
    }


def _end(plane: ControlPlane, name: str) -> None:
    plane.admin.delete("v1", "Pod", name, "vision", {"gracePeriodSeconds": 0})


def test_a_class_has_a_count_of_its_own(plane: ControlPlane, workspaces: Rendering) -> None:
    first = _running("first")
    first["spec"]["priorityClassName"] = "urgent"
    until(lambda: plane.admin.create(first).ok, "room for a pod")
    said, other = pod(plane, priorityClassName="urgent"), pod(plane)
    _end(plane, "first")
    assert "exceeded quota: workspace-class-urgent" in said.message
    assert other.ok


def test_other_objects_are_counted_apart(plane: ControlPlane, workspaces: Rendering) -> None:
    made = [_settings(plane, f"s{number}") for number in range(4)]
    refused = [answer.message for answer in made if not answer.ok]
    # Kubernetes itself puts a ConfigMap with its certificate into every namespace.
    assert 1 <= len(refused) <= 2
    assert all("exceeded quota: workspace-objects" in message for message in refused)


def _settings(plane: ControlPlane, name: str) -> Answer:
    meta = {"name": name, "namespace": "vision"}
    return plane.admin.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})


def test_objects_of_any_kind_are_counted_where_no_scope_stands(
    plane: ControlPlane, workspaces: Rendering
) -> None:
    """Within a scope the API server takes the same key and does nothing; none is rendered so."""
    first, second = (_job(name) for name in ("first", "second"))
    plane.admin.create(first).object()
    said = plane.admin.create(second)
    plane.admin.delete("batch/v1", "Job", "first", "vision", {"propagationPolicy": "Background"})
    assert said.status == 403
    assert "exceeded quota: workspace-objects, requested: count/jobs.batch=1" in said.message


def _job(name: str) -> Object:
    main = {"name": "main", "image": "example.com/none"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "vision"},
        "spec": {
            "suspend": True,
            "template": {"spec": {"containers": [main], "restartPolicy": "Never"}},
        },
    }


@pytest.mark.parametrize(("size", "taken"), [("10Gi", True), ("11Gi", False)])
def test_volumes_have_a_largest_size(
    plane: ControlPlane, workspaces: Rendering, size: str, taken: bool
) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "vision"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
    }
    assert plane.admin.create(claim, dry_run=True).ok is taken


def test_without_a_quota_nothing_is_put_into_pods(
    plane: ControlPlane, workspaces: Rendering
) -> None:
    assert containers(pod(plane, "plain"))[0]["resources"] == {}


def test_a_frozen_workspace_starts_no_pod(plane: ControlPlane, workspaces: Rendering) -> None:
    said = pod(plane, "frozen")
    assert said.status == 403
    assert "exceeded quota: workspace-frozen" in said.message
