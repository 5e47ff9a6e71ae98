"""The Component of a hardware, used by a kustomization of somebody's own, by the real kustomize."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitops.schemas.check import Schemas
from gitops.schemas.crds import CustomSchemas
from tests.compile.hardware import PROFILE, QUEUES, T4
from tests.estates import estate, files_of
from tests.programs import KUBECTL

SELECTED = {"accelerator": "t4", "disk": "ssd"}
SPOT = {"key": "spot", "operator": "Equal", "value": "true"}
OURS = {"effect": "NoSchedule", "key": "nvidia.com/gpu", "operator": "Exists"}
POD = "{nodeSelector: {disk: ssd}, tolerations: [{key: spot, operator: Equal, value: 'true'}], " \
    "restartPolicy: Never, containers: [{name: main, image: r.example/a:1}, " \
    "{name: beside, image: r.example/b:1}]}"
NO_DEFAULT = POD.replace("restartPolicy: Never, ", "")
TRAINING = f"{{metadata: {{labels: {{a: b}}}}, spec: {POD.replace('name: main', 'name: pytorch')}}}"
MASTER = f"Master: {{replicas: 1, template: {TRAINING}}}"
WORKER = f"Worker: {{replicas: 2, template: {TRAINING}}}"
TEMPLATE = f"{{metadata: {{labels: {{a: b}}}}, spec: {POD}}}"
ALWAYS = f"{{metadata: {{labels: {{a: b}}}}, spec: {NO_DEFAULT}}}"
KINDS: dict[str, tuple[str, str, str, str, str]] = {
    "Deployment": ("apps/v1", f"{{selector: {{matchLabels: {{a: b}}}}, template: {ALWAYS}}}",
                   "spec template spec", "spec template metadata labels", ""),
    "StatefulSet": ("apps/v1", "{serviceName: a, selector: {matchLabels: {a: b}}, "
                    f"template: {ALWAYS}}}", "spec template spec",
                    "spec template metadata labels", ""),
    "Job": ("batch/v1", f"{{template: {TEMPLATE}}}", "spec template spec",
            "spec template metadata labels", ""),
    "CronJob": ("batch/v1", f"{{schedule: 0 1 * * *, jobTemplate: {{spec: {{template: {TEMPLATE}"
                "}}}", "spec jobTemplate spec template spec",
                "spec jobTemplate spec template metadata labels", ""),
    "Pod": ("v1", POD, "spec", "metadata labels", ""),
    "Notebook": ("kubeflow.org/v1", f"{{template: {{spec: {NO_DEFAULT}}}}}", "spec template spec",
                 "metadata labels", ""),
    "InferenceService": ("serving.kserve.io/v1beta1", "{predictor: {nodeSelector: {disk: ssd}, "
                         "tolerations: [{key: spot, operator: Equal, value: 'true'}], "
                         "model: {modelFormat: {name: pytorch}, storageUri: 's3://a/b'}}}",
                         "spec predictor", "spec predictor labels",
                         "spec predictor model resources limits"),
    "PyTorchJob": ("kubeflow.org/v1", f"{{pytorchReplicaSpecs: {{{MASTER}, {WORKER}}}}}",
                   "spec pytorchReplicaSpecs Worker template spec",
                   "spec pytorchReplicaSpecs Worker template metadata labels", ""),
    "PipelineRun": ("tekton.dev/v1", "{pipelineRef: {name: a}, taskRunTemplate: {podTemplate: "
                    "{nodeSelector: {disk: ssd}, tolerations: [{key: spot, operator: Equal, "
                    "value: 'true'}]}}, taskRunSpecs: [{pipelineTaskName: a, stepSpecs: "
                    "[{name: main, computeResources: {limits: {cpu: '1'}}}]}]}",
                    "spec taskRunTemplate podTemplate", "metadata labels",
                    "spec taskRunSpecs 0 stepSpecs 0 computeResources limits"),
}
"""API version, spec, and where the pod's spec, its labels and the device limits stand."""


def at(data: Any, path: str) -> Any:
    """What stands at a path of names and numbers."""
    for name in path.split():
        data = data[int(name)] if isinstance(data, list) else data[name]
    return data


