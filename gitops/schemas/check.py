"""Is this document valid for that cluster? One question, asked a hundred thousand times.

A kind's schema is read, tightened and compiled when the first document of that kind
comes by; a valid document then costs one call into jsonschema-rs and the few rules that no
schema can express. What failed is looked into only when something did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, Position
from gitops.schemas import rules, strict
from gitops.schemas.core import CoreSchemas
from gitops.schemas.shapes import Schema
from gitops.schemas.unknown import unknown
from gitops.schemas.violation import Violation

if TYPE_CHECKING:
    from gitops.schemas.compiled import Compiled
    from gitops.schemas.crds import CustomSchemas
    from gitops.schemas.sieve import Demand, Plain, Sieve

__all__ = ["Schemas", "Violation", "release"]


def release(kubernetes: str) -> str:
    """The release of a version: ``v1.33.4-gke.100`` and ``1.33`` are both ``1.33``.

    Raises ValueError if the text is no version.
    """
    match = re.match(r"v?(\d+\.\d+)(?:\.|$)", kubernetes)
    if match is None:
        raise ValueError(f"{kubernetes!r} is not a Kubernetes version")
    return match[1]


class Schemas:
    """The schemas of one cluster: its Kubernetes version's, ours, and those of its CRDs.

    A kind that has both a schema of ours and a CRD must satisfy both.

    Raises ValueError for a version that :mod:`gitops.schemas.installed` does not know, and
    Refused at the first document of a kind whose CRD is malformed.
    """

    __slots__ = ("_core", "_custom", "_demands", "_kinds")

    def __init__(self, kubernetes: str, custom: CustomSchemas | None = None) -> None:
        self._core = CoreSchemas(release(kubernetes))
        self._custom = custom
        self._kinds: dict[tuple[str, str], Compiled | None] = {}
        self._demands: dict[str, Demand] = {}

    def check(self, document: Mapping[str, Any]) -> list[Violation]:
        """What is wrong with the document; nothing if it is valid.

        Rules across fields are asked only of a document whose shape is right.
        """
        try:
            compiled = self._kinds[document["apiVersion"], document["kind"]]
        except (KeyError, TypeError):
            compiled = self._first(document)
        if compiled is None:
            return [unknown(document, self._core, self._custom)]
        return compiled.check(document)

    def sieve(self, outline: Any, values: Sequence[object], plain: Plain) -> Sieve | None:
        """What finds documents of one shape valid by their values alone; None if nothing can.

        Args:
            outline: a document's data with a :class:`Gap` for each value; apiVersion and kind
                have none.
            values: by index, what a valid document has in its gaps.
            plain: what a value is in a document's data.
        """
        compiled = self._kinds.get((outline["apiVersion"], outline["kind"]))
        return compiled.sieve(outline, values, plain, self._demands) if compiled else None

    def schema(self, api_version: str, kind: str) -> tuple[Schema, ...]:
        """The JSON Schemas that a kind's documents must satisfy, complete with ``$defs``."""
        compiled = self._compile(api_version, kind)
        return compiled.schemas if compiled else ()

    def _first(self, document: Mapping[str, Any]) -> Compiled | None:
        api_version, kind = document.get("apiVersion"), document.get("kind")
        if not isinstance(api_version, str) or not isinstance(kind, str):
            return None
        compiled = self._compile(api_version, kind)
        self._kinds[api_version, kind] = compiled
        return compiled

    def _compile(self, api_version: str, kind: str) -> Compiled | None:
        schemas: list[Schema] = []
        checks = rules.for_kind(api_version, kind)
        if (ours := strict.find(api_version, kind)) is not None:
            schemas.append(ours.schema)
            checks = ours.rules
        elif (core := self._core.kind(api_version, kind)) is not None:
            schemas.append(core)
        try:
            theirs = self._custom and self._custom.schema(api_version, kind)
            if theirs:
                schemas.append(theirs)
            if not schemas:
                return None
            from gitops.schemas.compiled import Compiled

            return Compiled(tuple(self._complete(schema) for schema in schemas), checks)
        except ValueError as error:
            raise self._unusable(api_version, kind) from error

    def _unusable(self, api_version: str, kind: str) -> Refused:
        file = self._custom.origin(api_version.rpartition("/")[0], kind) if self._custom else ""
        message = f"the CRD of {kind} cannot be used: its schema is malformed"
        return Refused([Finding("unusable-crd", Position(file), message)])

    def _complete(self, schema: Schema) -> Schema:
        own = schema.get("$defs", {})
        return {**schema, "$defs": {**own, **self._core.definitions(schema)}}
