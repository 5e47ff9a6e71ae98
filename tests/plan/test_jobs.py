"""Jobs, planned for whichever engine runs them."""

from __future__ import annotations

import pytest

from gitops.plan.jobs import JobPlan, duration
from tests.plan.hardware import A100, CLUSTER, T4, planned

HARDWARE = "hardware: {gpu-t4: 2, gpu-a100: 8, cpu: {}}\n"


def job(fields: str, *, cluster: str = CLUSTER, **more: str) -> JobPlan:
    """The job train with an image and these fields."""
    tenant = f"{HARDWARE}jobs:\n  train: {{image: r.example/x:1, {fields}}}\n"
    return planned(tenant, cluster=cluster, **more).jobs[0]


def test_the_clusters_default_engine_runs_a_job_that_names_none() -> None:
    assert job("hardware: gpu-t4").engine == "tekton"


def test_the_only_general_engine_is_the_default() -> None:
    cluster = CLUSTER.replace("engines: {tekton: true, argo: true, trainer: \"2.2\", katib: true, "
                              "default: tekton}", "engines: {argo: true, trainer: none}")
    assert job("hardware: gpu-t4", cluster=cluster).engine == "argo"


def test_a_search_is_katibs() -> None:
    search = ("hardware: gpu-t4, args: [$(params.lr)], params: {lr: 0.1}, search: {objective: "
              "{metric: loss, goal: minimize}, parameters: {lr: {type: double, min: 0.01, "
              "max: 0.1}}}")
    assert job(search).engine == "katib"


@pytest.mark.parametrize(("engine", "spelled"), [
    ("tekton", "$(params.epochs)"), ("argo", "{{workflow.parameters.epochs}}"),
    ("trainer", "$(params.epochs)")])
def test_parameters_are_spelled_as_the_engine_does(engine: str, spelled: str) -> None:
    plan = job(f"engine: {engine}, hardware: gpu-t4, params: {{epochs: 10}}, "
               "command: [train, $(params.epochs)]")
    assert plan.tasks[0].steps[0].command == ("train", spelled)


def test_a_run_fills_its_values_in() -> None:
    run = job("hardware: gpu-t4, params: {epochs: 10, lr: 0.1}, args: [$(params.epochs)], "
              "runs: [{id: a, params: {epochs: 3}}]").runs[0]
    assert (run.name, dict(run.params), dict(run.own)) == (
        "train-a", {"epochs": "3", "lr": "0.1"}, {"epochs": "3"})
    assert run.tasks[0].steps[0].args == ("3",)


def test_a_value_is_put_in_once_and_never_read_again() -> None:
    run = job("hardware: gpu-t4, params: {a: $(params.b), b: x}, args: [$(params.a)], "
              "runs: [{id: a}]").runs[0]
    assert run.tasks[0].steps[0].args == ("$(params.b)",)


def test_one_device_is_what_a_job_gets_that_asks_for_none() -> None:
    assert job("hardware: gpu-t4").tasks[0].steps[0].resources["limits"] == {"nvidia.com/gpu": "1"}


def test_the_hardwares_usual_amounts_are_the_jobs() -> None:
    text = A100.replace("nvidia-a100-80gb", "other") + \
        "workload: {default: {cpu: 8, memory: 64Gi, devices: 2}}\n"
    tenant = "hardware: {mine: 4}\njobs: {train: {image: r.example/x:1, hardware: mine}}\n"
    step = planned(tenant, mine=text).jobs[0].tasks[0].steps[0]
    assert step.resources["requests"] == {"cpu": "8", "memory": "64Gi", "nvidia.com/gpu": "2"}


def test_the_jobs_own_amounts_go_before() -> None:
    step = job("hardware: gpu-a100, devices: 4, cpu: 500m, memory: 2Gi").tasks[0].steps[0]
    assert step.resources["limits"] == {"cpu": "500m", "memory": "2Gi", "nvidia.com/gpu": "4"}


def test_devices_stand_on_the_one_step_that_uses_them() -> None:
    steps = job("hardware: gpu-a100, steps: [{name: fetch}, {name: train, devices: 2}]"
                ).tasks[0].steps
    assert [step.devices for step in steps] == [0, 2]
    assert "limits" not in steps[0].resources


def test_the_main_step_is_the_one_with_the_devices() -> None:
    task = job("hardware: gpu-a100, steps: [{name: train, devices: 2}, {name: report}]").tasks[0]
    assert task.main.name == "train"


def test_a_runs_devices_go_before_the_jobs() -> None:
    run = job("hardware: gpu-a100, devices: 2, runs: [{id: a, devices: 4}]").runs[0]
    assert run.devices == 4
    assert run.tasks[0].main.resources["limits"]["nvidia.com/gpu"] == "4"


def test_a_run_with_the_jobs_number_overrides_nothing() -> None:
    run = job("hardware: gpu-a100, devices: 2, runs: [{id: a, devices: 2}]").runs[0]
    assert run.devices is None


def test_cpu_hardware_gives_no_device() -> None:
    assert job("hardware: cpu").tasks[0].steps[0].resources == {}


