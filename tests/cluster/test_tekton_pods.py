"""The pods that Tekton makes of rendered jobs fit quota and node: asked of a real API server
and its scheduler, with the pods of Tekton's own builder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given

from tests.cluster.controlplane import ControlPlane
from tests.cluster.nodes import estate_nodes
from tests.cluster.rendered import Rendering, rendering, sample
from tests.cluster.scheduling import gone, made, node_of, working
from tests.drawing import drawn
from tests.examples.cases import cases
from tests.upstream.asking import Asked
from tests.upstream.generated_jobs import estates
from tests.upstream.tekton import pods, started

pytestmark = pytest.mark.cluster

GENERATED = 12
CASES = {case.path.stem: case.files for case in cases("valid")}
NAMED = {
    "the sample": sample("kubeflow"),
    "two kinds of hardware": CASES["job-one-model-on-two-kinds-of-hardware"],
}


def runs(found: Rendering) -> Iterator[Mapping[str, Any]]:
    """The declared runs whose Tasks stand in git, and one that a member starts of each Pipeline."""
    for one in found.of("PipelineRun"):
        if "name" in one.data["spec"]["pipelineRef"]:
            yield one.data
    for one in found.of("Pipeline"):
        yield started(one.data)


def fit(plane: ControlPlane, tekton: Asked, files: Mapping[str, bytes]) -> int:
    """Run every job, one run after the other: each pod is let in and lands on its hardware."""
    found, nodes = rendering(files), estate_nodes(files, "prod")
    objects = [one.data for one in found.of("Task", "Pipeline")
               if "resolver" not in str(one.data["spec"])]
    names = {one["metadata"]["name"] for one in objects}
    kinds = {node.name.rpartition("-")[0] for node in nodes}
    count = 0
    with working(plane, found, nodes, kinds):
        for run in runs(found):
            if run["spec"]["pipelineRef"]["name"] not in names:
                continue
            for pod in pods(tekton, run, objects):
                made(plane, pod)
                landed, wanted = node_of(plane, pod), pod["metadata"]["labels"]["hardware"]
                assert landed.rpartition("-")[0] == wanted, pod["metadata"]["name"]
                gone(plane, [pod])
                count += 1
    return count


@pytest.mark.parametrize("name", NAMED)
def test_every_pod_of_a_run_is_let_in_and_lands_on_its_hardware(
    plane: ControlPlane, tekton: Asked, name: str
) -> None:
    assert fit(plane, tekton, NAMED[name]) > 0


@drawn(GENERATED)
@given(files=estates())
def test_every_pod_of_any_job_is_let_in_and_lands_on_its_hardware(
    plane: ControlPlane, tekton: Asked, files: dict[str, bytes]
) -> None:
    fit(plane, tekton, files)
