"""The compiled schemas and rules of one kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from gitops.foundation.findings import Path
from gitops.schemas.demands import Inseparable, alone, demands, lengths
from gitops.schemas.messages import violations
from gitops.schemas.rules import Rule
from gitops.schemas.shapes import Schema
from gitops.schemas.sieve import Demand, Plain, Reader, Sieve
from gitops.schemas.violation import Violation


class Compiled:
    """What documents of one kind must satisfy: every schema, then every rule."""

    __slots__ = ("_rules", "_tests", "_validators", "schemas")

    def __init__(self, schemas: tuple[Schema, ...], rules: tuple[Rule, ...]) -> None:
        self.schemas = schemas
        self._rules = rules
        self._validators = tuple(_validator(schema) for schema in schemas)
        self._tests = tuple(one.is_valid for one in self._validators)

    def check(self, document: Mapping[str, Any]) -> list[Violation]:
        """What is wrong with the document; nothing if it is valid."""
        try:
            for test in self._tests:
                if not test(document):
                    return self._broken(document)
        except ValueError:
            return list(_not_json(document, ()))
        found: list[Violation] = []
        for rule in self._rules:
            found += rule(document)
        return found

    def sieve(self, outline: Any, values: Sequence[object], plain: Plain,
              known: dict[str, Demand]) -> Sieve | None:
        """See :meth:`gitops.schemas.check.Schemas.sieve`; ``known`` are the demands so far."""
        asked: dict[int, list[Demand]] = {}
        try:
            for schema in self.schemas:
                for index, some in demands(schema, outline).items():
                    demand = _demand(alone(some, schema), plain, known)
                    asked.setdefault(index, []).append(demand)
            return Sieve(asked, [Reader(rule, outline, plain, values) for rule in self._rules])
        except Inseparable:
            return None

    def _broken(self, document: Mapping[str, Any]) -> list[Violation]:
        found: dict[Violation, None] = {}
        for schema, validator in zip(self.schemas, self._validators, strict=True):
            found.update(dict.fromkeys(violations(validator.iter_errors(document), schema)))
        return list(found)


def _demand(schema: Schema, plain: Plain, known: dict[str, Demand]) -> Demand:
    """The demand of a schema, which many shapes and kinds make alike."""
    key = json.dumps(schema, sort_keys=True)
    if key not in known:
        known[key] = Demand(_validator(schema).is_valid, plain,
                            lengths(schema, schema.get("$defs", {})))
    return known[key]


def _validator(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _not_json(value: Any, where: Path) -> Iterator[Violation]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield Violation((*where, str(key)), f"the key {key!r} must be a string")
            else:
                yield from _not_json(item, (*where, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _not_json(item, (*where, index))
    elif not isinstance(value, str | int | float | bool | None):
        yield Violation(where, f"a {type(value).__name__} has no place in a manifest")