def own(kind: str, api_version: str, spec: str, annotations: str = "") -> str:
    """A workload as somebody would write it."""
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: main, annotations: " \
        f"{{{annotations}}}}}\nspec: {spec}\n"


def together(folder: Path, kinds: dict[str, str], cluster: str = PROFILE
             ) -> dict[str, dict[str, Any]]:
    """One object of each kind, with its annotations, in one kustomization; by kind."""
    texts = [own(kind, *KINDS[kind][:2], annotations) for kind, annotations in kinds.items()]
    return {made["kind"]: made for made in built_all(folder, texts, T4, cluster)}


def built(tmp_path: Path, kind: str, api_version: str, spec: str, annotations: str = "", *,
          hardware: str = T4) -> dict[str, Any]:
    """One object with the Component."""
    (made,) = built_all(tmp_path, [own(kind, api_version, spec, annotations)], hardware, PROFILE)
    return made


def built_all(tmp_path: Path, texts: list[str], hardware: str, cluster: str
              ) -> list[dict[str, Any]]:
    """What kubectl's kustomize makes of objects and the Component; all must be valid."""
    done = kustomized(tmp_path, texts, hardware, cluster)
    assert (done.returncode, done.stderr) == (0, "")
    found = list(yaml.safe_load_all(done.stdout))
    assert [made["kind"] for made in found].count("PodTemplate") == 0
    for made in found:
        assert SCHEMAS.check(made) == []
    return found


