"""Tekton: what its CRDs prune or keep unread."""

from __future__ import annotations

import pytest

from .said import GONE, hints, said

TASK = """
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: run-model, namespace: vision}
spec:
  params: [{name: model, type: string, default: resnet}]
  workspaces: [{name: data}]
  steps:
  - name: run
    image: registry.example.com/vision/run:1
    script: python run.py $(params.model)
    computeResources: {limits: {nvidia.com/gpu: "1"}}
"""
PIPELINE = """
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: train, namespace: vision}
spec:
  params: [{name: epochs, default: "3"}]
  workspaces: [{name: data}]
  tasks:
  - name: prepare
    taskRef: {name: prepare}
  - name: train
    runAfter: [prepare]
    retries: 1
    timeout: 1h30m
    params: [{name: epochs, value: $(params.epochs)}]
    workspaces: [{name: source, workspace: data}]
    taskRef:
      resolver: git
      params: [{name: url, value: "https://example.com/tasks"}]
  - name: report
    taskSpec:
      params: [{name: title, default: x}]
      steps: [{name: say, image: busybox, script: "echo $(params.title) $(params.epochs)"}]
  finally:
  - {name: clean, taskRef: {name: clean}}
"""
PIPELINE_RUN = """
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: train-nightly, namespace: vision}
spec:
  pipelineRef: {name: train}
  params: [{name: epochs, value: "5"}]
  timeouts: {pipeline: 2h}
  workspaces: [{name: data, persistentVolumeClaim: {claimName: data}}]
  taskRunTemplate:
    serviceAccountName: default-editor
    podTemplate:
      nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4}
      tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
  taskRunSpecs:
  - pipelineTaskName: train
    stepSpecs: [{name: run, computeResources: {limits: {nvidia.com/gpu: "1"}}}]
"""
TASK_RUN = """
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: run-once, namespace: vision}
spec:
  taskRef: {name: run-model}
  serviceAccountName: default-editor
  podTemplate: {nodeSelector: {zone: a}, securityContext: {fsGroup: 100}}
  workspaces: [{name: data, emptyDir: {}}]
"""
STEP_ACTION = """
apiVersion: tekton.dev/v1beta1
kind: StepAction
metadata: {name: fetch, namespace: vision}
spec:
  params: [{name: url}]
  image: alpine
  script: fetch $(params.url)
"""
ALL = [TASK, PIPELINE, PIPELINE_RUN, TASK_RUN, STEP_ACTION]


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_fields_of_2019_are_unknown_today() -> None:
    edits = [("spec inputs", {}), ("spec steps 0 resources", {})]
    assert said(TASK, *edits) == [
        'spec.inputs: unknown field "inputs"',
        'spec.steps[0].resources: unknown field "resources"; did you mean "computeResources"?',
    ]


def test_a_pod_template_of_a_run_stands_in_its_task_run_template() -> None:
    assert said(PIPELINE_RUN, ("spec podTemplate", {}), ("spec timeout", "1h")) == [
        'spec.podTemplate: unknown field "podTemplate"; did you mean "taskRunTemplate"?',
        'spec.timeout: unknown field "timeout"; did you mean "timeouts"?',
    ]


def test_what_the_crd_keeps_unread_is_read_here() -> None:
    edits = [
        ("spec podTemplate affinity", {"nodeAfinity": {}}),
        ("spec podTemplate securityContext", {"runAsUsr": 1}),
        ("spec podTemplate volumes", [{"name": "a", "emptydir": {}}]),
        ("spec podTemplate tolerations", [{"key": "a", "effect": "noSchedule"}]),
    ]
    assert said(TASK_RUN, *edits) == [
        'spec.podTemplate.affinity.nodeAfinity: unknown field "nodeAfinity"; '
        'did you mean "nodeAffinity"?',
        'spec.podTemplate.securityContext.runAsUsr: unknown field "runAsUsr"; '
        'did you mean "runAsUser"?',
        'spec.podTemplate.tolerations[0].effect: must be "NoSchedule", "PreferNoSchedule" or '
        '"NoExecute", not "noSchedule"; did you mean "NoSchedule"?',
        'spec.podTemplate.volumes[0].emptydir: unknown field "emptydir"; did you mean "emptyDir"?',
    ]


def test_an_embedded_task_is_read_too() -> None:
    edit = ("spec tasks 2 taskSpec steps 0 scripts", "x")
    assert said(PIPELINE, edit) == [
        'spec.tasks[2].taskSpec.steps[0].scripts: unknown field "scripts"; did you mean "script"?'
    ]


