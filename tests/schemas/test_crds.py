"""CRDs of an estate: read from files, strict where they do not say otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitops.foundation.errors import Refused
from gitops.schemas.check import Schemas
from gitops.schemas.crds import CustomSchemas

from .said import sentence

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: models.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Model, plural: models}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: string, enum: [small, large]}
              replicas: {type: integer, format: int32, minimum: 1}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              note: {type: string, nullable: true}
              tags: {type: array, items: {type: string}, x-kubernetes-list-type: set}
              extra: {type: object, additionalProperties: {type: string}}
              free:
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties: {known: {type: object, properties: {a: {type: string}}}}
              object: {type: object, x-kubernetes-embedded-resource: true,
                       x-kubernetes-preserve-unknown-fields: true}
              share: {type: number, minimum: 0, exclusiveMinimum: true}
              at: {type: string, format: date-time}
  - {name: v1alpha1, served: false, storage: false}
"""
MODEL: dict[str, Any] = {
    "apiVersion": "example.com/v1",
    "kind": "Model",
    "metadata": {"name": "resnet", "namespace": "vision"},
    "spec": {"size": "small"},
}


def schemas(*texts: str) -> Schemas:
    files = {f"schemas/{index}.yaml": text.encode() for index, text in enumerate(texts)}
    return Schemas("1.37", CustomSchemas.read(files))


def said(spec: dict[str, Any], **head: Any) -> list[str]:
    document = MODEL | {"spec": {"size": "small"} | spec} | head
    return sorted(sentence(one) for one in schemas(CRD).check(document))


def refused(*texts: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        schemas(*texts)
    return [str(finding) for finding in caught.value.findings]


def test_a_custom_kind_is_known_by_its_crd() -> None:
    assert said({}) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"replicas": 3},
        {"port": 80},
        {"port": "http"},
        {"note": None},
        {"tags": ["a", "b"]},
        {"extra": {"any": "thing"}},
        {"free": {"unknown": [1], "known": {"a": "b"}}},
        {"object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": 1}},
        {"share": 0.1},
        {"at": "2026-11-24T00:00:00Z"},
    ],
)
def test_what_the_crd_takes(spec: dict[str, Any]) -> None:
    assert said(spec) == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"sise": 1}, 'spec.sise: unknown field "sise"; did you mean "size"?'),
        ({"size": "big"}, 'spec.size: must be "small" or "large", not "big"'),
        ({"replicas": 0}, "spec.replicas: must be 1 at least, not 0"),
        ({"replicas": 2**31}, "spec.replicas: must be 2147483647 at most, not 2147483648"),
        ({"port": 1.5}, "spec.port: must be a whole number or a string, not 1.5"),
        ({"replicas": None}, "spec.replicas: must be a whole number, not null"),
        ({"tags": ["a", "a"]}, "spec.tags: has the same item twice"),
        ({"extra": {"a": 1}}, "spec.extra.a: must be a string, not 1"),
        (
            {"free": {"known": {"b": 1}}},
            'spec.free.known.b: unknown field "b"',
        ),
        ({"object": {"kind": "Pod"}}, 'spec.object: the field "apiVersion" is missing'),
        ({"share": 0}, "spec.share: must be above 0, not 0"),
        ({"at": "yesterday"}, 'spec.at: "yesterday" is not a date-time'),
    ],
)
def test_what_the_crd_refuses(spec: dict[str, Any], message: str) -> None:
    assert said(spec) == [message]


def test_metadata_is_checked_as_everywhere() -> None:
    assert said({}, metadata={"name": "A", "lables": {}}) == [
        'metadata.lables: unknown field "lables"; did you mean "labels"?',
        'metadata.name: "A" is not a DNS name',
    ]


def test_an_unserved_version_is_named_as_such() -> None:
    assert said({}, apiVersion="example.com/v1alpha1") == [
        "apiVersion: Model v1alpha1 is not served by its CRD (schemas/0.yaml)"
    ]


