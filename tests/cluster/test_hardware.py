"""Hardware at admission, asked of a real API server: what pods are given and refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitops.plan.hardware_affinity import PREFERRED, REQUIRED
from tests.cluster.client import Answer
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.labelling import ASKED_FOR, labelling
from tests.cluster.pods import GPU, ON_T4, given, pod, unsaid, warnings
from tests.cluster.rendered import rendering, standing
from tests.estates import PROFILE, estate

pytestmark = pytest.mark.cluster

T4 = """
nodes: 2
allocatable: {cpu: 7, memory: 26Gi}
device: {resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: t4}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule},
              {key: spot, effect: NoExecute, seconds: 60}]
workload: {max: {devices: 2, cpu: 6, memory: 20Gi}}
priorityClasses: [system-cluster-critical]
"""
A100 = """
nodes: 1
allocatable: {cpu: 11, memory: 80Gi}
device: {resource: nvidia.com/gpu, perNode: 1}
nodeSelector: {accelerator: a100, shelf: tall}
tolerations: [{key: a100, operator: Exists, effect: NoSchedule}]
"""
CPU = """
nodes: 3
allocatable: {cpu: 15, memory: 50Gi}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [{key: platform, operator: In, values: [cascadelake]}]},
  {matchExpressions: [{key: platform, operator: In, values: [milan]}]}]},
  preferredDuringSchedulingIgnoredDuringExecution: [
    {weight: 3, preference: {matchExpressions: [{key: rack, operator: Exists}]}}]}}
