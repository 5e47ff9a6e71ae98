"""Kyverno itself puts hardware on pods, as Kubernetes' own policy does from 1.36."""

from __future__ import annotations

from typing import Any

import pytest

from gitops.schemas.check import Schemas
from tests.compile.hardware import KYVERNO, made
from tests.schemas.comparing import agree
from tests.upstream.kyverno import Kyverno, Object, custom_schemas

pytestmark = pytest.mark.cluster

PLATFORM = "{key: platform, operator: In, values: [cascadelake]}"
AFFINE = """
nodes: 3
allocatable: {cpu: 16, memory: 64Gi}
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [""" + PLATFORM + """]}]}}}
scheduler: bin-packing
"""
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.fixture(scope="module")
def policies() -> list[Object]:
    """Those of an old cluster with T4s, and nodes that only an affinity finds."""
    objects = made("gpu-t4: 4, cpu-fast: {}", cluster=KYVERNO, cpu_fast=AFFINE)
    return [one for one in objects.values() if one["kind"] == "MutatingPolicy"]


def pod(labels: dict[str, str], *, namespace: str = "vision", **spec: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "a", "namespace": namespace, "labels": labels},
            "spec": {"containers": [{"name": "a", "image": "a"}], **spec}}


@pytest.mark.usefixtures("kyverno")
def test_our_schema_knows_what_kyvernos_crd_knows(policies: list[Object]) -> None:
    theirs = custom_schemas()
    schema = theirs.schema("policies.kyverno.io/v1", "MutatingPolicy")
    assert schema is not None
    agree("policies.kyverno.io/v1", "MutatingPolicy", schema)
    assert [Schemas("1.33", theirs).check(policy) for policy in policies] == [[], []]


@pytest.mark.parametrize("labels", [{"hardware": "gpu-t4"}, {"hardware-gpu-t4": "true"}])
def test_either_label_puts_a_pod_on_its_hardware(
    kyverno: Kyverno, policies: list[Object], labels: dict[str, str]
) -> None:
    (changed,) = kyverno.changed(policies, [pod(labels)])
    assert changed["spec"] == pod(labels)["spec"] | {
        "nodeSelector": {"accelerator": "t4"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "priorityClassName": "hardware-gpu-t4", "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority"}


def test_a_pods_own_node_affinity_holds_too(kyverno: Kyverno, policies: list[Object]) -> None:
    zone = {"key": "zone", "operator": "In", "values": ["a"]}
    own = {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}}}
    (changed,) = kyverno.changed(policies, [pod({"hardware": "cpu-fast"}, affinity=own)])
    (term,) = changed["spec"]["affinity"]["nodeAffinity"][REQUIRED]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [
        zone, {"key": "platform", "operator": "In", "values": ["cascadelake"]}]
    assert changed["spec"]["schedulerName"] == "bin-packing"


@pytest.mark.parametrize("told", [
    pod({}), pod({"hardware": ""}), pod({"hardware": "gpu-t4"}, namespace="other")],
    ids=["plain", "empty", "elsewhere"])
def test_other_pods_are_left_alone(
    kyverno: Kyverno, policies: list[Object], told: Object
) -> None:
    assert [one["spec"] for one in kyverno.changed(policies, [told])] == [told["spec"]]


def test_templates_of_pods_are_left_to_their_pods(kyverno: Kyverno, policies: list[Object]) -> None:
    template = {"metadata": {"labels": {"a": "a", "hardware": "gpu-t4"}},
                "spec": {"containers": [{"name": "a", "image": "a"}]}}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment",
                  "metadata": {"name": "a", "namespace": "vision"},
                  "spec": {"selector": {"matchLabels": {"a": "a"}}, "template": template}}
    (changed,) = kyverno.changed(policies, [deployment])
    assert changed["spec"] == deployment["spec"]