def test_a_pod_carries_the_hardwares_fields_and_label() -> None:
    task = job("hardware: gpu-t4").tasks[0]
    assert task.labels == {"gitops-tenancy/job": "train", "hardware": "gpu-t4"}
    assert task.pod["nodeSelector"] == {
        "cloud.google.com/gke-accelerator": "nvidia-tesla-t4"}


def test_a_job_that_names_no_hardware_runs_on_the_tenants_default() -> None:
    tenant = "hardware: {cpu: {}}\ndefaultHardware: cpu\njobs: {a: {image: r.example/x:1}}\n"
    found = planned(tenant).jobs[0].overlay
    assert found is not None
    assert found.name == "cpu"


def test_a_job_without_any_hardware_is_a_plain_pod() -> None:
    task = planned("jobs: {a: {image: r.example/x:1}}\n").jobs[0].tasks[0]
    assert (task.overlay, dict(task.pod)) == (None, {})


def test_steps_with_hardware_of_their_own_run_in_pods_of_their_own() -> None:
    tasks = job("steps: [{name: prepare, hardware: cpu}, {name: train, hardware: gpu-t4}]").tasks
    assert [(task.name, task.after, task.overlay and task.overlay.name) for task in tasks] == [
        ("prepare", "", "cpu"), ("train", "prepare", "gpu-t4")]


def test_shared_memory_is_a_volume_of_the_pod() -> None:
    text = T4.replace("nvidia-tesla-t4", "other") + "shm: 2Gi\n"
    tenant = "hardware: {mine: 1}\njobs: {a: {image: r.example/x:1, hardware: mine}}\n"
    task = planned(tenant, mine=text).jobs[0].tasks[0]
    assert task.volumes == ({"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "2Gi"}},)
    assert task.steps[0].mounts == ({"name": "shm", "mountPath": "/dev/shm"},)


def test_what_the_hardware_needs_is_on_the_step_with_the_devices() -> None:
    text = T4.replace("nvidia-tesla-t4", "other").replace("26Gi}", "26Gi, rdma/hca: 1}")
    text += "needs: {capabilities: [IPC_LOCK], resources: {rdma/hca: 1}}\n"
    tenant = ("podSecurity: privileged\nhardware: {mine: 1}\njobs: {a: {image: r.example/x:1, "
              "hardware: mine, steps: [{name: a}, {name: b, devices: 1}]}}\n")
    first, second = planned(tenant, mine=text).jobs[0].tasks[0].steps
    assert (dict(first.resources), dict(first.security)) == ({}, {})
    assert second.resources["limits"]["rdma/hca"] == "1"
    assert second.security == {"capabilities": {"add": ["IPC_LOCK"]}}


def test_devices_by_claim_are_asked_of_the_claim() -> None:
    text = T4.replace("resource: nvidia.com/gpu", "deviceClass: gpu.nvidia.com").replace(
        "nvidia-tesla-t4", "other")
    tenant = ("hardware: {mine: 1}\njobs: {a: {image: r.example/x:1, hardware: mine, "
              "engine: argo}}\n")
    task = planned(tenant, mine=text).jobs[0].tasks[0]
    assert task.claims == ({"name": "devices", "resourceClaimTemplateName": "hardware-mine"},)
    assert task.main.resources == {"claims": [{"name": "devices"}]}


def test_environment_comes_from_values_secrets_and_config_maps() -> None:
    step = job("hardware: cpu, params: {a: b}, env: {A: $(params.a), B: {secret: s, key: k}, "
               "C: {configMap: m, key: k}}").tasks[0].steps[0]
    assert step.env == (
        {"name": "A", "value": "$(params.a)"},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}})


def test_a_job_from_another_repository_has_hardware_and_no_steps() -> None:
    tenant = ("hardware: {cpu: {}}\njobs: {a: {hardware: cpu, from: {repo: "
              '"https://git.example.com/a.git", revision: v1, path: a.yaml, kind: task}}}\n')
    plan = planned(tenant).jobs[0]
    assert plan.source is not None
    assert [(task.name, task.steps) for task in plan.tasks] == [("a", ())]
    assert plan.tasks[0].labels == {"hardware": "cpu", "gitops-tenancy/job": "a"}


def test_a_frozen_tenant_runs_nothing() -> None:
    tenant = f'frozen: "left"\n{HARDWARE}jobs: {{a: {{image: r.example/x:1, hardware: cpu}}}}\n'
    assert planned(tenant).jobs == ()


@pytest.mark.parametrize(("release", "name"), [
    ("2.0", "podSpecOverrides"), ("2.1", "podTemplateOverrides"), ("2.2", "runtimePatches"),
    ("2.3", "runtimePatches")])
def test_trainers_patch_field_is_its_releases(release: str, name: str) -> None:
    cluster = CLUSTER.replace('"2.2"', f'"{release}"')
    assert job("engine: trainer, hardware: gpu-t4", cluster=cluster).field == name


def test_durations_are_written_as_go_does() -> None:
    assert [duration(one) for one in (None, 45, 5400, 90061)] == [
        "", "0h0m45s", "1h30m0s", "25h1m1s"]
