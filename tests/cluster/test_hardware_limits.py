"""The least and the most of a hardware, asked of a real API server for pods that name no
hardware and lead to it all the same. Nothing places pods here, so that a label alone does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gitops.plan.hardware_affinity import PREFERRED, REQUIRED
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import GPU, ON_T4, pod
from tests.cluster.rendered import rendering, standing
from tests.estates import PROFILE, estate

pytestmark = pytest.mark.cluster

T4 = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi}
device: {resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: t4}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
workload: {max: {devices: 2, cpu: 6}}
"""
TALL = T4.replace("{accelerator: t4}", "{accelerator: t4, rack: tall}").replace("cpu: 6", "cpu: 10")
L4 = T4.replace("accelerator: t4", "accelerator: l4").replace(
    "tolerations: [", "tolerations: [{key: l4, value: yes, effect: NoExecute}, ").replace(
    "cpu: 6", "cpu: 8")
CPU = """
nodes: 3
allocatable: {cpu: 31, memory: 50Gi}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [{key: platform, operator: In, values: [cascadelake]}]},
  {matchExpressions: [{key: platform, operator: In, values: [milan]}]}]}}}
workload: {max: {cpu: 4}}
"""
BIG = """
nodes: 1
allocatable: {cpu: 95, memory: 1Ti}
nodeSelector: {size: big}
workload: {min: {cpu: 2, memory: 8Gi}}
"""
HARDWARE = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-tall.yaml": TALL, "hardware/gpu-l4.yaml": L4,
            "hardware/cpu-fast.yaml": CPU, "hardware/cpu-big.yaml": BIG}
GIVEN = "owner: ana@example.com\nhardware: {gpu-t4: 4, gpu-tall: 4, cpu-fast: {}, cpu-big: {}}\n"
CLUSTER = PROFILE + "mutation: none\n"


@pytest.fixture(scope="module")
def workspace(plane: ControlPlane) -> Iterator[ControlPlane]:
    with standing(plane, rendering(estate(HARDWARE, cluster=CLUSTER, tenant=GIVEN))):
        until(lambda: not pod(plane, nodeSelector={"accelerator": "l4"}).ok, "the rules")
        yield plane


def cpu(amount: str, kind: str = "requests") -> dict[str, dict[str, str]]:
    return {kind: {"cpu": amount, **({"memory": "9Gi"} if kind == "requests" else {})}}


def needs(*terms: dict[str, Any]) -> dict[str, Any]:
    """Affinity to nodes of any of these terms."""
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [
        {"matchExpressions": [term]} for term in terms]}}}


def wants(term: dict[str, Any]) -> dict[str, Any]:
    return {"nodeAffinity": {PREFERRED: [
        {"weight": 1, "preference": {"matchExpressions": [term]}}]}}


def expr(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, **({"values": values} if values else {})}


def init(amount: str, **more: str) -> dict[str, Any]:
    return {"name": f"i{len(more)}", "image": "i", "resources": cpu(amount), **more}


