"""Jobs against what their tenant may use at once."""

from __future__ import annotations

import pytest

from tests.estates import estate, mistakes_of

CLUSTER = ('kubernetes: "1.37"\nkubeflow: 26.03.1\nnetwork: {apiServer: [192.0.2.2/32]}\n'
           "engines: {tekton: true, trainer: '2.2', default: tekton}\n")
CPU = ("nodes: 4\nallocatable: {cpu: 8, memory: 32Gi}\n"
       "nodeSelector: {cloud.google.com/machine-family: c2}\n")


def wrong(job: str, quota: str) -> list[str]:
    """The mistakes of a tenant with one job and a quota."""
    tenant = (f"owner: ana@example.com\nquota: {quota}\nhardware: {{cpu: {{}}}}\n"
              f"jobs: {{a: {{image: r.example/x:1, hardware: cpu, {job}}}}}\n")
    return mistakes_of(estate({"hardware/cpu.yaml": CPU}, cluster=CLUSTER, tenant=tenant))


@pytest.mark.parametrize("job", [
    "cpu: 4", "steps: [{name: b, cpu: 2}, {name: c, cpu: 2}]",
    "steps: [{name: b, cpu: 4, hardware: cpu}, {name: c, cpu: 4, hardware: cpu}]",
    "engine: trainer, nodes: 2, cpu: 2"])
def test_what_the_quota_holds_is_no_mistake(job: str) -> None:
    assert wrong(job, "{requests: {cpu: 4}}") == []


@pytest.mark.parametrize("job", [
    "cpu: 4001m", "steps: [{name: b, cpu: 2}, {name: c, cpu: 3}]",
    "engine: trainer, nodes: 3, cpu: 2"])
def test_more_at_once_than_the_quota_is_a_mistake(job: str) -> None:
    found = wrong(job, "{requests: {cpu: 4}}")
    assert len(found) == 1
    assert "[above-quota]" in found[0]


def test_a_limit_is_asked_for_like_a_request() -> None:
    assert "the quota of vision is 2Gi" in wrong("memory: 3Gi", "{limits: {memory: 2Gi}}")[0]
