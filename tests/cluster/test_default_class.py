"""Hardware at admission where the cluster gives every pod a class by default."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import GPU, ON_T4, given, pod
from tests.cluster.rendered import rendering, standing
from tests.estates import PROFILE, estate

pytestmark = pytest.mark.cluster

T4 = """
nodes: 2
allocatable: {cpu: 7, memory: 26Gi}
device: {resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: t4}
"""
TENANT = "owner: ana@example.com\nhardware: {gpu-t4: 4}\n"
USUAL = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
         "metadata": {"name": "usual"}, "globalDefault": True, "value": 1000,
         "preemptionPolicy": "Never"}


@pytest.fixture
def usual(plane: ControlPlane) -> Iterator[ControlPlane]:
    """A control plane on which pods that name no class get one worth 1000."""
    plane.apply([USUAL], manager="tests")
    yield plane
    plane.admin.delete(USUAL["apiVersion"], USUAL["kind"], "usual")


def test_a_pod_gets_the_hardwares_class_in_its_place(usual: ControlPlane) -> None:
    cluster = PROFILE + "defaultPriorityClass: {name: usual, value: 1000, preemption: Never}\n"
    with standing(usual, rendering(estate({"hardware/gpu-t4.yaml": T4}, cluster=cluster,
                                          tenant=TENANT))):
        until(lambda: classed(usual)[0] == "hardware-gpu-t4", "the policy that places pods")
        assert classed(usual) == ("hardware-gpu-t4", 1000, "Never")


def test_one_that_was_not_declared_is_told_of(usual: ControlPlane) -> None:
    with standing(usual, rendering(estate({"hardware/gpu-t4.yaml": T4}, tenant=TENANT))):
        until(lambda: "its defaultPriorityClass" in pod(usual, ON_T4, GPU).message, "the sentence")


def classed(plane: ControlPlane) -> tuple[str, int, str]:
    """What a pod on the hardware is worth."""
    answer = pod(plane, ON_T4, GPU)
    spec = given(answer) if answer.ok else {}
    return (spec.get("priorityClassName", ""), spec.get("priority", 0),
            spec.get("preemptionPolicy", ""))
