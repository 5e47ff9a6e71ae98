"""The notebook form's menus, put into a distribution's settings by the real kustomize."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.compile.hardware import CPU, NOTEBOOKS, PROFILE, T4
from tests.estates import estate, files_of
from tests.programs import KUBECTL

MENUS = ("affinityConfig", "tolerationGroup")
SPAWNER = PROFILE + "engines: {notebooks: {spawner: true}}\n"
AFFINE = CPU + """
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [{key: zone, operator: In, values: [a]}]},
  {matchExpressions: [{key: rack, operator: Exists}]}]}}}
"""
FORM = """\
# The form

spawnerFormDefaults:
  image:
    # the one that is chosen
    value: r.example/jupyter:1
    options:
    - r.example/jupyter:1

  gpus: {readOnly: false, value: {vendor: "", num: none}}

  # Where to
  affinityConfig:
    readOnly: false
    value: ""

    # some, or none
    options: [{configKey: theirs}]
    #options:
    #  - configKey: another
    #    affinity:
    #      nodeAffinity: {}

  # What to put up with
  tolerationGroup:
    readOnly: false
    value: ""
    options: []
    #options:
    #  - groupKey: another

  shm: {readOnly: false, value: true}
"""
STAND_IN = {
    "base/configs/spawner_ui_config.yaml": FORM,
    "base/params.env": "DOMAIN=cluster.local\nUI=default\n",
    "base/service.yaml": """
apiVersion: v1
kind: Service
metadata: {name: service}
spec: {ports: [{port: 80}]}
""",
    "base/deployment.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: deployment}
spec:
  selector: {matchLabels: {}}
  template:
    spec:
      containers:
      - name: form
        image: r.example/form
        env: [{name: UI, value: $(UI)}]
        volumeMounts: [{mountPath: /etc/config, name: config-volume}]
      volumes: [{name: config-volume, configMap: {name: config}}]
""",
    "base/kustomization.yaml": """
resources: [deployment.yaml, service.yaml]
namePrefix: jupyter-web-app-
namespace: kubeflow
commonLabels: {app: jupyter-web-app}
configMapGenerator:
- {envs: [params.env], name: parameters}
- {files: [configs/spawner_ui_config.yaml], name: config}
vars:
- fieldref: {fieldPath: data.UI}
  name: UI
  objref: {apiVersion: v1, kind: ConfigMap, name: parameters}
- fieldref: {fieldPath: data.DOMAIN}
  name: DOMAIN
  objref: {apiVersion: v1, kind: ConfigMap, name: parameters}
""",
    "overlays/istio/virtual-service.yaml": """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: form}
spec: {hosts: [form.$(DOMAIN)], http: [{route: [{destination: {host: form}}]}]}
""",
    "overlays/istio/kustomization.yaml": """
resources: [../../base, virtual-service.yaml]
namespace: kubeflow
commonLabels: {app: jupyter-web-app}
configurations: [params.yaml]
""",
    "overlays/istio/params.yaml": """
varReference: [{path: spec/hosts, kind: VirtualService}]
""",
}
"""The distribution's folder, with all that can get in the way of a component of ours."""
REAL = os.environ.get("GITOPS_NOTEBOOK_FORM", "")
"""A kustomization with the real form: kubeflow/manifests has it as
``applications/jupyter/jupyter-web-app/upstream/overlays/istio``."""


@pytest.fixture(params=["stand-in", pytest.param("real", marks=pytest.mark.skipif(
    not REAL, reason="GITOPS_NOTEBOOK_FORM names no kustomization of the notebook form"))])
