"""The metadata of every object: names, labels, annotations, and what only the server writes."""

from __future__ import annotations

from typing import Final

from gitops.schemas import shapes, syntax
from gitops.schemas.shapes import DNS_LABEL, DNS_NAME, PATH_SEGMENT, Schema, record, says

OBJECT_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

_SERVER: Final = says({"not": {}}, "is written by the API server and has no place in a manifest")

META: Final[Schema] = record(
    {
        "name": shapes.TEXT,
        "generateName": says(
            {"not": {}}, "makes another object at every sync; give the object a name"
        ),
        "namespace": DNS_LABEL,
        "labels": shapes.LABELS,
        "annotations": shapes.ANNOTATIONS,
        "finalizers": shapes.listing(shapes.spelt(syntax.ANNOTATION_KEY)),
        "ownerReferences": says(
            {"not": {}}, "names an object by a uid that only the cluster knows; leave it out"
        ),
        "creationTimestamp": says(
            {"type": "null"}, "is written by the API server and has no place in a manifest"
        ),
        "deletionGracePeriodSeconds": _SERVER,
        "deletionTimestamp": _SERVER,
        "generation": _SERVER,
        "managedFields": _SERVER,
        "resourceVersion": _SERVER,
        "selfLink": _SERVER,
        "uid": _SERVER,
    }
)
"""ObjectMeta, in pod templates too: nothing is required here."""

_PATH_NAMED: Final = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"})
_SHORT: Final = {
    "Namespace": DNS_LABEL,
    "Service": shapes.DNS_1035,
    "CronJob": shapes.spelt(syntax.DNS_SUBDOMAIN, 52),
}
_CLUSTER: Final = frozenset(
    {
        "APIService",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CSIDriver",
        "CSINode",
        "CustomResourceDefinition",
        "DeviceClass",
        "FlowSchema",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
"""Kinds of Kubernetes itself that stand in no namespace: its schemas do not say so."""


def top_level(name: Schema, namespaced: bool) -> Schema:
    """Metadata of a document: a name of the given spelling, and no namespace if it has none."""
    fields: dict[str, Schema] = {"name": name}
    if not namespaced:
        fields["namespace"] = says(
            {"not": {}}, "does nothing here: the kind is cluster-scoped, not in a namespace"
        )
    return {"$ref": f"#/$defs/{OBJECT_META}", "required": ["name"], "properties": fields}


def core_top_level(kind: str) -> Schema:
    """Metadata of a document of a kind of Kubernetes itself."""
    name = PATH_SEGMENT if kind in _PATH_NAMED else _SHORT.get(kind, DNS_NAME)
    return top_level(name, namespaced=kind not in _CLUSTER)
