"""A sieve lets nothing through that a look at the whole document would refuse."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.foundation.gaps import Gap
from gitops.foundation.shared import SharedList, SharedMap
from gitops.render.emit import plain
from gitops.schemas import rules, strict
from gitops.schemas.check import Schemas
from gitops.schemas.demands import Inseparable, alone, demands, lengths
from gitops.schemas.sieve import Sieve

SCHEMAS = Schemas("1.33")
TEXTS = st.sampled_from(["a", "team-1", "A_b", "", "x" * 300, "-", "a/b", "1Gi", "100m", "User",
                         "Group", "ServiceAccount", "rbac.authorization.k8s.io", "10.0.0.0/8",
                         "10.0.0.1/8", "cluster.local/ns/a/sa/b", "request.headers[x]"]) | st.text()
SUBJECTS = st.fixed_dictionaries({"kind": TEXTS, "name": TEXTS},
                                 optional={"apiGroup": TEXTS, "namespace": TEXTS})
PEERS = st.lists(st.sampled_from([
    {}, {"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8"}},
    {"ipBlock": {"cidr": "10.0.0.1/8"}},
    {"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]), max_size=2)
FLOWS = st.lists(st.fixed_dictionaries({}, optional={
    "from": PEERS, "to": PEERS, "ports": st.just([{"port": 80, "endPort": 70}])}), max_size=2)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | SUBJECTS | FLOWS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4)
META = {"name": Gap(0), "namespace": Gap(1), "annotations": Gap(2), "labels": {"a": Gap(3)}}
META_VALUES = ["a", "b", {"c": "d"}, "e"]
POLICY = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
WHOLE: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "RoleBinding": (
        {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": META, "subjects": [Gap(5)],
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                     "name": Gap(4)}},
        ["edit", {"kind": "User", "name": "a"}]),
    "AuthorizationPolicy": (
        {"apiVersion": "security.istio.io/v1", "metadata": META,
         "spec": {"rules": [{"from": [{"source": {"principals": Gap(4)}}],
                             "when": [{"key": Gap(5), "values": [Gap(6)]}]}]}},
        [["a"], "request.headers[x]", "b"]),
    "NetworkPolicy": (
        {"apiVersion": "networking.k8s.io/v1", "metadata": META,
         "spec": {**POLICY, "ingress": Gap(4), "egress": [{"to": Gap(5)}]}},
        [[{"from": [{"podSelector": {}}]}], [{"podSelector": {}}]]),
    "LimitRange": (
        {"apiVersion": "v1", "metadata": META,
         "spec": {"limits": [{"type": "Container", "max": Gap(4), "default": {"cpu": Gap(5)}}]}},
        [{"cpu": "2"}, "1"]),
    "Profile": (
        {"apiVersion": "kubeflow.org/v1",
         "metadata": {"name": Gap(0), "annotations": Gap(2), "labels": {"a": Gap(3)}},
         "spec": {"owner": Gap(1), "resourceQuotaSpec": {"hard": Gap(4)}}},
        [{"pods": "1"}]),
}
"""By kind an outline, and what stands in its further gaps in a valid document."""


def whole(kind: str) -> tuple[dict[str, Any], list[Any]]:
    outline, further = WHOLE[kind]
    values = [*META_VALUES, *further]
    if kind == "Profile":
        values[1] = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "a"}
    return {"kind": kind, **outline}, values


def filled(node: Any, values: list[Any]) -> Any:
    if type(node) is dict:
        return {key: filled(item, values) for key, item in node.items()}
    if type(node) is list:
        return [filled(item, values) for item in node]
    if type(node) is Gap:
        return plain(values[object.__getattribute__(node, "_index")])
    return node


def sieve(kind: str) -> Sieve:
    outline, values = whole(kind)
    assert SCHEMAS.check(filled(outline, values)) == []
    made = SCHEMAS.sieve(outline, values, plain)
    assert made is not None
    return made


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=200)
@given(data=st.data())
def test_what_a_sieve_lets_through_is_valid_as_a_whole(kind: str, data: st.DataObject) -> None:
    outline, values = whole(kind)
    made = sieve(kind)
    for _ in range(3):
        for index in data.draw(st.sets(st.integers(0, len(values) - 1), max_size=3)):
            values[index] = data.draw(VALUES)
        if made.passes(values):
            assert SCHEMAS.check(filled(outline, values)) == []


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=100)
@given(data=st.data())
def test_a_sieve_lets_through_what_is_valid_and_not_null(kind: str, data: st.DataObject) -> None:
    outline, values = whole(kind)
    index = data.draw(st.integers(0, len(values) - 1))
    values[index] = data.draw(TEXTS | SUBJECTS)
    if SCHEMAS.check(filled(outline, values)) == []:
        assert sieve(kind).passes(values)


def test_a_value_that_was_refused_is_refused_again() -> None:
    made, (_, values) = sieve("RoleBinding"), whole("RoleBinding")
    wrong = [*values[:1], "Not a namespace", *values[2:]]
    assert [made.passes(wrong), made.passes(wrong), made.passes(values)] == [False, False, True]


def test_shared_values_are_asked_each_by_itself() -> None:
    made, (_, values) = sieve("NetworkPolicy"), whole("NetworkPolicy")
    good = SharedList([SharedMap({"from": [{"podSelector": {}}]})])
    empty = SharedList([SharedMap({"from": []})])  # a rule refuses it, no schema does
    found = [made.passes([*values[:4], shared, values[5]]) for shared in (good, empty, good, empty)]
    assert found == [True, False, True, False]


def test_null_is_left_to_a_look_at_the_whole() -> None:
    made, (_, values) = sieve("RoleBinding"), whole("RoleBinding")
    assert not made.passes([*values[:2], None, *values[3:]])


def test_a_rule_that_looks_further_than_before_proves_nothing() -> None:
    outline, values = whole("RoleBinding")
    outline["subjects"] = [{"kind": Gap(5), "name": "a", "apiGroup": Gap(6)}]
    values = [*values[:5], "User", "rbac.authorization.k8s.io"]
    made = SCHEMAS.sieve(outline, values, plain)
    assert made is not None
    assert made.passes(values)
    assert not made.passes([*values[:5], "ServiceAccount", "rbac.authorization.k8s.io"])


@pytest.mark.parametrize("schema", [
    {"oneOf": [{"properties": {"a": {"const": "x"}}}, {"required": ["b"]}]},
    {"if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}},
    {"anyOf": [{"type": "object"}]},
    {"not": {"properties": {"a": {"const": "x"}}}},
    {"patternProperties": {"^a": {"const": "x"}}},
    {"additionalProperties": False},
    {"enum": [{"a": "x"}]},
    {"dependentSchemas": {"a": {}}},
    {"unevaluatedProperties": False},
    {"$ref": "#/properties/b"},
    {"properties": {"a": {"type": "string"}}, "minContains": 1},
])
def test_a_schema_that_does_not_only_say_and_is_not_taken_apart(schema: dict[str, Any]) -> None:
    with pytest.raises(Inseparable):
        demands(schema, {"a": Gap(0)})


def test_a_list_of_different_items_is_not_taken_apart() -> None:
    with pytest.raises(Inseparable):
        demands({"uniqueItems": True}, ["x", Gap(0)])


def test_demands_are_gathered_from_all_that_is_said_on_the_way() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/A"}}, "additionalProperties": {"minLength": 1},
              "allOf": [{"properties": {"a": {"items": {"maxLength": 9}}}}],
              "$defs": {"A": {"type": "array", "items": {"type": "string"}}}}
    found = demands(schema, {"a": ["x", Gap(0)], "b": Gap(1), "c": "fixed"})
    assert found == {0: [{"maxLength": 9}, {"type": "string"}], 1: [{"minLength": 1}]}


def _untold(tree: ast.AST) -> list[str]:
    """What Python answers of a gap without asking it: identities, save None's, and types."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            asked = [right for word, right in zip(node.ops, node.comparators, strict=True)
                     if isinstance(word, ast.Is | ast.IsNot)]
            found += [ast.unparse(node) for right in asked
                      if not (isinstance(right, ast.Constant) and right.value is None)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("type", "id", "callable"):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("package", [rules, strict], ids=["rules", "strict"])
def test_no_rule_asks_what_a_gap_cannot_tell(package: Any) -> None:
    modules = sorted(Path(package.__file__).parent.glob("*.py"))
    asked = [(module.name, one) for module in modules
             for one in _untold(ast.parse(module.read_text()))]
    assert len(modules) > 10
    assert asked == []


@pytest.mark.parametrize(("schema", "wanted"), [
    (True, (0, sys.maxsize)), ({}, (0, sys.maxsize)), (False, None),
    ({"type": "string"}, (0, sys.maxsize)), ({"type": ["string", "null"]}, (0, sys.maxsize)),
    ({"type": "integer"}, None), ({"type": "string", "pattern": "a"}, None),
    ({"type": "string", "minLength": 1}, (1, sys.maxsize)),
    ({"allOf": [{"minLength": 2}, {"maxLength": 9}, {"maxLength": 5, "minLength": 1}]}, (2, 5)),
    ({"allOf": [{"minLength": 2}, {"enum": ["a"]}]}, None), ({"$ref": "#/$defs/a"}, (3, 7)),
    ({"$ref": "#/$defs/none"}, None), ({"not": {}}, None)])
def test_a_demand_for_a_length_alone_is_known(schema: Any, wanted: tuple[int, int] | None) -> None:
    assert lengths(schema, {"a": {"minLength": 3, "maxLength": 7, "title": "a"}}) == wanted


def test_what_another_demand_says_again_is_left_out() -> None:
    text, form = {"type": "string"}, {"type": "string", "pattern": "a"}
    assert alone([text, form], {})["allOf"] == [form]
    assert alone([text], {})["allOf"] == [text]
    assert alone([text, {"pattern": "a"}], {})["allOf"] == [text, {"pattern": "a"}]
