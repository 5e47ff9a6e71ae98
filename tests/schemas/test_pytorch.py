"""PyTorchJob."""

from __future__ import annotations

import pytest

from .said import GONE, said

JOB = """
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: resnet, namespace: vision}
spec:
  nprocPerNode: "2"
  runPolicy: {cleanPodPolicy: Running, backoffLimit: 3, ttlSecondsAfterFinished: 600}
  pytorchReplicaSpecs:
    Master:
      replicas: 1
      restartPolicy: OnFailure
      template:
        metadata: {labels: {hardware: gpu-t4}}
        spec:
          nodeSelector: {accelerator: t4}
          containers:
          - name: pytorch
            image: registry.example.com/vision/resnet:1.4
            resources: {limits: {nvidia.com/gpu: "1"}}
    Worker:
      replicas: 3
      template:
        spec: {containers: [{name: pytorch, image: registry.example.com/vision/resnet:1.4}]}
"""
ELASTIC = """
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: elastic, namespace: vision}
spec:
  elasticPolicy:
    rdzvBackend: c10d
    minReplicas: 1
    maxReplicas: 3
    maxRestarts: 10
    metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
  pytorchReplicaSpecs:
    Worker:
      template: {spec: {containers: [{name: pytorch, image: r.example/a:1}]}}
"""
ALL = [JOB, ELASTIC]
PARTS = "spec pytorchReplicaSpecs"
MASTER = "spec.pytorchReplicaSpecs.Master"


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_fields_of_each_part_are_read() -> None:
    edits = [("spec runpolicy", {}), (f"{PARTS} Master template spec nodeselector", {}),
             (f"{PARTS} Worker replica", 2)]
    assert said(JOB, *edits) == [
        f'{MASTER}.template.spec.nodeselector: unknown field "nodeselector"; '
        'did you mean "nodeSelector"?',
        'spec.pytorchReplicaSpecs.Worker.replica: unknown field "replica"; '
        'did you mean "replicas"?',
        'spec.runpolicy: unknown field "runpolicy"; did you mean "runPolicy"?',
    ]


def test_there_are_two_parts() -> None:
    assert said(ELASTIC, (f"{PARTS} Launcher", {"template": {"spec": {"containers": []}}})) == [
        'spec.pytorchReplicaSpecs.Launcher: as a key, must be "Master" or "Worker", '
        'not "Launcher"']
    assert said(ELASTIC, (PARTS, {}), ("spec elasticPolicy", GONE)) == [
        "spec.pytorchReplicaSpecs: must not be empty"]


def test_a_part_of_nothing_but_a_selector_is_refused() -> None:
    bare = {"replicas": 1, "template": {"spec": {"nodeSelector": {"accelerator": "t4"}}}}
    assert said(ELASTIC, (f"{PARTS} Master", bare)) == [
        f'{MASTER}.template.spec: the field "containers" is missing']


def test_a_container_is_named_pytorch() -> None:
    assert said(JOB, (f"{PARTS} Master template spec containers 0 name", "main")) == [
        f'{MASTER}.template.spec.containers: no container is named "pytorch", which trains']


@pytest.mark.parametrize("number", [GONE, 2])
def test_a_master_is_one(number: object) -> None:
    assert said(JOB, (f"{PARTS} Master replicas", number)) == [
        f"{MASTER}: a master needs replicas: 1, written out"]


def test_an_elastic_job_has_workers() -> None:
    assert said(JOB, (f"{PARTS} Worker", GONE), ("spec elasticPolicy", {})) == [
        "spec.pytorchReplicaSpecs: an elastic job needs a Worker"]


def test_processes_are_told_once_and_as_text() -> None:
    edits = [("spec elasticPolicy", {"nProcPerNode": 2})]
    assert said(JOB, *edits) == [
        "spec.elasticPolicy.nProcPerNode: is an older spelling of spec.nprocPerNode, "
        "which stands there too"]
    assert said(JOB, ("spec nprocPerNode", "two")) == [
        'spec.nprocPerNode: must be auto, cpu, gpu or a number in quotes, as "2"']
