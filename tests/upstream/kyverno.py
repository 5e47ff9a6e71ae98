"""Kyverno's own command line, which applies policies to resources in files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from gitops.schemas.crds import CustomSchemas
from tests.cluster.building import GoProgram, NoGo, built

SOURCE = Path(__file__).parent / "kyverno"
PACKAGE = "github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno"
CRD = "config/crds/policies.kyverno.io/policies.kyverno.io_mutatingpolicies.yaml"
OURS = {"app.kubernetes.io/managed-by": "gitops-tenancy"}
Object = dict[str, Any]


def custom_schemas() -> CustomSchemas:
    """The schemas of Kyverno's own CRD, which its module holds."""
    go = shutil.which("go")
    if go is None:
        raise NoGo
    module = subprocess.run([go, "list", "-m", "-f", "{{.Dir}}", "github.com/kyverno/kyverno"],
                            cwd=SOURCE, capture_output=True, text=True, check=True).stdout.strip()
    file = Path(module) / CRD
    return CustomSchemas.read({file.name: file.read_bytes()})


class Kyverno:
    """Built on first use. Raises NoGo or BuildFailed when it cannot be."""

    def __init__(self, folder: Path) -> None:
        self._program = built(GoProgram("kyverno", SOURCE, PACKAGE, expect="about 5 minutes"))
        self._folder = folder

    def changed(self, policies: Iterable[Object], resources: Iterable[Object]) -> list[Object]:
        """The resources as the policies leave them; the Namespace vision is one of ours."""
        values = {"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Values",
                  "metadata": {"name": "values"},
                  "namespaceSelector": [{"name": "vision", "labels": OURS},
                                        {"name": "other", "labels": {}}]}
        output = self._folder / "output.yaml"
        output.write_text("")
        done = subprocess.run(
            [str(self._program), "apply", self._file("policies", policies),
             "-r", self._file("resources", resources), "-f", self._file("values", [values]),
             "-o", str(output)], capture_output=True, text=True, check=False)
        assert "fail: 0, warn: 0, error: 0" in done.stdout, done.stdout + done.stderr
        return _last(yaml.safe_load_all(output.read_text()))

    def _file(self, name: str, documents: Iterable[Object]) -> str:
        path = self._folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump_all(documents))
        return str(path)


def _last(documents: Iterable[Object | None]) -> list[Object]:
    """Each resource after the last policy: one is written after each."""
    found = {one["metadata"]["name"]: one for one in documents if one}
    return list(found.values())
