"""What the API server checks beyond Kubernetes' published schemas, for the types rendered here.

The published schemas know types and fields; enumerations, spellings and ranges stand in the
server's validation code (``pkg/apis/*/validation``). They are data here, so that checking
them costs no Python on a valid document.
"""

from __future__ import annotations

from typing import Final

from gitops.schemas import shapes, syntax
from gitops.schemas.shapes import (
    Schema,
    choice,
    exactly_one,
    mapping,
    spelt,
)
from gitops.schemas.stricter_types import ADMISSION, ALL_OF, EXACTLY_ONE, FIELDS, NEEDED

_KINDS: Final[dict[str, dict[str, Schema]]] = {
    "ClusterRoleBinding": {
        "roleRef": {
            "$ref": "#/$defs/io.k8s.api.rbac.v1.RoleRef",
            "properties": {"kind": choice("ClusterRole")},
        }
    },
    "ConfigMap": {
        "binaryData": mapping(shapes.TEXT, spelt(syntax.CONFIG_KEY, 253)),
        "data": mapping(shapes.TEXT, spelt(syntax.CONFIG_KEY, 253)),
    },
    "PriorityClass": {
        "preemptionPolicy": choice("Never", "PreemptLowerPriority"),
        "value": shapes.number(-(2**31), 1_000_000_000),
    },
}
_NEED_A_SPEC: Final = frozenset(
    {
        "CronJob",
        "DaemonSet",
        "Deployment",
        "Job",
        "LimitRange",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "Pod",
        "ResourceQuota",
        "Service",
        "StatefulSet",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
)


def definition(name: str, schema: Schema) -> Schema:
    """A type's schema with the server's own checks added; ``name`` is its full name."""
    parts = name.split(".")
    fields = FIELDS.get(".".join(parts[-3:]), {})
    if parts[-3] == "admissionregistration":
        fields = ADMISSION.get(parts[-1], {})
    made = _with(schema, fields, NEEDED.get(parts[-1], ()))
    short = ".".join(parts[-3:])
    if (conditions := ALL_OF.get(short)) is not None:
        return {**made, "allOf": conditions}
    either = EXACTLY_ONE.get(short)
    return exactly_one(made, *either) if either else made


def kind(name: str, schema: Schema) -> Schema:
    """A kind's schema with the server's own checks added."""
    return _with(schema, _KINDS.get(name, {}), ("spec",) if name in _NEED_A_SPEC else ())


def _with(schema: Schema, fields: dict[str, Schema], needed: tuple[str, ...]) -> Schema:
    known = schema.get("properties", {})
    extra = {field: shape for field, shape in fields.items() if field in known}
    required = sorted({*schema.get("required", ()), *(name for name in needed if name in known)})
    made = {**schema, "properties": {**known, **extra}} if known else schema
    return {**made, "required": required} if required else made
