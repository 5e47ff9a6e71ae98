"""CRDs come from anybody's pull request: whatever stands in one is told, and nothing hangs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gitops.foundation.errors import Refused
from gitops.schemas.check import Schemas
from gitops.schemas.crds import CustomSchemas

FOO = {"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "x"},
       "spec": {"a": "a" * 40 + "!"}}


def crd(schema: Any) -> str:
    version = {"name": "v1", "served": True, "schema": {"openAPIV3Schema": schema}}
    return json.dumps({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                       "spec": {"group": "example.com", "scope": "Namespaced",
                                "names": {"kind": "Foo"}, "versions": [version]}})


def told(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        Schemas("1.37", CustomSchemas.read({"x.yaml": text.encode()})).check(FOO)
    return [(finding.rule, finding.message) for finding in caught.value.findings]


def spec(schema: Any) -> Any:
    return {"type": "object", "properties": {"spec": schema}}


def nested(levels: int) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize("schema", [
    [1], "text", {"type": "object", "properties": ["a"]}, spec(["a"]), spec({"items": [1]}),
    spec({"type": "banana"}), spec({"pattern": "((("}), spec({"maxLength": -1}),
    spec({"$ref": "file:///etc/passwd"}), spec({"$ref": "#"}), spec({"allOf": [1]}),
    spec({"enum": 5}), spec({"required": 5}), nested(220)])
def test_a_schema_that_is_none_is_told(schema: Any) -> None:
    assert told(crd(schema)) == [
        ("unusable-crd", "the CRD of Foo cannot be used: its schema is malformed")]


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "(.*)*x"])
def test_a_pattern_that_would_take_for_ever_takes_a_moment(pattern: str) -> None:
    schema = spec({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})
    (violation,) = Schemas("1.37", CustomSchemas.read({"x": crd(schema).encode()})).check(FOO)
    assert "is not spelt as this field asks" in violation.message


def test_aliases_are_refused_before_anything_follows_them() -> None:
    lines = ["a: &a [x]"] + [f"{chr(97 + n)}: &{chr(97 + n)} [{'*' + chr(96 + n)}, "
                             f"{'*' + chr(96 + n)}]" for n in range(1, 26)]
    assert told("\n".join(lines)) == [
        ("unreadable-crd", "holds an alias, which stands for text elsewhere")]
    assert told("kind: &a {b: *a}")[0][0] == "unreadable-crd"


@pytest.mark.parametrize("text", [
    "kind: List\nitems: 5\n", "kind: [a]\n", "kind: {a: b}\n", "- 1\n"])
def test_what_is_no_crd_is_told_in_a_few_words(text: str) -> None:
    assert told(text) == [("unreadable-crd",
                           "holds something else, not a CustomResourceDefinition")]
