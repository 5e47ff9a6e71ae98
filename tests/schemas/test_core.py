"""Kinds of Kubernetes itself, by the cluster's version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitops.schemas.check import Schemas, release
from gitops.schemas.core import CoreSchemas, file_of, references
from gitops.schemas.installed import supported_kubernetes
from gitops.schemas.simplify import simplified
from gitops.schemas.stricter_types import WHOLE

from .said import hints, said

BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: namespaceAdmin, namespace: vision}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ana@example.com}]
"""
MUTATING = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: overlay}
spec:
  reinvocationPolicy: IfNeeded
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "remove", path: "/spec/x"}]'}
"""


def test_versions_from_1_25_on_are_supported() -> None:
    assert supported_kubernetes()[:2] == ("1.25", "1.26")
    assert "1.37" in supported_kubernetes()


@pytest.mark.parametrize("written", ["1.33", "v1.33", "1.33.4", "v1.33.4-gke.100", "1.33.0+k3s1"])
def test_a_version_is_taken_by_its_release(written: str) -> None:
    assert release(written) == "1.33"


@pytest.mark.parametrize("written", ["1.99", "1.24", "newest", "1.33x", ""])
def test_a_version_without_schemas_is_a_value_error(written: str) -> None:
    with pytest.raises(ValueError, match="Kubernetes"):
        Schemas(written)


@pytest.mark.parametrize("version", supported_kubernetes())
def test_a_binding_is_valid_in_every_version(version: str) -> None:
    assert said(BINDING, kubernetes=version) == []


def test_a_custom_group_is_not_taken_for_the_core_group_it_begins_with() -> None:
    assert said(BINDING, ("apiVersion", "rbac.example.com/v1")) == [
        "kind: there is no schema for RoleBinding rbac.example.com/v1"
    ]


def test_a_kind_without_schema_names_the_way_out() -> None:
    assert hints(BINDING, ("apiVersion", "example.com/v1"), ("kind", "Policy")) == [
        "put its CRD into the estate: kubectl get crd policies.example.com -o yaml"
        " > schemas/policies.example.com.yaml"
    ]


def test_a_version_that_is_not_served_names_those_that_are() -> None:
    assert said(MUTATING, kubernetes="1.33") == [
        "apiVersion: MutatingAdmissionPolicy v1 is not served by Kubernetes 1.33"
    ]
    assert said(MUTATING) == []


def test_a_misspelt_kind_of_kubernetes_is_guessed() -> None:
    assert said(BINDING, ("kind", "RoleBindin")) == [
        'kind: Kubernetes has no kind "RoleBindin" in rbac.authorization.k8s.io/v1; '
        'did you mean "RoleBinding"?'
    ]


def test_a_misspelt_kind_of_ours_is_guessed() -> None:
    assert said(BINDING, ("apiVersion", "kubeflow.org/v1"), ("kind", "Profil")) == [
        'kind: there is no schema for Profil kubeflow.org/v1; did you mean "Profile"?'
    ]


@pytest.mark.parametrize("kind", ["RoleBindingList", "rolebinding", "../RoleBinding", "Subject"])
def test_what_is_no_object_has_no_schema(kind: str) -> None:
    assert len(said(BINDING, ("kind", kind))) == 1


@pytest.mark.parametrize("value", [None, 3, "", [], {}])
def test_kind_must_be_a_text(value: object) -> None:
    assert said(BINDING, ("kind", value)) == ["kind: must be the name of a kind, as a text"]


def test_an_unknown_field_is_guessed_at_every_level() -> None:
    edits = [("subject", []), ("roleRef apigroup", "x"), ("subjects 0 nam", "x")]
    assert said(BINDING, *edits) == [
        'roleRef.apigroup: unknown field "apigroup"; did you mean "apiGroup"?',
        'subject: unknown field "subject"; did you mean "subjects"?',
        'subjects[0].nam: unknown field "nam"; did you mean "name"?',
    ]


def test_null_is_a_hole_and_not_a_value() -> None:
    assert said(BINDING, ("subjects", None)) == ["subjects: must be a list, not null"]


def test_a_pod_is_checked_to_its_depth() -> None:
    pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: train, namespace: vision}
    spec:
      containers:
      - {name: main, image: x, ports: [{containerPort: 70000}], resources: {limits: {cpu: 1x}}}
      tolerations: [{key: nvidia.com/gpu, operator: Exist}]
      restartPolicy: never
    """
    assert said(pod) == [
        "spec.containers[0].ports[0].containerPort: must be 65535 at most, not 70000",
        'spec.containers[0].resources.limits.cpu: "1x" is not a quantity of zero or more',
        'spec.restartPolicy: must be "Always", "OnFailure" or "Never", not "never"; '
        'did you mean "Never"?',
        'spec.tolerations[0].operator: must be "Exists", "Equal", "Lt" or "Gt", not "Exist"; '
        'did you mean "Exists"?',
    ]


