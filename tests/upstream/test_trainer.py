"""What Kubeflow Trainer 2.3 itself makes of our runtimes and runs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.compile.hardware import made
from tests.estates import PROFILE
from tests.examples.cases import cases, rendered
from tests.upstream.asking import Asked

pytestmark = pytest.mark.cluster

GPU = "nvidia.com/gpu"
CLUSTER = PROFILE + 'engines: {trainer: "2.3", notebooks: false, pipelines: false}\n'
SHIPPED = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: ClusterTrainingRuntime
metadata: {name: torch-distributed, labels: {trainer.kubeflow.org/framework: torch}}
spec:
  mlPolicy: {numNodes: 1, torch: {}}
  template:
    spec:
      replicatedJobs:
      - name: node
        replicas: 1
        template:
          metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
          spec: {template: {spec: {containers: [{name: node, image: pytorch}]}}}
---
apiVersion: trainer.kubeflow.org/v1alpha1
kind: ClusterTrainingRuntime
metadata: {name: deepspeed-distributed, labels: {trainer.kubeflow.org/framework: deepspeed}}
spec:
  mlPolicy:
    numNodes: 1
    mpi: {numProcPerNode: 1, mpiImplementation: OpenMPI, sshAuthMountPath: /home/mpiuser/.ssh,
          runLauncherAsNode: true}
  template:
    spec:
      network: {publishNotReadyAddresses: true}
      successPolicy: {operator: All, targetReplicatedJobs: [launcher]}
      replicatedJobs:
      - name: node
        replicas: 1
        template: {spec: {template: {spec: {containers: [{name: node, image: deepspeed}]}}}}
      - name: launcher
        replicas: 1
        template:
          metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
          spec: {template: {spec: {containers: [{name: node, image: deepspeed}]}}}
"""
"""The shape of two runtimes that Trainer ships: names, policies and labels."""


def asked(trainer: Asked, job: dict[str, Any], *runtimes: dict[str, Any]) -> dict[str, Any]:
    """The JobSet of a run; what Trainer refuses fails the test."""
    answer = trainer.ask({"runtimes": [*runtimes, *yaml.safe_load_all(SHIPPED)], "trainJob": job})
    assert answer["errors"] == []
    found: dict[str, Any] = answer["jobSet"]
    return found


def pods(job_set: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one["template"]["spec"]["template"]
            for one in job_set["spec"]["replicatedJobs"]}


def run(trainer: Asked, fields: str) -> dict[str, Any]:
    """The JobSet of the run ``a`` of a job ``train`` on gpu-t4 with these fields."""
    objects = made("gpu-t4: 4", cluster=CLUSTER, more=(
        f"jobs:\n  train: {{image: r.example/x:1, hardware: gpu-t4, {fields}}}\n"))
    runtimes = [one for name, one in objects.items() if name.startswith("TrainingRuntime/")]
    return asked(trainer, objects["TrainJob/train-a"], *runtimes)


def trains(job_set: dict[str, Any], name: str = "node") -> dict[str, Any]:
    container, = pods(job_set)[name]["spec"]["containers"]
    assert container["name"] == "node"
    found: dict[str, Any] = container
    return found


def test_every_run_of_every_valid_case_becomes_a_job_set(trainer: Asked) -> None:
    seen = 0
    for case in cases("valid"):
        texts = [text for path, text in rendered(case).items()
                 if "/tenants/vision/" in path]
        documents = [one for text in texts for one in yaml.safe_load_all(text) if one]
        runtimes = [one for one in documents if one["kind"] == "TrainingRuntime"]
        for job in (one for one in documents if one["kind"] == "TrainJob"):
            if "runtimePatches" in job["spec"] or job["spec"]["runtimeRef"]["kind"] \
                    == "TrainingRuntime":
                asked(trainer, job, *runtimes)
                seen += 1
    assert seen >= 4


def test_pods_stand_on_the_hardware_with_their_devices(trainer: Asked) -> None:
    job_set = run(trainer, "devices: 2, nodes: 2, runs: [{id: a}]")
    pod = pods(job_set)["node"]
    assert job_set["spec"]["replicatedJobs"][0]["template"]["spec"]["parallelism"] == 2
    assert pod["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert pod["spec"]["nodeSelector"] == {"accelerator": "t4"}
    assert trains(job_set)["resources"]["limits"] == {GPU: "2"}


def test_a_run_overrides_a_parameter_and_keeps_the_others(trainer: Asked) -> None:
    container = trains(run(trainer, "params: {epochs: '10', lr: '1'}, args: [$(params.epochs)], "
                                    "runs: [{id: a, params: {epochs: '3'}}]"))
    values = {one["name"]: one.get("value") for one in container["env"]}
    assert values.items() >= {"params.epochs": "3", "params.lr": "1"}.items()
    assert container["args"] == ["$(params.epochs)"]


def test_a_run_asks_for_other_devices(trainer: Asked) -> None:
    container = trains(run(trainer, "devices: 1, runs: [{id: a, devices: 4}]"))
    assert container["resources"] == {"limits": {GPU: "4"}, "requests": {GPU: "4"}}


def test_a_shipped_runtime_is_put_on_the_hardware(trainer: Asked) -> None:
    job_set = run(trainer, "runtime: torch-distributed, args: [a], nodes: 2, runs: [{id: a}], "
                           "volumes: [{name: data, path: /data, claim: pictures}]")
    pod, container = pods(job_set)["node"], trains(job_set)
    assert pod["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert pod["spec"]["nodeSelector"] == {"accelerator": "t4"}
    assert pod["spec"]["tolerations"][0]["key"] == GPU
    assert pod["spec"]["serviceAccountName"] == "default-editor"
    assert container["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    assert (container["image"], container["args"]) == ("r.example/x:1", ["a"])
    assert container["resources"]["limits"] == {GPU: "1"}


def test_a_launcher_and_its_nodes_stand_on_the_hardware(trainer: Asked) -> None:
    job_set = run(trainer, "runtime: deepspeed-distributed, nodes: 2, runs: [{id: a}]")
    for name in ("node", "launcher"):
        assert pods(job_set)[name]["spec"]["nodeSelector"] == {"accelerator": "t4"}
        assert trains(job_set, name)["resources"]["limits"] == {GPU: "1"}


def test_a_run_on_bare_hardware_needs_only_an_image(trainer: Asked) -> None:
    objects = made("gpu-t4: 4", cluster=CLUSTER)
    job = {"apiVersion": "trainer.kubeflow.org/v1alpha1", "kind": "TrainJob",
           "metadata": {"name": "mine", "namespace": "vision"},
           "spec": {"runtimeRef": {"kind": "TrainingRuntime", "name": "hardware-gpu-t4",
                                   "apiGroup": "trainer.kubeflow.org"},
                    "trainer": {"image": "r.example/mine:1"}}}
    container = trains(asked(trainer, job, objects["TrainingRuntime/hardware-gpu-t4"]))
    assert container["image"] == "r.example/mine:1"
    assert container["resources"]["limits"] == {GPU: "1"}


def test_trainer_refuses_what_we_refuse(trainer: Asked) -> None:
    objects = made("gpu-t4: 4", cluster=CLUSTER, more=(
        "jobs:\n  train: {image: r.example/x:1, hardware: gpu-t4, runs: [{id: a}]}\n"))
    job = objects["TrainJob/train-a"]
    job["spec"]["trainer"] = {"env": [{"name": "PET_NNODES", "value": "2"}]}
    answer = trainer.ask({"runtimes": [objects["TrainingRuntime/train"]], "trainJob": job})
    assert "must not have reserved envs" in answer["errors"][0]
