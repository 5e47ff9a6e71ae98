"""The kustomization at each level: lists of what stands there, made from the paths alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from gitops.render.emit import emit

FILE = "kustomization.yaml"
APART = ("sync", "settings")
"""The folders that a cluster's own list leaves out: what it tells an engine to apply is there
already, and a cluster without the engine must take the rest. Settings belong to the engine's
own installation."""
COMPONENTS = ("overlays", "spawner")
"""The folders of a cluster that somebody's own kustomizations may name."""


class Kustomization(Struct, frozen=True):
    """One ``kustomization.yaml``: its path and text, and what to edit to change it."""

    cluster: str
    path: str
    text: str
    source: str


def kustomizations(paths: Iterable[str], top: str = "") -> Iterator[Kustomization]:
    """The kustomizations for rendered files, so that each level holds all below it.

    Components are left out: they change what others list, and are nothing to apply.

    A folder with files of its own is a unit that a GitOps engine may apply by itself, so
    it lists its own files only; the folders that just hold others list every unit below
    them. No object is listed twice from any one place.

    Args:
        paths: the rendered files. A folder whose kustomization is among them has one, and
            gets no other.
        top: make only those of folders whose paths begin so.
    """
    files: dict[str, list[str]] = defaultdict(list)
    have = set()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == FILE:
            have.add(folder)
        else:
            files[folder].append(name)
    below: dict[str, set[str]] = defaultdict(set)
    for folder in {*files, *have}:
        cluster, _, rest = folder.partition("/")
        inner, _, unit = rest.partition("/")
        if inner in COMPONENTS:
            files.pop(folder, None)
            continue
        if inner not in APART:
            below[cluster].add(inner)
        if unit:
            below[f"{cluster}/{inner}"].add(unit)
    for folder in sorted({*files, *below} - have):
        if folder.startswith(top):
            resources = (*sorted(files.get(folder, ())), *sorted(below.get(folder, ())))
            yield _kustomization(folder, _text(resources))


@lru_cache(maxsize=256)
def own_lists(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The kustomizations of a tenant's folders, path and text, below the tenant's own.

    Args:
        names: the tenant's files, below its folder too. Most tenants have the same ones.
    """
    top = "cluster/tenants/tenant/"
    made = kustomizations([top + name for name in names], top.rstrip("/"))
    return tuple((one.path.removeprefix(top), one.text) for one in made)


@lru_cache(maxsize=64)
def _text(resources: tuple[str, ...]) -> str:
    """The text of a list; most tenants have the same files."""
    return emit({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                 "resources": resources})


def _kustomization(folder: str, text: str) -> Kustomization:
    cluster, _, rest = folder.partition("/")
    parts = rest.split("/")
    source = f"tenants/{parts[1]}.yaml" if parts[0] == "tenants" and len(parts) > 1 else \
        "tenants/ and clusters/"
    return Kustomization(cluster, f"{folder}/{FILE}", text, source)
