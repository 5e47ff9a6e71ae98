"""The helper for pipelines, with the real compiler of kfp.

kfp is asked in a process of its own: what it imports is not this project's, and the helper
must work where only kfp is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitops.kfp import documents, hardware
from tests.compile.hardware import CLAIMED, made
from tests.estates import PROFILE, estate, files_of

ROOT = Path(__file__).parents[1]
CLUSTER = PROFILE + "engines: {pipelines: true, trainer: none, notebooks: false}\nqueueing: kueue\n"
T4 = """
nodes: 2
allocatable: {cpu: 8, memory: 32Gi}
device: {resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4, zone: a}
tolerations:
- {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
- {key: spot, value: "true", effect: NoExecute, seconds: 300}
shm: 8Gi
workload: {default: {cpu: 500m, memory: 16Gi, devices: 2}}
"""
CPU = """
nodes: 3
allocatable: {cpu: 16, memory: 64Gi}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms: [{matchExpressions: [{key: platform, operator: In, values: [x]}]}]
nodeSelector: {platform: x}
"""
PIPELINE = """
import sys
from kfp import compiler, dsl
from gitops.kfp import hardware

@dsl.component(base_image="python:3.12")
def usual(): pass
@dsl.component(base_image="python:3.12")
def two(): pass
@dsl.component(base_image="python:3.12")
def none(): pass
@dsl.component(base_image="python:3.12")
def own(): pass
@dsl.component(base_image="python:3.12")
def cpu(): pass
@dsl.pipeline
def inner(): usual()

@dsl.pipeline(name="nightly")
def nightly():
    hardware(usual(), "gpu-t4")
    hardware(two(), "gpu-t4", devices=1)
    hardware(none(), "gpu-t4", devices=0)
    hardware(own().set_memory_limit("1Gi"), "gpu-t4")
    hardware(cpu(), "cpu")
    try:
        hardware(inner(), "cpu")
    except ValueError as refused:
        print(refused, file=sys.stderr)

compiler.Compiler().compile(nightly, sys.argv[1])
"""


def shared(folder: Path) -> Path:
    """The rendered file that holds the ConfigMap."""
    files = files_of(estate({"hardware/gpu-t4.yaml": T4, "hardware/cpu.yaml": CPU},
                            cluster=CLUSTER, tenant="owner: ana@example.com\n"
                                                    "hardware: {gpu-t4: 4, cpu: {}}\n"))
    path = folder / "hardware.yaml"
    path.write_text(files["prod/tenants/vision/hardware.yaml"].text)
    return path


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory.mktemp("rendered"))


@pytest.fixture(scope="module")
def compiled(rendered: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Both documents of a compiled pipeline, and what was said while it was compiled."""
    program, made_of = rendered.with_name("nightly.py"), rendered.with_name("nightly.yaml")
    program.write_text(PIPELINE)
    done = subprocess.run([sys.executable, program, made_of], text=True, capture_output=True,
                          check=False, env={**os.environ, "PYTHONPATH": str(ROOT),
                                            "GITOPS_HARDWARE": str(rendered)})
    assert done.returncode == 0, done.stderr
    first, second = yaml.safe_load_all(made_of.read_text())
    return first, second["platforms"]["kubernetes"], done.stderr


Compiled = tuple[dict[str, Any], dict[str, Any], str]


def executors(part: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = part["deploymentSpec"]["executors"]
    return found


def beyond(ours: Any, theirs: Any, at: str = "") -> Iterator[str]:
    """Where a compiled pipeline does not hold what a document of ours says."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from beyond(value, theirs.get(key), f"{at}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from beyond(one, other, at)
    elif ours != theirs:
        yield f"{at}: {ours!r} is {theirs!r}"


@pytest.mark.parametrize(("task", "name"), [("usual", "gpu-t4"), ("cpu", "cpu")])
def test_a_compiled_pipeline_holds_what_the_document_says(compiled: Compiled, rendered: Path,
                                                          task: str, name: str) -> None:
    first, kubernetes, _ = compiled
    ours = documents(rendered)[name]
    resources = executors(ours)["exec-TASK"] if "deploymentSpec" in ours else {}
    assert list(beyond(resources, executors(first)[f"exec-{task}"])) == []
    said = executors(ours["platforms"]["kubernetes"])["exec-TASK"]
    assert list(beyond(said, executors(kubernetes)[f"exec-{task}"])) == []
    assert said.keys() == executors(kubernetes)[f"exec-{task}"].keys()


def test_a_task_names_its_devices(compiled: Compiled) -> None:
    tasks = executors(compiled[0])
    counts = {name: tasks[f"exec-{name}"]["container"]["resources"]["accelerator"]["resourceCount"]
              for name in ("usual", "two")}
    assert counts == {"usual": "2", "two": "1"}


def test_a_task_without_devices_stands_there_without_one(compiled: Compiled) -> None:
    first, kubernetes, _ = compiled
    assert "accelerator" not in executors(first)["exec-none"]["container"]["resources"]
    assert executors(kubernetes)["exec-none"]["podMetadata"]["labels"]["hardware"] == "gpu-t4"


def test_what_a_task_says_itself_stays(compiled: Compiled) -> None:
    resources = executors(compiled[0])["exec-own"]["container"]["resources"]
    assert resources["resourceMemoryLimit"] == "1Gi"
    assert resources["resourceCpuLimit"] == "500m"


def test_a_pipeline_within_a_pipeline_stands_nowhere(compiled: Compiled) -> None:
    assert "only a task with a container of its own can stand on cpu" in compiled[2]


def test_the_helper_brings_nothing_of_the_project() -> None:
    program = "import gitops.kfp, sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", program], check=True, text=True,
                          capture_output=True, env={"PYTHONPATH": str(ROOT)})
    loaded = {name for name in done.stdout.split() if name.partition(".")[0] == "gitops"}
    assert loaded == {"gitops", "gitops.kfp"}


def test_documents_are_read_from_a_file_and_a_folder(rendered: Path, tmp_path: Path) -> None:
    data = next(one for one in yaml.safe_load_all(rendered.read_text())
                if one["kind"] == "ConfigMap")["data"]
    for name, text in data.items():
        (tmp_path / name).write_text(text)
    assert documents(tmp_path) == documents(rendered)
    assert documents(tmp_path / "cpu.json") == {"cpu": json.loads(data["cpu.json"])}


def test_a_file_that_holds_none_says_so(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("kind: ConfigMap\nmetadata: {name: other}\n")
    with pytest.raises(ValueError, match="holds no ConfigMap kfp-hardware"):
        documents(other)


def test_outside_a_workspace_it_asks_for_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITOPS_HARDWARE", raising=False)
    with pytest.raises(LookupError, match="name a rendered file"):
        documents()


def test_an_unknown_name_is_told_with_the_known_ones(rendered: Path) -> None:
    with pytest.raises(ValueError, match="no hardware 'gpu' for this workspace; there is cpu, gpu"):
        hardware(None, "gpu", source=rendered)


def test_what_no_pipeline_can_say_is_told() -> None:
    text = made("claimed: 1", cluster=CLUSTER, claimed=CLAIMED)["ConfigMap/kfp-hardware"]["data"]
    with pytest.raises(ValueError, match="claimed cannot be used from a pipeline: its devices are"):
        hardware(None, "claimed", source={"claimed": json.loads(text["claimed.json"])})
