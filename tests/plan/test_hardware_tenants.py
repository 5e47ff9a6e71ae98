"""A tenant's quota against what its queues let in."""

from __future__ import annotations

import pytest

from gitops.compile.prepare import prepare
from tests.plan.hardware import CLUSTER, KUEUE, files

SHARES = "hardware: {gpu-t4: 1, cpu: {cpu: 3, memory: 3Gi}}\n"


def warnings(quota: str, cluster: str = KUEUE) -> list[tuple[str, str]]:
    """Rule and message of an estate's warnings."""
    found = prepare(files(f"{SHARES}quota: {{requests: {quota}}}\n", cluster=cluster)).warnings
    return [(one.rule, one.message) for one in found]


def test_a_quota_below_the_sum_of_the_queues_is_told_of() -> None:
    (rule, message), = warnings("{cpu: 10, memory: 29Gi}")
    assert rule == "quota-below-queues"
    assert message.startswith("the quota of vision is 10 cpu, and its queues on prod come to "
                              "10910m cpu")


def test_each_resource_is_told_of() -> None:
    assert [rule for rule, _ in warnings("{cpu: 10, memory: 28Gi}")] == ["quota-below-queues"] * 2


@pytest.mark.parametrize("quota", ["{cpu: 10910m, memory: 29Gi}", "{ephemeral-storage: 1Gi}"],
                         ids=["equal", "counts-neither"])
def test_a_quota_that_the_queues_stay_within_is_not(quota: str) -> None:
    assert warnings(quota) == []


def test_a_cluster_without_queues_has_nothing_to_compare() -> None:
    assert warnings("{cpu: 1, memory: 1Gi}", CLUSTER) == []
