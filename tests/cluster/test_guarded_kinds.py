"""The kinds that only some clusters have are as closed to members as those of the sample."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.accounts import MIGHTY, bound_to_everything
from tests.cluster.attempts import DECLARED, MANAGED_BY, passed, patched, removed
from tests.cluster.client import Answer, Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, rendering, standing
from tests.examples.cases import HERE, read

pytestmark = pytest.mark.cluster

KINDS = {
    "ambient": {"Gateway"},
    "cloud-amazon": {"ServiceAccount"},
    "hardware-queued": {"ClusterQueue", "LocalQueue", "PodDefault"},
    "job-argo-schedule": {"CronWorkflow", "ResourceClaimTemplate", "WorkflowTemplate"},
    "job-trainer-two-nodes": {"TrainingRuntime"},
}
"""By valid case, what it has that the sample estate has not."""
FREE = {"Notebook", "PersistentVolumeClaim"}
"""What members start, stop and delete as they like."""
ROLE = {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/another"}


@pytest.fixture(scope="module", autouse=True)
def everything(plane: ControlPlane) -> Iterator[None]:
    plane.apply([bound_to_everything(MIGHTY)])
    yield
    plane.admin.delete("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "tests-everything")


@pytest.mark.parametrize("case", KINDS)
def test_members_change_nothing_of_kinds_that_few_clusters_have(
    plane: ControlPlane, case: str
) -> None:
    with standing(plane, rendering(read(HERE / "valid" / f"{case}.txt").files)) as found:
        closed = guarded(found)
        assert {one.data["kind"] for one in closed} >= KINDS[case]
        mighty = plane.as_user(MIGHTY)
        until(lambda: DECLARED in removed(mighty, closed[0]).message, "the guardrails")
        tried: dict[Any, Answer] = {(one.identity, "gone"): removed(mighty, one) for one in closed}
        for what, change in {"labels": {MANAGED_BY: None}, "annotations": ROLE}.items():
            patch = {"metadata": {what: change}}
            tried |= {(one.identity, what): patched(mighty, one, patch) for one in closed}
        assert passed(tried, DECLARED) == []


def guarded(rendering: Rendering) -> list[Manifest]:
    """What git declares of vision and its members may not touch."""
    return [
        one
        for one in rendering.documents
        if one.data["metadata"]["labels"]["gitops-tenancy/tenant"] == "vision"
        and one.data["kind"] not in FREE
        and "/runs/" not in one.source
    ]
