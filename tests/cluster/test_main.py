"""``make cluster`` finds its cluster and somebody to be, and ``make stop-cluster`` its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cluster.__main__ import chosen, members, stop
from tests.cluster.client import Manifest
from tests.cluster.rendered import EXAMPLES, rendering, sample


@pytest.mark.parametrize(("estate", "cluster"), [("kubeflow", "prod"), ("native", "aws")])
def test_a_sample_estate_needs_no_cluster_named(estate: str, cluster: str) -> None:
    assert chosen(EXAMPLES / estate, None) == cluster


def test_a_cluster_that_is_named_is_taken() -> None:
    assert chosen(EXAMPLES / "kubeflow", "lab") == "lab"


def test_one_that_is_not_rendered_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="--cluster: lab, prod"):
        chosen(EXAMPLES / "kubeflow", "test")


def test_an_estate_that_was_never_rendered_is_told(tmp_path: Path) -> None:
    (tmp_path / "rendered").mkdir()
    with pytest.raises(ValueError, match="none is rendered"):
        chosen(tmp_path, None)


@pytest.mark.parametrize(("cluster", "who"), [
    ("prod", "ana.silva@example.com"), ("lab", "oidc:ana.silva@example.com")])
def test_people_are_named_as_the_api_server_knows_them(cluster: str, who: str) -> None:
    assert (who, "vision") in members(rendering(sample("kubeflow"), cluster).documents)


def test_machines_are_nobody_to_try_as() -> None:
    subjects = "[{kind: ServiceAccount, name: a}, {kind: User, name: 'system:serviceaccount:ci:a'}]"
    binding = f"{{apiVersion: v1, kind: RoleBinding, metadata: {{name: a}}, subjects: {subjects}}}"
    assert members([Manifest("", yaml.safe_load(binding))]) == []


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test's own control planes are noted."""
    monkeypatch.setenv("GITOPS_TEST_CACHE", str(tmp_path))
    (tmp_path / "running").mkdir()
    return tmp_path / "running"


LEFT_RUNNING = """
from tests.cluster.keeper import Keeper
with Keeper("test") as keeper:
    keeper.start("sleeper", ["sh", "-c", "touch ready; sleep 600 & wait"])
    keeper.until("sleeper", lambda: (keeper.folder / "ready").exists())
    keeper.detach()
    print(keeper.pid, keeper.folder)
"""


def test_stopping_ends_a_control_plane_and_its_note(notes: Path) -> None:
    left = subprocess.run([sys.executable, "-c", LEFT_RUNNING], cwd=EXAMPLES.parent,
                          capture_output=True, text=True, check=True)
    pid, folder = left.stdout.split()
    (notes / pid).write_text(folder)
    assert stop() == 0
    assert not Path(folder).exists()
    assert list(notes.iterdir()) == []


def test_what_a_killed_control_plane_left_goes_and_a_stranger_stays(
    notes: Path, tmp_path: Path
) -> None:
    left = tmp_path / "gitops-left"
    left.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (notes / str(stranger.pid)).write_text(str(left))
        assert stop() == 0
        assert stranger.poll() is None
    assert not left.exists()
    assert list(notes.iterdir()) == []
