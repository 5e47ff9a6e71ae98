"""What a schema demands of each gap of a document, once one such document is valid.

A schema that only says "and" on its way to a gap can be taken apart: with another value in
the gap, the document is valid exactly if that value satisfies what the schema says of it.
Whatever else a schema says on the way (a choice, a condition) is not taken apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

from gitops.foundation.gaps import Gap, index_of
from gitops.schemas.core import references
from gitops.schemas.shapes import Schema
from gitops.schemas.simplify import REFERENCE

_SILENT: Final = frozenset({"$comment", "$defs", "default", "description", "examples", "title"})
_KEYS: Final = frozenset({"type", "required", "dependentRequired", "minProperties",
                          "maxProperties", "propertyNames", "minItems", "maxItems"})
"""What is said of a collection's kind, keys and size, which values in it do not change."""
_PARTS: Final = frozenset({"properties", "additionalProperties", "items", "$ref", "allOf"})
_TEXT: Final = {"type": "string"}
_OF_LENGTH: Final = frozenset({"type", "minLength", "maxLength", "$ref", "allOf"})
_CHOICES: Final = ("oneOf", "anyOf")


class Inseparable(Exception):
    """The schema says something on the way to a gap that hangs on more than one value."""


def demands(schema: Schema, outline: Any) -> dict[int, list[Schema]]:
    """By the index of each gap, the schemas that its value must satisfy.

    Args:
        schema: complete with its ``$defs``, to which the results refer too.
        outline: a document that satisfies it with some values, and gaps in their places.

    Raises:
        Inseparable: it must be asked of each document as a whole.
    """
    found: dict[int, list[Schema]] = {index: [] for index in _gaps(outline)}
    for index, demand in _walk(outline, schema, schema.get("$defs", {})):
        found[index].append(demand)
    return found


def alone(demands: list[Schema], schema: Schema) -> Schema:
    """What the schema demands of one gap, as a schema of its own."""
    defs: dict[str, Schema] = {}
    if any(one.get("type") == "string" for one in demands if one != _TEXT):
        demands = [one for one in demands if one != _TEXT]  # said again by another
    waiting = references(demands)
    while waiting:
        name = waiting.pop()
        if name not in defs:
            defs[name] = schema["$defs"][name]
            waiting += references(defs[name])
    return {"allOf": demands, "$defs": defs} if demands else {}


def lengths(schema: Any, defs: dict[str, Schema]) -> tuple[int, int] | None:
    """How long a text must be, at least and at most; None where more than that is asked of it."""
    if schema is True:
        return 0, sys.maxsize
    if not isinstance(schema, dict) or not schema.keys() <= _SILENT | _OF_LENGTH:
        return None
    kind = schema.get("type", "string")
    if kind != "string" and not (isinstance(kind, list) and "string" in kind):
        return None
    parts = [lengths(part, defs) for part in schema.get("allOf", ())]
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(REFERENCE)
        parts.append(lengths(defs.get(name, False), defs))
    if None in parts:
        return None
    parts.append((schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)))
    known = list(filter(None, parts))
    return max(least for least, _ in known), min(most for _, most in known)


def _gaps(node: Any) -> Iterator[int]:
    if type(node) is Gap:
        yield index_of(node)
    elif type(node) in (dict, list):
        for item in node.values() if type(node) is dict else node:
            yield from _gaps(item)


def _walk(node: Any, schema: Any, defs: dict[str, Schema]) -> Iterator[tuple[int, Schema]]:
    if schema is True or next(_gaps(node), None) is None:
        return
    if not isinstance(schema, dict):
        raise Inseparable
    if type(node) is Gap:
        yield index_of(node), schema
        return
    for word in schema.keys() - _SILENT - _KEYS - _PARTS:
        if not _only_of_keys(word, schema[word]) and not word.startswith("x-"):
            raise Inseparable
    if "$ref" in schema:
        yield from _walk(node, _target(schema["$ref"], defs), defs)
    for part in schema.get("allOf", ()):
        yield from _walk(node, part, defs)
    yield from _inside(node, schema, defs)


def _inside(node: Any, schema: Schema, defs: dict[str, Schema]) -> Iterator[tuple[int, Schema]]:
    if type(node) is list:
        for item in node:
            yield from _walk(item, schema.get("items", True), defs)
        return
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, item in node.items():
        yield from _walk(item, known.get(key, others), defs)


def _target(reference: Any, defs: dict[str, Schema]) -> Any:
    name = str(reference).removeprefix(REFERENCE)
    if name not in defs:
        raise Inseparable
    return defs[name]


def _only_of_keys(word: str, said: Any) -> bool:
    """Whether a word asks for nothing but which keys there are."""
    if word == "required":
        return True
    if word == "not":
        return isinstance(said, dict) and all(_only_of_keys(*one) for one in said.items())
    return word in _CHOICES and all(
        isinstance(one, dict) and all(_only_of_keys(*pair) for pair in one.items())
        for one in said)
