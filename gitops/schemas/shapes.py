"""A few words to write JSON Schemas in: records that know all their fields, lists, maps, choices.

A schema is plain data (draft 2020-12). A failing keyword is explained by the ``$comment``
beside it where there is one (:func:`says`), so a shape can carry its own sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from gitops.schemas import syntax

Schema: TypeAlias = dict[str, Any]


def says(schema: Schema, sentence: str) -> Schema:
    """The schema with the sentence that explains a failure of its own keywords."""
    return {**schema, "$comment": sentence}


def record(fields: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """A mapping with these fields and no others."""
    schema: Schema = {
        "type": "object",
        "properties": dict(fields),
        "additionalProperties": False,
    }
    if required:
        schema["required"] = list(required)
    return schema


def listing(items: Schema, least: int = 0, most: int = 0, unique: bool = False) -> Schema:
    """A list of items; ``most`` 0 means any number."""
    schema: Schema = {"type": "array", "items": items}
    if least:
        schema["minItems"] = least
    if most:
        schema["maxItems"] = most
    if unique:
        schema["uniqueItems"] = True
    return schema


def mapping(values: Schema, keys: Schema | None = None, most: int = 0) -> Schema:
    """A mapping with free keys; ``most`` 0 means any number of them."""
    schema: Schema = {"type": "object", "additionalProperties": values}
    if keys:
        schema["propertyNames"] = keys
    if most:
        schema["maxProperties"] = most
    return schema


def choice(*values: str) -> Schema:
    """One of these strings."""
    return {"type": "string", "enum": list(values)}


def spelt(pattern: str, most: int = 0) -> Schema:
    """A string of one of the spellings in :mod:`gitops.schemas.syntax`; ``most`` characters."""
    schema: Schema = {"type": "string", "pattern": pattern}
    if most:
        schema["maxLength"] = most
    return schema


def number(least: int | None = None, most: int | None = None) -> Schema:
    """A whole number within bounds."""
    schema: Schema = {"type": "integer"}
    if least is not None:
        schema["minimum"] = least
    if most is not None:
        schema["maximum"] = most
    return schema


def core(name: str) -> Schema:
    """A type of Kubernetes itself, in the version of the cluster: ``core("core.v1.PodSpec")``."""
    return {"$ref": f"#/$defs/io.k8s.api.{name}"}


def exactly_one(schema: Schema, *fields: str) -> Schema:
    """A record in which one of the fields, and only one, is set."""
    return {**schema, "oneOf": [{"required": [field]} for field in fields]}


def at_most_one(schema: Schema, *fields: str) -> Schema:
    """A record in which no two of the fields are set."""
    rest: Schema = {"not": {"anyOf": [{"required": [field]} for field in fields]}}
    return {**schema, "oneOf": [*({"required": [field]} for field in fields), rest]}


ANY: Final[Schema] = {}
TEXT: Final[Schema] = {"type": "string"}
FILLED: Final[Schema] = {"type": "string", "minLength": 1}
FLAG: Final[Schema] = {"type": "boolean"}
TEXTS: Final = listing(TEXT)
FILLED_TEXTS: Final = listing(FILLED, least=1)
DNS_LABEL: Final = spelt(syntax.DNS_LABEL, 63)
DNS_1035: Final = spelt(syntax.DNS_1035, 63)
DNS_NAME: Final = spelt(syntax.DNS_SUBDOMAIN, 253)
PATH_SEGMENT: Final = spelt(syntax.PATH_SEGMENT)
LABELS: Final = mapping(spelt(syntax.LABEL_VALUE), spelt(syntax.LABEL_KEY))
ANNOTATIONS: Final = mapping({"type": "string", "maxLength": 262144}, spelt(syntax.ANNOTATION_KEY))
PORT: Final = number(1, 65535)
SELECTOR: Final[Schema] = {
    "$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
}
AMOUNT: Final[Schema] = {"type": ["integer", "string"], "pattern": syntax.AMOUNT, "minimum": 0}
"""A quantity as custom resources take it: a string, or a whole number."""
AMOUNTS: Final = mapping(AMOUNT, spelt(syntax.LABEL_KEY))
