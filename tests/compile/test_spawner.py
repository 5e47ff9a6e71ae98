"""The notebook form's menus, put into a distribution's settings by the real kustomize."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.compile.hardware import CPU, NOTEBOOKS, PROFILE, T4
from tests.estates import estate, files_of
from tests.programs import KUBECTL

SPAWNER = PROFILE + "engines: {notebooks: {spawner: true}}\n"
AFFINE = CPU + """
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
  {matchExpressions: [{key: zone, operator: In, values: [a]}]},
  {matchExpressions: [{key: rack, operator: Exists}]}]}}}
"""
FORM = """\
# The form
spawnerFormDefaults:
  image: {value: jupyter:1, options: [jupyter:1]}

  # Where to
  affinityConfig:
    readOnly: false
    value: ""
    # some, or none
    options: [{configKey: theirs}]
    #options:
    #  - configKey: another
  tolerationGroup: {value: "", options: [], readOnly: true}
"""
DISTRIBUTION = {
    "base/settings/spawner_ui_config.yaml": FORM,
    "base/deployment.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: deployment}
spec:
  selector: {matchLabels: {app: form}}
  template:
    metadata: {labels: {app: form}}
    spec: {containers: [{name: a, image: a}], volumes: [{name: a, configMap: {name: config}}]}
""",
    "base/kustomization.yaml": """
namespace: kubeflow
namePrefix: jupyter-web-app-
resources: [deployment.yaml]
configMapGenerator: [{name: config, files: [settings/spawner_ui_config.yaml]}]
""",
    "mine/kustomization.yaml": """
resources: [../base]
components: [../rendered/prod/spawner]
""",
}
"""A stand-in for the distribution's base, and a kustomization of somebody's own."""


def rendered(cluster: str = SPAWNER, **hardware: str) -> dict[str, str]:
    """The files that are rendered for the form, and the lists of others."""
    files = {f"hardware/{name.replace('_', '-')}.yaml": text for name, text in hardware.items()}
    return {path: file.text for path, file in files_of(estate(files, cluster=cluster)).items()}


def built(folder: Path, **hardware: str) -> list[dict[str, Any]]:
    """What kustomize makes of the distribution with the menus."""
    ours = {f"rendered/{path}": text for path, text in rendered(**hardware).items()}
    for path, text in {**DISTRIBUTION, **ours}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    done = subprocess.run([KUBECTL, "kustomize", folder / "mine"], capture_output=True,
                          text=True, check=False)
    assert not done.stderr
    return list(yaml.safe_load_all(done.stdout))


def form(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The form's settings, as the ConfigMap has them."""
    (found,) = [one for one in objects if one["kind"] == "ConfigMap"]
    settings: dict[str, Any] = yaml.safe_load(found["data"]["spawner_ui_config.yaml"])
    return settings["spawnerFormDefaults"]


def test_the_menus_hold_the_hardware_and_the_rest_stays(tmp_path: Path) -> None:
    found = form(built(tmp_path, gpu_t4=T4, cpu=CPU))
    assert found["image"] == {"value": "jupyter:1", "options": ["jupyter:1"]}
    assert [one["configKey"] for one in found["affinityConfig"]["options"]] == ["cpu", "gpu-t4"]
    assert found["tolerationGroup"] == {"value": "", "readOnly": True, "options": [{
        "groupKey": "gpu-t4", "displayName": "Tesla T4",
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]}]}


def test_the_deployment_mounts_the_settings_that_were_changed(tmp_path: Path) -> None:
    objects = built(tmp_path, gpu_t4=T4)
    assert sorted(one["kind"] for one in objects) == ["ConfigMap", "Deployment"]
    names = {one["kind"]: one for one in objects}
    volume, = names["Deployment"]["spec"]["template"]["spec"]["volumes"]
    assert volume["configMap"]["name"] == names["ConfigMap"]["metadata"]["name"]


def test_a_place_is_the_selector_with_each_term_of_the_affinity(tmp_path: Path) -> None:
    option, = form(built(tmp_path, cpu=AFFINE))["affinityConfig"]["options"]
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
