"""Devices by claim, asked of a real API server: how many a claim and a pod may take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.client import Answer, Client
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import pod, unsaid, warnings
from tests.cluster.rendered import rendering, standing
from tests.estates import PROFILE, estate

pytestmark = pytest.mark.cluster

GPU = """
nodes: 2
allocatable: {cpu: 31, memory: 120Gi}
device: {deviceClass: gpu.example.com, perNode: 4}
nodeSelector: {accelerator: claimed}
workload: {max: {devices: 2}}
"""
BIG = GPU.replace("claimed", "big").replace("devices: 2", "devices: 4")
NAMED = GPU.replace("claimed", "named").replace(
    "deviceClass: gpu.example.com", "deviceClass: named.example.com, resource: example.com/gpu")
FREE = """
nodes: 20
allocatable: {cpu: 31, memory: 120Gi}
device: {deviceClass: free.example.com, perNode: 4}
nodeSelector: {accelerator: free}
"""
HARDWARE = {"hardware/gpu.yaml": GPU, "hardware/gpu-big.yaml": BIG, "hardware/named.yaml": NAMED,
            "hardware/free.yaml": FREE}
TENANT = "owner: ana@example.com\nhardware: {gpu: 4, named: 4, free: 40}\n"
BOTH = "owner: bo@example.com\nhardware: {gpu-big: 4, gpu: 4}\n"
UNBOUNDED = "owner: bo@example.com\nhardware: {free: 4}\n"
LABEL = "resource.kubernetes.io/admin-access"


@pytest.fixture(scope="module")
def workspace(plane: ControlPlane) -> Iterator[ControlPlane]:
    files = estate(HARDWARE, cluster=PROFILE, tenant=TENANT) | {
        "tenants/nlp.yaml": BOTH.encode(), "tenants/speech.yaml": UNBOUNDED.encode()}
    with standing(plane, rendering(files)):
        until(lambda: not claim(plane, [exactly(3)]).ok, "the rules of claims")
        until(lambda: not pod(plane, ON_GPU, resourceClaims=[own("a"), own("b")]).ok, "of pods")
        yield plane


def exactly(count: int | str, device_class: str = "gpu.example.com", **more: Any) -> dict[str, Any]:
    """A request for a number of devices, or for ``All`` of a node."""
    mode = {"allocationMode": "All"} if count == "All" else {"count": count}
    return {"exactly": {"deviceClassName": device_class, **mode, **more}}


def first(*counts: int | str) -> dict[str, Any]:
    """A request that any of these numbers meets."""
    return {"firstAvailable": [{"name": f"f{index}", **exactly(count)["exactly"]}
                               for index, count in enumerate(counts)]}


def claim(plane: ControlPlane, requests: list[dict[str, Any]], kind: str = "ResourceClaim", *,
          name: str = "tried", namespace: str = "vision", version: str = "v1",
          client: Client | None = None, labels: dict[str, str] | None = None) -> Answer:
    """What the API server makes of a claim, or of a template of one; nothing is kept."""
    spec = {"devices": {"requests": [{"name": f"r{index}", **one}
                                     for index, one in enumerate(requests)]}}
    return (client or plane.admin).create({
        "apiVersion": f"resource.k8s.io/{version}", "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
        "spec": spec if kind == "ResourceClaim" else {"spec": spec}}, dry_run=True)


def own(name: str) -> dict[str, str]:
    """A claim of the workspace's own making, as a pod names it."""
    return {"name": name, "resourceClaimName": name}


def ours(number: int, template: str = "hardware-gpu") -> list[dict[str, str]]:
    return [{"name": f"{template}-{index}", "resourceClaimTemplateName": template}
            for index in range(number)]


ON_GPU = {"hardware": "gpu"}
ABOVE = {"count": [exactly(3)], "all": [exactly("All")], "sum": [exactly(2), exactly(1)],
         "second-choice": [first(1, 3)], "all-as-a-choice": [first(1, "All")],
         "sum-with-choices": [first(1, 2), exactly(1)]}


@pytest.mark.parametrize("kind", ["ResourceClaim", "ResourceClaimTemplate"])
@pytest.mark.parametrize("case", ABOVE)
def test_a_claim_takes_no_more_devices_than_a_pod_may_have(
    workspace: ControlPlane, case: str, kind: str
) -> None:
    said = claim(workspace, ABOVE[case], kind).message
    assert f"this claim asks for {'all' if 'all' in case else '3'} devices" in said
    assert "devices of gpu.example.com, and a pod may have 2 on gpu;" in said


@pytest.mark.parametrize("requests", [
    [exactly(2)], [exactly(1), exactly(1)], [first(2, 1)], [exactly("All", "free.example.com")],
    [exactly(2), exactly(9, "free.example.com")], [exactly(2), exactly(2, "named.example.com")],
], ids=["most", "sum", "choice", "all-of-unbounded", "another-beside", "each-of-two"])
def test_a_claim_within_the_most_passes(
    workspace: ControlPlane, requests: list[dict[str, Any]]
) -> None:
    for kind in ("ResourceClaim", "ResourceClaimTemplate"):
        answer = claim(workspace, requests, kind)
        assert answer.ok, answer.message


