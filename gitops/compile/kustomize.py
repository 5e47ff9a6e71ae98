"""The kustomization at each level: lists of what stands there, made from the paths alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from gitops.render.emit import emit

FILE = "kustomization.yaml"


class Kustomization(Struct, frozen=True):
    """One ``kustomization.yaml``: its path and text, and what to edit to change it."""

    cluster: str
    path: str
    text: str
    source: str


def kustomizations(paths: Iterable[str]) -> Iterator[Kustomization]:
    """The kustomizations for rendered files, so that each level holds all below it.

    A folder with files of its own is a unit that a GitOps engine may apply by itself, so
    it lists its own files only; the folders that just hold others list every unit below
    them. No object is listed twice from any one place.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition("/")
        files[folder].append(name)
    below: dict[str, set[str]] = defaultdict(set)
    for folder in files:
        cluster, _, rest = folder.partition("/")
        top, _, unit = rest.partition("/")
        below[cluster].add(top)
        if unit:
            below[f"{cluster}/{top}"].add(unit)
    for folder in sorted({*files, *below}):
        yield _kustomization(folder, sorted(files.get(folder, ())) + sorted(below.get(folder, ())))


def _kustomization(folder: str, resources: list[str]) -> Kustomization:
    cluster, _, rest = folder.partition("/")
    parts = rest.split("/")
    source = f"tenants/{parts[1]}.yaml" if parts[0] == "tenants" and len(parts) > 1 else \
        "tenants/ and clusters/"
    text = emit({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                 "resources": resources})
    return Kustomization(cluster, f"{folder}/{FILE}", text, source)
