"""LimitRange: contradictions, and the traps of devices."""

from __future__ import annotations

from .said import hints, said

LIMITS = """
apiVersion: v1
kind: LimitRange
metadata: {name: workspace, namespace: vision}
spec:
  limits:
  - type: Container
    min: {cpu: 10m}
    defaultRequest: {cpu: 100m, memory: 128Mi}
    default: {cpu: "1", memory: 1Gi}
    max: {cpu: "8"}
"""
ITEM = "spec limits 0"


def test_a_usual_limit_range_is_valid() -> None:
    assert said(LIMITS) == []


def test_a_device_maximum_alone_hands_devices_to_everybody() -> None:
    edit = (f"{ITEM} max", {"nvidia.com/gpu": 2})
    assert said(LIMITS, edit) == [
        "spec.limits[0].max.nvidia.com/gpu: "
        "gives every container without nvidia.com/gpu as many as this"
    ]
    assert hints(LIMITS, edit) == [
        'add default: {nvidia.com/gpu: "0"} and defaultRequest: {nvidia.com/gpu: "0"}'
    ]


def test_a_device_maximum_with_defaults_of_none_is_valid() -> None:
    zero = {"nvidia.com/gpu": "0"}
    edits = [(f"{ITEM} max", {"nvidia.com/gpu": 2}), (f"{ITEM} default", zero)]
    assert said(LIMITS, *edits, (f"{ITEM} defaultRequest", zero)) == []


def test_device_defaults_are_equal() -> None:
    edits = [
        (f"{ITEM} default", {"nvidia.com/gpu": "1"}),
        (f"{ITEM} defaultRequest", {"nvidia.com/gpu": "0"}),
    ]
    assert said(LIMITS, *edits) == [
        "spec.limits[0].defaultRequest.nvidia.com/gpu: must equal the default of nvidia.com/gpu"
    ]


def test_bounds_rise() -> None:
    edits = [(f"{ITEM} max cpu", "500m"), (f"{ITEM} min cpu", "200m")]
    assert said(LIMITS, *edits) == [
        "spec.limits[0].default.cpu: default (1) is above max (500m) for cpu",
        "spec.limits[0].min.cpu: min (200m) is above defaultRequest (100m) for cpu",
    ]


def test_a_pod_has_no_defaults() -> None:
    assert said(LIMITS, (ITEM, {"type": "Pod", "default": {"cpu": 1}})) == [
        "spec.limits[0].default: a Pod has no defaults; put them under Container"
    ]


def test_a_device_maximum_of_a_pod_refuses_pods_without_devices() -> None:
    assert said(LIMITS, (ITEM, {"type": "Pod", "max": {"nvidia.com/gpu": 2}})) == [
        "spec.limits[0].max.nvidia.com/gpu: refuses every pod that asks for no nvidia.com/gpu"
    ]


def test_limits_for_claims_need_storage() -> None:
    assert said(LIMITS, (ITEM, {"type": "PersistentVolumeClaim"})) == [
        "spec.limits[0]: limits for claims need min or max of storage"
    ]


def test_a_type_stands_once() -> None:
    twice = [{"type": "Container"}, {"type": "Container"}]
    assert said(LIMITS, ("spec limits", twice)) == [
        "spec.limits[1].type: limits for Container stand here twice"
    ]


def test_a_misspelt_type_is_guessed() -> None:
    assert said(LIMITS, (f"{ITEM} type", "container")) == [
        'spec.limits[0].type: must be "Pod", "Container" or "PersistentVolumeClaim", '
        'not "container"; did you mean "Container"?'
    ]
