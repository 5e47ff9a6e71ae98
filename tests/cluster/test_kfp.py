"""A notebook in a workspace asks the real API server which hardware its pipelines may use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.rendered import rendering, standing
from tests.compile.hardware import CPU, T4
from tests.estates import NATIVE, estate

pytestmark = pytest.mark.cluster

FILES = {"hardware/gpu-t4.yaml": T4, "hardware/cpu-fast.yaml": CPU}
PROGRAM = """
import pathlib, sys
from gitops import kfp
kfp.ACCOUNT = pathlib.Path(sys.argv[1])
print(*sorted(kfp.documents()))
"""


def test_a_notebook_reads_the_hardware_of_its_workspace(
    plane: ControlPlane, tmp_path: Path
) -> None:
    files = estate(
        FILES,
        cluster=NATIVE + "engines: {pipelines: true}\n",
        tenant="owner: ana@example.com\nhardware: {gpu-t4: 2, cpu-fast: {}}\n",
    )
    with standing(plane, rendering(files)):
        assert mounted(plane, tmp_path) == "cpu-fast gpu-t4\n"


def mounted(plane: ControlPlane, folder: Path) -> str:
    """What the helper knows with the token that a notebook's pod has mounted."""
    authority = json.loads(plane.kubeconfig.read_text())["clusters"][0]["cluster"]
    texts = {
        "token": plane.admin.service_account_token("vision", "default-editor"),
        "namespace": "vision",
        "ca.crt": Path(authority["certificate-authority"]).read_text(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    address = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(plane.port)}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, folder],
        env={**os.environ, **address, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        text=True,
        capture_output=True,
    ).stdout
