"""Flux's own source-controller and kustomize-controller, run against a control plane.

Each runs under the ServiceAccount that a Flux installation gives it, bound to cluster-admin
as an installation does; what a Kustomization may do is decided by the account it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.cluster.building import GoProgram, built
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until

SOURCE = Path(__file__).with_name("flux")
NAMESPACE = "flux-system"
CONTROLLERS = ("source-controller", "kustomize-controller")
LOCKDOWN = (
    "--no-cross-namespace-refs=true",
    "--no-remote-bases=true",
    "--default-service-account=default",
)
PROMPT = (
    "--requeue-dependency=5s",
    "--feature-gates=CancelHealthCheckOnNewRevision=true",
)
"""What docs/sync.md tells to start kustomize-controller with, for safety and for speed."""
KUSTOMIZATION = ("kustomize.toolkit.fluxcd.io/v1", "Kustomization")
GIT_REPOSITORY = ("source.toolkit.fluxcd.io/v1", "GitRepository")


def program(name: str) -> GoProgram:
    """A controller, built as it is from the version that go.mod names."""
    module = f"github.com/fluxcd/{name}"
    assert re.search(rf"{module} v\S+", (SOURCE / "go.mod").read_text()), f"go.mod lacks {module}"
    return GoProgram(name, SOURCE, package=module, expect="about 3 minutes")


def build_flux() -> dict[str, Path]:
    """The controllers' programs; built once. Raises NoGo or BuildFailed."""
    return {name: built(program(name)) for name in CONTROLLERS}


def start_flux(plane: ControlPlane, lockdown: Sequence[str] = (*LOCKDOWN, *PROMPT)) -> None:
    """Build (once) and start both controllers; they end with the control plane.

    The CRDs and the namespace ``flux-system`` must be there. Raises NoGo, BuildFailed or Died.
    """
    for name, binary in build_flux().items():
        _account(plane, name)
        health = plane.ports.take()
        flags = [*_flags(plane, name), f"--health-addr=127.0.0.1:{health}"]
        if name == "kustomize-controller":
            flags += lockdown
        plane.keeper.start(name, [binary, *flags], _environment(plane, name))
        plane.keeper.until(name, lambda port=health: _healthy(port))  # type: ignore[misc]


def ready(plane: ControlPlane, kind: tuple[str, str], name: str) -> tuple[str, str]:
    """The Ready condition for the present generation, as (status, message); ("", "") before."""
    found = plane.admin.get(*kind, name, NAMESPACE)
    if not found.ok:
        return "", ""
    conditions = found.body.get("status", {}).get("conditions", [])
    present: dict[str, Any] = next((item for item in conditions if item["type"] == "Ready"), {})
    if present.get("observedGeneration") != found.body["metadata"]["generation"]:
        return "", ""
    return present["status"], present["message"]


def applied(plane: ControlPlane, name: str, commit: str, seconds: float = 60) -> None:
    """Wait until a Kustomization has applied a commit. Raises TimeoutError with its state."""

    def done() -> bool:
        body = plane.admin.get(*KUSTOMIZATION, name, NAMESPACE).body
        return commit in str(body.get("status", {}).get("lastAppliedRevision", ""))

    try:
        until(done, f"Kustomization {name} at {commit[:7]}", seconds)
    except TimeoutError as error:
        raise TimeoutError(f"{error}; it says {ready(plane, KUSTOMIZATION, name)}") from None


def reconcile(plane: ControlPlane, kind: tuple[str, str], name: str, token: str) -> None:
    """Ask for a reconciliation now, as ``flux reconcile`` does; ``token`` must be a new one."""
    note = {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": token}}}
    plane.admin.merge(*kind, name, note, NAMESPACE).object()


def _flags(plane: ControlPlane, name: str) -> list[str]:
    flags = [
        "--enable-leader-election=false",
        "--events-addr=",
        f"--metrics-addr=127.0.0.1:{plane.ports.take()}",
        "--log-level=info",
    ]
    if name == "source-controller":
        storage = plane.keeper.folder / "artifacts"
        storage.mkdir(exist_ok=True)
        address = f"127.0.0.1:{plane.ports.take()}"
        flags += [
            f"--storage-path={storage}",
            f"--storage-addr={address}",
            f"--storage-adv-addr={address}",
        ]
    return flags


def _environment(plane: ControlPlane, name: str) -> dict[str, str]:
    scratch = plane.keeper.folder / f"{name}.scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "KUBECONFIG": str(plane.keeper.folder / f"{name}.kubeconfig"),
        "RUNTIME_NAMESPACE": NAMESPACE,
        "TUF_ROOT": str(scratch),
        "TMPDIR": str(scratch),
    }


def _account(plane: ControlPlane, name: str) -> None:
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": NAMESPACE},
    }
    subject = {"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"tests-{name}"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [subject],
    }
    plane.apply([account, binding], manager="flux-install")
    config = json.loads(plane.kubeconfig.read_text())
    token = plane.admin.service_account_token(NAMESPACE, name)
    config["users"][0]["user"] = {"token": token}
    (plane.keeper.folder / f"{name}.kubeconfig").write_text(json.dumps(config))


def _healthy(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