scheduler: bin-packing
"""
BIG = """
nodes: 1
allocatable: {cpu: 95, memory: 1Ti}
nodeSelector: {size: big}
workload: {min: {cpu: 2, memory: 8Gi}}
"""
CLAIMED = """
nodes: 1
allocatable: {cpu: 11, memory: 80Gi}
device: {deviceClass: gpu.example.com, perNode: 1}
nodeSelector: {accelerator: claimed}
"""
HARDWARE = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-a100.yaml": A100,
            "hardware/cpu-fast.yaml": CPU, "hardware/cpu-big.yaml": BIG,
            "hardware/gpu-claimed.yaml": CLAIMED}
TENANT = "owner: ana@example.com\nhardware: {gpu-t4: 4, cpu-fast: {}, cpu-big: {}}\n"


@pytest.fixture(scope="module")
def workspace(plane: ControlPlane) -> Iterator[ControlPlane]:
    files = estate(HARDWARE, cluster=PROFILE, tenant=TENANT)
    with standing(plane, rendering(files)):
        until(lambda: not claim(plane, "ResourceClaim").ok, "the last of the refusing policies")
        until(lambda: placed(plane), "the policies that place pods")
        yield plane


def placed(plane: ControlPlane) -> bool:
    """Whether pods are changed yet: an API server takes a while to hear of its policies."""
    on_t4, fast = pod(plane, ON_T4), pod(plane, {"hardware": "cpu-fast"})
    return on_t4.ok and fast.ok and "nodeSelector" in given(on_t4) and \
        given(fast)["schedulerName"] == "bin-packing"


def claim(plane: ControlPlane, kind: str) -> Answer:
    """What the API server makes of a claim of a device that nobody was given."""
    devices = {"devices": {"requests": [
        {"name": "a", "exactly": {"deviceClassName": "gpu.example.com"}}]}}
    return plane.admin.create({
        "apiVersion": "resource.k8s.io/v1", "kind": kind,
        "metadata": {"name": "a", "namespace": "vision"},
        "spec": devices if kind == "ResourceClaim" else {"spec": devices}}, dry_run=True)


@pytest.mark.parametrize("labels", [ON_T4, {"hardware-gpu-t4": "true"}])
def test_either_label_puts_a_pod_on_its_hardware(
    workspace: ControlPlane, labels: dict[str, str]
) -> None:
    spec = given(pod(workspace, labels, GPU))
    assert spec["nodeSelector"] == {"accelerator": "t4"}
    assert {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"} in \
        spec["tolerations"]
    assert {"key": "spot", "operator": "Equal", "effect": "NoExecute", "tolerationSeconds": 60} \
        in spec["tolerations"]
    assert (spec["priorityClassName"], spec["priority"]) == ("hardware-gpu-t4", 0)


def test_what_a_pod_has_already_is_kept(workspace: ControlPlane) -> None:
    own = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    spec = given(pod(workspace, ON_T4, GPU, nodeSelector={"zone": "a"}, tolerations=[own]))
    assert spec["nodeSelector"] == {"accelerator": "t4", "zone": "a"}
    assert spec["tolerations"].count(own) == 1


def test_affinity_and_scheduler_are_put_on(workspace: ControlPlane) -> None:
    spec = given(pod(workspace, {"hardware": "cpu-fast"}))
    assert spec["schedulerName"] == "bin-packing"
    assert "requiredDuringSchedulingIgnoredDuringExecution" in spec["affinity"]["nodeAffinity"]


OWN_ZONE = {"key": "zone", "operator": "In", "values": ["a", "b"]}
OWN = {"nodeAffinity": {
    REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [OWN_ZONE]}]},
    PREFERRED: [{"weight": 1, "preference": {
        "matchExpressions": [{"key": "disk", "operator": "Exists"}]}}]}}


def test_a_pods_own_node_affinity_holds_beside_the_hardwares(workspace: ControlPlane) -> None:
    node = given(pod(workspace, {"hardware": "cpu-fast"}, affinity=OWN))["affinity"]["nodeAffinity"]
    assert node[REQUIRED]["nodeSelectorTerms"] == [
        {"matchExpressions": [OWN_ZONE, {"key": "platform", "operator": "In", "values": [name]}]}
        for name in ("cascadelake", "milan")]
    assert [one["weight"] for one in node[PREFERRED]] == [1, 3]


def test_a_pod_that_asks_for_the_hardwares_nodes_already_is_not_asked_twice(
    workspace: ControlPlane
) -> None:
    whole = given(pod(workspace, {"hardware": "cpu-fast"}, affinity=OWN))["affinity"]
    assert given(pod(workspace, {"hardware": "cpu-fast"}, affinity=whole))["affinity"] == whole


def test_other_affinity_stays(workspace: ControlPlane) -> None:
    apart = {"requiredDuringSchedulingIgnoredDuringExecution": [{
        "labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "zone"}]}
    found = given(pod(workspace, {"hardware": "cpu-fast"}, affinity={"podAntiAffinity": apart}))
    assert found["affinity"]["podAntiAffinity"] == apart
    assert "nodeAffinity" in found["affinity"]


def test_a_label_that_a_webhook_adds_late_counts_too(
    workspace: ControlPlane, tmp_path: Path
) -> None:
    with labelling(workspace, tmp_path):
        until(lambda: "labels" in asking(workspace).body["metadata"], "the webhook")
        spec = given(asking(workspace))
    assert spec["nodeSelector"] == {"accelerator": "t4"}
    assert spec["priorityClassName"] == "hardware-gpu-t4"


def asking(plane: ControlPlane) -> Answer:
    """A pod without labels, for which a webhook knows some."""
    return plane.admin.create({
        "apiVersion": "v1", "kind": "Pod", "metadata": {
            "name": "tried", "namespace": "vision", "annotations": {ASKED_FOR: "yes"}},
        "spec": {"containers": [{"name": "a", "image": "a"}]}}, dry_run=True)


def test_a_plain_pod_is_left_alone(workspace: ControlPlane) -> None:
    spec = given(pod(workspace, {"hardware": ""}))
    assert "nodeSelector" not in spec
    assert "priorityClassName" not in spec


def test_pods_outside_workspaces_are_nobodys_business(workspace: ControlPlane) -> None:
    answer = workspace.admin.create({
        "apiVersion": "v1", "kind": "Pod", "metadata": {
            "name": "tried", "namespace": "kubeflow", "labels": {"hardware": "nope"}},
        "spec": {"containers": [{"name": "a", "image": "a"}]}}, dry_run=True)
    assert answer.ok, answer.message


def affine(operator: str, key: str = "accelerator", **more: Any) -> dict[str, Any]:
    expression = {"key": key, "operator": operator, **more}
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 1, "preference": {"matchExpressions": [expression]}}]}}


HOST = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}}}
ON_BIG = {"hardware": "cpu-big"}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "not-given": ({"labels": {"hardware": "gpu-a100"}}, "was not given the hardware gpu-a100"),
    "not-given-in-the-menu": ({"labels": {"hardware-gpu-a100": "true"}}, "was not given"),
    "unknown": ({"labels": {"hardware": "tpu"}}, "there is no hardware tpu on this cluster"),
    "two": ({"labels": {"hardware": "gpu-t4", "hardware-cpu-fast": "true"}},
            "names cpu-fast and gpu-t4"),
    "no-label": ({"resources": GPU}, "This workspace has: cpu-big, cpu-fast, gpu-t4"),
    "device-of-another": ({"labels": {"hardware": "cpu-fast"}, "resources": GPU},
                          "asks for nvidia.com/gpu and not for the hardware"),
    "device-by-its-class": (
        {"resources": {"limits": {"deviceclass.resource.kubernetes.io/gpu.example.com": "1"}}},
        "offers deviceclass.resource.kubernetes.io/gpu.example.com by that name"),
    "init-device": ({"initContainers": [{"name": "i", "image": "i", "resources": GPU}]},
                    "asks for nvidia.com/gpu"),
    "selector": ({"nodeSelector": {"accelerator": "a100"}}, "picks nodes of hardware"),
    "affinity": ({"affinity": affine("In", values=["t4", "a100"])}, "picks nodes of hardware"),
    "affinity-to-a-key": ({"affinity": affine("Exists", "shelf")}, "picks nodes of hardware"),
    "hostname": ({"nodeSelector": {"kubernetes.io/hostname": "a"}}, "pick a single node"),
    "field": ({"affinity": HOST}, "pick a single node"),
    "node": ({"nodeName": "a"}, "may not name its node"),
    "toleration": ({"tolerations": [{"key": "a100", "operator": "Exists"}]}, "tolerates taints"),
    "toleration-of-a-value": ({"tolerations": [{"key": "a100", "value": "yes"}]},
                              "tolerates taints"),
    "toleration-without-key": ({"tolerations": [{"operator": "Exists"}]}, "tolerates taints"),
    "class-of-hardware": ({"priorityClassName": "hardware-gpu-t4"}, "belongs to hardware"),
    "own-class": ({"labels": {"hardware": "cpu-fast"},
                   "priorityClassName": "system-cluster-critical"},
                  "under priorityClasses of hardware/cpu-fast.yaml"),
    "too-many": ({"labels": ON_T4, "resources": {"limits": {"nvidia.com/gpu": "3"}}},
                 "2 of nvidia.com/gpu at most"),
    "too-much": ({"labels": ON_T4, "resources": {"requests": {"memory": "21Gi"}}},
                 "20Gi of memory at most"),
    "together": ({"labels": ON_T4, "resources": {"requests": {"cpu": "3100m"}},
                  "initContainers": [{"name": "i", "image": "i", "restartPolicy": "Always",
                                      "resources": {"requests": {"cpu": "3"}}}]},
                 "6 of cpu at most"),
    "too-little": ({"labels": ON_BIG, "resources": {"requests": {"cpu": "2", "memory": "7Gi"}}},
                   "must ask for 8Gi of memory at least"),
    "nothing": ({"labels": ON_BIG}, "must ask for 2 of cpu at least"),
    "without-the-label": ({"nodeSelector": {"accelerator": "t4"},
                           "resources": {"requests": {"cpu": "7"}}}, "tolerations lead, may ask"),
    "pod-level": ({"labels": ON_T4, "whole": {"requests": {"cpu": "7"}}}, "6 of cpu at most"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_pod_is_refused_in_a_sentence(workspace: ControlPlane, case: str) -> None:
    told, sentence = REFUSED[case]
    answer = pod(workspace, **told)
    assert answer.status in (403, 422)
    assert sentence in answer.message


def test_every_sentence_was_said(workspace: ControlPlane) -> None:
    said = " ".join(pod(workspace, **told).message for told, _ in REFUSED.values())
    assert unsaid(workspace, "gitops-tenancy-hardware", said) == []


@pytest.mark.parametrize("told", [
    {"labels": ON_T4, "resources": {"limits": {"nvidia.com/gpu": "2", "cpu": "6"}}},
    {"labels": ON_T4, "resources": GPU, "priorityClassName": "system-cluster-critical"},
    {"labels": ON_BIG, "resources": {"requests": {"cpu": "1", "memory": "8Gi"}},
     "initContainers": [{"name": "i", "image": "i", "restartPolicy": "Always",
                         "resources": {"requests": {"cpu": "1"}}}]},
    {"labels": ON_BIG, "whole": {"requests": {"cpu": "2", "memory": "8Gi"}}},
    {"nodeSelector": {"accelerator": "t4"}},
    {"affinity": affine("Exists")},
    {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]},
], ids=["at-the-most", "allowed-class", "enough-together", "enough-as-a-whole",
         "own-selector", "own-key", "own-taint"])
def test_what_a_workspace_was_given_passes(workspace: ControlPlane, told: dict[str, Any]) -> None:
    answer = pod(workspace, **told)
    assert answer.ok, answer.message


def test_a_pod_does_not_grow_above_the_most(workspace: ControlPlane) -> None:
    document = {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "grows", "namespace": "vision", "labels": ON_T4},
        "spec": {"containers": [{"name": "main", "image": "example.com/a",
                                 "resources": {"requests": {"cpu": "1"}}}]}}
    workspace.admin.create(document).object()
    path = workspace.admin.path("v1", "Pod", "vision", "grows") + "/resize"
    answers = {cpu: workspace.admin.request("PATCH", path, {"spec": {"containers": [
        {"name": "main", "resources": {"requests": {"cpu": cpu}}}]}},
        content_type="application/strategic-merge-patch+json", query={"dryRun": "All"})
        for cpu in ("5", "7")}
    workspace.admin.delete("v1", "Pod", "grows", "vision")
    assert answers["5"].ok, answers["5"].message
    assert "6 of cpu at most" in answers["7"].message


def test_a_claim_with_a_second_choice_of_another_class_is_refused(workspace: ControlPlane) -> None:
    choices = [{"name": "b", "deviceClassName": "gpu.example.com"}]
    answer = workspace.admin.create({
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim",
        "metadata": {"name": "a", "namespace": "vision"},
        "spec": {"devices": {"requests": [{"name": "a", "firstAvailable": choices}]}}},
        dry_run=True)
    assert "was not given the devices" in answer.message


@pytest.mark.parametrize("kind", ["ResourceClaim", "ResourceClaimTemplate"])
def test_a_claim_of_another_class_is_refused(workspace: ControlPlane, kind: str) -> None:
    answer = claim(workspace, kind)
    assert "was not given the devices" in answer.message


def test_the_expressions_have_no_type_warnings(workspace: ControlPlane) -> None:
    assert warnings(workspace, "gitops-tenancy-hardware", "gitops-tenancy-hardware-claims") == []
