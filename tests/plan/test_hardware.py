"""What a workspace may have of each hardware."""

from __future__ import annotations

import pytest

from gitops.plan.hardware import NOTHING
from gitops.plan.queues import queues_of
from gitops.plan.workspace import Planner
from tests.estates import compiled
from tests.plan.hardware import A100, CLUSTER, KUEUE, T4, files, planned


def quotas(tenant: str, **options: str) -> dict[str, dict[str, str]]:
    """The hardware quotas by name: each key and its amount."""
    return {quota.name: dict(quota.hard) for quota in planned(tenant, **options).hardware.quotas}


def test_a_tenant_without_hardware_has_nothing() -> None:
    assert planned("").hardware is NOTHING


def test_a_frozen_tenant_has_nothing() -> None:
    assert planned('frozen: "left"\nhardware: {gpu-t4: 1}\n').hardware is NOTHING


def test_each_kind_has_a_quota_of_its_own_though_the_resource_is_one() -> None:
    found = quotas("hardware: {gpu-t4: 2, gpu-a100: 4}\n")
    assert found["hardware"] == {"requests.nvidia.com/gpu": "6"}
    assert found["hardware-gpu-t4"] == {"requests.nvidia.com/gpu": "2"}
    assert found["hardware-gpu-a100"] == {"requests.nvidia.com/gpu": "4"}


def test_pods_of_no_class_and_of_other_classes_get_no_device() -> None:
    found = planned("hardware: {gpu-t4: 2, cpu: {}}\n").hardware.quotas
    closing = {quota.name: (dict(quota.hard), list(quota.scope)) for quota in found}
    assert closing["hardware.unnamed"] == (
        {"requests.nvidia.com/gpu": "0"},
        [{"operator": "DoesNotExist", "scopeName": "PriorityClass"}])
    assert closing["hardware.others"][1] == [
        {"operator": "NotIn", "scopeName": "PriorityClass",
         "values": ["hardware-cpu", "hardware-gpu-t4"]}]


def test_pods_on_cpu_hardware_get_no_device() -> None:
    assert quotas("hardware: {gpu-t4: 2, cpu: {}}\n")["hardware-cpu"] == {
        "requests.nvidia.com/gpu": "0"}


def test_without_a_mutating_policy_only_the_sum_is_counted() -> None:
    old = CLUSTER.replace("1.37", "1.35")
    assert quotas("hardware: {gpu-t4: 2}\n", cluster=old) == {
        "hardware": {"requests.nvidia.com/gpu": "2"}}


def test_a_beta_policy_is_trusted_where_the_cluster_says_so() -> None:
    old = CLUSTER.replace("1.37", "1.35") + "mutation: policy\n"
    assert "hardware.unnamed" in quotas("hardware: {gpu-t4: 2}\n", cluster=old)


def test_an_empty_share_may_use_all_there_is() -> None:
    assert quotas("hardware: {gpu-a100: {}}\n")["hardware"] == {"requests.nvidia.com/gpu": "16"}


def test_behind_a_queue_a_quota_is_twice_the_promised_and_borrowed_devices() -> None:
    alone = quotas("hardware: {gpu-t4: 2}\n", cluster=KUEUE.replace(", cohort: ml", ""))
    assert alone["hardware-gpu-t4"] == {"requests.nvidia.com/gpu": "4"}
    found = quotas("hardware: {gpu-a100: {devices: 4, borrow: 3}}\n", cluster=KUEUE)
    assert found["hardware-gpu-a100"] == {"requests.nvidia.com/gpu": "14"}
    assert found["hardware"] == {"requests.nvidia.com/gpu": "14"}


def test_what_is_borrowed_without_bound_ends_at_what_is_installed() -> None:
    assert quotas("hardware: {gpu-a100: 4}\n", cluster=KUEUE)["hardware"] == {
        "requests.nvidia.com/gpu": "32"}


@pytest.mark.parametrize("share", ["4", "{}", "{devices: 4, borrow: 3}", "{borrow: 2}",
                                   "{devices: 1, borrow: 0}", "{devices: 16}"])
def test_a_quota_is_always_above_what_the_queue_gives_out(share: str) -> None:
    hardware = planned(f"hardware: {{gpu-a100: {share}}}\n", cluster=KUEUE).hardware
    (one,), installed = hardware.allowed, 16
    most = min(int(one.nominal["nvidia.com/gpu"]) + int(one.borrow or installed), installed)
    for quota in hardware.quotas[:2]:
        assert int(quota.hard["requests.nvidia.com/gpu"]) > most


