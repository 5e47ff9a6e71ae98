"""The labels that every rendered object carries, merged into a document's shape.

They become holes of their own behind the template's holes, so a document whose labels are
written out, come from one expression, or are missing altogether is filled the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gitops.render.nodes import Hole, Leaf, Malformed, Map, Node, Problem
from gitops.render.scalars import Unrenderable

Merge = Callable[[object, Sequence[str], Sequence[str]], object]


class Labelled(Struct, frozen=True):
    """A root with label holes; ``merges`` are holes whose mapping takes the labels in,
    ``fixed`` pairs what the template itself writes for a label with the label's number."""

    root: Map
    merges: tuple[tuple[Hole, Merge], ...] = ()
    fixed: tuple[tuple[Hole | Leaf, int], ...] = ()


def labelled(root: Map, keys: Sequence[str], first: int) -> Labelled:
    """``root`` with a hole per label; the holes are numbered from ``first``."""
    metadata = root.get("metadata")
    if not keys or not isinstance(metadata, (Map, Hole)):
        return Labelled(root)
    if isinstance(metadata, Hole):
        return Labelled(root, ((metadata, merged_metadata),))
    present = metadata.get("labels")
    if isinstance(present, Hole):
        return Labelled(root, ((present, merged_labels),))
    labels, fixed = _with_holes(present, keys, first, metadata.at)
    grown = _replaced(root, "metadata", _with_labels(metadata, labels))
    return Labelled(grown, fixed=fixed)


def merged_labels(value: object, keys: Sequence[str], labels: Sequence[str]) -> dict[str, object]:
    """A mapping of labels with the required ones; raises where it says something else."""
    if value is None:
        value = {}
    if not isinstance(value, Mapping):
        raise Unrenderable("metadata.labels must be a mapping")
    merged: dict[str, object] = dict(value)
    for key, label in zip(keys, labels, strict=False):
        if merged.setdefault(key, label) != label:
            raise conflict(key, label)
    return merged


def merged_metadata(value: object, keys: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Object metadata with the required labels."""
    if not isinstance(value, Mapping):
        raise Unrenderable("metadata must be a mapping")
    return {**value, "labels": merged_labels(value.get("labels"), keys, labels)}


def conflict(key: str, label: str) -> Unrenderable:
    """A template that says something else for a label that every object carries."""
    return Unrenderable(
        f'the label "{key}" is "{label}" on every object; this says something else',
        "leave the label out: it is added to every object",
        "label-conflict",
    )


def _with_holes(
    present: Node | None, keys: Sequence[str], first: int, at: int
) -> tuple[Map, tuple[tuple[Hole | Leaf, int], ...]]:
    if present is None or (isinstance(present, Leaf) and present.value is None):
        present = Map((), at)
    if not isinstance(present, Map):
        raise Malformed(
            [Problem("unrenderable-value", "metadata.labels must be a mapping", present.at)]
        )
    fixed = [(present.get(key), number) for number, key in enumerate(keys)]
    added = tuple(
        (Leaf(keys[number], at), Hole(first + number, at))
        for value, number in fixed
        if value is None
    )
    written = tuple(
        (value if isinstance(value, (Leaf, Hole)) else Leaf(None, value.at), number)
        for value, number in fixed
        if value is not None
    )
    return replace(present, entries=(*present.entries, *added)), written


def _with_labels(metadata: Map, labels: Map) -> Map:
    if metadata.get("labels") is not None:
        return _replaced(metadata, "labels", labels)
    names = [isinstance(key, Leaf) and key.value in ("name", "namespace")
             for key, _ in metadata.entries]  # fmt: skip
    place = len(names) - names[::-1].index(True) if True in names else len(names)
    entry = (Leaf("labels", metadata.at), labels)
    return replace(metadata, entries=(*metadata.entries[:place], entry, *metadata.entries[place:]))


def _replaced(mapping: Map, name: str, value: Node) -> Map:
    return replace(
        mapping,
        entries=tuple(
            (key, value if isinstance(key, Leaf) and key.value == name else item)
            for key, item in mapping.entries
        ),
    )
