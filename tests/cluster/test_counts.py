"""Hardware is counted a kind at a time, beside the count of all its devices together."""

from __future__ import annotations

import pytest

from tests.cluster.client import Answer, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import pod
from tests.cluster.rendered import rendering, standing
from tests.cluster.test_default_class import T4
from tests.estates import NATIVE, estate

pytestmark = pytest.mark.cluster

BOTH = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-big.yaml": T4.replace("t4", "big")}
TENANT = "owner: ana@example.com\nhardware: {gpu-t4: 1, gpu-big: 3}\n"
TWO = {"limits": {"nvidia.com/gpu": "2"}}


def test_each_kind_of_hardware_has_a_count_of_its_own(plane: ControlPlane) -> None:
    def said(hardware: str) -> str:
        return pod(plane, {"hardware": hardware}, TWO).message

    with standing(plane, rendering(estate(BOTH, cluster=NATIVE, tenant=TENANT))):
        until(lambda: "exceeded quota: hardware-gpu-t4," in said("gpu-t4"), "the count of T4s")
        until(lambda: pod(plane, {"hardware": "gpu-big"}, TWO).ok, "room on the others")


def test_as_many_pods_may_wait_for_a_queue_as_run(plane: ControlPlane) -> None:
    """Kueue is not here: its gate is written as it would write it."""
    queued = NATIVE + "queueing: kueue\n"
    one = {"limits": {"nvidia.com/gpu": "1"}}
    labels = {"hardware": "gpu-t4", "kueue.x-k8s.io/queue-name": "gpu-t4"}
    gate = [{"name": "kueue.x-k8s.io/admission"}]
    with standing(plane, rendering(estate(BOTH, cluster=queued, tenant=TENANT))):
        until(lambda: "exceeded quota: hardware-gpu-t4," in pod(
            plane, labels, {"limits": {"nvidia.com/gpu": "3"}}).message, "the count of T4s")
        for name, gates in (("runs", []), ("waits", gate)):
            assert made(plane, name, labels, one, gates).ok
        until(lambda: "used: requests.nvidia.com/gpu=2" in made(
            plane, "too-many", labels, one, gate).message, "both to be counted")


def made(plane: ControlPlane, name: str, labels: dict[str, str], resources: Object,
         gates: list[Object]) -> Answer:
    """A pod of vision's that stays."""
    container = {"name": "main", "image": "example.com/a", "resources": resources}
    return plane.admin.create({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "vision", "labels": labels},
        "spec": {"containers": [container], "schedulingGates": gates}})
