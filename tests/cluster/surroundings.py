"""What a cluster brings before our manifests come: CRDs, Kubeflow's roles, platform namespaces."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from tests.cluster.client import Manifest, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.strict import strict_crds

OWN_ROLES = Path(__file__).with_name("kubeflow-roles.yaml")
PLATFORM_NAMESPACES = (
    "argocd",
    "flux-system",
    "istio-system",
    "kubeflow",
    "kueue-system",
    "tekton-pipelines",
)


def prepare(plane: ControlPlane) -> None:
    """CRDs, roles and platform namespaces: what our manifests may rely on."""
    plane.establish(crds())
    plane.apply(kubeflow_roles(), manager="kubeflow")
    plane.apply(map(namespace, PLATFORM_NAMESPACES), manager="platform")


def crds() -> list[Object]:
    """CRDs of the folder that GITOPS_CRDS names; our own strict schemas as CRDs for the rest."""
    named = os.environ.get("GITOPS_CRDS")
    if not named:
        return strict_crds()
    files = sorted(Path(named).glob("*.yaml"))
    if not files:
        raise FileNotFoundError(f"GITOPS_CRDS={named} holds no *.yaml")
    found = [crd for file in files for crd in _documents(file)]
    known = set(map(_made, found))
    return found + [crd for crd in strict_crds() if _made(crd) not in known]


def _made(crd: Object) -> tuple[str, str]:
    """The API group and kind that a CRD defines."""
    return crd["spec"]["group"], crd["spec"]["names"]["kind"]


def kubeflow_roles() -> list[Object]:
    """Kubeflow's ClusterRoles: the file that GITOPS_KUBEFLOW_ROLES names, else our small ones.

    That file holds documents with ``name``, ``labels``, ``rules`` and ``aggregationRule``,
    or whole ClusterRoles.
    """
    file = Path(os.environ.get("GITOPS_KUBEFLOW_ROLES") or OWN_ROLES)
    return [_cluster_role(document) for document in _documents(file)]


def namespace(name: str, labels: dict[str, str] | None = None) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": labels or {}},
    }


def read_manifests(files: Iterable[Path]) -> Iterator[Manifest]:
    """Every document of rendered files, each with the very text that stands in its file."""
    for file in files:
        for text in file.read_text().split("\n---\n"):
            data = yaml.load(text, yaml.CSafeLoader)
            if data is not None:
                yield Manifest(text, data, str(file))


def kustomized(plane: ControlPlane, folder: Path) -> list[Manifest]:
    """What kubectl's kustomize makes of a folder: text and data of every document."""
    done = plane.kubectl("kustomize", str(folder))
    if done.returncode:
        raise ValueError(f"kubectl kustomize {folder}: {done.stderr.strip()}")
    documents = (text for text in done.stdout.split("\n---\n") if text.strip())
    return [Manifest(text, yaml.load(text, yaml.CSafeLoader), str(folder)) for text in documents]


def _documents(file: Path) -> list[Object]:
    return [document for document in yaml.load_all(file.read_text(), yaml.CSafeLoader) if document]


def _cluster_role(document: Object) -> Object:
    if "kind" in document:
        return document
    role: Object = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": document["name"], "labels": document.get("labels") or {}},
    }
    # The aggregation controller owns the rules of an aggregated role.
    owned = "aggregationRule" if document.get("aggregationRule") else "rules"
    return {**role, owned: document.get(owned) or []}
