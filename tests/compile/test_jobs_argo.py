"""Jobs on Argo Workflows: the template with its devices, the schedule, and the declared runs."""

from __future__ import annotations

import json
from typing import Any

from tests.compile.hardware import CLAIMED, QUEUES, T4, made
from tests.estates import PROFILE

ENGINES = "engines: {argo: true, trainer: none}\n"
ARGO = PROFILE + ENGINES
GPU = "nvidia.com/gpu"


def jobs(text: str, *, cluster: str = ARGO, given: str = "gpu-t4: 4, cpu-fast: {}",
         **hardware: str) -> dict[str, dict[str, Any]]:
    return made(given, cluster=cluster, more=f"jobs:\n  {text}\n", **hardware)


def spec(text: str, *, cluster: str = ARGO, given: str = "gpu-t4: 4, cpu-fast: {}",
         **hardware: str) -> dict[str, Any]:
    """The template of the job train."""
    found = jobs(text, cluster=cluster, given=given, **hardware)
    return dict(found["WorkflowTemplate/train"]["spec"])


def test_a_template_stands_on_the_hardware_and_asks_for_its_devices() -> None:
    made = spec("train: {image: r.example/x:1, hardware: gpu-t4, devices: 2}")
    one, = made["templates"]
    assert made["entrypoint"] == one["name"] == "train"
    assert one["metadata"]["labels"]["hardware"] == "gpu-t4"
    assert one["nodeSelector"] == {"accelerator": "t4"}
    assert one["tolerations"][0]["key"] == GPU
    assert one["priorityClassName"] == "hardware-gpu-t4"
    assert one["container"]["resources"]["limits"] == {GPU: "2"}


def test_a_run_may_ask_for_another_number_of_devices() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: gpu-t4, runs: [{id: a, devices: 4}]}")
    made = objects["WorkflowTemplate/train"]["spec"]
    patch, = json.loads(made["templates"][0]["podSpecPatch"])["containers"]
    assert patch["name"] == "main"
    assert patch["resources"]["limits"] == {GPU: "{{workflow.parameters.devices}}"}
    assert patch["resources"]["requests"] == patch["resources"]["limits"]
    assert made["arguments"]["parameters"][0]["value"] == "1"
    assert objects["Workflow/train-a"]["spec"]["arguments"]["parameters"] == [
        {"name": "devices", "value": "4"}]


def test_devices_are_never_divided_over_two_steps() -> None:
    one, = spec("train: {image: r.example/x:1, hardware: gpu-t4, steps: ["
                "{name: fetch}, {name: fit, devices: 1}]}")["templates"]
    fetch, fit = one["containerSet"]["containers"]
    assert "resources" not in fetch
    assert fit["resources"]["limits"] == {GPU: "1"}
    assert fit["dependencies"] == ["fetch"]
    assert [each["name"] for each in json.loads(one["podSpecPatch"])["containers"]] == ["fit"]


def test_steps_with_devices_of_their_own_are_counted_by_their_names() -> None:
    made = spec("train: {image: r.example/x:1, hardware: gpu-t4, steps: ["
                "{name: fit, devices: 1}, {name: test, devices: 2}]}")
    assert [(each["name"], each["value"]) for each in made["arguments"]["parameters"]] == [
        ("devices-fit", "1"), ("devices-test", "2")]


def test_steps_on_hardware_of_their_own_are_pods_in_order() -> None:
    made = spec("train: {image: r.example/x:1, hardware: gpu-t4, steps: ["
                "{name: fetch, hardware: cpu-fast}, {name: fit}]}")
    order, fetch, fit = made["templates"]
    assert made["entrypoint"] == order["name"]
    assert order["dag"]["tasks"][1] == {"name": "fit", "template": "fit",
                                        "dependencies": ["fetch"]}
    assert fetch["nodeSelector"] == {"platform": "cascadelake"}
    assert fit["nodeSelector"] == {"accelerator": "t4"}


def test_no_selector_stands_on_the_workflow_where_a_template_would_replace_it() -> None:
    made = spec("train: {image: r.example/x:1, hardware: gpu-t4, steps: ["
                "{name: fetch, hardware: cpu-fast}, {name: fit}]}")
    assert not made.keys() & {"nodeSelector", "tolerations", "affinity", "podSpecPatch"}