def test_closing_quotas_stay_closed_behind_a_queue() -> None:
    found = quotas("hardware: {gpu-a100: 4}\n", cluster=KUEUE)
    assert found["hardware.unnamed"] == found["hardware.others"] == {
        "requests.nvidia.com/gpu": "0"}


def test_a_class_of_its_own_that_hardware_allows_is_counted_with_its_own() -> None:
    tenant, text = "hardware: {mine: 1}\n", T4.replace("nvidia-tesla-t4", "nvidia-l4")
    found = planned(tenant, mine=text + "priorityClasses: [urgent]\n").hardware.quotas
    scope = next(quota.scope for quota in found if quota.name == "hardware-mine")
    assert scope[0]["values"] == ["hardware-mine", "urgent"]


@pytest.mark.parametrize("cluster", [CLUSTER, CLUSTER + "queueing: kueue\n"])
def test_devices_by_claim_are_counted_over_all_pods_only(cluster: str) -> None:
    text = T4.replace("resource: nvidia.com/gpu", "deviceClass: tpu.example.com").replace(
        "nvidia-tesla-t4", "other")
    found = quotas("hardware: {mine: 1}\n", cluster=cluster, mine=text)
    assert found["hardware"]["tpu.example.com.deviceclass.resource.k8s.io/devices"] == "1"
    assert found["hardware-mine"] == {"requests.nvidia.com/gpu": "0"}


def test_a_queues_cpu_and_memory_follow_its_devices() -> None:
    share = planned("hardware: {gpu-a100: 2}\n", cluster=KUEUE).hardware.allowed[0]
    assert share.nominal == {"cpu": "23500m", "memory": "325Gi", "nvidia.com/gpu": "2"}


def test_a_queue_counts_whatever_else_a_node_offers() -> None:
    text = A100.replace("nvidia-a100-80gb", "other").replace(
        "1300Gi", "1300Gi, hugepages-2Mi: 8Gi, ephemeral-storage: 90Gi, rdma/hca: 4")
    workspace = planned("hardware: {mine: 2}\n", cluster=KUEUE, mine=text)
    queue, = queues_of("vision", workspace.hardware)
    assert queue.covered == ("cpu", "memory", "ephemeral-storage", "hugepages-2Mi",
                             "nvidia.com/gpu", "rdma/hca")
    assert [one["nominalQuota"] for one in queue.resources] == [
        "23500m", "325Gi", "23040Mi", "2Gi", "2", "1"]


def test_a_queues_share_is_no_less_than_as_many_containers_need() -> None:
    text = A100.replace("nvidia-a100-80gb", "other").replace("1300Gi", "1300Gi, rdma/hca: 8")
    found = planned("hardware: {mine: 3}\n", cluster=KUEUE,
                    mine=text + "needs: {resources: {rdma/hca: 2}}\n").hardware.allowed[0]
    assert found.nominal["rdma/hca"] == "6"


def test_every_flavor_lists_the_same_resources_in_one_order() -> None:
    found = planned("hardware: {gpu-a100: 2, cpu: {}}\n", cluster=KUEUE).hardware
    assert {tuple(one.nominal) for one in found.allowed} == {found.covered}


def test_a_queues_share_may_be_declared() -> None:
    tenant = "hardware: {cpu: {cpu: 6, memory: 20Gi}}\n"
    assert planned(tenant, cluster=KUEUE).hardware.allowed[0].nominal == {
        "cpu": "6", "memory": "20Gi"}


def test_hardware_of_another_cluster_is_left_out() -> None:
    text = T4.replace("nvidia-tesla-t4", "nvidia-l4") + "clusters: [lab]\n"
    both = files("hardware: {gpu-t4: 1, mine: 1}\n", mine=text)
    found = compiled(both | {"clusters/lab.yaml": CLUSTER.encode()}).estate
    names = {name: [one.overlay.name for one in Planner(found).workspace(
        found.tenants["vision"], found.clusters[name]).hardware.allowed]
        for name in ("prod", "lab")}
    assert names == {"prod": ["gpu-t4"], "lab": ["gpu-t4", "mine"]}
