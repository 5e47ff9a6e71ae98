"""JSON Schemas of the declarations, for editors: they complete, explain and check while one types.

The compiler itself does not use them: it reports more, and better. Whatever it takes, they
take too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gitops.declarations.load import SPECS
from gitops.declarations.presets import SHORTHANDS, preset
from gitops.declarations.types import Schema
from gitops.declarations.yamltree import Tree

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> Schema:
    """The schema of one kind of declaration: ``platform``, ``cluster``, ``group``, ``tenant``.

    A key that presets fill in may be left out of a cluster file, and one word may stand
    in the place of some mappings.
    """
    schema = SPECS[kind].schema()
    if kind == "cluster":
        schema = _under_presets(schema, preset("base"))
        schema["properties"] |= {key: _or_word(schema["properties"][key], word)
                                 for key, word in SHORTHANDS.items()}
    return {"$schema": DIALECT, "$id": f"urn:gitops-tenancy:{kind}",
            "title": SPECS[kind].title, **schema}


def schema_files() -> dict[str, bytes]:
    """Every schema as a file: name to content."""
    return {f"{kind}.json": (json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n")
            .encode() for kind in SPECS}


def _under_presets(schema: Schema, filled: Mapping[str, Tree]) -> Schema:
    """A record's schema in which nothing is required that a preset fills in."""
    properties = dict(schema["properties"])
    for key, value in filled.items():
        if isinstance(value, dict) and "properties" in properties[key]:
            properties[key] = _under_presets(properties[key], value)
    needed = [key for key in schema.get("required", ()) if key not in filled]
    rest: dict[str, Any] = {key: value for key, value in schema.items() if key != "required"}
    return {**rest, "properties": properties, **({"required": needed} if needed else {})}


def _or_word(schema: Schema, word: str) -> Schema:
    """A record's schema, or that of the one key that a word in its place stands for."""
    described: Schema = {key: schema[key] for key in ("title", "description") if key in schema}
    record = {key: value for key, value in schema.items() if key not in described}
    return {**described, "anyOf": [schema["properties"][word], record]}
