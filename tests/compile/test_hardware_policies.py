"""The admission policies of a cluster with hardware. Their answers are asked of a real API
server in the cluster tests; here stand their presence, their version and their traps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compile.hardware import CLAIMED, CPU, GATED, KYVERNO, OLD, QUEUES, T4, made
from tests.estates import PROFILE, estate, objects_of, without_ours

RULES = "ValidatingAdmissionPolicy/gitops-tenancy-hardware"


def expression(objects: dict[str, dict[str, Any]], name: str = "hardware-cpu-fast") -> str:
    (mutation,) = objects[f"MutatingAdmissionPolicy/{name}"]["spec"]["mutations"]
    assert mutation["patchType"] == "JSONPatch"
    text: str = mutation["jsonPatch"]["expression"]
    return text


def test_a_class_of_value_zero_marks_each_hardware() -> None:
    assert without_ours(made()["PriorityClass/hardware-gpu-t4"]) == {
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
        "metadata": {"name": "hardware-gpu-t4"}, "description": "Tesla T4",
        "preemptionPolicy": "PreemptLowerPriority", "value": 0}


def test_the_condition_stands_in_the_expression_and_both_labels_count() -> None:
    objects = made()
    spec = objects["MutatingAdmissionPolicy/hardware-cpu-fast"]["spec"]
    assert (spec["reinvocationPolicy"], "matchConditions" in spec) == ("IfNeeded", False)
    assert expression(objects).startswith(
        "(object.metadata.?labels[?'hardware'].orValue('') == 'cpu-fast' || "
        "object.metadata.?labels[?'hardware-cpu-fast'].orValue('') == 'true') ? ")


def test_name_value_and_preemption_of_the_class_are_set_together() -> None:
    assert all(path in expression(made()) for path in (
        "'/spec/priorityClassName', value: 'hardware-cpu-fast'", "'/spec/priority', value: 0",
        "'/spec/preemptionPolicy', value: 'PreemptLowerPriority'"))


def test_a_key_with_a_slash_is_escaped_by_the_api_server() -> None:
    objects = made(cpu_fast=CPU.replace("platform:", "example.com/platform:"))
    assert "'/spec/nodeSelector/' + jsonpatch.escapeKey('example.com/platform')" in \
        expression(objects)


def test_no_text_ends_the_literal_that_it_stands_in() -> None:
    hostile = CPU + r'''runtimeClass: gvisor
tolerations: [{key: example.com/it, value: "yes", effect: NoSchedule}]
'''
    assert "'value': dyn('yes')" in expression(made(cpu_fast=hostile))


@pytest.mark.parametrize(("cluster", "version"), [
    (PROFILE, "admissionregistration.k8s.io/v1"), (GATED, "admissionregistration.k8s.io/v1beta1")])
def test_the_policy_is_of_the_version_that_is_served(cluster: str, version: str) -> None:
    objects = made(cluster=cluster)
    for kind in ("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"):
        assert objects[f"{kind}/hardware-gpu-t4"]["apiVersion"] == version


def test_an_older_api_server_gets_the_rules_and_no_mutation() -> None:
    objects = made(cluster=OLD)
    assert RULES in objects
    assert not [name for name in objects if name.startswith("Mutating")]


def test_kyverno_puts_the_same_patches_on_pods_alone() -> None:
    objects = made(cluster=KYVERNO)
    spec = objects["MutatingPolicy/hardware-cpu-fast"]["spec"]
    assert spec["mutations"] == [
        {"patchType": "JSONPatch", "jsonPatch": {"expression": expression(made())}}]
    assert spec["autogen"] == {"podControllers": {"controllers": []}}
    assert spec["matchConstraints"]["namespaceSelector"] == {
        "matchLabels": {"app.kubernetes.io/managed-by": "gitops-tenancy"}}
    assert not [name for name in objects if name.startswith("MutatingAdmission")]


def test_closing_quotas_are_there_only_where_pods_are_given_their_class() -> None:
    assert "ResourceQuota/hardware.unnamed" in made(cluster=KYVERNO)
    assert "ResourceQuota/hardware.unnamed" not in made(cluster=OLD)


DEFAULT = PROFILE + "defaultPriorityClass: {name: usual, value: 1000, preemption: Never}\n"


def test_hardwares_classes_are_worth_what_the_default_class_is() -> None:
    found = made(cluster=DEFAULT)["PriorityClass/hardware-gpu-t4"]
    assert (found["value"], found["preemptionPolicy"]) == (1000, "Never")


def test_the_default_class_gives_way_to_the_hardwares() -> None:
    text = expression(made(cluster=DEFAULT))
    assert "object.spec.?priorityClassName.orValue('') in ['', 'usual'] ? [" in text
    assert all(patch in text for patch in (
        "'/spec/priority', value: 1000", "'/spec/preemptionPolicy', value: 'Never'"))


def test_pods_with_the_default_class_are_not_refused_for_it() -> None:
    assert "'cpu-fast': ['hardware-cpu-fast', 'usual']" in \
        str(made(cluster=DEFAULT)[RULES]["spec"]["validations"])


def test_an_annotation_that_is_not_there_gives_nothing() -> None:
    spec = made()[RULES]["spec"]
    (given,) = [one["expression"] for one in spec["variables"] if one["name"] == "given"]
    assert given.endswith(".orValue('').split(',').filter(n, n != '')")


def test_what_was_given_is_read_from_the_namespace() -> None:
    assert "paramKind" not in made()[RULES]["spec"]
    assert "namespaceObject" in str(made()[RULES]["spec"]["variables"])


def test_only_workspaces_are_bound() -> None:
    for name in ("ValidatingAdmissionPolicyBinding/gitops-tenancy-hardware",
                 "MutatingAdmissionPolicyBinding/hardware-gpu-t4"):
        assert made()[name]["spec"]["matchResources"]["namespaceSelector"] == {
            "matchLabels": {"app.kubernetes.io/managed-by": "gitops-tenancy"}}


def test_resizing_is_covered_and_a_pod_that_only_changes_its_labels_is_not() -> None:
    spec = made()[RULES]["spec"]
    (rule,) = spec["matchConstraints"]["resourceRules"]
    assert rule["resources"] == ["pods", "pods/resize"]
    assert "object.spec != oldObject.spec" in spec["matchConditions"][0]["expression"]


CLAIMS = "ValidatingAdmissionPolicy/gitops-tenancy-hardware-claims"


def test_claims_are_covered_where_kubernetes_has_them() -> None:
    assert CLAIMS not in made(cluster=OLD)
    assert "'gpu.example.com': ['gpu-claimed']" in str(made(gpu_claimed=CLAIMED)[CLAIMS]["spec"])


def test_further_classes_are_those_of_the_hardware_that_needs_them() -> None:
    found = made(cpu_fast=CPU + "needs: {deviceClasses: [roce.example.com]}\n")[CLAIMS]["spec"]
    assert "{'roce.example.com': ['cpu-fast']}" in str(found["variables"])


LIMITS = "workload: {min: {cpu: 1}, max: {cpu: 4}}\n"


def variables(objects: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {one["name"]: one["expression"] for one in objects[RULES]["spec"]["variables"]}


def test_pods_are_measured_only_where_hardware_has_limits() -> None:
    assert "leads" not in variables(made())
    assert "leads" in variables(made(cpu_fast=CPU + LIMITS))


@pytest.mark.parametrize(("cluster", "decides"), [(PROFILE, True), (OLD, False)])
def test_a_label_decides_where_a_pod_is_only_if_pods_are_placed_by_it(
    cluster: str, decides: bool
) -> None:
    settled = variables(made(cluster=cluster, cpu_fast=CPU + LIMITS))["settled"]
    assert settled.startswith("size(variables.chosen) > 0 || ") is decides


def test_no_expression_is_longer_than_the_api_server_reads() -> None:
    """Source: google/cel-go, parser options: 100,000 code points."""
    kinds = T4 + LIMITS, CLAIMED + "workload: {max: {devices: 1, cpu: 4}}\n"
    many = {f"kind_{number}": kinds[number % 2].replace("accelerator:", f"pool-{number}:")
            for number in range(300)}
    objects = made(**many)
    texts = [one[key] for name in (RULES, CLAIMS) for part in ("variables", "validations")
             for one in objects[name]["spec"][part]
             for key in ("expression", "messageExpression") if key in one]
    assert max(map(len, texts)) < 100_000


def test_the_rules_can_be_left_out() -> None:
    assert RULES not in made(cluster=PROFILE + "hardwareRules: false\n")


def test_a_cluster_without_hardware_gets_nothing_of_it() -> None:
    assert not [name for name in objects_of(estate()) if "hardware" in name]


def test_members_may_not_change_their_queues() -> None:
    spec = made(cluster=QUEUES)["ValidatingAdmissionPolicy/gitops-tenancy-declared"]["spec"]
    assert ["clusterqueues", "localqueues"] in [rule["resources"]
                               for rule in spec["matchConstraints"]["resourceRules"]]
