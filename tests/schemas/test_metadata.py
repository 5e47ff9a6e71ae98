"""Names, namespaces, labels and annotations, alike for every kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .said import GONE, hints, said

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: vision}
data: {mode: fast}
"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "gitops:tekton-edit"}
rules: [{apiGroups: [tekton.dev], resources: [pipelineruns], verbs: [get]}]
"""


def test_a_document_needs_a_name() -> None:
    assert said(CONFIG, ("metadata", GONE)) == ['the field "metadata" is missing']
    assert said(CONFIG, ("metadata", {})) == ['metadata: the field "name" is missing']


@pytest.mark.parametrize("name", ["Settings", "a_b", "-a", "a-", ".a", "a..b", "", "a b", "ä"])
def test_a_name_is_a_dns_name(name: str) -> None:
    assert said(CONFIG, ("metadata name", name)) == [f'metadata.name: "{name}" is not a DNS name']


def test_a_name_has_253_characters_at_most() -> None:
    assert said(CONFIG, ("metadata name", "a" * 253)) == []
    assert said(CONFIG, ("metadata name", "a" * 254)) == [
        "metadata.name: may have 253 characters at most, not 254"
    ]


@pytest.mark.parametrize("name", ["namespaceAdmin", "gitops:x", "a.b", "..."])
def test_names_of_roles_are_path_segments(name: str) -> None:
    assert said(ROLE, ("metadata name", name)) == []


@pytest.mark.parametrize("name", [".", "..", "a/b", "a%b", ""])
def test_names_of_roles_stay_one_path_segment(name: str) -> None:
    assert said(ROLE, ("metadata name", name)) == [f'metadata.name: "{name}" is not a name']


def test_a_namespace_is_a_dns_label() -> None:
    assert said(CONFIG, ("metadata namespace", "a.b")) == [
        'metadata.namespace: "a.b" is not a DNS label'
    ]
    assert hints(CONFIG, ("metadata namespace", "a.b")) == [
        "lower-case letters, digits and -, beginning and ending with a letter or digit"
    ]


def test_a_cluster_scoped_kind_stands_in_no_namespace() -> None:
    assert said(ROLE, ("metadata namespace", "vision")) == [
        "metadata.namespace: does nothing here: the kind is cluster-scoped, not in a namespace"
    ]


@pytest.mark.parametrize(
    "key", ["app", "app.kubernetes.io/part-of", "a/B_c.d", "x" * 63, "a.b/" + "x" * 63]
)
def test_label_keys_that_kubernetes_takes(key: str) -> None:
    assert said(CONFIG, ("metadata labels", {key: "x"})) == []


@pytest.mark.parametrize("key", ["a b", "/a", "a/", "A.b/c", "a/b/c", "x" * 64, "-a", "a@b", ""])
def test_label_keys_that_kubernetes_refuses(key: str) -> None:
    assert len(said(CONFIG, ("metadata labels", {key: "x"}))) == 1


@pytest.mark.parametrize("value", ["", "true", "a.b_c-d", "x" * 63])
def test_label_values_that_kubernetes_takes(value: str) -> None:
    assert said(CONFIG, ("metadata labels", {"app": value})) == []


@pytest.mark.parametrize("value", ["a b", "-a", "a@b.c", "x" * 64, True, 1, None])
def test_label_values_that_kubernetes_refuses(value: object) -> None:
    assert len(said(CONFIG, ("metadata labels", {"app": value}))) == 1


def test_annotations_hold_any_text() -> None:
    annotations = {"user": "ana@example.com", "Example.com/x": "öäü {}\n" * 100}
    assert said(CONFIG, ("metadata annotations", annotations)) == []


def test_annotations_hold_texts_only() -> None:
    assert said(CONFIG, ("metadata annotations", {"a": 1, "b c": "x"})) == [
        "metadata.annotations.a: must be a string, not 1",
        'metadata.annotations.b c: as a key, "b c" is not an annotation key',
    ]


@pytest.mark.parametrize("field", ["uid", "resourceVersion", "managedFields", "generation"])
def test_what_the_server_writes_has_no_place_in_a_manifest(field: str) -> None:
    assert said(CONFIG, (f"metadata {field}", "1")) == [
        f"metadata.{field}: is written by the API server and has no place in a manifest"
    ]


def test_an_unknown_metadata_field_is_guessed() -> None:
    assert said(CONFIG, ("metadata lables", {})) == [
        'metadata.lables: unknown field "lables"; did you mean "labels"?'
    ]


def test_metadata_of_a_pod_template_needs_no_name() -> None:
    deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: server, namespace: vision}
    spec:
      selector: {matchLabels: {app: server}}
      template:
        metadata: {labels: {app: server}, lables: {}}
        spec: {containers: [{name: main, image: x}]}
    """
    assert said(deployment) == [
        'spec.template.metadata.lables: unknown field "lables"; did you mean "labels"?'
    ]


@given(st.text(max_size=70))
def test_label_values_are_judged_as_apimachinery_does(value: str) -> None:
    inner = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    valid = (
        len(value) <= 63
        and set(value) <= inner
        and not (value and (value[0] in "-_." or value[-1] in "-_."))
    )
    assert (said(CONFIG, ("metadata labels", {"app": value})) == []) == valid
