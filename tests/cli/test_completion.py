"""The completion scripts, and what the shell gets when it asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gitops.cli.main import run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_a_script_for_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert f"_GITOPS_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_takes_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    run(["completion", "bash"])
    script = capsys.readouterr().out + "complete -p gitops\n"
    told = subprocess.run(["bash", "--norc"], input=script, capture_output=True, text=True,
                          check=True)
    assert "-F _gitops_completion gitops" in told.stdout
    assert told.stderr == ""


def asked(folder: Path, words: str) -> list[str]:
    """What bash is answered when the last of these words is completed."""
    environment = {**os.environ, "_GITOPS_COMPLETE": "bash_complete", "COMP_WORDS": words,
                   "COMP_CWORD": str(len(words.split(" ")) - 1)}
    told = subprocess.run([sys.executable, "-c", "from gitops.cli.main import main; main()"],
                          cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in told.stdout.splitlines()]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    for name in ("tenants/vision.yaml", "tenants/voice.yaml", "tenants/nlp.yaml",
                 "clusters/prod.yaml"):
        (tmp_path / "estate" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "estate" / name).write_text("{}")
    return tmp_path / "estate"


def test_completes_commands(estate: Path) -> None:
    assert asked(estate, "gitops val") == ["validate"]


def test_completes_the_names_of_tenants(estate: Path) -> None:
    assert asked(estate, "gitops render --tenant v") == ["vision", "voice"]


def test_completes_the_names_of_clusters_of_another_folder(estate: Path) -> None:
    assert asked(estate.parent, "gitops -C estate validate --cluster p") == ["prod"]
