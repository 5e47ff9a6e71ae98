"""What a workspace's own people could try to reach hardware that it was not given, or more of it
than it may have, asked of a real API server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gitops.plan.hardware_affinity import REQUIRED
from tests.cluster.client import Answer, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import GPU, ON_T4, pod, warnings
from tests.cluster.rendered import rendering, standing
from tests.cluster.test_claims import claim, exactly, own
from tests.estates import PROFILE, estate

pytestmark = pytest.mark.cluster

T4 = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi}
device: {deviceClass: gpu.example.com, resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: t4}
needs: {deviceClasses: [roce.example.com]}
workload: {max: {cpu: 6}}
"""
A100 = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi, rdma/hca: 4}
device: {deviceClass: gpu.example.com, resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: a100}
tolerations: [{key: a100, operator: Exists, effect: NoSchedule}]
"""
NEURON = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi}
device: {resource: aws.amazon.com/neuron, perNode: 4}
nodeSelector: {accelerator: inferentia}
"""
RACK = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [{key: rack, operator: Exists}]}]}}}
"""
HARDWARE = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-a100.yaml": A100,
            "hardware/neuron.yaml": NEURON, "hardware/cpu-rack.yaml": RACK}
TENANT = "owner: ana@example.com\nhardware: {gpu-t4: 4, neuron: 4}\n"
OTHER = "owner: bo@example.com\nhardware: {neuron: 4}\n"
RUNTIME = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "tall"},
           "handler": "runc", "overhead": {"podFixed": {"cpu": "250m"}},
           "scheduling": {"nodeSelector": {"accelerator": "a100"}}}


@pytest.fixture(scope="module")
def workspace(plane: ControlPlane) -> Iterator[ControlPlane]:
    files = estate(HARDWARE, cluster=PROFILE, tenant=TENANT) | {"tenants/nlp.yaml": OTHER.encode()}
    with standing(plane, rendering(files)):
        plane.apply([RUNTIME], manager="tests")
        until(lambda: not claim(plane, [exactly(1, "x.example.com")]).ok, "the rules of claims")
        until(lambda: "nodeSelector" in pod(plane, ON_T4).object()["spec"], "pods to be placed")
        yield plane
        plane.admin.delete("node.k8s.io/v1", "RuntimeClass", "tall")


def one(resource: str) -> dict[str, Any]:
    return {"limits": {resource: "1"}}


RACK_A = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [
    {"matchExpressions": [{"key": "rack", "operator": "In", "values": ["a"]}]}]}}}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a-device-by-another-name": (
        {"labels": {"hardware": "neuron"}, "resources": one("aws.amazon.com/neuroncore")},
        "no hardware of this cluster offers aws.amazon.com/neuroncore by that name"),
    "a-device-by-its-class": (
        {"labels": ON_T4, "resources": one("deviceclass.resource.kubernetes.io/gpu.example.com")},
        "offers deviceclass.resource.kubernetes.io/gpu.example.com by that name"),
    "what-other-nodes-offer": (
        {"resources": one("rdma/hca")}, "was not given hardware that offers rdma/hca; name some"),
    "a-claim-that-could-choose": (
        {"resourceClaims": [own("a")]}, "names a claim and not the hardware whose devices it"),
    "any-value-of-a-label": ({"nodeSelector": {"rack": "a"}}, "picks nodes of hardware"),
    "any-value-by-affinity": ({"affinity": RACK_A}, "picks nodes of hardware"),
    "nodes-of-a-runtime-class": ({"runtimeClassName": "tall"}, "picks nodes of hardware"),
    "overhead": ({"overhead": {"cpu": "1"}}, "overhead set without corresponding RuntimeClass"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_was_not_given_is_refused(workspace: ControlPlane, case: str) -> None:
    told, sentence = REFUSED[case]
    assert sentence.lower() in pod(workspace, **told).message.lower()


@pytest.mark.parametrize("told", [
    {"labels": {"hardware": "neuron"}, "resources": one("aws.amazon.com/neuron")},
    {"labels": ON_T4, "resourceClaims": [own("a")]},
    {"resources": one("example.org/fuse")},
    {"labels": ON_T4, "resources": {"limits": {"nvidia.com/gpu": "1", "nvidia.com/mig": "0"}}},
], ids=["device", "claim", "of-no-vendor", "none-of-it"])
def test_what_was_given_passes(workspace: ControlPlane, told: dict[str, Any]) -> None:
    answer = pod(workspace, **told)
    assert answer.ok, answer.message


def test_a_class_that_no_hardware_has_is_not_claimed(workspace: ControlPlane) -> None:
    said = claim(workspace, [exactly(1), exactly(1, "vfio.example.com")]).message
    assert "no hardware of this cluster has devices of the class vfio.example.com" in said


def test_further_classes_are_claimed_where_their_hardware_was_given(
    workspace: ControlPlane
) -> None:
    answer = claim(workspace, [exactly(1), exactly(1, "roce.example.com")])
    assert answer.ok, answer.message
    said = claim(workspace, [exactly(1, "roce.example.com")], namespace="nlp").message
    assert "was not given the devices of a class" in said


@pytest.fixture
def standing_pod(workspace: ControlPlane) -> Iterator[str]:
    """A pod on the T4s that waits for its gate."""
    workspace.admin.create({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "stands", "namespace": "vision", "labels": ON_T4},
        "spec": {"schedulingGates": [{"name": "example.com/wait"}],
                 "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "5"}},
                 "containers": [{"name": "main", "image": "example.com/a"}]}}).object()
    yield workspace.admin.path("v1", "Pod", "vision", "stands")
    workspace.admin.delete("v1", "Pod", "stands", "vision", {"gracePeriodSeconds": 0})


def patched(plane: ControlPlane, path: str, spec: Object) -> Answer:
    return plane.admin.request("PATCH", path, {"spec": spec}, query={"dryRun": "All"},
                               content_type="application/strategic-merge-patch+json")


LATER: dict[str, tuple[str, Object, str]] = {
    "toleration": ("", {"tolerations": [{"key": "a100", "operator": "Exists"}]},
                   "tolerates taints of hardware"),
    "selector": ("", {"nodeSelector": {"rack": "a"}}, "picks nodes of hardware"),
    "resize-of-the-whole": ("/resize", {"resources": {"limits": {"cpu": "7"}}}, "6 of cpu at most"),
    "ephemeral": ("/ephemeralcontainers", {"ephemeralContainers": [
        {"name": "e", "image": "e", "resources": GPU}]}, "cannot be set for an Ephemeral"),
}


@pytest.mark.parametrize("case", LATER)
def test_a_pod_that_stands_changes_no_further(
    workspace: ControlPlane, standing_pod: str, case: str
) -> None:
    part, spec, sentence = LATER[case]
    assert sentence in patched(workspace, standing_pod + part, spec).message


def test_the_expressions_have_no_type_warnings(workspace: ControlPlane) -> None:
    assert warnings(workspace, "gitops-tenancy-hardware", "gitops-tenancy-hardware-claims") == []
