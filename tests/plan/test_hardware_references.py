"""What is said of hardware that its clusters cannot put on pods."""

from __future__ import annotations

import pytest

from gitops.compile.prepare import prepare
from tests.plan.hardware import CLUSTER, files

OLD = CLUSTER.replace("1.37", "1.33")


def warnings(cluster: str, tenant: str = "hardware: {gpu-t4: 1}\n") -> list[str]:
    """The messages of an estate's warnings."""
    return [one.message for one in prepare(files(tenant, cluster=cluster)).warnings]


@pytest.mark.parametrize("mutation", ["auto", "policy"])
def test_a_cluster_too_old_to_change_pods_is_told_of(mutation: str) -> None:
    assert warnings(f"{OLD}mutation: {mutation}\n") == [
        "nothing puts hardware on pods on prod: Kubernetes 1.33 has no mutating policy of its own"]


@pytest.mark.parametrize("cluster", [
    CLUSTER, OLD + "mutation: kyverno\n", OLD + "mutation: none\n"], ids=["new", "kyverno", "none"])
def test_one_that_changes_them_or_was_told_not_to_is_not(cluster: str) -> None:
    assert warnings(cluster) == []
