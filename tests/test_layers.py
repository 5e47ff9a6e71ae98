"""Imports point down only, every package has its layer, and start-up loads little."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import gitops

ROOT = Path(__file__).parents[1]
DATA = {"templates"}
"""Folders of the package that hold no code."""
HEAVY = {"git", "jinja2", "jsonschema_rs", "kubernetes_validate", "multiprocessing", "rich", "yaml"}


def contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, list[str]]] = settings["tool"]["importlinter"]["contracts"]
    return found


def packages() -> set[str]:
    folders = Path(gitops.__file__).parent.iterdir()
    return {f"gitops.{place.name}" for place in folders
            if place.is_dir() and place.name not in {*DATA, "__pycache__"}}


def test_imports_point_down_only() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_package_has_its_layer() -> None:
    layers = {name.strip() for line in contracts()[0]["layers"] for name in line.split("|")}
    assert packages() == layers


def test_click_is_forbidden_in_every_layer_but_the_first() -> None:
    assert set(contracts()[1]["source_modules"]) == packages() - {"gitops.cli"}


def test_the_helper_for_pipelines_may_import_no_layer() -> None:
    assert set(contracts()[2]["forbidden_modules"]) == packages()


def test_help_loads_nothing_heavy() -> None:
    program = ("import sys; from gitops.cli.main import run; run(['--help']); "
               "print('\\n'.join(sys.modules), file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=True)
    assert HEAVY & set(done.stderr.split()) == set()
