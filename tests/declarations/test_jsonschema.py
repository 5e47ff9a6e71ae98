"""The schemas for editors take what the compiler takes, and refuse what it refuses plainly."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import yaml

from gitops.declarations.jsonschema import schema_files, schema_of
from gitops.declarations.load import SPECS
from tests.examples.cases import cases

KINDS = {"platform.yaml": "platform", "clusters": "cluster", "groups": "group",
         "hardware": "hardware", "tenants": "tenant"}


class Core(yaml.SafeLoader):
    """YAML as editors read it: a date is text."""


Core.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def wrong(kind: str, text: str) -> list[str]:
    validator = jsonschema_rs.validator_for(schema_of(kind))
    return [error.message for error in validator.iter_errors(_data(text))]


def _data(text: str) -> Any:
    return yaml.load(text, Core)


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.path.stem)
def test_takes_every_valid_example(case: Any) -> None:
    for path, content in case.files.items():
        if kind := KINDS.get(path.partition("/")[0]):
            assert wrong(kind, content.decode()) == [], path


@pytest.mark.parametrize(("kind", "text"), [
    ("tenant", "{}"),
    ("tenant", "{owner: ana@example.com, ownr: x}"),
    ("tenant", "owner: not an address"),
    ("tenant", "{owner: a@b.example, contributors: [{user: c@d.example, role: editor}]}"),
    ("tenant", "{owner: a@b.example, contributors: [{user: c@d.example}]}"),
    ("cluster", "{kubeflow: none}"),
    ("cluster", "{kubernetes: {userPrefix: x}}"),
    ("cluster", '{kubernetes: "1.37", mesh: sidecars}'),
    ("group", "{}"),
    ("platform", "{naming: {maxLength: 64}}"),
])
def test_refuses(kind: str, text: str) -> None:
    assert wrong(kind, text)


def test_a_cluster_file_needs_nothing_that_presets_give() -> None:
    assert wrong("cluster", 'kubernetes: "1.37"') == []
    assert wrong("cluster", "{kubernetes: 1.37, mesh: {cni: true}, roles: {edit: mine}}") == []


@pytest.mark.parametrize("kind", SPECS)
def test_is_a_valid_schema_and_names_no_host(kind: str) -> None:
    schema = schema_of(kind)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$id"] == f"urn:gitops-tenancy:{kind}"


def test_every_key_is_described() -> None:
    def undescribed(schema: Any, at: str) -> list[str]:
        found = [f"{at}.{key}" for key, value in schema.get("properties", {}).items()
                 if not value.get("description")]
        below = [*schema.get("properties", {}).items(), *enumerate(schema.get("anyOf", ())),
                 ("[]", schema.get("items")), ("*", schema.get("additionalProperties"))]
        return found + [path for key, value in below if value
                        for path in undescribed(value, f"{at}.{key}")]

    assert [path for kind in SPECS for path in undescribed(schema_of(kind), kind)] == []


def test_the_files_are_json_by_kind() -> None:
    files = schema_files()
    assert sorted(files) == ["cluster.json", "group.json", "hardware.json", "platform.json",
                             "tenant.json", "tombstone.json"]
    assert json.loads(files["tenant.json"])["required"] == ["owner"]
