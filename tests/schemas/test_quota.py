"""ResourceQuota: keys, amounts and scopes."""

from __future__ import annotations

import pytest

from .said import GONE, hints, said

QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: devices, namespace: vision}
spec: {hard: {requests.nvidia.com/gpu: "4", pods: "10", requests.cpu: 500m, memory: 16Gi}}
"""
SCOPED = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: hardware-gpu-t4, namespace: vision}
spec:
  hard: {requests.nvidia.com/gpu: 4, requests.cpu: 8, limits.memory: 64Gi, count/pods: 8}
  scopeSelector:
    matchExpressions:
    - {scopeName: PriorityClass, operator: In, values: [hardware-gpu-t4]}
"""
TERM = "spec scopeSelector matchExpressions 0"


def hard(**amounts: object) -> tuple[str, object]:
    return ("spec hard", amounts)


@pytest.mark.parametrize(
    "key",
    [
        "cpu",
        "limits.memory",
        "requests.storage",
        "persistentvolumeclaims",
        "services.loadbalancers",
        "requests.hugepages-2Mi",
        "count/pods",
        "count/jobs.batch",
        "count/notebooks.kubeflow.org",
        "requests.amd.com/gpu",
        "fast.storageclass.storage.k8s.io/requests.storage",
        "fast.storageclass.storage.k8s.io/persistentvolumeclaims",
        "gpu.example.com.deviceclass.resource.k8s.io/devices",
    ],
)
def test_keys_that_limit_something(key: str) -> None:
    assert said(QUOTA, ("spec hard", {key: 2})) == []


@pytest.mark.parametrize("key", ["nvidia.com/gpu", "limits.nvidia.com/gpu"])
def test_device_keys_that_are_never_enforced(key: str) -> None:
    edit = ("spec hard", {key: 2})
    assert said(QUOTA, edit) == [f'spec.hard.{key}: "{key}" is accepted and never enforced']
    assert hints(QUOTA, edit) == [
        'write "requests.nvidia.com/gpu": quota counts the requests of devices only'
    ]


def test_a_key_that_is_none_is_guessed() -> None:
    assert said(QUOTA, hard(pod=1, gpus=1)) == [
        'spec.hard.gpus: "gpus" is not a quota key',
        'spec.hard.pod: "pod" is not a quota key; did you mean "pods"?',
    ]


def test_a_count_names_a_resource() -> None:
    assert said(QUOTA, ("spec hard", {"count/": 1})) == [
        'spec.hard.count/: as a key, "count/" is not a label key'
    ]
    assert said(QUOTA, ("spec hard", {"count/Jobs_x": 1})) == [
        'spec.hard.count/Jobs_x: "count/Jobs_x" names no resource'
    ]


def test_a_part_of_a_device_blocks_every_pod() -> None:
    assert said(QUOTA, ("spec hard", {"requests.nvidia.com/gpu": "0.5"})) == [
        "spec.hard.requests.nvidia.com/gpu: counts whole things, so 0.5 is no limit; "
        "it would block every pod that asks for one"
    ]


@pytest.mark.parametrize("written", ["2", 2, "2.0", "2k", "2000m", "1e3", "+2"])
def test_whole_counts_in_every_spelling(written: object) -> None:
    assert said(QUOTA, hard(pods=written)) == []


@pytest.mark.parametrize("written", ["1.5", 1.5, "500m"])
def test_counts_are_whole(written: object) -> None:
    assert said(QUOTA, hard(pods=written)) == [
        f"spec.hard.pods: counts whole things, so {written} is no limit"
    ]


@pytest.mark.parametrize("written", ["-1", "1GiB", "1 Gi", "", "x", "1e", "0x10"])
def test_amounts_are_quantities_of_zero_or_more(written: str) -> None:
    assert said(QUOTA, hard(memory=written)) == [
        f'spec.hard.memory: "{written}" is not a quantity of zero or more'
    ]


def test_a_negative_number_is_no_amount() -> None:
    assert said(QUOTA, hard(cpu=-1)) == ["spec.hard.cpu: must be 0 at least, not -1"]


def test_a_quota_without_limits_is_none() -> None:
    assert said(QUOTA, ("spec hard", GONE)) == ['spec: the field "hard" is missing']


def test_a_priority_class_scope_takes_pod_keys() -> None:
    assert said(SCOPED) == []


@pytest.mark.parametrize(
    "key",
    [
        "count/jobs.batch",
        "requests.storage",
        "persistentvolumeclaims",
        "services",
        "fast.storageclass.storage.k8s.io/requests.storage",
        "gpu.example.com.deviceclass.resource.k8s.io/devices",
        "requests.ephemeral-storage",
    ],
)
def test_a_priority_class_scope_takes_nothing_else(key: str) -> None:
    edit = ("spec hard", {key: 1})
    assert said(SCOPED, edit) == [
        f'spec.hard.{key}: "{key}" cannot be limited within the scope PriorityClass'
    ]
    assert hints(SCOPED, edit) == ["move it to a ResourceQuota without that scope"]


def test_best_effort_counts_pods_only() -> None:
    assert said(QUOTA, ("spec scopes", ["BestEffort"]), hard(pods=1)) == []
    assert said(QUOTA, ("spec scopes", ["BestEffort"]), hard(cpu=1)) == [
        'spec.hard.cpu: "cpu" cannot be limited within the scope BestEffort'
    ]


def test_opposite_scopes_match_no_pod() -> None:
    edits = [("spec scopes", ["Terminating", "NotTerminating"]), hard(pods=1)]
    assert said(QUOTA, *edits) == ["spec.scopes: no pod is both Terminating and NotTerminating"]


def test_operators_and_values_go_together() -> None:
    assert said(SCOPED, (f"{TERM} values", GONE)) == [
        "spec.scopeSelector.matchExpressions[0]: the operator In needs values"
    ]
    assert said(SCOPED, (f"{TERM} operator", "DoesNotExist")) == [
        "spec.scopeSelector.matchExpressions[0].values: the operator DoesNotExist takes no values"
    ]


def test_other_scopes_exist_or_do_not() -> None:
    assert said(SCOPED, (f"{TERM} scopeName", "Terminating")) == [
        "spec.scopeSelector.matchExpressions[0].operator: the scope Terminating takes only Exists"
    ]


def test_a_misspelt_scope_is_guessed() -> None:
    assert said(QUOTA, ("spec scopes", ["Priorityclass"])) == [
        'spec.scopes[0]: must be "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", '
        '"PriorityClass", "CrossNamespacePodAffinity" or "VolumeAttributesClass", '
        'not "Priorityclass"; did you mean "PriorityClass"?'
    ]
