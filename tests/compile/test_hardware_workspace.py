"""What a workspace gets of its hardware: the grant, quotas, menu entries and claims."""

from __future__ import annotations

from typing import Any

from tests.compile.hardware import CLAIMED, NOTEBOOKS, OLD, T4, made
from tests.estates import PROFILE, estate, objects_of

GPUS = "requests.nvidia.com/gpu"


def scope(operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"operator": operator, "scopeName": "PriorityClass",
                                  **({"values": list(values)} if values else {})}]}


def test_the_namespace_says_what_was_given() -> None:
    namespace = made("gpu-t4: 4, cpu-fast: {}")["Namespace/vision"]
    assert namespace["metadata"]["annotations"]["gitops-tenancy/hardware"] == "cpu-fast,gpu-t4"


def test_a_workspace_without_hardware_says_nothing_and_gets_nothing() -> None:
    objects = objects_of(estate({"hardware/gpu-t4.yaml": T4}))
    assert "gitops-tenancy/hardware" not in objects["Namespace/vision"]["metadata"]["annotations"]
    assert "ResourceQuota/hardware" not in objects


def test_a_frozen_workspace_has_no_hardware() -> None:
    objects = made(more="frozen: audit\n")
    assert "gitops-tenancy/hardware" not in objects["Namespace/vision"]["metadata"]["annotations"]
    assert [name for name in objects if name.startswith("ResourceQuota/")] == [
        "ResourceQuota/workspace-frozen"]


def test_quotas_count_each_hardware_and_close_the_gaps() -> None:
    quotas = {name: one["spec"] for name, one in made("gpu-t4: 4, cpu-fast: {}").items()
              if name.startswith("ResourceQuota/")}
    assert quotas == {
        "ResourceQuota/hardware": {"hard": {GPUS: "4"}},
        "ResourceQuota/hardware-cpu-fast": {
            "hard": {GPUS: "0"}, "scopeSelector": scope("In", "hardware-cpu-fast")},
        "ResourceQuota/hardware-gpu-t4": {
            "hard": {GPUS: "4"}, "scopeSelector": scope("In", "hardware-gpu-t4")},
        "ResourceQuota/hardware.unnamed": {
            "hard": {GPUS: "0"}, "scopeSelector": scope("DoesNotExist")},
        "ResourceQuota/hardware.others": {
            "hard": {GPUS: "0"},
            "scopeSelector": scope("NotIn", "hardware-cpu-fast", "hardware-gpu-t4")}}


def test_where_nothing_marks_pods_no_quota_waits_for_the_mark() -> None:
    quotas = [name for name in made(cluster=OLD) if name.startswith("ResourceQuota/")]
    assert quotas == ["ResourceQuota/hardware"]


def test_the_menu_entry_has_one_label_of_its_own_name() -> None:
    assert made(cluster=NOTEBOOKS)["PodDefault/hardware-gpu-t4"]["spec"] == {
        "desc": "Tesla T4",
        "selector": {"matchLabels": {"hardware-gpu-t4": "true"}},
        "tolerations": [{"effect": "NoSchedule", "key": "nvidia.com/gpu", "operator": "Exists"}]}


def test_hidden_hardware_is_in_no_menu() -> None:
    objects = made(cluster=NOTEBOOKS, gpu_t4=T4 + "lifecycle: hidden\n")
    assert "PodDefault/hardware-gpu-t4" not in objects
    assert "ResourceQuota/hardware-gpu-t4" in objects


def test_without_notebooks_there_is_no_menu() -> None:
    objects = made(cluster=PROFILE + "engines: {notebooks: false}\n")
    assert not [name for name in objects if name.startswith("PodDefault/")]


def test_devices_without_a_resource_name_come_by_claim() -> None:
    objects = made("gpu-claimed: 1", gpu_claimed=CLAIMED)
    (request,) = objects["ResourceClaimTemplate/hardware-gpu-claimed"]["spec"]["spec"][
        "devices"]["requests"]
    assert request["exactly"] == {"deviceClassName": "gpu.example.com", "count": 1,
                                  "allocationMode": "ExactCount"}
