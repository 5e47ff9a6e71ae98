"""Our own strict schemas as CustomResourceDefinitions, for a cluster without anybody's CRDs.

A CRD's schema must be structural, so what only JSON Schema can say (alternatives, names of
keys) is left out here; unknown fields are still refused, by strict field validation.
"""

from __future__ import annotations

from typing import Any

from gitops.schemas.check import Schemas
from gitops.schemas.strict import KINDS

Schema = dict[str, Any]

KUBERNETES = "1.37"
CLUSTER_SCOPED = {
    "ClusterQueue",
    "ClusterTrainingRuntime",
    "ClusterWorkflowTemplate",
    "Cohort",
    "MutatingPolicy",
    "Profile",
    "ResourceFlavor",
    "Topology",
    "WorkloadPriorityClass",
}
ONLY_FILES = "kustomize.config.k8s.io"
"""kustomize's own kinds stand in files, never in a cluster."""

WATCHED = (
    ("source.toolkit.fluxcd.io/v1", "Bucket"),
    ("source.toolkit.fluxcd.io/v1", "ExternalArtifact"),
    ("source.toolkit.fluxcd.io/v1", "HelmChart"),
    ("source.toolkit.fluxcd.io/v1", "HelmRepository"),
)
"""Kinds that we never write but whose absence stops a controller under test."""

DEFAULTS = {"GitRepository": {"timeout": "60s"}, "OCIRepository": {"timeout": "60s"}}
"""Defaults in ``spec`` without which a controller under test crashes."""

DEEPEST = 2
"""References followed into one another; deeper ones would make a CRD of a megabyte."""

OPEN: Schema = {"x-kubernetes-preserve-unknown-fields": True}
OPEN_OBJECT: Schema = {"type": "object", **OPEN}
KEPT = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "enum", "required")


def strict_crds() -> list[dict[str, Any]]:
    """One CRD for each kind that has a strict schema, and open ones for ``WATCHED``."""
    schemas = Schemas(KUBERNETES)
    ours = [key for key in KINDS if not key[0].startswith(ONLY_FILES)]
    known = [_crd(*key, structural(schemas.schema(*key)[0])) for key in ours]
    return known + [_crd(*key, {"type": "object", "properties": {}}) for key in WATCHED]


def structural(schema: Schema) -> Schema:
    """The structural part of a JSON Schema; recursion and metadata are left open."""
    return _structural(schema, schema.get("$defs", {}), ())


def _structural(schema: Schema, known: Schema, inside: tuple[str, ...]) -> Schema:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name in inside or len(inside) == DEEPEST or name.endswith(".ObjectMeta"):
            return OPEN
        return _structural(known[name], known, (*inside, name))
    kind = schema.get("type")
    kept: Schema = {key: schema[key] for key in KEPT if key in schema}
    if kind == ["integer", "string"]:
        return {"x-kubernetes-int-or-string": True}
    if kind == "array":
        return {**kept, "type": kind, "items": _structural(schema.get("items", {}), known, inside)}
    if kind == "object":
        return {**kept, "type": kind, **_members(schema, known, inside)}
    return {**kept, "type": kind} if isinstance(kind, str) else OPEN


def _members(schema: Schema, known: Schema, inside: tuple[str, ...]) -> Schema:
    if "properties" in schema:
        fields = schema["properties"].items()
        return {"properties": {key: _structural(field, known, inside) for key, field in fields}}
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and values:
        return {"additionalProperties": _structural(values, known, inside)}
    return OPEN


def _crd(api_version: str, kind: str, schema: Schema) -> dict[str, Any]:
    group, version = api_version.split("/")
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    fields = {**schema["properties"], "metadata": {"type": "object"}, "status": OPEN_OBJECT}
    fields.setdefault("spec", OPEN_OBJECT)
    for field, default in DEFAULTS.get(kind, {}).items():
        fields["spec"]["properties"][field]["default"] = default
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural.lower()}.{group}",
            "annotations": {"api-approved.kubernetes.io": "unapproved, for tests only"},
        },
        "spec": {
            "group": group,
            "scope": "Cluster" if kind in CLUSTER_SCOPED else "Namespaced",
            "names": {"kind": kind, "plural": plural.lower(), "singular": kind.lower()},
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {**schema, "properties": fields}},
                }
            ],
        },
    }
