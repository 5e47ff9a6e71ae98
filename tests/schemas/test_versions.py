"""Every kind under every Kubernetes version."""

from __future__ import annotations

import pytest

from gitops.schemas.installed import supported_kubernetes

from . import test_against_crds, test_limits, test_network, test_pods, test_quota, test_rbac
from .said import said

VERSIONS = supported_kubernetes()
DOCUMENTS = [
    *test_against_crds.DOCUMENTS,
    test_limits.LIMITS,
    test_network.POLICY,
    test_pods.CRON,
    test_pods.DEPLOYMENT,
    test_pods.JOB,
    test_quota.QUOTA,
    test_quota.SCOPED,
    test_rbac.BINDING,
    test_rbac.ROLE,
]


@pytest.mark.parametrize("version", VERSIONS)
def test_usual_documents_are_valid_in_every_version(version: str) -> None:
    assert [one for text in DOCUMENTS for one in said(text, kubernetes=version)] == []


def test_a_type_that_a_version_lacks_is_named_as_such() -> None:
    gates = {"schedulingGates": [{"name": "example.com/wait"}]}
    pod = "spec runtimePatches 0 trainingRuntimeSpec template spec replicatedJobs 0 template spec"
    edit = (f"{pod} template spec", gates)
    job = test_against_crds.test_trainer.JOB
    assert said(job, edit) == []
    [message] = said(job, edit, kubernetes="1.25")
    assert message.endswith("schedulingGates[0]: is not known to Kubernetes 1.25")
