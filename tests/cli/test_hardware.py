"""``gitops hardware``, ``capacity`` and ``where`` over a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitops.cli.main import run
from tests.plan.hardware import CLUSTER

T4 = ("add", "gke", "n1-standard-8", "--accelerator", "nvidia-tesla-t4", "--nodes", "2")
CASCADE = ("add", "gke", "c2-standard-8", "--nodes", "2", "--name", "cpu-cascadelake")
VISION = """\
owner: ana@example.com
hardware: {gpu-t4: 2, cpu-cascadelake: {}}
jobs:
  run-model-t4: {image: r.example/model:1, hardware: gpu-t4, cpu: 4, memory: 8Gi}
  run-model-cpu: {image: r.example/model:1, hardware: cpu-cascadelake, cpu: 4, memory: 8Gi}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """An estate with two kinds of nodes from the catalogue and one tenant."""
    for folder in ("clusters", "tenants"):
        (tmp_path / folder).mkdir()
    (tmp_path / "platform.yaml").write_text("{}\n")
    (tmp_path / "clusters/prod.yaml").write_text(CLUSTER)
    (tmp_path / "tenants/vision.yaml").write_text(VISION)
    assert gitops(tmp_path, "hardware", *T4) == 0
    assert gitops(tmp_path, "hardware", *CASCADE) == 0
    return tmp_path


def gitops(root: Path, *words: str) -> int:
    """Run the program on an estate; its exit code."""
    return run(["-C", str(root), *words])


def test_add_writes_a_file_that_the_estate_accepts(estate: Path) -> None:
    assert (estate / "hardware/gpu-t4.yaml").read_text() == """\
description: Tesla T4 on Intel Skylake
machine: n1-standard-8
nodes: 2
allocatable: {cpu: 7910m, memory: 26Gi}
device: {resource: nvidia.com/gpu, perNode: 1, product: Tesla-T4, memory: 16Gi}
cpuPlatform: Intel Skylake
nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4, \
node.kubernetes.io/instance-type: n1-standard-8}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
"""
    assert gitops(estate, "validate") == 0


