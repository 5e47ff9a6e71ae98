"""Whatever stands in a document, the answer is a sentence."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitops.foundation.findings import Path
from gitops.schemas.check import Violation

from . import test_admission, test_gateway, test_kustomize
from .said import GONE, schemas
from .test_versions import DOCUMENTS

TEXTS = [
    *DOCUMENTS,
    test_admission.BINDING,
    test_admission.MUTATING,
    test_admission.VALIDATING,
    test_gateway.INGRESS,
    test_kustomize.COMPONENT,
    test_kustomize.KUSTOMIZATION,
]
ALL = [yaml.safe_load(text) for text in TEXTS]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def places(node: Any, where: Path = ()) -> list[Path]:
    if not isinstance(node, dict | list):
        return [where]
    items = node.items() if isinstance(node, dict) else enumerate(node)
    return [where, *(place for key, value in items for place in places(value, (*where, key)))]


def changed(document: Any, place: Path, value: Any) -> Any:
    """The document with another value at a place; ``GONE`` leaves it out."""
    made = copy.deepcopy(document)
    node = made
    for step in place[:-1]:
        node = node[step]
    if value is GONE:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return made


def there(document: Any, path: Path) -> bool:
    node = document
    for step in path:
        if isinstance(node, dict):
            found = step in node
        else:
            found = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if not found:
            return False
        node = node[step]
    return True


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_document_with_anything_in_it_is_answered(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(ALL))
    place = data.draw(st.sampled_from(places(document)[1:]))
    broken = changed(document, place, data.draw(VALUES | st.just(GONE)))
    for violation in schemas().check(broken):
        assert isinstance(violation, Violation)
        assert len(violation.message) < 400
        assert "additionalProperties" not in violation.message


@pytest.mark.parametrize("document", ALL, ids=lambda one: one["kind"])
def test_a_typo_anywhere_is_found(document: dict[str, Any]) -> None:
    free = {"labels", "annotations", "matchLabels", "hard", "data", "nodeSelector", "limits"}
    free |= {"requests", "default", "defaultRequest", "max", "min", "nodeLabels", "pairs"}
    free |= {"elements", "withItems", "matchExpressions", "valuesObject"}
    for place in places(document):
        node = document
        for step in place:
            node = node[step]
        if not isinstance(node, dict) or free & set(place) or "trialSpec" in place:
            continue
        if "spec" in place and "plugins" in place and place[-1] == "spec":
            continue
        broken = changed(document, (*place, "typo"), "x")
        assert schemas().check(broken), f"{document['kind']} takes anything at {place}"


@pytest.mark.parametrize("document", ALL, ids=lambda one: one["kind"])
def test_anything_may_be_missing(document: dict[str, Any]) -> None:
    for place in places(document)[1:]:
        for violation in schemas().check(changed(document, place, GONE)):
            assert violation.message


@pytest.mark.parametrize("document", ALL, ids=lambda one: one["kind"])
def test_violations_stand_at_places_that_exist(document: dict[str, Any]) -> None:
    for place in places(document)[1:]:
        for violation in schemas().check(changed(document, place, [{"typo": 3}])):
            assert there(changed(document, place, [{"typo": 3}]), violation.path)


@pytest.mark.parametrize("rubbish", [{1: "a"}, {"a": {1, 2}}, {"a": b"x"}, {"a": [object()]}])
def test_what_is_no_json_is_named(rubbish: Any) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": rubbish}
    [violation] = schemas().check(config)
    assert violation.path[0] == "data"
