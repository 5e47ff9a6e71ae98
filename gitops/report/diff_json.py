"""Differences for machines.

The document, version 1::

    {"version": 1,
     "base": {"commit": "…", "label": "main"},
     "complete": true,            false where the base could not be rendered
     "incomplete": "",            why
     "findings": [],              what is wrong at the base, as `validate --format json` has it
     "counts": {"workspaces": {"added": 0, "removed": 0, "changed": 1}, "objects": {…}},
     "units": [                   removed ones first, then by cluster and tenant
       {"op": "changed", "cluster": "prod", "tenant": "vision",    "" for a cluster's own objects
        "objects": [
          {"op": "changed", "kind": "Profile", "namespace": "", "name": "vision",
           "file": "rendered/prod/platform/tenants/vision.yaml", "cause": null,
           "fields": [
             {"op": "changed", "path": ["spec", "rules", 0, {"name": "x"}], "field": "spec.rules…",
              "old": 1, "new": 2,
              "cause": {"side": "head", "file": "…", "line": 1, "column": 1}}]}]}],
     "form": ["rendered/…"],      written differently, meaning the same
     "renames": [{"from": "a", "to": "b"}],
     "refused": []}               removals that no render makes unasked, as findings

``op`` is ``added``, ``removed`` or ``changed``; of a field that came or went, the other value
is null. A step of a path is a key, an index, or the key and value that name an item. A cause
on the side ``base`` is a line that stood there. Of workspaces that change alike only the
first few are traced to a cause; it is null for the others, and where none is known. Values
of Secrets are never shown.
"""

from __future__ import annotations

import json
from typing import Any

from gitops.foundation.findings import Position
from gitops.report.changes import path_text
from gitops.report.findings import as_data
from gitops.review.differences import Item, Op, Step
from gitops.review.estates import EstateDiff, FieldChange, ManifestChange, UnitChange
from gitops.review.revisions import OUTPUT, Base

VERSION = 1
_OPS: tuple[Op, ...] = ("added", "removed", "changed")


def json_text(diff: EstateDiff, base: Base) -> str:
    """The document as text, without a newline at the end."""
    return json.dumps(document(diff, base), indent=2, ensure_ascii=False, default=str)


def document(diff: EstateDiff, base: Base) -> dict[str, Any]:
    """The document as JSON values."""
    return {
        "version": VERSION,
        "base": {"commit": base.commit, "label": base.label},
        "complete": not diff.incomplete,
        "incomplete": diff.incomplete,
        "findings": as_data(diff.findings),
        "counts": {"workspaces": {op: len(diff.workspaces(op)) for op in _OPS},
                   "objects": {op: diff.count(op) for op in _OPS}},
        "units": [_unit(unit) for unit in diff.units],
        "form": [f"{OUTPUT}/{path}" for path in diff.form],
        "renames": [{"from": old, "to": new} for old, new in diff.renames],
        "refused": as_data(diff.refused),
    }


def _unit(unit: UnitChange) -> dict[str, Any]:
    return {"op": unit.op, "cluster": unit.cluster, "tenant": unit.tenant,
            "objects": [_object(manifest) for manifest in unit.manifests]}


def _object(manifest: ManifestChange) -> dict[str, Any]:
    return {"op": manifest.op, "kind": manifest.kind, "namespace": manifest.namespace,
            "name": manifest.name, "file": f"{OUTPUT}/{manifest.file}",
            "cause": _cause(manifest.cause, manifest.op),
            "fields": [_field(entry) for entry in manifest.fields]}


def _field(entry: FieldChange) -> dict[str, Any]:
    change = entry.change
    return {"op": change.op, "path": [_step(step) for step in change.path],
            "field": path_text(change.path), "old": change.old, "new": change.new,
            "cause": _cause(entry.cause, change.op)}


def _step(step: Step) -> Any:
    return {step.key: step.value} if isinstance(step, Item) else step


def _cause(position: Position | None, op: Op) -> dict[str, Any] | None:
    if position is None:
        return None
    return {"side": "base" if op == "removed" else "head", "file": position.file,
            "line": position.line, "column": position.column}
