"""A CRD's structural schema as a strict JSON Schema.

The API server prunes unknown fields; here they are refused wherever the CRD does not say
that it keeps them. Formats are kept where their meaning is the same in both worlds;
CEL rules are left to the API server.

Source: k8s.io/apiextensions-apiserver ``pkg/apiserver/schema`` (structural schemas, pruning).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gitops.schemas.metadata import OBJECT_META, top_level
from gitops.schemas.shapes import DNS_NAME, TEXT, Schema

_SAME: Final = frozenset(
    {
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "uniqueItems",
    }
)
_FORMATS: Final = frozenset({"date", "date-time", "ipv4", "ipv6", "uuid"})
_INT32: Final = {"minimum": -(2**31), "maximum": 2**31 - 1}
_COMBINED: Final = ("allOf", "anyOf", "oneOf")
_PRESERVE: Final = "x-kubernetes-preserve-unknown-fields"
_EITHER: Final = "x-kubernetes-int-or-string"


def document_schema(openapi: Mapping[str, Any], namespaced: bool) -> Schema:
    """The schema of a kind's documents, their metadata checked by us."""
    schema = converted(openapi)
    schema["type"] = "object"
    schema["properties"] = {
        **schema.get("properties", {}),
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": top_level(DNS_NAME, namespaced),
    }
    schema["required"] = sorted({"metadata", *schema.get("required", ())})
    return schema


def converted(node: Mapping[str, Any], closing: bool = True) -> Schema:
    """One node of a structural schema; inside ``anyOf`` and the like nothing is closed.

    Raises ValueError for a reference, which the API server refuses in a CRD.
    """
    if "$ref" in node:
        raise ValueError("a structural schema holds no $ref")
    schema: Schema = {key: node[key] for key in _SAME & node.keys()}
    _exclusive(schema)
    _combinations(schema, node)
    if node.get("format") in _FORMATS:
        schema["format"] = node["format"]
    if node.get("format") == "int32":
        schema = _INT32 | schema
    if "type" in node or node.get(_EITHER):
        schema["type"] = _type(node)
    if "items" in node:
        schema["items"] = converted(node["items"], closing)
    if node.get("x-kubernetes-list-type") == "set":
        schema["uniqueItems"] = True
    _fields(schema, node, closing)
    return schema


def _fields(schema: Schema, node: Mapping[str, Any], closing: bool) -> None:
    fields = {name: converted(one, closing) for name, one in node.get("properties", {}).items()}
    if node.get("x-kubernetes-embedded-resource"):
        fields |= {"apiVersion": TEXT, "kind": TEXT, "metadata": {"$ref": f"#/$defs/{OBJECT_META}"}}
        schema["required"] = sorted({"apiVersion", "kind", *schema.get("required", ())})
    if fields:
        schema["properties"] = fields
    extra = node.get("additionalProperties")
    if isinstance(extra, Mapping):
        schema["additionalProperties"] = converted(extra, closing)
    elif closing and node.get("type") == "object" and not (extra or node.get(_PRESERVE)):
        schema["additionalProperties"] = False


def _type(node: Mapping[str, Any]) -> str | list[str]:
    types = ["integer", "string"] if node.get(_EITHER) else [node["type"]]
    if node.get("nullable"):
        types.append("null")
    return types[0] if len(types) == 1 else types


def _combinations(schema: Schema, node: Mapping[str, Any]) -> None:
    for keyword in _COMBINED:
        options = node.get(keyword)
        if options and not (node.get(_EITHER) and _only_types(options)):
            schema[keyword] = [converted(option, closing=False) for option in options]
    if "not" in node:
        schema["not"] = converted(node["not"], closing=False)


def _only_types(options: list[dict[str, Any]]) -> bool:
    return all(list(option) == ["type"] for option in options)


def _exclusive(schema: Schema) -> None:
    """OpenAPI 3.0 says ``exclusiveMinimum: true`` beside the bound; JSON Schema replaced that."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
        if flag is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