def test_add_never_overwrites(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (estate / "hardware/gpu-t4.yaml").read_bytes()
    assert gitops(estate, "hardware", *T4) == 2
    assert "hardware/gpu-t4.yaml is there already" in capsys.readouterr().err
    assert (estate / "hardware/gpu-t4.yaml").read_bytes() == before


def test_add_writes_through_no_link(estate: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "file"
    (estate / "hardware/mine.yaml").symlink_to(outside)
    assert gitops(estate, "hardware", *T4, "--name", "mine") != 0
    assert not outside.exists()


@pytest.mark.parametrize(("words", "said"), [
    (("gke", "n1-standrd-8"), "did you mean 'n1-standard-8'?"),
    (("gke", "n1-standard-8", "--accelerator", "h100"), "n1-standard-8 takes no h100"),
    (("gke", "g2-standard-8", "--accelerator", "t4"), "g2-standard-8 has l4, not t4"),
    (("gke", "g2-standard-8", "--count", "2"), "g2-standard-8 has 1 × l4"),
    (("gke", "g2-standard-8", "--cpu", "2"), "--cpu and --memory are for onprem"),
    (("onprem", "skylake"), "add --cpu CORES and --memory GIB"),
    (("gke", "c2-standard-8", "--name", "../x"), "'../x' cannot be a name"),
    (("gke", "n1-standard-8", "--accelerator", "t44"), "did you mean 't4'?"),
])
def test_add_refuses_what_does_not_exist(estate: Path, words: tuple[str, ...], said: str,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "add", *words, "--nodes", "1") == 2
    assert said in capsys.readouterr().err


def test_print_writes_nothing(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "add", "eks", "g5.xlarge", "--nodes", "1", "--print") == 0
    assert "product: NVIDIA-A10G" in capsys.readouterr().out
    assert not (estate / "hardware/gpu-a10g.yaml").exists()


def test_list_shows_what_is_declared(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "list") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "cpu-cascadelake  c2-standard-8      2                      active  all             1",
        "gpu-t4           n1-standard-8      2  1 × nvidia.com/gpu  active  all             1"]


def test_list_shows_what_could_be(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "list", "--catalogue", "gke", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"machine": "g2-standard-8", "cpu": 8, "GiB": 32, "accelerator": "1 × l4",
            "processor": "Intel Cascade Lake"} in rows


def test_show_tells_what_a_pod_is_given(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "show", "gpu-t4", "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["has"] == {"vision": 2}
    assert data["pods"]["prod"]["labels"] == {"hardware": "gpu-t4"}


def test_show_of_a_name_misspelled(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "hardware", "show", "gpu-t44") == 2
    assert "did you mean 'gpu-t4'?" in capsys.readouterr().err


def test_capacity_draws_a_bar(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "capacity") == 0
    assert capsys.readouterr().out == """\
prod
  cpu-cascadelake  2 nodes, no devices to promise
                   vision
  gpu-t4           [████████████████████] 2 of 2 promised, 0 free (2 nodes, nvidia.com/gpu)
                   vision 2
"""


def test_capacity_tells_of_too_many_promises(estate: Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    (estate / "tenants/nlp.yaml").write_text("owner: b@example.com\nhardware: {gpu-t4: 1}\n")
    assert gitops(estate, "capacity", "--format", "json") == 1
    row = json.loads(capsys.readouterr().out)["hardware"][1]
    assert (row["promised"], row["free"], row["tenants"]) == (3, -1, {"nlp": 1, "vision": 2})


def test_a_quota_of_what_two_kinds_have_gets_a_line_of_its_own(
    estate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (estate / "hardware/gpu-t4.yaml").read_text()
    (estate / "hardware/gpu-l4.yaml").write_text(
        text.replace("nvidia-tesla-t4", "nvidia-l4") + "overcommit: 1.5\n")
    (estate / "tenants/nlp.yaml").write_text(
        "owner: b@example.com\nquota: {devices: {nvidia.com/gpu: 2}}\n")
    assert gitops(estate, "capacity") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  any nvidia.com/gpu  [████████████████····] 4 of 4 promised, 1 free "
        "(4 nodes, nvidia.com/gpu, overcommit 1.25 makes 5)",
        "                      nlp 2, vision 2"]


def test_where_answers_for_the_model_on_both_kinds(estate: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "where", "vision", "run-model-t4") == 0
    assert gitops(estate, "where", "vision", "run-model-cpu") == 0
    out = capsys.readouterr().out
    assert [line.split()[1] for line in out.splitlines() if "✓" in line] == [
        "gpu-t4", "cpu-cascadelake"]
    assert "taint nvidia.com/gpu:NoSchedule is not tolerated" in out


def test_where_of_a_pod_that_fits_nowhere(estate: Path,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    text = VISION.replace("cpu: 4, memory: 8Gi", "cpu: 64, memory: 8Gi")
    (estate / "tenants/vision.yaml").write_text(text)
    assert gitops(estate, "where", "vision", "run-model-t4") == 1
    assert "cpu: asks for 64, a node offers 7910m" in capsys.readouterr().out


def test_where_of_a_job_that_is_not_there(estate: Path,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    assert gitops(estate, "where", "vision", "run-model") == 2
    assert "there is no job of vision 'run-model'" in capsys.readouterr().err


def test_where_of_a_job_from_another_repository(estate: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    with (estate / "tenants/vision.yaml").open("a") as file:
        file.write('  other: {hardware: gpu-t4, from: {repo: "https://git.example.com/a.git", '
                   "revision: v1, path: t.yaml}}\n")
    assert gitops(estate, "where", "vision", "other") == 2
    assert "see t.yaml there" in capsys.readouterr().err


def test_deprecated_hardware_warns_and_does_not_stop(estate: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    place = estate / "hardware/gpu-t4.yaml"
    place.write_text(place.read_text() + "lifecycle: {state: deprecated, message: gone in May}\n")
    assert gitops(estate, "validate") == 0
    assert "warning: gpu-t4 is deprecated: gone in May" in capsys.readouterr().err
