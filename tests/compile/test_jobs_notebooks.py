"""Jobs that are notebooks, and the volumes that jobs have of their own."""

from __future__ import annotations

from typing import Any

from tests.compile.hardware import CLAIMED, QUEUES, made
from tests.estates import PROFILE

CLUSTER = PROFILE + "engines: {notebooks: true, trainer: none, pipelines: false}\n"
WORK = "volumes: [{name: work, path: /home/jovyan, size: 10Gi}]"
T4 = "engine: notebooks, image: r.example/jupyter:1, hardware: gpu-t4, cpu: 2, memory: 8Gi"


def jobs(fields: str, cluster: str = CLUSTER, **more: str) -> dict[str, dict[str, Any]]:
    """The objects of a job ``explore`` with these fields."""
    return made("gpu-t4: 4, cpu-fast: {}", cluster=cluster,
                more=f"jobs:\n  explore: {{{fields}}}\n", **more)


def pod(objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    spec: dict[str, Any] = objects["Notebook/explore"]["spec"]["template"]["spec"]
    return spec


def test_a_notebook_stands_on_its_hardware() -> None:
    spec = pod(jobs(f"{T4}, devices: 2"))
    assert spec["nodeSelector"] == {"accelerator": "t4"}
    assert spec["tolerations"][0]["key"] == "nvidia.com/gpu"
    assert spec["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"


def test_its_labels_are_the_pods_and_choose_the_hardware_and_the_queue() -> None:
    objects = jobs(T4, QUEUES + "engines: {notebooks: true, trainer: none, pipelines: false}\n")
    assert objects["Notebook/explore"]["metadata"]["labels"].items() >= {
        "hardware": "gpu-t4", "kueue.x-k8s.io/queue-name": "gpu-t4"}.items()


def test_the_list_of_notebooks_finds_what_it_reads() -> None:
    container, = pod(jobs(T4))["containers"]
    assert container["name"] == "explore"
    assert container["resources"]["requests"].items() >= {"cpu": "2", "memory": "8Gi"}.items()
    assert container["volumeMounts"] == []


def test_starting_and_stopping_is_left_to_people_and_to_culling() -> None:
    annotations = jobs(T4)["Notebook/explore"]["metadata"]["annotations"]
    assert annotations == {"notebooks.kubeflow.org/server-type": "jupyter"}


def test_a_parameter_has_its_default() -> None:
    container, = pod(jobs(f"{T4}, params: {{theme: dark}}, env: {{THEME: $(params.theme)}}"
                          ))["containers"]
    assert container["env"] == [{"name": "THEME", "value": "dark"}]


def test_shared_memory_is_the_hardwares() -> None:
    big = "nodes: 1\nallocatable: {cpu: 8, memory: 32Gi}\nnodeSelector: {big: a}\nshm: 4Gi\n"
    objects = made("big: {}", cluster=CLUSTER, big=big, more=(
        "jobs: {explore: {engine: notebooks, image: r.example/x:1, hardware: big, cpu: 1, "
        "memory: 8Gi}}\n"))
    spec = pod(objects)
    assert spec["volumes"] == [{"name": "shm", "emptyDir": {"medium": "Memory",
                                                            "sizeLimit": "4Gi"}}]
    assert spec["containers"][0]["volumeMounts"] == [{"name": "shm", "mountPath": "/dev/shm"}]


def test_a_claim_for_devices_is_the_pods() -> None:
    objects = made("claimed: 1", cluster=CLUSTER, claimed=CLAIMED, more=(
        "jobs: {explore: {engine: notebooks, image: r.example/x:1, hardware: claimed, cpu: 1, "
        "memory: 8Gi}}\n"))
    assert pod(objects)["resourceClaims"] == [
        {"name": "devices", "resourceClaimTemplateName": "hardware-claimed"}]


def test_a_volume_of_its_own_is_a_claim_that_no_engine_deletes() -> None:
    objects = jobs(f"{T4}, {WORK}")
    claim = objects["PersistentVolumeClaim/explore-work"]
    assert pod(objects)["volumes"] == [
        {"name": "work", "persistentVolumeClaim": {"claimName": "explore-work"}}]
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem",
                             "resources": {"requests": {"storage": "10Gi"}}}
    assert claim["metadata"]["annotations"] == {
        "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        "kustomize.toolkit.fluxcd.io/prune": "disabled"}


def test_a_volume_has_the_storage_class_that_it_names() -> None:
    objects = jobs(f"{T4}, {WORK.replace('10Gi', '10Gi, storageClass: fast')}")
    assert objects["PersistentVolumeClaim/explore-work"]["spec"]["storageClassName"] == "fast"


def test_pods_on_several_nodes_share_one_that_all_can_write() -> None:
    cluster = PROFILE + 'engines: {trainer: "2.2"}\n'
    claim = jobs(f"engine: trainer, image: r.example/x:1, nodes: 2, {WORK}, hardware: gpu-t4",
                 cluster)["PersistentVolumeClaim/explore-work"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]


def test_members_start_stop_and_delete_what_is_theirs() -> None:
    rules = jobs(f"{T4}, {WORK}")["ValidatingAdmissionPolicy/gitops-tenancy-declared"]["spec"][
        "matchConstraints"]["resourceRules"]
    guarded = {plural for rule in rules for plural in rule["resources"]}
    assert not guarded & {"notebooks", "persistentvolumeclaims"}
