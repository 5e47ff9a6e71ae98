"""The sample's demo, one model on a T4 and on Cascade Lake, with the real scheduler."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gitops.cli.main import run
from tests.cluster.client import Object, Refusal
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.nodes import estate_nodes
from tests.cluster.rendered import EXAMPLES, Rendering, rendering, sample
from tests.cluster.scheduling import gone, made, node_of, refusal, working
from tests.upstream.asking import Asked
from tests.upstream.tekton import pods, started

pytestmark = pytest.mark.cluster

FILES = sample("kubeflow")
NODES = estate_nodes(FILES, "prod")
T4, CASCADE_LAKE = "gpu-t4", "cpu-cascadelake"
GPU = "nvidia.com/gpu"
PLACED = pytest.mark.parametrize(
    ("job", "hardware"), [("run-model", T4), ("run-model-cpu", CASCADE_LAKE)])


@pytest.fixture(scope="module")
def demo(plane: ControlPlane) -> Iterator[Rendering]:
    with working(plane, rendering(FILES), NODES, (T4, CASCADE_LAKE)) as found:
        yield found


@pytest.fixture
def taken(plane: ControlPlane, demo: Rendering) -> Iterator[list[Object]]:
    """Pods of somebody else on every T4."""
    found = [made(plane, _holder(node.name)) for node in NODES if node.name.startswith(T4)]
    for pod in found:
        node_of(plane, pod)
    yield found
    gone(plane, found)


def _holder(node: str) -> Object:
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": f"holds-{node}", "namespace": "default"},
        "spec": {"nodeSelector": {"kubernetes.io/hostname": node},
                 "tolerations": [{"operator": "Exists"}],
                 "containers": [{"name": "main", "image": "example.com/a",
                                 "resources": {"limits": {GPU: "1"}}}]}}


def runs_of(tekton: Asked, demo: Rendering, job: str) -> list[dict[str, Any]]:
    """The pods of a job's declared run, or of one that a member starts."""
    objects = [one.data for one in demo.of("Task", "Pipeline")
               if one.data["metadata"]["namespace"] == "vision"]
    declared = [one.data for one in demo.of("PipelineRun")
                if one.data["spec"]["pipelineRef"].get("name") == job]
    by_hand = [started(one) for one in objects
               if one["kind"] == "Pipeline" and one["metadata"]["name"] == job]
    return pods(tekton, (declared or by_hand)[0], objects)


def where(job: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """What ``gitops where`` says: each hardware, and what speaks against it."""
    capsys.readouterr()
    estate = str(EXAMPLES / "kubeflow")
    assert run(["-C", estate, "where", "vision", job, "--cluster", "prod", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    return {one["hardware"]: one["reasons"] for one in told[0]["nodes"]}


@PLACED
def test_the_model_runs_on_the_hardware_that_it_names(
    plane: ControlPlane, tekton: Asked, demo: Rendering, job: str, hardware: str
) -> None:
    [pod] = runs_of(tekton, demo, job)
    made(plane, pod)
    assert node_of(plane, pod).rpartition("-")[0] == hardware
    gone(plane, [pod])


@PLACED
def test_where_gives_the_schedulers_answer(
    job: str, hardware: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [name for name, reasons in where(job, capsys).items() if not reasons] == [hardware]


def test_both_are_one_image_and_one_script(tekton: Asked, demo: Rendering) -> None:
    first, second = [[one.data["spec"]["steps"][0][key] for key in ("image", "script")]
                     for one in demo.of("Task")]
    assert first == second


def test_with_every_t4_taken_the_pod_waits_and_says_why(
    plane: ControlPlane, tekton: Asked, demo: Rendering, taken: list[Object]
) -> None:
    [pod] = runs_of(tekton, demo, "run-model")
    made(plane, pod)
    until(lambda: refusal(plane, pod), "the scheduler's word")
    said = refusal(plane, pod)
    assert f"{len(taken)} Insufficient {GPU}" in said
    assert "didn't match Pod's node affinity/selector" in said
    gone(plane, taken[:1])
    assert node_of(plane, pod) == taken[0]["metadata"]["name"].removeprefix("holds-")
    gone(plane, [pod])


def test_the_tenants_share_ends_before_the_hardware_does(
    plane: ControlPlane, tekton: Asked, demo: Rendering
) -> None:
    [pod] = runs_of(tekton, demo, "run-model")
    more = [{**pod, "metadata": {**pod["metadata"], "name": f"more-{index}"}}
            for index in range(5)]
    found = [made(plane, one) for one in more[:4]]
    with pytest.raises(Refusal, match=r"exceeded quota: hardware"):
        made(plane, more[4])
    gone(plane, found)