def kustomized(tmp_path: Path, texts: list[str], hardware: str, cluster: str
               ) -> subprocess.CompletedProcess[str]:
    """kubectl's kustomize, called on objects beside the Component of a hardware."""
    files = {path: file.text for path, file in files_of(estate(
        {"hardware/gpu-t4.yaml": hardware}, cluster=cluster)).items() if "/overlays/" in path}
    files |= {"use/own.yaml": "---\n".join(texts), "use/kustomization.yaml":
              "resources: [own.yaml]\ncomponents: [../prod/overlays/gpu-t4]\n"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return subprocess.run([KUBECTL, "kustomize", tmp_path / "use"], capture_output=True,
                          text=True, check=False)


def _schemas() -> Schemas:
    folder = os.environ.get("GITOPS_CRDS")
    custom = CustomSchemas.read({path.name: path.read_bytes() for path in
                                 sorted(Path(folder).glob("*.yaml"))}) if folder else None
    return Schemas("1.37", custom)


SCHEMAS = _schemas()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every kind beside the Component."""
    return together(tmp_path_factory.mktemp("plain"), dict.fromkeys(KINDS, ""))


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every kind, each asking for two devices, on a cluster with Kueue."""
    asked = "gitops-tenancy/devices: '2'"
    return together(tmp_path_factory.mktemp("asking"), dict.fromkeys(KINDS, asked), QUEUES)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_workload_gets_the_hardware_beside_its_own(
        kind: str, plain: dict[str, dict[str, Any]]) -> None:
    made, (_, _, pod, labels, _) = plain[kind], KINDS[kind]
    assert at(made, pod)["nodeSelector"] == SELECTED
    assert at(made, pod)["tolerations"] == [SPOT, OURS]
    assert at(made, pod)["priorityClassName"] == "hardware-gpu-t4"
    assert at(made, labels)["hardware"] == "gpu-t4"
    assert "nvidia.com/gpu" not in str(made).replace("'key': 'nvidia.com/gpu'", "")


@pytest.mark.parametrize("kind", KINDS)
def test_devices_are_given_where_the_annotation_asks(
        kind: str, asking: dict[str, dict[str, Any]]) -> None:
    _, _, pod, _, limits = KINDS[kind]
    where = limits or f"{pod} containers 0 resources limits"
    assert at(asking[kind], where)["nvidia.com/gpu"] == "2"


@pytest.mark.parametrize(("kind", "where"), [
    ("Job", "metadata labels"), ("Deployment", "metadata labels"),
    ("PyTorchJob", "metadata labels"), ("InferenceService", "spec predictor labels"),
    ("Notebook", "metadata labels"), ("PipelineRun", "metadata labels")])
def test_the_queue_is_named_where_kueue_reads_it(
        kind: str, where: str, asking: dict[str, dict[str, Any]]) -> None:
    assert at(asking[kind], where)["kueue.x-k8s.io/queue-name"] == "gpu-t4"


def test_only_the_first_container_gets_devices(asking: dict[str, dict[str, Any]]) -> None:
    assert "resources" not in at(asking["Pod"], "spec containers 1")


@pytest.mark.parametrize("parts", [["Master"], ["Worker"], ["Master", "Worker"]])
def test_a_pytorch_job_has_the_parts_that_it_had(parts: list[str], tmp_path: Path) -> None:
    written = {"Master": MASTER, "Worker": WORKER}
    spec = f"{{pytorchReplicaSpecs: {{{', '.join(written[part] for part in parts)}}}}}"
    made = built(tmp_path, "PyTorchJob", "kubeflow.org/v1", spec, "gitops-tenancy/devices: '1'")
    assert list(made["spec"]["pytorchReplicaSpecs"]) == parts
    for part in parts:
        pod = at(made, f"spec pytorchReplicaSpecs {part} template spec")
        assert (pod["nodeSelector"], pod["tolerations"]) == (SELECTED, [SPOT, OURS])
        assert at(pod, "containers 0 resources limits") == {"nvidia.com/gpu": "1"}


@pytest.mark.parametrize("kind", ["PyTorchJob", "InferenceService"])
def test_a_workloads_own_labels_come_back(kind: str, tmp_path: Path) -> None:
    text = own(kind, *KINDS[kind][:2]).replace("{name: main", "{name: main, labels: {team: a}")
    made, plain = built_all(tmp_path, [text, own(kind, *KINDS[kind][:2]).replace(
        "{name: main", "{name: other")], T4, PROFILE)
    assert at(made, "metadata labels") == {"team": "a"}
    assert not plain["metadata"].get("labels")
    assert set(made) == {"apiVersion", "kind", "metadata", "spec"}


SERVED = NO_DEFAULT.replace("name: main", "name: kserve-container")
BESIDE = "containers: [{name: transformer-container, image: r.example/t:1}], " \
    "model: {modelFormat: {name: onnx}, storageUri: 's3://a/b'}"


@pytest.mark.parametrize(("predictor", "where"), [
    (SERVED, "containers 0"), (f"{{{BESIDE}}}", "model")])
def test_devices_go_to_a_predictors_model_or_its_first_container(
        predictor: str, where: str, tmp_path: Path) -> None:
    made = built(tmp_path, "InferenceService", "serving.kserve.io/v1beta1",
                 f"{{predictor: {predictor}}}", "gitops-tenancy/devices: '1'")
    assert at(made, f"spec predictor {where} resources limits") == {"nvidia.com/gpu": "1"}
    assert str(made).count("limits") == 1
    assert ("model" in made["spec"]["predictor"]) is (where == "model")


def test_a_predictors_further_nodes_are_the_hardwares_too(tmp_path: Path) -> None:
    made = built(tmp_path, "InferenceService", "serving.kserve.io/v1beta1",
                 "{predictor: {model: {modelFormat: {name: huggingface}, storageUri: 'pvc://a/b'}, "
                 "workerSpec: {pipelineParallelSize: 2, nodeSelector: {disk: ssd}}}}")
    assert at(made, "spec predictor workerSpec") == {
        "pipelineParallelSize": 2, "nodeSelector": SELECTED, "tolerations": [OURS],
        "priorityClassName": "hardware-gpu-t4"}


def test_devices_for_a_predictor_of_another_form_are_refused(tmp_path: Path) -> None:
    text = own("InferenceService", "serving.kserve.io/v1beta1",
               "{predictor: {sklearn: {storageUri: 's3://a/b'}}}", "gitops-tenancy/devices: '1'")
    done = kustomized(tmp_path, [text], T4, PROFILE)
    assert done.returncode == 1
    assert "doc is missing destination path: /spec/predictor/model/resources/limits" in done.stderr


def test_a_workflow_gives_it_to_each_of_its_templates(tmp_path: Path) -> None:
    made = built(tmp_path, "Workflow", "argoproj.io/v1alpha1",
                 "{entrypoint: a, templates: [{name: a, nodeSelector: {disk: ssd}, "
                 "container: {image: r.example/a:1}}]}", "gitops-tenancy/devices: '2'")
    usual = at(made, "spec templateDefaults")
    assert usual == {"nodeSelector": {"accelerator": "t4"}, "tolerations": [OURS],
                     "priorityClassName": "hardware-gpu-t4"}
    assert at(made, "spec podMetadata labels") == {"hardware": "gpu-t4"}
    assert yaml.safe_load(at(made, "spec podSpecPatch")) == {"containers": [{
        "name": "main", "resources": {"limits": {
            "nvidia.com/gpu": "{{workflow.annotations.gitops-tenancy/devices}}"}}}]}


TRAINED = "{runtimeRef: {name: torch-distributed}, runtimePatches: [{manager: own.example/a, " \
    "trainingRuntimeSpec: {template: {metadata: {labels: {a: b}}}}}]}"


def test_a_train_job_keeps_the_patches_of_others(tmp_path: Path) -> None:
    made = built(tmp_path, "TrainJob", "trainer.kubeflow.org/v1alpha1", TRAINED,
                 "gitops-tenancy/devices: '2'")
    own, ours = made["spec"]["runtimePatches"]
    assert own["manager"] == "own.example/a"
    (job,) = at(ours, "trainingRuntimeSpec template spec replicatedJobs")
    assert job == {"name": "node", "template": {"spec": {"template": {
        "metadata": {"labels": {"hardware": "gpu-t4"}},
        "spec": {"nodeSelector": {"accelerator": "t4"}, "tolerations": [OURS]}}}}}
    assert at(made, "spec trainer resourcesPerNode limits") == {"nvidia.com/gpu": "2"}


@pytest.mark.parametrize(("release", "field"), [("2.0", "podSpecOverrides"),
                                                ("2.1", "podTemplateOverrides")])
def test_a_train_job_is_changed_as_the_release_reads_it(release: str, field: str,
                                                       tmp_path: Path) -> None:
    cluster = f'{PROFILE}engines: {{trainer: "{release}"}}\n'
    files = files_of(estate({"hardware/gpu-t4.yaml": T4}, cluster=cluster))
    text = files["prod/overlays/gpu-t4/kustomization.yaml"].text
    patches = [one["patch"] for one in yaml.safe_load(text)["patches"]
               if one["target"]["kind"] == "TrainJob"]
    assert any(f"{field}:\n  - targetJobs:\n    - name: node\n" in patch for patch in patches)


def test_tolerations_without_keys_of_their_own_take_the_lists_place(tmp_path: Path) -> None:
    hardware = T4 + "taints: []\n"
    hardware = hardware.replace("tolerations: [", "tolerations: [{key: nvidia.com/gpu, operator: "
                                "Exists, effect: NoExecute}, ")
    made = built(tmp_path, "Pod", "v1", POD, hardware=hardware)
    assert [one["effect"] for one in at(made, "spec tolerations")] == ["NoExecute", "NoSchedule"]


def test_runtime_class_and_what_goes_with_each_device_come_along(tmp_path: Path) -> None:
    hardware = T4.replace("32Gi}", "32Gi, rdma/hca: 4}") + \
        "runtimeClass: nvidia\nneeds: {resources: {rdma/hca: 1}}\n"
    made = built(tmp_path, "Pod", "v1", POD, "gitops-tenancy/devices: '1'", hardware=hardware)
    assert at(made, "spec runtimeClassName") == "nvidia"
    assert at(made, "spec containers 0 resources limits") == {"nvidia.com/gpu": "1",
                                                              "rdma/hca": "1"}


def test_a_clusters_own_kustomization_leaves_overlays_out(tmp_path: Path) -> None:
    files = files_of(estate({"hardware/gpu-t4.yaml": T4}))
    for path, file in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(file.text)
    root = yaml.safe_load(files["prod/kustomization.yaml"].text)
    assert root["resources"] == ["platform", "tenants"]
    made = subprocess.run([KUBECTL, "kustomize", tmp_path / "prod"], check=True,
                          capture_output=True, text=True).stdout
    assert "kind: PodTemplate" not in made
    assert "kind: PriorityClass" in made
