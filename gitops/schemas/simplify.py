"""Kubernetes' published JSON Schemas, reduced to what validation needs.

Prose and extensions go, references become local, and ``null`` goes too: the API server
reads it as "not set", but in a rendered manifest it is a hole that was not filled.
"""

from __future__ import annotations

from typing import Any, Final

from gitops.schemas.shapes import Schema

REFERENCE: Final = "#/$defs/"
_INT32: Final = {"minimum": -(2**31), "maximum": 2**31 - 1}
_KEPT: Final = frozenset(
    {
        "required",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
    }
)


def simplified(raw: dict[str, Any]) -> Schema:
    """One published schema with local references, no null and no prose."""
    if "$ref" in raw:
        return {"$ref": REFERENCE + raw["$ref"].rpartition("/")[2]}
    schema: Schema = {key: value for key, value in raw.items() if key in _KEPT}
    if (type_ := _type(raw.get("type"))) is not None:
        schema["type"] = type_
    if raw.get("format") == "int32":
        schema |= _INT32
    if "properties" in raw:
        schema["properties"] = {k: simplified(v) for k, v in raw["properties"].items()}
    if "items" in raw:
        schema["items"] = simplified(raw["items"])
    extra = raw.get("additionalProperties")
    if extra is not None:
        schema["additionalProperties"] = extra if isinstance(extra, bool) else simplified(extra)
    return schema


def _type(declared: str | list[str] | None) -> str | list[str] | None:
    if not isinstance(declared, list):
        return declared
    types = [one for one in declared if one != "null"]
    return types[0] if len(types) == 1 else types
