"""The kustomization at each level: lists of what stands there, made from the paths alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gitops.render.emit import emit

FILE = "kustomization.yaml"


@dataclass(frozen=True, slots=True)
class Kustomization:
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
    units: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition("/")
        units[folder].append(name)
    groups: dict[str, list[str]] = defaultdict(list)
    for folder in units:
        cluster, _, rest = folder.partition("/")
        top = rest.partition("/")[0]
        if top == "platform":
            units.setdefault(f"{cluster}/platform", [])
        if rest != top:
            groups[f"{cluster}/{top}"].append(rest.removeprefix(f"{top}/"))
        if top not in groups[cluster]:
            groups[cluster].append(top)
    for folder in sorted({*units, *groups}):
        yield _kustomization(folder, sorted(units.get(folder, ())) + sorted(groups.get(folder, ())))


def _kustomization(folder: str, resources: list[str]) -> Kustomization:
    cluster, _, rest = folder.partition("/")
    parts = rest.split("/")
    source = f"tenants/{parts[1]}.yaml" if parts[0] == "tenants" and len(parts) > 1 else \
        "tenants/ and clusters/"
    text = emit({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                 "resources": resources})
    return Kustomization(cluster, f"{folder}/{FILE}", text, source)
