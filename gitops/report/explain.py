"""Explanations as aligned text for people and as JSON for machines.

The JSON document, version 1::

    {"version": 1, "target": "rolebinding/namespaceAdmin", "notes": [],
     "objects": [
       {"cluster": "prod", "tenant": "vision",       "" for a cluster's own objects
        "apiGroup": "…", "kind": "RoleBinding", "namespace": "vision", "name": "…",
        "file": "rendered/prod/tenants/vision/access.yaml",
        "template": {"file": "…", "line": 31, "column": 1},
        "because": [{"file": "tenants/vision.yaml", "line": 5, "column": 5, "preset": "",
                    "path": ["contributors", 0]}],
        "fields": [{"path": ["metadata", "name"], "field": "metadata.name", "value": "…",
                    "template": {…}, "expression": "", "declared": [{…}]}]}],
     "values": [{"path": "mesh.mode", "value": "sidecar", "from": "file", "declared": {…}}]}

``because`` are the declared values without which the object would not be there, ``values``
the settings of a cluster; ``from`` is ``file``, ``preset`` or ``default``. A line of 0 means
the file as a whole. Values of Secrets are never shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import asdict

from gitops.foundation.findings import Position
from gitops.report.changes import path_text, value_text
from gitops.review.explain import Declared, EffectiveValue, Explanation, FieldSource, ObjectSource
from gitops.review.explain_template import BUILT_IN

Paint = Callable[[str, str], str]
_WIDEST, _MOST_PLACES = 60, 3


def text(explanation: Explanation, paint: Paint) -> str:
    """The explanation for a person. ``paint(text, hue)`` colours, or gives the text back."""
    parts = ["\n".join(_values(explanation.values, paint))] if explanation.values else []
    if explanation.brief:
        parts += ["\n".join(_briefly(explanation.objects, paint))] if explanation.objects else []
    else:
        parts += ["\n".join(_object(one, paint)) for one in explanation.objects]
    return "\n\n".join([*parts, *(paint(note, "dim") for note in explanation.notes)])


def _object(one: ObjectSource, paint: Paint) -> Iterator[str]:
    where = f"{one.unit.tenant} on {one.unit.cluster}" if one.unit.tenant else one.unit.cluster
    yield paint(f"{one.identity[1]} {value_text(one.identity[3])}", "bold") + f"  ({where})"
    yield f"  in          rendered/{one.file}"
    yield f"  template    {one.template.file}:{one.template.line}"
    if one.because:
        yield f"  because of  {_declared(one.because)}"
    yield ""
    yield from _table(("FIELD", "VALUE", "TEMPLATE", "DECLARED"), [
        (path_text(field.path), value_text(field.value, _WIDEST), _template(field),
         _declared(field.declared)) for field in one.fields], paint)


def _template(field: FieldSource) -> str:
    return f"{field.template.file.removeprefix(BUILT_IN)}:{field.template.line}"


def _declared(declared: Sequence[Declared]) -> str:
    """The places, the exact ones only where there are any."""
    exact = [item for item in declared if item.line or item.preset]
    places = list(dict.fromkeys(str(item) for item in exact or declared))
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    return ", ".join(places[:_MOST_PLACES]) + more


def _briefly(objects: Sequence[ObjectSource], paint: Paint) -> Iterator[str]:
    yield from _table(("OBJECT", "FILE", "FIELDS FROM HERE"), [
        (f"{one.identity[1]} {value_text(one.identity[3])}", f"rendered/{one.file}",
         str(len(one.fields)) if one.fields else "-") for one in objects], paint)


def _values(values: Sequence[EffectiveValue], paint: Paint) -> Iterator[str]:
    yield from _table(("SETTING", "VALUE", "FROM"), [
        (value.path, value_text(value.value, _WIDEST), _from(value.declared))
        for value in values], paint)


def _from(declared: Declared | None) -> str:
    if declared is None:
        return "default"
    return f"preset {declared.preset}" if declared.preset else str(declared)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], paint: Paint) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    yield paint(_row(head, widths), "dim")
    yield from (_row(row, widths) for row in rows)


def _row(cells: tuple[str, ...], widths: Sequence[int]) -> str:
    return ("  " + "  ".join(cell.ljust(width)
                             for cell, width in zip(cells, widths, strict=True))).rstrip()


def json_text(explanation: Explanation) -> str:
    """The explanation as a JSON document; see the module's description."""
    return json.dumps({
        "version": 1, "target": explanation.title, "notes": list(explanation.notes),
        "objects": [_object_data(one) for one in explanation.objects],
        "values": [{"path": value.path, "value": value.value, "from": _kind(value.declared),
                    "declared": asdict(value.declared) if value.declared else None}
                   for value in explanation.values]}, indent=2, ensure_ascii=False)


def _kind(declared: Declared | None) -> str:
    if declared is None:
        return "default"
    return "preset" if declared.preset else "file"


def _object_data(one: ObjectSource) -> dict[str, Any]:
    group, kind, namespace, name = one.identity
    return {"cluster": one.unit.cluster, "tenant": one.unit.tenant, "apiGroup": group,
            "kind": kind, "namespace": namespace, "name": name, "file": f"rendered/{one.file}",
            "template": _position(one.template), "because": [asdict(item) for item in one.because],
            "fields": [_field_data(field) for field in one.fields]}


def _field_data(field: FieldSource) -> dict[str, Any]:
    return {"path": list(field.path), "field": path_text(field.path), "value": field.value,
            "template": _position(field.template), "expression": field.expression,
            "declared": [asdict(item) for item in field.declared]}


def _position(position: Position) -> dict[str, Any]:
    return {"file": position.file, "line": position.line, "column": position.column}
