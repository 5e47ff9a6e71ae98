"""A hardware's kustomize Component: what it does to each kind of workload, in kustomize's words.

Maps and single fields are strategic merge patches, which keep what a workload says besides.
Kustomize does not merge tolerations, so they are written one by one as replacements, each in
the place of one with the same key. The number of devices is copied from the workload's own
annotation by a JSON patch, since a replacement has one source for every workload; patches
come before replacements, so what makes room for the number is a Component of its own.
Kinds whose parts may be there or not are changed where they are: see ``component_parts``.
Source: kustomize's api module 0.21, read, and tried with kubectl 1.37.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.compile.component_parts import hidden, shown
from gitops.compile.component_patches import Data, merge_patch, pointer, target
from gitops.compile.component_places import (
    DEVICES,
    LABELS,
    PLACES,
    SCHEDULED,
    TRAIN_JOB,
    UNCOUNTABLE,
    WORKFLOW,
    Path,
    Place,
)
from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster
from gitops.plan.overlays import HARDWARE_LABEL, Overlay
from gitops.render.emit import emit

MANAGER = "gitops-tenancy/hardware"
"""Whose a TrainJob's patch of its runtime is."""
_PATCH: Path = ("spec", "runtimePatches", f"[manager={MANAGER}]", "trainingRuntimeSpec",
                "template", "spec", "replicatedJobs", "[name=node]", "template", "spec", "template")
_IN_POD: Path = ("template", "spec")


class Component(Struct, frozen=True):
    """One hardware's Component. ``pod`` is the spec and ``labels`` are the labels of the
    PodTemplate that replacements read; ``patches`` and ``replacements`` are kustomize's, and
    ``before`` are the patches that come before the replacements."""

    name: str
    title: str
    labels: Mapping[str, str]
    pod: Mapping[str, Any]
    before: tuple[Data, ...]
    patches: tuple[Data, ...]
    replacements: tuple[Data, ...]
    origins: Mapping[str, tuple[Origin, ...]]


def component(overlay: Overlay, cluster: Cluster) -> Component:
    """The Component of a hardware on a cluster."""
    limits = {"resources": {"limits": {overlay.resource: "1"}}} if overlay.resource else {}
    field = cluster.engines.patch_field if cluster.engines else "runtimePatches"
    origins = tuple(origin for found in overlay.origins.values() for origin in found)
    return Component(
        name=overlay.name, title=overlay.title, labels={HARDWARE_LABEL: overlay.name},
        pod={**overlay.pod, "containers": [{"name": "main", **limits}]},
        before=tuple(shown()),
        patches=(*_merged(overlay, field), *_counted(overlay), *hidden(_queue(overlay))),
        replacements=(*_tolerations(overlay), *_patched(overlay, field), *_room(overlay)),
        origins=dict.fromkeys(
            ("before", "patches", "replacements", "pod", "name", "labels"), origins))


def _merged(overlay: Overlay, field: str) -> Iterator[Data]:
    """What merges: labels, selector, affinity and the pod's single fields."""
    whole = {name: value for name, value in overlay.pod.items()
             if name != "tolerations" or not _keyed(overlay)}
    for place in PLACES:
        if not place.spec:
            continue
        pod = {name: value for name, value in whole.items()
               if not place.only or name in place.only}
        yield merge_patch(place, [
            (place.labels, {HARDWARE_LABEL: overlay.name}), (place.queue, _queue(overlay)),
            (place.spec, pod)])
    if rest := _rest(overlay):
        yield merge_patch(WORKFLOW, [(("spec",), {"podSpecPatch": json.dumps(rest)})])
    queue = _queue(overlay)
    found: list[tuple[Path, Any]] = [(TRAIN_JOB.queue, queue)] if queue else []
    if field != "runtimePatches":
        found.append((("spec",), {field: [_override(overlay, field)]}))
    if found:
        yield merge_patch(TRAIN_JOB, found)


