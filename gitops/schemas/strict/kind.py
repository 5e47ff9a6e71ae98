"""What a strict schema of ours consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gitops.schemas.metadata import top_level
from gitops.schemas.rules import Rule
from gitops.schemas.shapes import DNS_NAME, TEXT, Schema, record


class Strict(Struct, frozen=True):
    """The schema of a kind's documents, and the rules that no schema can express."""

    schema: Schema
    rules: tuple[Rule, ...] = ()


def kind(
    fields: Mapping[str, Schema],
    required: Sequence[str] = ("spec",),
    namespaced: bool = True,
    name: Schema = DNS_NAME,
    rules: tuple[Rule, ...] = (),
) -> Strict:
    """A kind with these fields beside apiVersion, kind and metadata."""
    head = {"apiVersion": TEXT, "kind": TEXT, "metadata": top_level(name, namespaced)}
    return Strict(record({**head, **fields}, ["metadata", *required]), rules)
