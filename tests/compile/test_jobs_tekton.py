"""Jobs on Tekton: the Task with its devices, the Pipeline, and the declared runs."""

from __future__ import annotations

from typing import Any

from tests.compile.hardware import made
from tests.estates import PROFILE

TEKTON = PROFILE + "engines: {tekton: true, trainer: none}\n"
GPU = "nvidia.com/gpu"


def jobs(text: str) -> dict[str, dict[str, Any]]:
    return made("gpu-t4: 4, cpu-fast: {}", cluster=TEKTON, more=f"jobs:\n  {text}\n")


def test_a_task_asks_for_its_devices_on_its_step() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: gpu-t4, devices: 2}")
    step, = objects["Task/train"]["spec"]["steps"]
    assert step["computeResources"]["limits"][GPU] == "2"
    assert objects["Task/train"]["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert objects["Pipeline/train"]["spec"]["tasks"] == [
        {"name": "train", "taskRef": {"kind": "Task", "name": "train"}}]


def test_devices_are_never_divided_over_two_steps() -> None:
    spec = jobs("train: {image: r.example/x:1, hardware: gpu-t4, steps: ["
                "{name: fetch}, {name: fit, devices: 1}]}")["Task/train"]["spec"]
    fetch, fit = spec["steps"]
    assert GPU not in fetch.get("computeResources", {}).get("limits", {})
    assert fit["computeResources"]["limits"][GPU] == "1"
    assert "computeResources" not in spec


def test_parameters_reach_the_step_through_the_pipeline() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: cpu-fast, "
                   "params: {epochs: '10'}, args: [$(params.epochs)]}")
    assert objects["Task/train"]["spec"]["steps"][0]["args"] == ["$(params.epochs)"]
    assert objects["Pipeline/train"]["spec"]["params"] == [
        {"name": "epochs", "type": "string", "default": "10"}]
    assert objects["Pipeline/train"]["spec"]["tasks"][0]["params"] == [
        {"name": "epochs", "value": "$(params.epochs)"}]


def test_a_run_stands_on_the_hardware_and_overrides_what_it_names() -> None:
    run = jobs("train: {image: r.example/x:1, hardware: gpu-t4, params: {epochs: '10'}, "
               "timeout: 2h, runs: [{id: a, params: {epochs: '3'}, devices: 4}]}"
               )["PipelineRun/train-a"]["spec"]
    task, = run["taskRunSpecs"]
    assert run["params"] == [{"name": "epochs", "value": "3"}]
    assert run["timeouts"] == {"pipeline": "2h0m0s"}
    assert task["podTemplate"]["nodeSelector"] == {"accelerator": "t4"}
    assert task["podTemplate"]["tolerations"][0]["key"] == GPU
    assert task["stepSpecs"][0]["computeResources"]["limits"][GPU] == "4"
    assert "podTemplate" not in run["taskRunTemplate"]


def test_a_run_of_a_job_without_a_timeout_has_no_limit() -> None:
    run = jobs("train: {image: r.example/x:1, hardware: gpu-t4, runs: [{id: a}]}"
               )["PipelineRun/train-a"]["spec"]
    assert run["timeouts"] == {"pipeline": "0s"}


def test_steps_on_hardware_of_their_own_are_tasks_in_order() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: gpu-t4, runs: [{id: a}], steps: ["
                   "{name: fetch, hardware: cpu-fast}, {name: fit}]}")
    assert {"Task/train.fetch", "Task/train.fit"} <= objects.keys()
    assert objects["Pipeline/train"]["spec"]["tasks"][1]["runAfter"] == ["fetch"]
    selectors = [one["podTemplate"]["nodeSelector"]
                 for one in objects["PipelineRun/train-a"]["spec"]["taskRunSpecs"]]
    assert selectors == [{"platform": "cascadelake"}, {"accelerator": "t4"}]