@pytest.mark.parametrize("version", supported_kubernetes())
def test_every_type_of_every_version_is_found_in_its_own_file(version: str) -> None:
    core = CoreSchemas(version)
    names = json.loads((core.folder / "_definitions.json").read_bytes())["$defs"]
    missing = [name for name in names if not (core.folder / file_of(name)).exists()]
    assert missing == []


@pytest.mark.parametrize("version", ["1.25", "1.31", "1.37"])
def test_the_files_of_single_types_say_what_the_collection_says(version: str) -> None:
    core = CoreSchemas(version)
    collection = json.loads((core.folder / "_definitions.json").read_bytes())["$defs"]
    for name, whole in collection.items():
        if name not in WHOLE and whole.get("properties"):
            single = simplified(json.loads((core.folder / file_of(name)).read_bytes()))
            assert single == simplified(whole), name
    rest = {name for name, whole in collection.items() if not whole.get("properties")}
    odd = {name for name in rest - WHOLE.keys() if "object" not in collection[name]["type"]}
    assert odd == set()


def test_a_custom_resource_definition_is_a_document_too() -> None:
    crd = """
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
            properties:
              size: {type: string, enum: [small, 1], default: small}
              list: {type: array, items: {type: string}}
              map: {type: object, additionalProperties: {type: string}}
              open: {type: object, additionalProperties: true}
    """
    assert said(crd) == []
    spec = "spec versions 0 schema openAPIV3Schema properties"
    assert said(crd, (f"{spec} list items typ", "x"), (f"{spec} map additionalProperties", 3)) == [
        "spec.versions[0].schema.openAPIV3Schema.properties.list.items.typ: "
        'unknown field "typ"; did you mean "type"?',
        "spec.versions[0].schema.openAPIV3Schema.properties.map.additionalProperties: "
        "must be a mapping or true or false, not 3",
    ]


def test_times_and_raw_objects_keep_their_types() -> None:
    lease = """
    apiVersion: coordination.k8s.io/v1
    kind: Lease
    metadata: {name: a, namespace: b}
    spec: {renewTime: "2026-11-24T00:00:00.000000Z"}
    """
    assert said(lease) == []
    assert said(lease, ("spec renewTime", "now")) == ['spec.renewTime: "now" is not a date-time']


def test_definitions_are_complete() -> None:
    core = CoreSchemas("1.37")
    schema = core.kind("v1", "Pod")
    assert schema is not None
    found = core.definitions(schema)
    assert {name for one in found.values() for name in references(one)} <= found.keys()


def test_reading_a_kind_runs_no_code_of_the_package(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from gitops.schemas.check import Schemas;"
        "Schemas('1.33').check({'apiVersion': 'v1', 'kind': 'Namespace',"
        " 'metadata': {'name': 'a'}}) and sys.exit('invalid');"
        "sys.exit('kubernetes_validate' in sys.modules or 'yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0
