"""Where a pod can land, and why not elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gitops.foundation.quantity import Quantity
from gitops.model.hardware import Taint, Toleration
from gitops.plan.placement import Landing, PodShape, holds, shape_of, where
from gitops.plan.workspace import Planner
from tests.plan.hardware import declared

JOBS = ("hardware: {gpu-t4: 2, cpu: {}}\njobs:\n"
        "  on-gpu: {image: r.example/model:1, hardware: gpu-t4, cpu: 4, memory: 8Gi}\n"
        "  on-cpu: {image: r.example/model:1, hardware: cpu, cpu: 4, memory: 8Gi}\n")


def landings(job: str) -> dict[str, Landing]:
    """Where the pod of one of the two jobs can land, by hardware."""
    estate, cluster = declared(JOBS)
    plans = Planner(estate).workspace(estate.tenants["vision"], cluster).jobs
    task = next(plan for plan in plans if plan.name == job).tasks[0]
    assert task.overlay is not None
    shape = shape_of(task, estate.hardware[task.overlay.name])
    return {one.hardware: one for one in where(shape, cluster, estate)}


def fits(shape: PodShape) -> dict[str, tuple[str, ...]]:
    """The reasons against each hardware, for a pod shape."""
    estate, cluster = declared("")
    return {one.hardware: one.reasons for one in where(shape, cluster, estate)}


def test_one_model_with_two_overlays_lands_on_two_kinds_of_nodes() -> None:
    assert [name for name, one in landings("on-gpu").items() if one.fits] == ["gpu-t4"]
    assert [name for name, one in landings("on-cpu").items() if one.fits] == ["cpu"]


def test_every_reason_is_told() -> None:
    assert landings("on-gpu")["cpu"].reasons == (
        "selector cloud.google.com/gke-accelerator=nvidia-tesla-t4: the nodes lack the label",
        "nvidia.com/gpu: asks for 1, a node offers 0")


def test_a_taint_keeps_a_plain_pod_away() -> None:
    assert fits(PodShape())["gpu-t4"] == (
        "taint nvidia.com/gpu:NoSchedule is not tolerated",)


def test_a_tolerated_taint_does_not() -> None:
    shape = PodShape(tolerations=(Toleration("nvidia.com/gpu", "Exists"),))
    assert fits(shape)["gpu-t4"] == ()


def test_a_resource_that_exceeds_a_node_is_named_with_both_amounts() -> None:
    shape = PodShape(requests={"memory": Quantity.parse("27Gi")})
    assert fits(shape)["gpu-t4"][-1] == "memory: asks for 27Gi, a node offers 26Gi"
    assert fits(shape)["cpu"] == ()


def test_room_is_what_the_scarcest_resource_leaves() -> None:
    assert landings("on-cpu")["cpu"].room == 1


def test_a_claim_needs_a_device_of_its_class() -> None:
    assert fits(PodShape(claims={"gpu.nvidia.com": 1}))["cpu"] == (
        "devices of class gpu.nvidia.com: asks for 1, a node offers 0",)


def test_required_affinity_must_hold() -> None:
    term = {"matchExpressions": [{"key": "cloud.google.com/machine-family", "operator": "In",
                                  "values": ["c2"]}]}
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    found = fits(PodShape(affinity={"nodeAffinity": rule}))
    assert found["cpu"] == ()
    assert found["gpu-a100"][0] == "node affinity: no term holds for the nodes' labels"


def test_hardware_without_nodes_takes_nothing() -> None:
    estate, cluster = declared("")
    none = replace(estate, hardware={"cpu": replace(estate.hardware["cpu"], nodes=0)})
    assert where(PodShape(), cluster, none)[0].reasons == ("there are no such nodes",)


@pytest.mark.parametrize(("operator", "key", "value", "expected"), [
    ("In", "a", "x", True), ("In", "a", "y", False), ("In", "b", "x", False),
    ("NotIn", "a", "x", False), ("NotIn", "b", "x", True), ("Exists", "a", "", True),
    ("Exists", "b", "", False), ("DoesNotExist", "b", "", True), ("DoesNotExist", "a", "", False),
    ("Gt", "n", "4", True), ("Gt", "n", "5", False), ("Lt", "n", "6", True),
    ("Lt", "a", "6", False)])
def test_expressions_hold_as_the_scheduler_reads_them(operator: str, key: str, value: str,
                                                      expected: bool) -> None:
    expression = {"key": key, "operator": operator, "values": [value] if value else []}
    assert holds(expression, {"n": "5", "a": "x"}) is expected


@given(st.sampled_from(["k", "other"]), st.sampled_from(["v", ""]),
       st.sampled_from(["NoSchedule", "NoExecute"]))
def test_a_toleration_of_any_value_tolerates_its_key_only(key: str, value: str,
                                                          effect: str) -> None:
    assert Toleration("k", "Exists").tolerates(Taint(key, effect, value)) is (key == "k")


@given(st.integers(0, 8000), st.integers(0, 8000))
def test_a_smaller_pod_fits_wherever_a_larger_one_does(one: int, other: int) -> None:
    small, large = sorted((one, other))
    estate, cluster = ESTATE
    fitting = [{landing.hardware for landing in where(
        PodShape({"cpu": Quantity.nanos(amount * 10**6)}), cluster, estate) if landing.fits}
        for amount in (small, large)]
    assert fitting[1] <= fitting[0]


ESTATE = declared("")
