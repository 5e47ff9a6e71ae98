"""Tekton's own verdict on all that is rendered for it: samples, valid cases, any estate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from tests.cluster.rendered import sample
from tests.drawing import drawn
from tests.estates import objects_of
from tests.examples.cases import cases
from tests.upstream.asking import Asked
from tests.upstream.generated_jobs import estates
from tests.upstream.tekton import judged, pods, started

pytestmark = pytest.mark.cluster

GENERATED = 100
FILES = {
    "the sample": sample("kubeflow"),
    **{case.path.stem: case.files for case in cases("valid")},
}


def of_tekton(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Every object of an estate that is Tekton's."""
    return [one for one in objects_of(files).values() if one["apiVersion"] == "tekton.dev/v1"]


RENDERED = {name: found for name, files in FILES.items() if (found := of_tekton(files))}


def accept(tekton: Asked, objects: list[dict[str, Any]]) -> None:
    """Tekton takes each object, and the run that a member starts of each Pipeline."""
    by_hand = [started(one) for one in objects if one["kind"] == "Pipeline"]
    for one in (*objects, *by_hand):
        verdict = judged(tekton, one)
        assert (verdict.errors, verdict.warnings) == ((), ()), one["metadata"]["name"]


@pytest.mark.parametrize("name", RENDERED)
def test_what_is_rendered_tekton_takes(tekton: Asked, name: str) -> None:
    accept(tekton, RENDERED[name])


@drawn(GENERATED)
@given(files=estates())
def test_what_is_rendered_of_any_estate_tekton_takes(
    tekton: Asked, files: dict[str, bytes]
) -> None:
    accept(tekton, of_tekton(files))


def test_the_cases_have_every_kind_and_both_sources() -> None:
    found = [one for objects in RENDERED.values() for one in objects]
    assert {one["kind"] for one in found} == {"Task", "Pipeline", "PipelineRun"}
    assert any("resolver" in one["spec"].get("pipelineRef", {}) for one in found)
    assert any("resolver" in task.get("taskRef", {})
               for one in found if one["kind"] == "Pipeline" for task in one["spec"]["tasks"])


def test_a_members_run_keeps_the_tasks_label(tekton: Asked) -> None:
    objects = RENDERED["job-one-model-on-two-kinds-of-hardware"]
    pipeline = next(one for one in objects if one["kind"] == "Pipeline"
                    and one["metadata"]["name"] == "run-model")
    made = pods(tekton, started(pipeline), objects)
    assert [one["metadata"]["labels"]["hardware"] for one in made] == ["gpu-t4"]
    assert [one["spec"].get("nodeSelector") for one in made] == [None]


def test_every_step_sees_what_a_run_binds(tekton: Asked) -> None:
    objects = RENDERED["job-tekton-workspaces"]
    run = next(one for one in objects if one["kind"] == "PipelineRun")
    made, = pods(tekton, run, objects)
    step, = made["spec"]["containers"]
    names = {one["name"]: one for one in made["spec"]["volumes"]}
    seen = {one["mountPath"]: (names[one["name"]], one.get("readOnly", False))
            for one in step["volumeMounts"] if one["mountPath"] in {"/data", "/scratch"}}
    claim, only_read = seen["/data"]
    assert (claim["persistentVolumeClaim"]["claimName"], only_read) == ("pictures", True)
    assert seen["/scratch"][0]["emptyDir"] == {"sizeLimit": "10Gi"}
    assert "/dev/shm" in {one["mountPath"] for one in step["volumeMounts"]}