def test_lists_and_several_documents_are_read() -> None:
    item = yaml.safe_load(CRD)
    listed = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [item]})
    found = CustomSchemas.read({"a.yaml": f"---\n{listed}\n---\n".encode()})
    assert list(found.kinds()) == [("example.com/v1", "Model")]
    assert found.origin("example.com", "Model") == "a.yaml"


def test_json_is_read_too() -> None:
    text = json.dumps(yaml.safe_load(CRD))
    assert schemas(text).check(MODEL) == []


def test_a_version_without_a_schema_takes_anything() -> None:
    crd = yaml.safe_load(CRD)
    del crd["spec"]["versions"][0]["schema"]
    assert schemas(yaml.safe_dump(crd)).check(MODEL | {"spec": 3, "other": {}}) == []


def test_a_kind_of_ours_must_satisfy_both() -> None:
    crd = yaml.safe_load(CRD)
    crd["spec"] |= {"group": "kubeflow.org", "scope": "Cluster"}
    crd["spec"]["names"]["kind"] = "Profile"
    profile = {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Profile",
        "metadata": {"name": "vision"},
        "spec": {"owner": {"kind": "ServiceAccount", "name": "a", "namespace": "b"}},
    }
    messages = [sentence(one) for one in schemas(yaml.safe_dump(crd)).check(profile)]
    assert 'spec.owner: unknown field "owner"' in messages
    assert len(schemas(yaml.safe_dump(crd)).check(profile | {"spec": {"size": "small"}})) == 2


def test_unreadable_yaml_is_refused_at_its_place() -> None:
    assert refused("a: [b\nc: d") == [
        "schemas/0.yaml:2:2: error: cannot be read as YAML: "
        "did not find expected ',' or ']' [unreadable-crd]\n"
        "    write what `kubectl get crd NAME -o yaml` prints"
    ]


def test_every_bad_file_is_named_at_once() -> None:
    old = CRD.replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1")
    half = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {}}"
    messages = refused("{kind: Pod}", "- 1", old, half, CRD, CRD)
    assert [one.partition("error: ")[2].partition(" [")[0] for one in messages] == [
        "holds a Pod, not a CustomResourceDefinition",
        "holds something else, not a CustomResourceDefinition",
        "is of apiextensions.k8s.io/v1beta1; only apiextensions.k8s.io/v1 is read",
        "is not a complete CustomResourceDefinition",
        "defines Model (example.com), which schemas/4.yaml defines already",
    ]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused):
        CustomSchemas.read({"a.yaml": b"\xff\xfe\x00\xd8"})


def test_a_malformed_pattern_is_refused_with_its_file() -> None:
    broken = CRD.replace("note: {type: string", "note: {pattern: '(', type: string")
    with pytest.raises(Refused) as caught:
        schemas(broken).check(MODEL)
    assert str(caught.value.findings[0].position.file) == "schemas/0.yaml"


def test_parsed_files_are_kept(tmp_path: Path) -> None:
    files = {"a.yaml": CRD.encode()}
    first = CustomSchemas.read(files, tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_text(kept.read_text().replace('"small"', '"tiny"'))
    second = CustomSchemas.read(files, tmp_path)
    assert first.schema("example.com/v1", "Model") != second.schema("example.com/v1", "Model")
    assert second.origin("example.com", "Model") == "a.yaml"


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[1]", b'[{"a": 1}]', b"\xff"])
def test_a_corrupt_cache_is_read_again(tmp_path: Path, rubbish: bytes) -> None:
    files = {"a.yaml": CRD.encode()}
    CustomSchemas.read(files, tmp_path)
    [kept] = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(rubbish)
    assert list(CustomSchemas.read(files, tmp_path).kinds()) == [("example.com/v1", "Model")]
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = CustomSchemas.read({"a.yaml": CRD.encode()}, tmp_path / "file" / "cache")
    assert found.served("example.com", "Model") == ("v1",)


def test_files_with_mistakes_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        CustomSchemas.read({"a.yaml": b"{kind: Pod}"}, tmp_path)
    assert list(tmp_path.iterdir()) == []
