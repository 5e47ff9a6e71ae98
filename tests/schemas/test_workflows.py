"""Argo Workflows."""

from __future__ import annotations

import pytest

from .said import GONE, said

TEMPLATE = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: train-resnet, namespace: vision}
spec:
  entrypoint: main
  serviceAccountName: default-editor
  nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4}
  podMetadata: {labels: {hardware: gpu-t4}}
  arguments: {parameters: [{name: epochs, value: "3"}]}
  templates:
  - name: main
    dag:
      tasks:
      - {name: prepare, template: run, arguments: {parameters: [{name: what, value: a}]}}
      - name: train
        template: run
        dependencies: [prepare]
        withItems: [1, b, {c: d}]
        arguments: {parameters: [{name: what, value: "{{item}}"}]}
  - name: run
    inputs: {parameters: [{name: what}]}
    metadata: {labels: {what: "{{inputs.parameters.what}}"}}
    nodeSelector: {zone: "{{inputs.parameters.what}}"}
    tolerations: [{key: nvidia.com/gpu, operator: Exists}]
    outputs: {artifacts: [{name: model, path: /model, s3: {key: model}}]}
    container:
      image: registry.example.com/vision/resnet:1.4
      args: ["{{inputs.parameters.what}}"]
      resources: {limits: {nvidia.com/gpu: "1"}}
  - name: both
    steps: [[{name: a, template: run}], [{name: b, inline: {suspend: {}}}]]
"""
WORKFLOW = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: train-resnet-1, namespace: vision}
spec:
  workflowTemplateRef: {name: train-resnet}
  arguments: {parameters: [{name: epochs, value: "5"}]}
"""
CRON = """
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly, namespace: vision}
spec:
  schedules: ["0 3 * * 1-5", "@daily"]
  timezone: Europe/Lisbon
  concurrencyPolicy: Forbid
  workflowSpec: {workflowTemplateRef: {name: train-resnet}}
"""
ALL = [TEMPLATE, WORKFLOW, CRON]


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_what_release_4_removed_is_unknown() -> None:
    edits = [
        ("spec podPriority", 1),
        ("spec synchronization", {"mutex": {}, "semaphore": {}}),
        ("spec templates 1 podMetadata", {}),
        ("spec templates 1 templateDefaults", {}),
    ]
    assert said(TEMPLATE, *edits) == [
        'spec.podPriority: unknown field "podPriority"; did you mean "priority"?',
        'spec.synchronization.mutex: unknown field "mutex"; did you mean "mutexes"?',
        'spec.synchronization.semaphore: unknown field "semaphore"; did you mean "semaphores"?',
        'spec.templates[1].podMetadata: unknown field "podMetadata"; did you mean "metadata"?',
        'spec.templates[1].templateDefaults: unknown field "templateDefaults"',
    ]


def test_a_schedule_is_a_list_today() -> None:
    assert said(CRON, ("spec schedule", "@daily"), ("spec schedules", GONE)) == [
        'spec.schedule: unknown field "schedule"; did you mean "schedules"?',
        'spec: the field "schedules" is missing',
    ]


@pytest.mark.parametrize("schedule", ["0 3 * *", "daily", "", "@sometimes"])
def test_schedules_that_are_none(schedule: str) -> None:
    assert said(CRON, ("spec schedules", [schedule])) == [
        f'spec.schedules[0]: "{schedule}" is not a schedule'
    ]


def test_a_template_is_of_one_type() -> None:
    assert said(TEMPLATE, ("spec templates 1 suspend", {})) == [
        'spec.templates[1]: may have exactly one of "container", "containerSet", "dag", "data", '
        '"http", "plugin", "resource", "script", "steps" or "suspend", '
        'not "container" and "suspend"'
    ]


def test_templates_that_are_called_exist() -> None:
    edits = [
        ("spec entrypoint", "mian"),
        ("spec templates 0 dag tasks 0 template", "rnu"),
        ("spec templates 2 steps 0 0 template", "nur"),
    ]
    assert said(TEMPLATE, *edits) == [
        'spec.entrypoint: no template is named "mian"',
        'spec.templates[0].dag.tasks[0].template: no template is named "rnu"',
        'spec.templates[2].steps[0][0].template: no template is named "nur"',
    ]


def test_tasks_wait_for_tasks_that_exist() -> None:
    assert said(TEMPLATE, ("spec templates 0 dag tasks 1 dependencies", ["prepar"])) == [
        'spec.templates[0].dag.tasks[1].dependencies[0]: no other task is named "prepar"'
    ]


def test_input_parameters_exist() -> None:
    assert said(
        TEMPLATE,
        ("spec templates 1 inputs", GONE),
        ("spec templates 1 metadata", GONE),
        ("spec templates 1 nodeSelector", GONE),
    ) == ['spec.templates[1].container.args[0]: the template has no input parameter "what"']


def test_a_workflow_runs_something() -> None:
    assert said(WORKFLOW, ("spec workflowTemplateRef", GONE)) == [
        "spec: needs an entrypoint or a workflowTemplateRef"
    ]


def test_the_container_of_a_template_is_read() -> None:
    edits = [
        ("spec templates 1 container resources limit", {}),
        ("spec templates 1 outputs artifacts 0 s3 keys", "x"),
        ("spec templates 2 steps 1 0 inline suspend durations", "x"),
    ]
    assert said(TEMPLATE, *edits) == [
        'spec.templates[1].container.resources.limit: unknown field "limit"; '
        'did you mean "limits"?',
        'spec.templates[1].outputs.artifacts[0].s3.keys: unknown field "keys"; did you mean "key"?',
        'spec.templates[2].steps[1][0].inline.suspend.durations: unknown field "durations"; '
        'did you mean "duration"?',
    ]


def test_a_parameter_is_a_text() -> None:
    assert said(WORKFLOW, ("spec arguments parameters 0 value", 5)) == [
        "spec.arguments.parameters[0].value: must be a string, not 5"
    ]


def test_a_cron_workflow_is_named_within_52_characters() -> None:
    assert len(said(CRON, ("metadata name", "a" * 53))) == 1