BY_TAINT = {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}
IN_T4, IN_BIG = expr("accelerator", "In", "t4"), expr("size", "In", "big")
OVER_T4, OVER_TALL = "on gpu-t4, where its nodeSelector, affinity or tolerations lead, may ask " \
    "for 6 of cpu at most", "gpu-tall, where its nodeSelector, affinity or tolerations lead, may " \
    "ask for 10 of cpu at most"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "selector": ({"nodeSelector": {"accelerator": "t4"}}, OVER_T4),
    "selector-of-two": ({"nodeSelector": {"accelerator": "t4"}}, OVER_TALL),
    "more-of-the-selector": ({"nodeSelector": {"accelerator": "t4", "rack": "tall"}}, OVER_TALL),
    "beside-other-labels": ({"nodeSelector": {"accelerator": "t4", "zone": "a"}}, OVER_T4),
    "labels-of-two-kinds": ({"nodeSelector": {"accelerator": "t4", "size": "big"}}, OVER_T4),
    "affinity": ({"affinity": needs(IN_T4)}, OVER_T4),
    "affinity-to-either": ({"affinity": needs(IN_BIG, IN_T4)}, OVER_T4),
    "preference": ({"affinity": wants(IN_T4)}, OVER_T4),
    "key": ({"affinity": needs(expr("rack", "Exists"))}, OVER_TALL),
    "value-of-an-affinity": ({"affinity": needs(expr("platform", "In", "milan"))},
                             "4 of cpu at most"),
    "selector-of-an-affinity": ({"nodeSelector": {"platform": "milan"}}, "4 of cpu at most"),
    "toleration": (BY_TAINT, OVER_T4),
    "toleration-and-a-zone": (BY_TAINT | {"nodeSelector": {"zone": "a"}}, OVER_T4),
    "toleration-and-a-preference": (BY_TAINT | {"affinity": wants(IN_BIG)}, OVER_T4),
    "toleration-and-one-term": (
        BY_TAINT | {"affinity": needs(IN_BIG, expr("zone", "In", "a"))}, OVER_T4),
    "toleration-and-an-unknown-value": (
        BY_TAINT | {"affinity": needs(expr("size", "In", "big", "huge"))}, OVER_T4),
    "toleration-under-another-label": (BY_TAINT | {"labels": {"hardware": "cpu-big"}}, OVER_T4),
    "selector-under-another-label": (
        {"labels": {"hardware": "cpu-big"}, "nodeSelector": {"accelerator": "t4"}}, OVER_T4),
    "limit": ({"nodeSelector": {"accelerator": "t4"}, "resources": cpu("11", "limits")}, OVER_T4),
    "limit-alone": (
        {"labels": ON_T4, "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "7"}}},
        "a pod on gpu-t4 may ask for 6 of cpu at most"),
    "limit-as-a-whole": (
        {"labels": ON_T4, "resources": {}, "whole": {"requests": {"cpu": "1"},
                                                     "limits": {"cpu": "7"}}},
        "a pod on gpu-t4 may ask for 6 of cpu at most"),
    "beside-a-sidecar": (
        {"labels": ON_T4, "resources": cpu("1"),
         "initContainers": [init("4", restartPolicy="Always"), init("3")]},
        "a pod on gpu-t4 may ask for 6 of cpu at most"),
    "too-little": ({"nodeSelector": {"size": "big"}, "resources": cpu("1")},
                   "cpu-big, where its nodeSelector, affinity or tolerations lead, must ask for 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_pod_is_measured_by_the_hardware_that_it_leads_to(
    workspace: ControlPlane, case: str
) -> None:
    told, sentence = REFUSED[case]
    answer = pod(workspace, **{"resources": cpu("11"), **told})
    assert answer.status in (403, 422)
    assert sentence in answer.message


def test_hardware_that_it_cannot_be_on_is_not_spoken_of(workspace: ControlPlane) -> None:
    told = {"nodeSelector": {"accelerator": "t4", "rack": "tall"}}
    assert "on gpu-t4" not in pod(workspace, resources=cpu("11"), **told).message


@pytest.mark.parametrize("told", [
    {"nodeSelector": {"accelerator": "t4"}, "resources": cpu("7")},
    {"nodeSelector": {"accelerator": "t4", "rack": "tall"}, "resources": cpu("10")},
    {"affinity": needs(IN_T4, expr("platform", "In", "milan")), "resources": cpu("4")},
    BY_TAINT | {"resources": cpu("10")},
    BY_TAINT | {"nodeSelector": {"accelerator": "v100"}},
    BY_TAINT | {"nodeSelector": {"size": "big"}},
    BY_TAINT | {"affinity": needs(IN_BIG)},
    {"affinity": needs(expr("accelerator", "NotIn", "t4"))},
    {"affinity": needs(expr("accelerator", "DoesNotExist"))},
    {"nodeSelector": {"zone": "a"}},
    {},
    {"labels": ON_T4, "resources": cpu("2"),
     "initContainers": [init("4", restartPolicy="Always"), init("2")]},
    {"labels": {"hardware": "gpu-tall"}, "nodeSelector": {"accelerator": "t4"},
     "resources": cpu("10")},
], ids=["one-of-two", "at-the-most", "either", "one-of-two-by-taint", "other-nodes", "decided",
         "decided-by-affinity", "not-in", "does-not-exist", "zone", "plain", "beside-a-sidecar",
         "labelled"])
def test_a_pod_within_the_limits_of_one_passes(
    workspace: ControlPlane, told: dict[str, Any]
) -> None:
    answer = pod(workspace, **{"resources": cpu("30"), **told})
    assert answer.ok, answer.message


ELSEWHERE = "nothing puts pods on their hardware on this cluster, and other hardware has " \
    "nvidia.com/gpu too: add the nodeSelector of hardware/gpu-t4.yaml"


@pytest.mark.parametrize("told", [{}, {"affinity": wants(IN_T4)}, {"nodeSelector": {"zone": "a"}},
                                  {"affinity": needs(IN_T4, expr("zone", "In", "a"))}],
                         ids=["none", "preferred", "other", "half"])
def test_a_device_is_taken_on_its_hardwares_nodes_alone(
    workspace: ControlPlane, told: dict[str, Any]
) -> None:
    assert ELSEWHERE in pod(workspace, ON_T4, GPU, **told).message


@pytest.mark.parametrize("told", [{"nodeSelector": {"accelerator": "t4"}},
                                  {"affinity": needs(IN_T4)}], ids=["selector", "affinity"])
def test_a_pod_may_select_its_hardwares_nodes_itself(
    workspace: ControlPlane, told: dict[str, Any]
) -> None:
    answer = pod(workspace, ON_T4, GPU, **told)
    assert answer.ok, answer.message
