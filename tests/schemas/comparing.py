"""One of our strict schemas beside the real CRD's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitops.schemas import strict
from gitops.schemas.core import CoreSchemas

from .unsupported import UNSUPPORTED


def agree(api_version: str, kind: str, theirs: dict[str, Any]) -> None:
    """Both know the same, but for what UNSUPPORTED tells."""
    ours = strict.find(api_version, kind)
    assert ours is not None
    left_out = UNSUPPORTED.get(kind, {})
    types = {**ours.schema.get("$defs", {}), **CoreSchemas("1.37").definitions(ours.schema)}
    found = set(_differences(ours.schema, theirs, types))
    assert sorted(found - left_out.keys()) == []
    assert sorted(left_out.keys() - found) == [], "no longer a difference: drop it from the table"


def _differences(
    ours: dict[str, Any], theirs: dict[str, Any], types: dict[str, Any], where: str = ""
) -> Iterator[str]:
    if (ref := ours.get("$ref")) is not None:
        name = ref.removeprefix("#/$defs/")
        if name.startswith("io.k8s.api.") or where == ".metadata":
            return
        ours = types[name]
    yield from _choices(ours, theirs, where)
    if "items" in ours and "items" in theirs:
        yield from _differences(ours["items"], theirs["items"], types, f"{where}[]")
    if isinstance(ours.get("additionalProperties"), dict):
        other = theirs.get("additionalProperties")
        if isinstance(other, dict):
            yield from _differences(ours["additionalProperties"], other, types, f"{where}.*")
    yield from _fields(ours, theirs, types, where)


def _fields(
    ours: dict[str, Any], theirs: dict[str, Any], types: dict[str, Any], where: str
) -> Iterator[str]:
    mine, other = ours.get("properties"), theirs.get("properties")
    if mine is None or other is None:
        return
    known = {name for name, shape in mine.items() if shape.get("not") != {}}
    for name in other.keys() - mine.keys() - ({"status"} if not where else set()):
        yield f"{where}.{name} is only in the CRD"
    for name in known - other.keys() if theirs.get("additionalProperties") is False else ():
        yield f"{where}.{name} is only in ours"
    for name in set(theirs.get("required", ())) - set(ours.get("required", ())):
        yield f"{where}.{name} is required by the CRD"
    for name in sorted(known & other.keys()):
        yield from _differences(mine[name], other[name], types, f"{where}.{name}")


def _choices(ours: dict[str, Any], theirs: dict[str, Any], where: str) -> Iterator[str]:
    if "enum" in theirs:
        beyond = set(ours.get("enum", ["anything"])) - set(theirs["enum"])
        yield from (f"{where} may be {value!r} in ours only" for value in beyond)
    if "maxItems" in theirs and ours.get("maxItems", 10**9) > theirs["maxItems"]:
        yield f"{where} may be longer in ours"
    mine, other = _types(ours), _types(theirs)
    if mine and other and not mine <= other:
        yield f"{where} is {sorted(mine)} in ours and {sorted(other)} in the CRD"


def _types(schema: dict[str, Any]) -> set[str]:
    found = schema.get("type", [])
    return {found} if isinstance(found, str) else set(found)
