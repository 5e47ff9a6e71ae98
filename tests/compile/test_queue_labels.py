"""A queued pod is counted once: each engine names the queue where Kueue reads it, and nowhere else.

Kueue manages Jobs, TrainJobs, PyTorchJobs, Deployments and StatefulSets by a label of their own,
and of other engines the pods alone. Seen with Kueue 0.19.2's own manager: one workload for each.
The Jobs of a CronJob that has the label itself, and the StatefulSet behind a notebook whose pods
have it, are put into the queue ``default``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.compile.hardware import NOTEBOOKS, QUEUES, made
from tests.compile.test_components import KINDS, TRAINED, together

QUEUE = "kueue.x-k8s.io/queue-name"
IMAGE = "image: r.example/x:1, hardware: gpu-t4"
TASKS = "runs: [{id: a}]"
OTHERS = {"notebooks": "false", "pipelines": "false", "trainer": "none"}
SEARCH = "params: {lr: 0.1}, command: [train, $(params.lr)], search: {objective: " \
    "{metric: loss, goal: minimize}, parameters: {lr: {type: double, min: 0.01, max: 0.1}}}"


def places(data: Any, where: str = "") -> Iterator[str]:
    """The paths at which the queue gpu-t4 is named, and those of other queues with their names."""
    items = enumerate(data) if isinstance(data, list) else \
        data.items() if isinstance(data, dict) else ()
    for key, value in items:
        if key == QUEUE:
            yield where if value == "gpu-t4" else f"{where}={value}"
        yield from places(value, f"{where} {key}".strip())


def queued(engines: str, job: str) -> dict[str, list[str]]:
    """By object, where a job's objects name their queue."""
    others = "".join(f", {name}: {off}" for name, off in OTHERS.items() if name not in engines)
    objects = made("gpu-t4: 4, cpu-fast: {}", more=f"jobs: {{train: {{{job}}}}}\n",
                   cluster=f"{QUEUES}engines: {{{engines}{others}}}\n")
    return {name: found for name, one in objects.items() if (found := list(places(one)))}


def test_tekton_hands_labels_of_tasks_to_their_pods() -> None:
    assert queued("tekton: true", f"engine: tekton, {IMAGE}, {TASKS}") == {
        "Task/train": ["metadata labels"],
        "PipelineRun/train-a": ["spec taskRunSpecs 0 metadata labels"]}


def test_tekton_hands_labels_of_a_run_to_all_its_pods() -> None:
    source = "from: {repo: https://git.example.com/ml.git, revision: v1, path: p.yaml, " \
        "kind: pipeline}"
    assert queued("tekton: true", f"engine: tekton, hardware: gpu-t4, {source}, {TASKS}") == {
        "PipelineRun/train-a": ["metadata labels"]}


def test_argos_pods_have_it_from_their_template() -> None:
    assert queued("argo: true", f"engine: argo, {IMAGE}, schedule: 0 1 * * *, {TASKS}") == {
        "WorkflowTemplate/train": ["spec templates 0 metadata labels"]}


@pytest.mark.parametrize(("release", "runtime"), [
    ("2.0", ""), ("2.1", ""), ("2.2", ""), ("2.1", "runtime: torch-distributed, "),
    ("2.2", "runtime: torch-distributed, ")])
def test_a_train_job_waits_as_a_whole(release: str, runtime: str) -> None:
    assert queued(f'trainer: "{release}"', f"engine: trainer, {runtime}{IMAGE}, {TASKS}") == {
        "TrainJob/train-a": ["metadata labels"]}


def test_a_trial_waits_as_a_whole() -> None:
    found = queued("katib: true", f"engine: katib, {IMAGE}, {SEARCH}, {TASKS}")
    assert found == {"Experiment/train-a": ["spec trialTemplate trialSpec metadata labels"]}


def test_a_trial_that_members_search_with_waits_as_a_whole() -> None:
    objects = made(cluster=QUEUES + "engines: {katib: true}\n", more=(
        f"jobs: {{train: {{engine: katib, {IMAGE}, {SEARCH}}}}}\n"))
    text, = objects["ConfigMap/trial-train"]["data"].values()
    assert list(places(json.loads(text))) == ["metadata labels"]


def test_a_notebooks_labels_are_its_pods() -> None:
    found = queued("notebooks: true", f"engine: notebooks, {IMAGE}, cpu: 1, memory: 1Gi")
    assert found["Notebook/train"] == ["metadata labels"]


def test_a_notebook_from_the_form_waits_in_its_hardwares_queue() -> None:
    queue = "queueing: {manager: kueue, cohort: ml}\n"
    objects = made("gpu-t4: 4, cpu-fast: {}", cluster=NOTEBOOKS + queue)
    assert {name: one["spec"]["labels"] for name, one in objects.items()
            if name.startswith("PodDefault/")} == {
        "PodDefault/hardware-cpu-fast": {QUEUE: "cpu-fast"},
        "PodDefault/hardware-gpu-t4": {QUEUE: "gpu-t4"}}


def test_a_pipelines_task_gives_it_to_its_pod() -> None:
    objects = made(cluster=QUEUES + "engines: {pipelines: true}\n")
    document = json.loads(objects["ConfigMap/kfp-hardware"]["data"]["gpu-t4.json"])
    assert list(places(document)) == [
        "platforms kubernetes deploymentSpec executors exec-TASK podMetadata labels"]


def test_no_policy_names_a_queue() -> None:
    """It would change the pods of what waits as a whole."""
    objects = made(cluster=QUEUES)
    policies = {name: one for name, one in objects.items() if "AdmissionPolicy/" in name}
    assert "MutatingAdmissionPolicy/hardware-gpu-t4" in policies
    assert QUEUE not in str(policies)


COMPONENT = {
    "Deployment": "metadata labels",
    "StatefulSet": "metadata labels",
    "Job": "metadata labels",
    "CronJob": "spec jobTemplate metadata labels",
    "Pod": "metadata labels",
    "Notebook": "metadata labels",
    "InferenceService": "spec predictor labels",
    "PyTorchJob": "metadata labels",
    "PipelineRun": "metadata labels",
    "TrainJob": "metadata labels",
    "Workflow": "spec podMetadata labels",
}


def test_a_component_names_the_queue_once_in_each_kind(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "TrainJob", ("trainer.kubeflow.org/v1alpha1", TRAINED, "", "", ""))
    monkeypatch.setitem(KINDS, "Workflow", (
        "argoproj.io/v1alpha1", "{entrypoint: a, templates: [{name: a, container: "
        "{image: r.example/a:1}}]}", "", "", ""))
    found = together(tmp_path, dict.fromkeys(KINDS, ""), QUEUES)
    assert {kind: list(places(one)) for kind, one in found.items()} == {
        kind: [where] for kind, where in COMPONENT.items()}
