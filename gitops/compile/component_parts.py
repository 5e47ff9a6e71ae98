"""Which parts a workload has, shown to kustomize while a hardware's Component is at work.

A patch creates what it names: one of a PyTorchJob's Worker would add a Worker without
containers to a job without one. Kustomize selects what it patches by kind, labels and
annotations alone, never by a field, and of labels it asks whether a name is there. So the map
of a kind's parts stands in the place of its labels until every patch is made, and then its own
labels come back.
Source: kustomize's api module 0.21 (``PatchTransformer``, ``Selector``), read, and tried with
kubectl 1.37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.compile.component_patches import Data, merge_patch, pointer, target
from gitops.compile.component_places import LABELS, PARTED
from gitops.render.emit import emit

_KEPT = "labels"
"""A field of no kind's, where its labels wait."""
_ANY = "gitops-tenancy/parts"
"""A label that is there only for a while, so that there are labels to move."""


def shown() -> Iterator[Data]:
    """The patches that come first."""
    for place, parts in PARTED:
        yield merge_patch(place, [(LABELS, {_ANY: "shown"})])
        yield {"target": target(place), "patch": emit([
            {"op": "move", "from": pointer(*LABELS), "path": pointer(_KEPT)},
            {"op": "copy", "from": pointer(*parts), "path": pointer(*LABELS)}])}


def hidden(queue: Mapping[str, Any]) -> Iterator[Data]:
    """The patches that come last. ``queue`` are labels for a workload that Kueue reads itself."""
    for place, _ in PARTED:
        yield {"target": target(place), "patch": emit([
            {"op": "move", "from": pointer(_KEPT), "path": pointer(*LABELS)},
            {"op": "remove", "path": pointer(*LABELS, _ANY)}])}
        if queue and place.queue:
            yield merge_patch(place, [(place.queue, queue)])
