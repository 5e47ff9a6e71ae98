"""Quotas and LimitRanges: what is counted gets a default, and no default gives devices away."""

from __future__ import annotations

from typing import Any

from tests.estates import estate, objects_of

PLAN = """
plans:
  team:
    quota: {requests: {cpu: 16, memory: 64Gi}, pods: 10, other: {count/configmaps: 50}}
    containers: {max: {cpu: 8}}
defaults: {plan: team}
"""


def limited(tenant: str = "", platform: str = PLAN) -> dict[str, dict[str, Any]]:
    return objects_of(estate(tenant=f"owner: ana@example.com\n{tenant}", platform=platform))


def hard(found: dict[str, dict[str, Any]]) -> Any:
    return found["Profile/vision"]["spec"]["resourceQuotaSpec"]["hard"]


def test_a_tenants_line_replaces_the_plans() -> None:
    assert hard(limited("quota: {requests: {cpu: 4}}\n")) == {
        "pods": "10", "requests.cpu": "4", "requests.memory": "64Gi"}


def test_other_keys_stand_in_a_quota_that_cannot_stop_the_controller() -> None:
    assert limited()["ResourceQuota/workspace-objects"]["spec"] == {
        "hard": {"count/configmaps": "50"}}


def test_pods_without_requests_are_admitted_thanks_to_defaults() -> None:
    item = limited()["LimitRange/workspace"]["spec"]["limits"][0]
    assert item == {"type": "Container", "default": {"cpu": "1"},
                    "defaultRequest": {"cpu": "100m", "memory": "256Mi"}, "max": {"cpu": "8"}}


def test_a_maximum_of_a_device_gives_nobody_a_device() -> None:
    found = limited("containers: {max: {nvidia.com/gpu: 2}}\n", platform="{}")
    assert found["LimitRange/workspace"]["spec"]["limits"] == [
        {"type": "Container", "default": {"nvidia.com/gpu": "0"},
         "defaultRequest": {"nvidia.com/gpu": "0"}, "max": {"nvidia.com/gpu": "2"}}]


def test_a_default_never_exceeds_a_small_maximum() -> None:
    found = limited("containers: {max: {cpu: 50m, memory: 64Mi}}\n")
    item = found["LimitRange/workspace"]["spec"]["limits"][0]
    assert item["default"] == item["defaultRequest"] == item["max"] == \
        {"cpu": "50m", "memory": "64Mi"}


def test_a_priority_class_has_a_quota_of_its_own() -> None:
    found = limited("quota: {priorityClasses: {batch: {pods: 5}}}\n")
    assert found["ResourceQuota/workspace-class-batch"]["spec"] == {
        "hard": {"pods": "5"},
        "scopeSelector": {"matchExpressions": [
            {"operator": "In", "scopeName": "PriorityClass", "values": ["batch"]}]}}


def test_pods_of_a_priority_class_without_requests_are_admitted_too() -> None:
    found = limited("quota: {priorityClasses: {gold: {requests: {cpu: 4}}}}\n", platform="{}")
    assert found["LimitRange/workspace"]["spec"]["limits"] == [
        {"type": "Container", "defaultRequest": {"cpu": "100m"}}]


def test_a_priority_class_without_a_line_has_no_quota() -> None:
    found = limited("quota: {priorityClasses: {batch: {}}}\n")
    assert "ResourceQuota/workspace-class-batch" not in found


def test_volumes_have_a_largest_size() -> None:
    found = limited("containers: {volume: 100Gi}\n", platform="{}")
    assert found["LimitRange/workspace"]["spec"]["limits"] == [
        {"type": "PersistentVolumeClaim", "max": {"storage": "100Gi"}}]


def test_quantities_are_written_as_the_api_server_stores_them() -> None:
    assert hard(limited("quota: {requests: {cpu: 0.5, memory: 1024Mi}, storage: 1.5Ti}\n")) == {
        "pods": "10", "requests.cpu": "500m", "requests.memory": "1Gi",
        "requests.storage": "1536Gi"}


def test_without_quota_there_is_nothing_to_limit() -> None:
    assert "LimitRange/workspace" not in limited(platform="{}")


def test_a_default_limit_comes_with_a_default_request() -> None:
    found = limited("quota: {limits: {cpu: 64, memory: 2Gi}}\n", platform="{}")
    assert found["LimitRange/workspace"]["spec"]["limits"] == [
        {"type": "Container", "default": {"cpu": "1", "memory": "1Gi"},
         "defaultRequest": {"cpu": "100m", "memory": "256Mi"}}]


def test_a_maximum_of_local_disk_is_its_default_too() -> None:
    found = limited("containers: {max: {ephemeral-storage: 5Gi}}\n", platform="{}")
    item = found["LimitRange/workspace"]["spec"]["limits"][0]
    assert item["default"] == item["defaultRequest"] == item["max"] == {"ephemeral-storage": "5Gi"}