def _queue(overlay: Overlay) -> dict[str, Any]:
    return {name: value for name, value in overlay.labels.items() if name != HARDWARE_LABEL}


def _rest(overlay: Overlay) -> Data:
    """What a workflow says of its pods by a patch of them only."""
    return {name: overlay.pod[name] for name in ("runtimeClassName", "hostNetwork")
            if name in overlay.pod}


def _override(overlay: Overlay, field: str) -> Data:
    """A TrainJob's override of its runtime's pods, as Trainer before 2.2 reads it."""
    pod = {name: overlay.pod[name] for name in sorted(SCHEDULED) if name in overlay.pod}
    jobs: Data = {"targetJobs": [{"name": "node"}]}
    if field == "podSpecOverrides":
        return jobs | pod
    return jobs | {"metadata": {"labels": {HARDWARE_LABEL: overlay.name}}, "spec": pod}


def _counted(overlay: Overlay) -> Iterator[Data]:
    """The devices that a workload's annotation asks for, and what goes with each container."""
    if not overlay.resource:
        return
    for place in (*_countable(), *UNCOUNTABLE):
        yield {"target": target(place, DEVICES), "patch": emit([
            {"op": "copy", "from": pointer("metadata", "annotations", DEVICES),
             "path": pointer(*place.limits, overlay.resource)},
            *({"op": "add", "path": pointer(*place.limits, name), "value": amount}
              for name, amount in overlay.per_container.items())])}
    number = f"{{{{workflow.annotations.{DEVICES}}}}}"
    limits = {**overlay.per_container, overlay.resource: number}
    change = {"containers": [{"name": "main", "resources": {"limits": limits}}], **_rest(overlay)}
    yield merge_patch(WORKFLOW, [(("spec",), {"podSpecPatch": json.dumps(change)})], DEVICES)


def _tolerations(overlay: Overlay) -> Iterator[Data]:
    if _keyed(overlay):
        for index, one in enumerate(overlay.tolerations):
            yield _replacement(overlay, ("tolerations", str(index)), [
                (place, (*place.spec, "tolerations", f"[key={one['key']}]"))
                for place in PLACES if place.spec])


def _patched(overlay: Overlay, field: str) -> Iterator[Data]:
    """A TrainJob's patch of its runtime, beside those of other managers."""
    if field != "runtimePatches":
        return
    for name in sorted(SCHEDULED & overlay.pod.keys()):
        yield _replacement(overlay, (name,), [(TRAIN_JOB, (*_PATCH, "spec", name))])
    yield _replacement(overlay, LABELS, [(TRAIN_JOB, (*_PATCH, *LABELS))], ("template",))


def _room(overlay: Overlay) -> Iterator[Data]:
    """A number of devices for each workload that asks for some, to be written over."""
    if overlay.resource:
        named = _dotted(overlay.resource)
        yield _replacement(overlay, ("containers", "0", "resources", "limits", named), [
            (place, (*place.limits, named)) for place in _countable()], asked=DEVICES)


def _countable() -> tuple[Place, ...]:
    return (*(place for place in PLACES if place.limits), TRAIN_JOB)


def _keyed(overlay: Overlay) -> bool:
    """Whether each toleration has a key of its own, so that it can be found by it."""
    keys = [one.get("key") for one in overlay.tolerations]
    return None not in keys and len(set(keys)) == len(keys)


def _replacement(overlay: Overlay, source: Path, targets: Iterable[tuple[Place, Path]],
                 within: Path = _IN_POD, *, asked: str = "") -> Data:
    return {
        "source": {"kind": "PodTemplate", "name": overlay.name,
                   "fieldPath": ".".join((*within, *source))},
        "targets": [{"select": target(place, asked), "fieldPaths": [".".join(path)],
                     "options": {"create": True}} for place, path in targets]}


def _dotted(key: str) -> str:
    """A key in a path of kustomize's, whose parts are set apart by dots."""
    return key.replace(".", "\\.")
