"""Profile (kubeflow.org/v1): a Kubeflow workspace and its owner.

The CRD leaves owner optional and its kind free, and keeps any plugin and quota key.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitops.schemas import syntax
from gitops.schemas.rules import Document, quota
from gitops.schemas.shapes import (
    AMOUNTS,
    DNS_LABEL,
    FILLED,
    FLAG,
    TEXT,
    Schema,
    choice,
    core,
    listing,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.kind import kind
from gitops.schemas.violation import Violation

_GROUP = "rbac.authorization.k8s.io"

_PLUGINS: dict[str, Schema] = {
    "WorkloadIdentity": record(
        {
            "gcpServiceAccount": says(
                spelt(r"^[^@\s]+@[^@\s]+\.iam\.gserviceaccount\.com$"),
                "must be a Google service account, NAME@PROJECT.iam.gserviceaccount.com",
            )
        },
        ["gcpServiceAccount"],
    ),
    "AwsIamForServiceAccount": record(
        {
            "awsIamRole": says(
                spelt(r"^arn:aws[-a-z]*:iam::[0-9]{12}:role/.+$"),
                "must be the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME",
            ),
            "annotateOnly": FLAG,
        },
        ["awsIamRole"],
    ),
}
_PLUGIN = {
    **record({"apiVersion": TEXT, "kind": FILLED, "spec": {"type": "object"}}, ["kind", "spec"]),
    "allOf": [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": {"properties": {"spec": spec}},
        }
        for name, spec in _PLUGINS.items()
    ],
}


def _rules(document: Document) -> Iterator[Violation]:
    spec = document["spec"]
    owner = spec["owner"]
    group = owner.get("apiGroup")
    if owner["kind"] == "ServiceAccount":
        if group:
            yield Violation(
                ("spec", "owner", "apiGroup"),
                f'a ServiceAccount is in the core group, not "{group}"',
                "leave apiGroup out",
            )
        if "namespace" not in owner:
            yield Violation(("spec", "owner"), 'the field "namespace" is missing')
    elif group != _GROUP:
        yield Violation(
            ("spec", "owner") if group is None else ("spec", "owner", "apiGroup"),
            f'the apiGroup of a {owner["kind"]} is "{_GROUP}"',
            "without it the profile controller writes its RoleBinding again and again",
        )
    elif "namespace" in owner:
        yield Violation(("spec", "owner", "namespace"), f"a {owner['kind']} is in no namespace")
    hard = spec.get("resourceQuotaSpec", {}).get("hard", {})
    yield from quota.hard(hard, ("spec", "resourceQuotaSpec", "hard"))


PROFILE = kind(
    {
        "spec": record(
            {
                "owner": record(
                    {
                        "apiGroup": TEXT,
                        "kind": choice("User", "Group", "ServiceAccount"),
                        "name": FILLED,
                        "namespace": DNS_LABEL,
                    },
                    ["kind", "name"],
                ),
                "plugins": listing(_PLUGIN),
                "resourceQuotaSpec": record(
                    {
                        "hard": AMOUNTS,
                        "scopeSelector": core("core.v1.ScopeSelector"),
                        "scopes": listing(FILLED, unique=True),
                    }
                ),
            },
            ["owner"],
        )
    },
    namespaced=False,
    name=spelt(syntax.DNS_LABEL, 63),
    rules=(_rules,),
)
