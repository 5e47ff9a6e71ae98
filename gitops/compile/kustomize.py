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
    texts: dict[tuple[str, ...], str] = {}
    for folder in sorted({*files, *below}):
        resources = (*sorted(files.get(folder, ())), *sorted(below.get(folder, ())))
        if resources not in texts:
            texts[resources] = _text(resources)
        yield _kustomization(folder, texts[resources])


def _text(resources: tuple[str, ...]) -> str:
    return emit({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                 "resources": resources})


def _kustomization(folder: str, text: str) -> Kustomization:
    cluster, _, rest = folder.partition("/")
    parts = rest.split("/")
    source = f"tenants/{parts[1]}.yaml" if parts[0] == "tenants" and len(parts) > 1 else \
        "tenants/ and clusters/"
    return Kustomization(cluster, f"{folder}/{FILE}", text, source)
