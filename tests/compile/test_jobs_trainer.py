"""Jobs on Kubeflow Trainer: a runtime of the job's own, its runs, and others' runtimes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compile.hardware import CLAIMED, QUEUES, made
from tests.estates import PROFILE

GPU = "nvidia.com/gpu"
RUNS = "runs: [{id: a}]"


def on(release: str) -> str:
    return PROFILE + f'engines: {{trainer: "{release}", notebooks: false, pipelines: false}}\n'


def jobs(fields: str, release: str = "2.2", **more: str) -> dict[str, dict[str, Any]]:
    """The objects of a job ``train`` on gpu-t4 with these fields."""
    return made("gpu-t4: 4, cpu-fast: {}", cluster=on(release), more=(
        f"jobs:\n  train: {{engine: trainer, image: r.example/x:1, hardware: gpu-t4, {fields}}}\n"),
        **more)


def pods(runtime: dict[str, Any]) -> dict[str, Any]:
    replicated, = runtime["spec"]["template"]["spec"]["replicatedJobs"]
    template: dict[str, Any] = replicated["template"]["spec"]["template"]
    return template


def test_a_runtime_stands_on_the_hardware_with_its_devices() -> None:
    runtime = jobs("devices: 2, nodes: 2")["TrainingRuntime/train"]
    pod = pods(runtime)
    assert runtime["spec"]["mlPolicy"] == {"numNodes": 2, "torch": {}}
    assert pod["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert pod["spec"]["nodeSelector"] == {"accelerator": "t4"}
    assert pod["spec"]["tolerations"][0]["key"] == GPU
    assert pod["spec"]["containers"][0]["resources"]["limits"] == {GPU: "2"}


@pytest.mark.parametrize(("framework", "policy"), [
    ("jax", {"numNodes": 1, "jax": {}}), ("plain", {"numNodes": 1})])
def test_the_framework_is_the_runtimes(framework: str, policy: dict[str, Any]) -> None:
    runtime = jobs(f"framework: {framework}")["TrainingRuntime/train"]
    assert runtime["spec"]["mlPolicy"] == policy
    assert runtime["metadata"]["labels"]["trainer.kubeflow.org/framework"] == framework


def test_pods_that_train_together_are_tried_again_together() -> None:
    spec = jobs("retries: 3, timeout: 2h")["TrainingRuntime/train"]["spec"]["template"]["spec"]
    job = spec["replicatedJobs"][0]["template"]["spec"]
    assert spec["failurePolicy"] == {"maxRestarts": 3, "restartStrategy": "Recreate"}
    assert (job["backoffLimit"], job["activeDeadlineSeconds"]) == (0, 7200)


def test_parameters_are_variables_that_a_run_overrides_by_name() -> None:
    objects = jobs("params: {epochs: '10', lr: '0.1'}, args: [$(params.epochs)], "
                   "runs: [{id: a, params: {epochs: '3'}}]")
    container = pods(objects["TrainingRuntime/train"])["spec"]["containers"][0]
    assert container["args"] == ["$(params.epochs)"]
    assert container["env"][0] == {"name": "params.epochs", "value": "10"}
    assert objects["TrainJob/train-a"]["spec"]["trainer"] == {
        "env": [{"name": "params.epochs", "value": "3"}]}


def test_the_kubelet_reads_nothing_in_a_parameters_value() -> None:
    runtime = jobs("params: {price: $(HOME) $5}")["TrainingRuntime/train"]
    assert pods(runtime)["spec"]["containers"][0]["env"] == [
        {"name": "params.price", "value": "$$(HOME) $$5"}]


def test_an_image_has_the_value_since_no_kubelet_fills_it_in() -> None:
    objects = made("gpu-t4: 4", cluster=on("2.2"), more=(
        "jobs:\n  train: {image: 'r.example/x:$(params.tag)', hardware: gpu-t4, "
        "params: {tag: '1'}, runs: [{id: a, params: {tag: '2'}}]}\n"))
    container = pods(objects["TrainingRuntime/train"])["spec"]["containers"][0]
    assert container["image"] == "r.example/x:1"
    assert objects["TrainJob/train-a"]["spec"]["trainer"]["image"] == "r.example/x:2"


def test_a_run_without_values_of_its_own_is_left_alone_when_the_job_changes() -> None:
    assert jobs(f"args: [a], {RUNS}")["TrainJob/train-a"]["spec"] == {"runtimeRef": {
        "apiGroup": "trainer.kubeflow.org", "kind": "TrainingRuntime", "name": "train"}}


def test_a_run_asks_for_devices_of_its_own_and_never_patches_them() -> None:
    spec = jobs("runs: [{id: a, devices: 4}]")["TrainJob/train-a"]["spec"]
    assert spec["trainer"]["resourcesPerNode"]["limits"] == {GPU: "4"}
    assert "runtimePatches" not in spec


def test_the_whole_run_waits_in_the_hardwares_queue_and_kueue_starts_it() -> None:
    objects = made(cluster=QUEUES + 'engines: {trainer: "2.2"}\n', more=(
        "jobs: {train: {engine: trainer, image: r.example/x:1, hardware: gpu-t4, "
        "runs: [{id: a}]}}\n"))
    job = objects["TrainJob/train-a"]
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "gpu-t4"
    assert "suspend" not in job["spec"]


def test_anothers_runtime_is_patched_with_what_trainer_takes() -> None:
    objects = jobs(f"runtime: torch-distributed, timeout: 1h, {RUNS}, "
                   "volumes: [{name: data, path: /data, claim: data}]")
    spec = objects["TrainJob/train-a"]["spec"]
    patch, = spec["runtimePatches"]
    node, = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    pod = node["template"]["spec"]["template"]
    assert "TrainingRuntime/train" not in objects
    assert spec["runtimeRef"]["kind"] == "ClusterTrainingRuntime"
    assert spec["activeDeadlineSeconds"] == 3600
    assert spec["trainer"]["resourcesPerNode"]["limits"] == {GPU: "1"}
    assert pod["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert pod["spec"].keys() == {"serviceAccountName", "nodeSelector", "tolerations",
                                  "containers", "volumes"}
    assert pod["spec"]["containers"] == [
        {"name": "node", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]


def test_a_launcher_stands_on_the_hardware_too() -> None:
    patch, = jobs(f"runtime: deepspeed-distributed, {RUNS}"
                  )["TrainJob/train-a"]["spec"]["runtimePatches"]
    replicated = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    assert [one["name"] for one in replicated] == ["node", "launcher"]


def test_release_2_1_has_a_field_of_its_own() -> None:
    override, = jobs(f"runtime: torch-distributed, {RUNS}", "2.1"
                     )["TrainJob/train-a"]["spec"]["podTemplateOverrides"]
    assert override["targetJobs"] == [{"name": "node"}]
    assert override["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert override["spec"]["nodeSelector"] == {"accelerator": "t4"}


def test_release_2_0_has_another_and_labels_nothing() -> None:
    cluster = on("2.0").replace("1.37", "1.33") + "hardwareRules: false\n"
    objects = made(cluster=cluster, more=(
        "jobs: {train: {engine: trainer, image: r.example/x:1, hardware: gpu-t4, "
        "runtime: torch-distributed, runs: [{id: a}]}}\n"))
    override, = objects["TrainJob/train-a"]["spec"]["podSpecOverrides"]
    assert override["nodeSelector"] == {"accelerator": "t4"}
    assert override.keys() == {"targetJobs", "serviceAccountName", "nodeSelector", "tolerations"}


def test_a_claim_is_the_runtimes_own() -> None:
    objects = made("claimed: 1", cluster=on("2.2"), claimed=CLAIMED, more=(
        "jobs: {train: {image: r.example/x:1, hardware: claimed}}\n"))
    spec = pods(objects["TrainingRuntime/train"])["spec"]
    assert spec["resourceClaims"][0]["resourceClaimTemplateName"] == "hardware-claimed"
    assert spec["containers"][0]["resources"]["claims"] == [{"name": "devices"}]


def test_there_is_a_runtime_to_train_in_on_each_hardware() -> None:
    runtime = made("gpu-t4: 4, cpu-fast: {}", cluster=on("2.2"))["TrainingRuntime/hardware-gpu-t4"]
    container, = pods(runtime)["spec"]["containers"]
    assert container == {"name": "node", "resources": {"limits": {GPU: "1"},
                                                       "requests": {GPU: "1"}}}


def test_members_may_not_change_a_declared_runtime() -> None:
    rules = made("cpu-fast: {}", cluster=on("2.2"))[
        "ValidatingAdmissionPolicy/gitops-tenancy-declared"]["spec"]["matchConstraints"]
    assert "trainingruntimes" in [plural for rule in rules["resourceRules"]
                                  for plural in rule["resources"]]