def distribution(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A kustomization of the notebook form, as one of the folder ``mine`` names it."""
    if request.param == "real":
        return os.path.relpath(Path(REAL).resolve(), (tmp_path / "mine").resolve())
    write(tmp_path / "upstream", STAND_IN)
    return "../upstream/overlays/istio"


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def rendered(cluster: str = SPAWNER, **hardware: str) -> dict[str, str]:
    """The files that are rendered for the form, and the lists of others."""
    files = {f"hardware/{name.replace('_', '-')}.yaml": text for name, text in hardware.items()}
    return {path: file.text for path, file in files_of(estate(files, cluster=cluster)).items()}


def built(folder: Path, distribution: str, **hardware: str) -> list[dict[str, Any]]:
    """What kustomize makes of the distribution, with the menus where there is hardware."""
    write(folder / "rendered", rendered(**hardware))
    ours = "components: [../rendered/prod/spawner]\n" if hardware else ""
    write(folder, {"mine/kustomization.yaml": f"resources: [{distribution}]\n{ours}"})
    done = subprocess.run([KUBECTL, "kustomize", folder / "mine"], capture_output=True,
                          text=True, check=False)
    told = [line for line in done.stderr.splitlines() if line and "is deprecated" not in line]
    assert (done.returncode, told) == (0, [])
    return list(yaml.safe_load_all(done.stdout))


def config(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The ConfigMap with the form's settings."""
    (found,) = [one for one in objects if "spawner_ui_config.yaml" in one.get("data", {})]
    return found


def form(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The form's settings, as the ConfigMap has them."""
    settings: dict[str, Any] = yaml.safe_load(config(objects)["data"]["spawner_ui_config.yaml"])
    return settings["spawnerFormDefaults"]


def test_the_menus_hold_the_hardware_and_the_rest_stays(
        tmp_path: Path, distribution: str) -> None:
    before = form(built(tmp_path, distribution))
    after = form(built(tmp_path, distribution, gpu_t4=T4, cpu=CPU))
    places, tolerated = (after[menu].pop("options") for menu in MENUS)
    assert [one["configKey"] for one in places] == ["cpu", "gpu-t4"]
    assert tolerated == [{
        "groupKey": "gpu-t4", "displayName": "Tesla T4",
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]}]
    for menu in MENUS:
        del before[menu]["options"]
    assert after == before


def test_the_deployment_mounts_the_settings_that_were_changed(
        tmp_path: Path, distribution: str) -> None:
    before = {named(one): one for one in built(tmp_path, distribution)}
    objects = built(tmp_path, distribution, gpu_t4=T4)
    after = {named(one): one for one in objects}
    deployment = "Deployment/jupyter-web-app-deployment"
    (gone,), (made,) = before.keys() - after.keys(), after.keys() - before.keys()
    assert made == named(config(objects))
    assert {name for name in before.keys() & after.keys() if before[name] != after[name]} == {
        deployment}
    mounted = str(before[deployment]).replace(gone.partition("/")[2], made.partition("/")[2])
    assert str(after[deployment]) == mounted


def named(one: dict[str, Any]) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def test_a_place_is_the_selector_with_each_term_of_the_affinity(
        tmp_path: Path, distribution: str) -> None:
    option, = form(built(tmp_path, distribution, cpu=AFFINE))["affinityConfig"]["options"]
    own = {"key": "platform", "operator": "In", "values": ["cascadelake"]}
    assert option["affinity"] == {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchExpressions": [own, {"key": "zone", "operator": "In", "values": ["a"]}]},
            {"matchExpressions": [own, {"key": "rack", "operator": "Exists"}]}]}}}


def test_hidden_hardware_is_not_offered() -> None:
    text = T4 + "lifecycle: {state: hidden}\n"
    assert not [path for path in rendered(gpu_t4=text) if "/spawner/" in path]


@pytest.mark.parametrize("cluster", [PROFILE, NOTEBOOKS], ids=["no-notebooks", "not-asked"])
def test_it_is_off_unless_asked_for(cluster: str) -> None:
    assert not [path for path in rendered(cluster, gpu_t4=T4) if "/spawner/" in path]


def test_no_list_names_it() -> None:
    files = rendered(gpu_t4=T4)
    assert "spawner" not in files["prod/kustomization.yaml"]
    assert "prod/spawner/kustomization.yaml" in files
