"""Words that every report of differences shares: paths, values, objects, counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from gitops.foundation.findings import visible
from gitops.review.differences import FieldPath, Item
from gitops.review.estates import EstateDiff, ManifestChange, UnitChange

MARKS = {"added": "+", "removed": "-", "changed": "~"}


def path_text(path: FieldPath) -> str:
    """A path as people write it: ``spec.hard["requests.cpu"]``, ``limits[type=Pod].max``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, Item):
            text += visible(f"[{step.key}={step.value}]")
        elif "." in step or not step.isprintable() or not step:
            text += visible(f"[{json.dumps(step, ensure_ascii=False)}]")
        else:
            text += f".{step}" if text else step
    return text


def value_text(value: Any, most: int = 160) -> str:
    """A value in one line: bare text where that is clear, else JSON, cut where it is long."""
    if isinstance(value, str) and value and value.isprintable() and value == value.strip() \
            and not value.startswith(("{", "[", '"')):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    text = text if text.isprintable() else json.dumps(value, default=str)
    return text if len(text) <= most else text[:most - 1] + "…"


def object_text(manifest: ManifestChange, tenant: str) -> str:
    """``RoleBinding namespaceAdmin``, with the namespace where it is not the tenant's."""
    if manifest.namespace and manifest.namespace != tenant:
        return visible(f"{manifest.kind} {manifest.namespace}/{manifest.name}")
    return visible(f"{manifest.kind} {manifest.name}")


def alike(units: Iterable[UnitChange]) -> list[tuple[UnitChange, list[str]]]:
    """Units of which each stands for the other tenants of its cluster that change as it does.

    A line of platform.yaml may change a thousand workspaces; it is read once. A tenant's
    own name is left out of account, and so is the line that causes the change.
    """
    found: dict[Any, tuple[UnitChange, list[str]]] = {}
    for unit in units:
        if unit.tenant:
            first, others = found.setdefault(unit.shape, (unit, []))
            if first is not unit:
                others.append(unit.tenant)
        else:
            found[unit.cluster] = (unit, [])
    return list(found.values())


def names_text(names: Sequence[str], shown: int = 5) -> str:
    """``a, b, c``, or the first of them ``and 95 more``."""
    more = len(names) - shown
    return visible(", ".join(names[:shown])) + (f" and {more:,} more" if more > 0 else "")


def kinds_text(manifests: Iterable[ManifestChange]) -> str:
    """``Namespace, Profile, 3 RoleBinding``."""
    counted = Counter(manifest.kind for manifest in manifests)
    return ", ".join(kind if number == 1 else f"{number} {kind}"
                     for kind, number in sorted(counted.items()))


def many(number: int, word: str) -> str:
    """``1 object``, ``1,200 objects``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def headline(diff: EstateDiff) -> str:
    """What changes, in one line: workspaces, then objects."""
    workspaces = _listed((len(diff.workspaces(op)), op) for op in ("removed", "added", "changed"))
    objects = _listed((diff.count(op), op) for op in ("removed", "added", "changed"))
    if not diff.units:
        return "no differences found" if diff.incomplete else "no differences"
    return f"workspaces: {workspaces or 'none changed'}; objects: {objects}"


def _listed(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{number:,} {op}" for number, op in counts if number)


def what_goes(unit: UnitChange) -> str:
    """What the removal of a workspace or cluster means, in words."""
    if not unit.tenant:
        return "no longer declared"
    kept = not any(manifest.kind == "Namespace" for manifest in unit.manifests)
    return "its manifests go" if kept else "the namespace goes, with everything in it"