def test_parameters_exist() -> None:
    assert said(TASK, ("spec steps 0 script", "$(params.nope) $(params['x y'])")) == [
        'spec.steps[0].script: no parameter is named "nope"',
        'spec.steps[0].script: no parameter is named "x y"',
    ]
    assert said(PIPELINE, ("spec tasks 1 params 0 value", "$(params.epoch)")) == [
        'spec.tasks[1].params[0].value: no parameter is named "epoch"'
    ]
    assert said(STEP_ACTION, ("spec params", GONE)) == ['spec.script: no parameter is named "url"']


def test_an_embedded_task_sees_the_parameters_of_its_pipeline() -> None:
    edit = ("spec tasks 2 taskSpec steps 0 script", "$(params.epochs) $(params.other)")
    assert said(PIPELINE, edit) == [
        'spec.tasks[2].taskSpec.steps[0].script: no parameter is named "other"'
    ]


def test_values_are_texts() -> None:
    assert said(PIPELINE_RUN, ("spec params 0 value", 5)) == [
        "spec.params[0].value: must be a text, a list of texts or a mapping to texts; "
        "quote numbers and true or false"
    ]


def test_a_run_says_what_it_runs() -> None:
    assert said(PIPELINE_RUN, ("spec", {})) == [
        'spec: needs one of "pipelineRef" or "pipelineSpec"'
    ]
    assert said(TASK_RUN, ("spec taskSpec", {"steps": [{"name": "a", "image": "b"}]})) == [
        'spec: may have exactly one of "taskRef" or "taskSpec", not "taskRef" and "taskSpec"'
    ]


def test_devices_are_set_on_a_step() -> None:
    devices = ("spec computeResources", {"limits": {"nvidia.com/gpu": "1"}})
    assert said(TASK_RUN, devices) == [
        "spec.computeResources.limits.nvidia.com/gpu: would be divided over the steps, "
        "and a part of a device makes the pod invalid"
    ]
    assert hints(TASK_RUN, devices) == ["set the device on one step, with stepSpecs or in the Task"]


def test_a_task_is_sized_once() -> None:
    edit = ("spec taskRunSpecs 0 computeResources", {"requests": {"cpu": 1}})
    assert said(PIPELINE_RUN, edit) == [
        "spec.taskRunSpecs[0].computeResources: may not stand beside stepSpecs"
    ]


def test_a_step_has_an_image() -> None:
    assert said(TASK, ("spec steps 0 image", GONE)) == [
        'spec.steps[0]: the field "image" is missing'
    ]
    edits = [("spec steps 0 image", GONE), ("spec stepTemplate", {"image": "x"})]
    assert said(TASK, *edits) == []


def test_a_step_does_one_thing() -> None:
    assert said(TASK, ("spec steps 0 command", ["a"])) == [
        'spec.steps[0]: may have at most one of "command", "ref" or "script", '
        'not "command" and "script"'
    ]


def test_tasks_wait_for_tasks_that_exist() -> None:
    assert said(PIPELINE, ("spec tasks 1 runAfter", ["prepar", "train"])) == [
        'spec.tasks[1].runAfter[0]: no other task is named "prepar"',
        'spec.tasks[1].runAfter[1]: no other task is named "train"',
    ]
    assert said(PIPELINE, ("spec finally 0 runAfter", ["train"])) == [
        "spec.finally[0].runAfter: has no place in finally"
    ]


def test_workspaces_exist() -> None:
    assert said(PIPELINE, ("spec tasks 1 workspaces 0 workspace", "date")) == [
        'spec.tasks[1].workspaces[0]: the pipeline has no workspace "date"'
    ]


def test_names_are_unique() -> None:
    assert said(PIPELINE, ("spec tasks 2 name", "train")) == [
        'spec.tasks[2].name: "train" stands here twice'
    ]


def test_a_task_comes_from_one_place() -> None:
    assert said(PIPELINE, ("spec tasks 0 taskRef resolver", "git")) == [
        'spec.tasks[0].taskRef: may have exactly one of "name" or "resolver", '
        'not "name" and "resolver"'
    ]


def test_a_run_is_named_within_63_characters() -> None:
    assert said(TASK_RUN, ("metadata name", "a" * 64)) == [
        "metadata.name: may have 63 characters at most, not 64"
    ]


def test_a_duration_knows_no_days() -> None:
    assert said(PIPELINE_RUN, ("spec timeouts pipeline", "1d")) == [
        'spec.timeouts.pipeline: "1d" is not a duration'
    ]


@pytest.mark.parametrize("kind", ["Task", "ClusterTask"])
def test_old_versions_are_named_as_such(kind: str) -> None:
    edits = [("apiVersion", "tekton.dev/v1alpha1"), ("kind", kind)]
    assert len(said(TASK, *edits)) == 1
