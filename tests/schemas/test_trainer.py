"""Kubeflow Trainer."""

from __future__ import annotations

import pytest

from .said import GONE, hints, said

JOB = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: resnet-2026-11-24, namespace: vision}
spec:
  runtimeRef: {kind: TrainingRuntime, name: gpu-t4}
  trainer:
    image: registry.example.com/vision/resnet:1.4
    command: [python, train.py]
    numNodes: 2
    resourcesPerNode: {limits: {nvidia.com/gpu: "1"}}
  runtimePatches:
  - manager: gitops-tenancy.example.com/hardware
    trainingRuntimeSpec:
      template:
        spec:
          replicatedJobs:
          - name: node
            template: {spec: {template: {spec: {nodeSelector: {zone: a}, tolerations: []}}}}
"""
RUNTIME = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainingRuntime
metadata: {name: gpu-t4, namespace: vision}
spec:
  mlPolicy: {numNodes: 1, torch: {}}
  template:
    spec:
      replicatedJobs:
      - name: node
        template:
          metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: node, image: x}]
"""
ALL = [JOB, RUNTIME]
PATCHED = (
    "spec runtimePatches 0 trainingRuntimeSpec template spec replicatedJobs 0 "
    "template spec template spec"
)
SAID = (
    "spec.runtimePatches[0].trainingRuntimeSpec.template.spec.replicatedJobs[0]"
    ".template.spec.template.spec"
)
JOB_TEMPLATE = "spec template spec replicatedJobs 0 template"


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("field", ["podSpecOverrides", "podTemplateOverrides"])
def test_a_field_of_an_older_release_stands_alone(field: str) -> None:
    assert said(JOB, ("spec runtimePatches", GONE), (f"spec {field}", [])) == []
    assert said(JOB, (f"spec {field}", [])) == [
        'spec: may have at most one of "runtimePatches", "podTemplateOverrides" or '
        f'"podSpecOverrides", not "runtimePatches" and "{field}"'
    ]


def test_release_2_0_labels_no_pods_and_sets_no_affinity() -> None:
    override = {"targetJobs": [{"name": "node"}], "metadata": {}, "affinity": {}}
    edits = [("spec runtimePatches", GONE), ("spec podSpecOverrides", [override])]
    assert said(JOB, *edits) == [
        'spec.podSpecOverrides[0].affinity: unknown field "affinity"',
        'spec.podSpecOverrides[0].metadata: unknown field "metadata"',
    ]


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec trainer numNode", 2),
        (f"{PATCHED} nodeSelectors", {}),
        ("spec runtimeRef namee", "x"),
    ]
    assert said(JOB, *edits) == [
        f'{SAID}.nodeSelectors: unknown field "nodeSelectors"; did you mean "nodeSelector"?',
        'spec.runtimeRef.namee: unknown field "namee"; did you mean "name"?',
        'spec.trainer.numNode: unknown field "numNode"; did you mean "numNodes"?',
    ]


def test_a_patch_cannot_set_what_the_trainer_refuses() -> None:
    edits = [
        (f"{PATCHED} priorityClassName", "x"),
        (f"{PATCHED} containers", [{"name": "node", "resources": {}}]),
    ]
    assert said(JOB, *edits) == [
        f"{SAID}.containers[0].resources: is refused by the trainer: a patch cannot set "
        "resources; use spec.trainer.resourcesPerNode",
        f"{SAID}.priorityClassName: is refused by the trainer: a patch cannot set a priority class",
    ]


def test_a_manager_patches_once() -> None:
    patches = [{"manager": "a.b/c"}, {"manager": "a.b/c"}]
    assert said(JOB, ("spec runtimePatches", patches)) == [
        'spec.runtimePatches[1].manager: "a.b/c" stands here twice'
    ]


def test_one_framework_at_a_time() -> None:
    assert said(RUNTIME, ("spec mlPolicy mpi", {})) == [
        'spec.mlPolicy: may have at most one of "torch", "mpi", "jax", "xgboost" or "flux", '
        'not "torch" and "mpi"'
    ]


def test_torch_counts_no_processes_any_more() -> None:
    assert said(RUNTIME, ("spec mlPolicy torch numProcPerNode", 2)) == [
        'spec.mlPolicy.torch.numProcPerNode: unknown field "numProcPerNode"'
    ]


def test_a_job_of_a_runtime_is_the_trainer() -> None:
    assert said(RUNTIME, (f"{JOB_TEMPLATE} metadata", GONE)) == [
        "spec.template.spec.replicatedJobs: no job is the trainer"
    ]
    assert hints(RUNTIME, (f"{JOB_TEMPLATE} metadata", GONE)) == [
        "label the job's template trainer.kubeflow.org/trainjob-ancestor-step: trainer"
    ]


def test_the_pods_of_a_runtime_are_read() -> None:
    assert said(RUNTIME, (f"{JOB_TEMPLATE} spec template spec container", [])) == [
        "spec.template.spec.replicatedJobs[0].template.spec.template.spec.container: "
        'unknown field "container"; did you mean "containers"?'
    ]


def test_a_cluster_runtime_stands_in_no_namespace() -> None:
    assert len(said(RUNTIME, ("kind", "ClusterTrainingRuntime"))) == 1
