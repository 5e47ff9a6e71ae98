"""What engines take and then read otherwise, asked of all that is rendered for each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.compile.hardware import PROFILE, QUEUES, made

GPU = "nvidia.com/gpu"
ENGINES = 'engines: {tekton: true, argo: true, trainer: "2.2", katib: true, notebooks: true, ' \
    "pipelines: true}\n"
STEPS = "steps: [{name: fetch}, {name: fit, devices: 2}]"
APART = "steps: [{name: fetch, hardware: cpu-fast}, {name: fit, hardware: gpu-t4, devices: 2}]"
SEARCH = "params: {lr: 0.1}, search: {objective: {metric: loss, goal: minimize}, " \
    "parameters: {lr: {type: double, min: 0.01, max: 0.1}}}"
JOBS = {  # Trainer, Katib and notebooks run one container: steps are a mistake there
    "tekton": f"engine: tekton, {STEPS}",
    "tekton-apart": f"engine: tekton, {APART}",
    "argo": f"engine: argo, command: [train], {STEPS}",
    "argo-apart": f"engine: argo, command: [train], {APART}",
    "trainer": "engine: trainer, devices: 2",
    "katib": f"engine: katib, command: [train, $(params.lr)], devices: 2, {SEARCH}",
    "notebooks": "engine: notebooks, devices: 2, cpu: 1, memory: 1Gi",
}


def objects(job: str, cluster: str = PROFILE) -> dict[str, dict[str, Any]]:
    """All that is rendered where a job runs, on gpu-t4 unless a step says otherwise."""
    run = "" if job == "notebooks" else ", runs: [{id: a}, {id: more, devices: 3}]" \
        if "apart" not in job else ", runs: [{id: a}]"
    return made("gpu-t4: 4, cpu-fast: {}", cluster=cluster + ENGINES, more=(
        "quota: {requests: {cpu: 60, memory: 300Gi}, devices: {nvidia.com/gpu: 4}}\n"
        f"jobs:\n  train: {{image: r.example/x:1, hardware: gpu-t4, {JOBS[job]}{run}}}\n"))


def parts(data: Any, *names: str) -> Iterator[Any]:
    """All that stands under one of these names, anywhere; JSON in a text is read too."""
    if isinstance(data, str) and data.startswith("{") and data.rstrip().endswith("}"):
        data = json.loads(data) if '"' in data else {}
    for key, value in data.items() if isinstance(data, dict) else ():
        if key in names:
            yield value
    for value in data.values() if isinstance(data, dict) else \
            data if isinstance(data, list) else ():
        yield from parts(value, *names)


def devices(data: Any) -> list[str]:
    """Each number of devices that some container is given."""
    return [str(limits[GPU]) for limits in parts(data, "limits") if GPU in limits]


@pytest.mark.parametrize("job", JOBS)
def test_devices_are_whole_and_on_one_container_of_each_pod(job: str) -> None:
    found = [number for name, one in objects(job).items()
             if "train" in name for number in devices(one)]
    assert "2" in found
    assert set(found) <= {"2", "3", "{{workflow.parameters.devices}}"}
    for containers in parts(objects(job), "steps", "containers"):
        assert sum(GPU in str(one) for one in containers) <= 1


def test_no_amount_stands_on_a_task_or_a_pod_as_a_whole() -> None:
    """Tekton would divide it over the steps."""
    for job in ("tekton", "tekton-apart"):
        for name, one in objects(job).items():
            if name.startswith(("Task/", "Pipeline")):
                assert "computeResources" not in one["spec"]
                assert not [spec for spec in one["spec"].get("taskRunSpecs", ())
                            if "computeResources" in spec]


@pytest.mark.parametrize("job", [name for name in JOBS if name != "notebooks"])
def test_a_run_has_no_selector_that_would_take_the_place_of_its_pods_own(job: str) -> None:
    """A run's selector or toleration replaces a default whole, and a pod's replaces the run's."""
    (run,) = (one for name, one in objects(job).items() if name.endswith("/train-a"))
    spec = run["spec"]
    assert not {"nodeSelector", "tolerations", "podTemplate", "runtimePatches"} & spec.keys()
    assert "podTemplate" not in spec.get("taskRunTemplate", {})


@pytest.mark.parametrize("job", JOBS)
def test_who_says_where_a_pod_stands_says_all_of_it(job: str) -> None:
    pods = [pod for one in objects(job).values() for pod in _pods(one)
            if pod.get("nodeSelector") == {"accelerator": "t4"}]
    assert pods
    for pod in pods:
        assert [one["key"] for one in pod["tolerations"]] == [GPU]


def _pods(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, str) and data.startswith('{\n  "apiVersion"'):
        data = json.loads(data)
    if isinstance(data, dict) and "nodeSelector" in data:
        yield data
    for value in data.values() if isinstance(data, dict) else \
            data if isinstance(data, list) else ():
        yield from _pods(value)


@pytest.mark.parametrize("cluster", [PROFILE, QUEUES], ids=["plain", "queued"])
@pytest.mark.parametrize("job", JOBS)
def test_a_quota_counts_devices_by_what_is_requested(job: str, cluster: str) -> None:
    """Bare and under ``limits.`` they are accepted and never counted."""
    keys = [key for one in objects(job, cluster).values() for hard in parts(one, "hard")
            for key in hard if "/" in key]
    assert set(keys) == {f"requests.{GPU}"}
