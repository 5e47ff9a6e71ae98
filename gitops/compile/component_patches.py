"""Kustomize's patches, for the Component of a hardware."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gitops.compile.component_places import Path, Place
from gitops.render.emit import emit

Data = dict[str, Any]


def merge_patch(place: Place, parts: Iterable[tuple[Path, Any]], asked: str = "") -> Data:
    """A strategic merge patch; kustomize takes kind and name from what it is applied to."""
    document: Data = {"apiVersion": "v1", "kind": place.kind,
                      "metadata": {"name": "any"}}
    for path, value in parts:
        _put(document, path, value)
    return {"target": target(place, asked), "patch": emit(document)}


def target(place: Place, asked: str = "") -> Data:
    """The workloads of a place, those with the annotation ``asked`` where there is one."""
    found = {"group": place.group, "kind": place.kind, "annotationSelector": asked,
             "labelSelector": place.parts}
    return {name: value for name, value in found.items() if value}


def pointer(*path: str) -> str:
    """A JSON pointer."""
    return "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in path)


def _put(document: Data, path: Sequence[str], value: Any) -> None:
    if not (path and value):
        return
    for name in path:
        document = document.setdefault(name, {})
    document.update(value)