def test_parameters_reach_the_container_and_a_run_changes_them() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: cpu-fast, params: {epochs: '10', "
                   "data: {description: where}}, args: [$(params.epochs), $(params.data)], "
                   "runs: [{id: a, params: {data: here}}]}")
    made = objects["WorkflowTemplate/train"]["spec"]
    assert made["arguments"]["parameters"] == [{"name": "epochs", "value": "10"},
                                               {"name": "data", "description": "where"}]
    assert made["templates"][0]["container"]["args"] == [
        "{{workflow.parameters.epochs}}", "{{workflow.parameters.data}}"]
    assert objects["Workflow/train-a"]["spec"] == {
        "workflowTemplateRef": {"name": "train"},
        "arguments": {"parameters": [{"name": "data", "value": "here"}]}}


def test_a_schedule_runs_the_template_one_run_at_a_time() -> None:
    cron = jobs('train: {image: r.example/x:1, hardware: cpu-fast, schedule: "0 3 * * *", '
                "timeZone: Europe/Lisbon}")["CronWorkflow/train"]["spec"]
    assert cron == {"schedules": ["0 3 * * *"], "timezone": "Europe/Lisbon",
                    "concurrencyPolicy": "Forbid",
                    "workflowSpec": {"workflowTemplateRef": {"name": "train"}}}


def test_a_schedule_without_a_time_zone_is_not_the_controllers() -> None:
    cron = jobs('train: {image: r.example/x:1, hardware: cpu-fast, schedule: "@daily"}')
    assert cron["CronWorkflow/train"]["spec"]["timezone"] == "UTC"


def test_retries_are_each_pods_and_the_timeout_is_the_whole_runs() -> None:
    made = spec("train: {image: r.example/x:1, hardware: cpu-fast, retries: 3, timeout: 90m}")
    assert made["activeDeadlineSeconds"] == 5400
    assert made["templates"][0]["retryStrategy"] == {"limit": 3, "retryPolicy": "Always"}


def test_what_a_template_has_no_field_for_is_patched_in() -> None:
    hardware = T4.replace("t4", "own") + "runtimeClass: nvidia\nscheduler: packer\nshm: 1Gi\n"
    one, = spec("train: {image: r.example/x:1, hardware: own}", given="own: 1",
                own=hardware)["templates"]
    assert json.loads(one["podSpecPatch"])["runtimeClassName"] == "nvidia"
    assert one["schedulerName"] == "packer"
    assert one["volumes"] == [{"name": "shm", "emptyDir": {"medium": "Memory",
                                                           "sizeLimit": "1Gi"}}]
    assert one["container"]["volumeMounts"] == [{"name": "shm", "mountPath": "/dev/shm"}]


def test_devices_by_claim_are_claimed_one_by_one() -> None:
    one, = spec("train: {image: r.example/x:1, hardware: claimed, devices: 2}",
                given="claimed: 2", claimed=CLAIMED.replace("perNode: 1", "perNode: 2")
                )["templates"]
    patch = json.loads(one["podSpecPatch"])
    assert [each["name"] for each in patch.pop("resourceClaims")] == ["devices", "devices-2"]
    assert patch == {}
    assert one["container"]["resources"] == {"claims": [{"name": "devices"},
                                                        {"name": "devices-2"}]}


def test_each_pod_waits_in_its_hardwares_queue() -> None:
    one, = spec("train: {image: r.example/x:1, hardware: gpu-t4}",
                cluster=QUEUES + ENGINES)["templates"]
    assert one["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "gpu-t4"


def test_workflows_run_as_the_account_that_the_cluster_or_the_job_names() -> None:
    cluster = PROFILE + "engines: {argo: {serviceAccount: runner}, trainer: none}\n"
    assert spec("train: {image: r.example/x:1}", cluster=cluster)["serviceAccountName"] == "runner"
    assert spec("train: {image: r.example/x:1, serviceAccount: mine}",
                cluster=cluster)["serviceAccountName"] == "mine"


def test_another_engines_job_is_no_workflow() -> None:
    objects = jobs("train: {image: r.example/x:1, hardware: cpu-fast, engine: tekton}",
                   cluster=PROFILE + "engines: {argo: true, tekton: true, trainer: none}\n")
    assert "WorkflowTemplate/train" not in objects