def test_a_class_of_two_kinds_is_bounded_by_the_larger(workspace: ControlPlane) -> None:
    assert claim(workspace, [exactly(4)], namespace="nlp").ok
    said = claim(workspace, [exactly(5)], namespace="nlp").message
    assert "a pod may have 2 on gpu or 4 on gpu-big" in said


@pytest.mark.parametrize("version", ["v1beta2", "v1beta1"])
def test_older_shapes_of_a_claim_are_measured_too(workspace: ControlPlane, version: str) -> None:
    flat = {**exactly(3)["exactly"]} if version == "v1beta1" else exactly(3)
    answer = claim(workspace, [flat], version=version)
    assert "this claim asks for 3 devices" in answer.message


def test_what_the_scheduler_writes_was_measured_on_its_pod(workspace: ControlPlane) -> None:
    scheduler = workspace.as_user("system:kube-scheduler")
    answer = claim(workspace, [exactly(3, "named.example.com")], client=scheduler)
    assert answer.ok, answer.message


def test_the_template_of_a_hardware_stays_for_one_device(workspace: ControlPlane) -> None:
    said = claim(workspace, [exactly(2)], "ResourceClaimTemplate", name="hardware-gpu").message
    assert "the template hardware-gpu is for one device" in said


def test_a_template_from_git_does_not_wait_for_the_policy(workspace: ControlPlane) -> None:
    """Members cannot have its label: the guardrails cover templates."""
    declared = {"app.kubernetes.io/managed-by": "gitops-tenancy"}
    kind, later = "ResourceClaimTemplate", [exactly(1, "later.example.com")]
    answer = claim(workspace, later, kind, labels=declared)
    assert answer.ok, answer.message
    assert "no hardware of this cluster" in claim(workspace, later, kind).message
    assert not claim(workspace, later, labels=declared).ok


def test_access_to_what_others_hold_is_refused(workspace: ControlPlane) -> None:
    assert "may not have adminAccess" in with_access(workspace)


def with_access(plane: ControlPlane) -> str:
    """What is said of it in a namespace where Kubernetes itself would allow it."""
    for value in ("true", None):
        plane.admin.merge("v1", "Namespace", "vision", {"metadata": {"labels": {LABEL: value}}})
        if value:
            said = claim(plane, [exactly(1, adminAccess=True)]).message
    return said


PODS: dict[str, tuple[dict[str, Any], str]] = {
    "two": ({"labels": ON_GPU, "resourceClaims": [own("a"), own("b")]}, "with several claims"),
    "own-and-ours": ({"labels": ON_GPU, "resourceClaims": [own("a"), *ours(1)]},
                     "put all its devices into one"),
    "too-many-of-ours": ({"labels": ON_GPU, "resourceClaims": ours(3)},
                         "hardware-gpu (2 at most)"),
    "templates-of-two-kinds": (
        {"labels": ON_GPU, "resourceClaims": [*ours(2), *ours(1, "hardware-gpu-big")]},
        "put all its devices into one claim"),
    "both-ways": ({"labels": {"hardware": "named"}, "resourceClaims": [own("a")],
                   "resources": {"limits": {"example.com/gpu": "1"}}}, "not by both"),
}


@pytest.mark.parametrize("case", PODS)
def test_a_pod_with_claims_is_refused_in_a_sentence(workspace: ControlPlane, case: str) -> None:
    told, sentence = PODS[case]
    assert sentence in pod(workspace, **told).message


@pytest.mark.parametrize("claims", [
    [own("a")], ours(2), ours(7, "hardware-free")],
    ids=["one", "ours", "ours-of-unbounded"])
def test_a_pod_with_no_more_devices_than_it_may_have_passes(
    workspace: ControlPlane, claims: list[dict[str, str]]
) -> None:
    answer = pod(workspace, ON_GPU, resourceClaims=claims)
    assert answer.ok, answer.message


def test_where_nothing_is_bounded_claims_are_not_counted(workspace: ControlPlane) -> None:
    answer = pod(workspace, namespace="speech", resourceClaims=[own("a"), own("b")])
    assert answer.ok, answer.message


def test_every_sentence_was_said(workspace: ControlPlane) -> None:
    said = [claim(workspace, [exactly(1)], namespace="speech").message, with_access(workspace),
            claim(workspace, [exactly(1, "other.example.com")]).message,
            claim(workspace, [exactly(2)], "ResourceClaimTemplate", name="hardware-gpu").message,
            claim(workspace, [exactly(3)]).message, claim(workspace, [exactly(1000001)]).message]
    assert unsaid(workspace, "gitops-tenancy-hardware-claims", " ".join(said)) == []


def test_the_expressions_have_no_type_warnings(workspace: ControlPlane) -> None:
    assert warnings(workspace, "gitops-tenancy-hardware", "gitops-tenancy-hardware-claims") == []
