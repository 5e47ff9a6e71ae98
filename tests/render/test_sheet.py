"""A file filled by what is known of files like it is the file that its documents make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.foundation.errors import Refused
from gitops.foundation.shared import SharedList, SharedMap
from gitops.render.engine import Engine, Template
from gitops.render.opened import MOST, form_of
from tests.render.values import keys, texts, unhurried, values

KEYS = ("managed-by", "tenant")
LABELS = ("gitops", "x")
FILE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: {{ name }}
  labels: {{ labels }}
  annotations: {{ annotations }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: {{ name }}, namespace: a}
subjects:
- {{ subject }}
users: {{ users }}
{% for name in names %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ name }}, namespace: a}
data: {a: {{ annotations }}, b: [{{ users }}], c: {{ name }}}
{% endfor %}
"""
MEANT = {"name": "vision", "labels": {"a": "b"}, "annotations": {"c": "d"}, "names": ["e", "f"],
         "subject": {"kind": "User", "name": "ann@example.com"}, "users": ("ann@example.com",)}


def taught(*contexts: Mapping[str, object]) -> Engine:
    """An engine that has rendered each of these as often as it takes to know them."""
    made = Engine({"t": Template("t", FILE, "t.j2")}, KEYS)
    for context in contexts:
        for _ in range(2):
            said(made, context)
    return made


def said(engine: Engine, context: Mapping[str, object]) -> object:
    """What an engine makes of a context, or why it makes nothing."""
    try:
        rendered = engine.render("t", context, LABELS)
    except Refused as refused:
        return refused.findings
    lines = rendered.text.split("\n")
    for document in rendered.documents:
        assert lines[document.line - 1].startswith("apiVersion: ")
    return rendered.text, rendered.identities, repr([one.data for one in rendered.documents])


def contexts() -> st.SearchStrategy[dict[str, Any]]:
    """Much like one another, with what estates have and with what they cannot have."""
    flat = st.dictionaries(keys() | st.sampled_from(["kind", "name", "managed-by"]),
                           texts() | st.sampled_from(["gitops", "x"]), max_size=3)
    mapping = flat | flat.map(SharedMap) | st.dictionaries(keys(), values(3), max_size=2)
    some = st.lists(texts(), max_size=3)
    return st.fixed_dictionaries({
        "name": texts(), "labels": mapping | values(3), "annotations": mapping | values(3),
        "subject": mapping, "users": some.map(tuple) | some | some.map(SharedList) | values(3),
        "names": st.lists(texts(), max_size=2)})


@unhurried
@given(contexts(), contexts())
def test_a_file_does_not_depend_on_what_is_known_of_others(one: dict[str, Any],
                                                           other: dict[str, Any]) -> None:
    used = taught(one)
    assert said(used, other) == said(taught(), other)
    assert said(used, one) == said(taught(), one)


@unhurried
@given(st.data())
def test_files_of_one_form_are_filled_alike(data: st.DataObject) -> None:
    def drawn(value: Any) -> Any:
        if isinstance(value, str):
            return data.draw(texts())
        if isinstance(value, dict):
            return {key: drawn(item) for key, item in value.items()}
        return type(value)(map(drawn, value))

    used = taught(MEANT)
    for _ in range(3):
        context = drawn(MEANT)
        assert said(used, context) == said(taught(), context)


@pytest.mark.parametrize("changed", [
    {"labels": {"tenant": "x"}}, {"labels": {"tenant": "other"}}, {"labels": None},
    {"labels": SharedMap({"z": "1"})}, {"annotations": {"c": "several\nlines"}},
    {"annotations": {"c": 1}}, {"annotations": {"c": {}}}, {"annotations": {}},
    {"names": ["", "f"]}, {"names": ["e", "e"]}, {"subject": {"<<": "a", "b": "c"}},
    {"users": ()}, {"users": (None,)},
    {"users": [f"{at}@example.com" for at in range(2 * MOST)]}])  # fmt: skip
def test_what_is_another_file_is_looked_at_anew(changed: dict[str, Any]) -> None:
    context = {**MEANT, **changed}
    assert said(taught(MEANT), context) == said(taught(), context)
    assert said(taught(context), MEANT) == said(taught(), MEANT)


def test_the_form_tells_apart_what_is_laid_out_in_other_ways() -> None:
    assert form_of(["a", "b"]) == form_of(["c", "d"])
    assert form_of([{"a": "b"}]) == form_of([{"a": "c"}]) != form_of([{"b": "b"}])
    assert form_of([("a",)]) == form_of([("b",)]) != form_of([("a", "b")])
    assert len({form_of([value]) for value in ("a", None, True, 1, ["a"], ("a",), {"a": "b"})}) == 7
    assert form_of(["a", None]) != form_of([None, "a"])
