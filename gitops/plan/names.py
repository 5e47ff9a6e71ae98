"""Names that other programs must find again."""

from __future__ import annotations

import re
from functools import lru_cache

from gitops.model.access import Role, Subject

MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "gitops-tenancy"
TENANT_LABEL = "gitops-tenancy/tenant"
"""The labels that every rendered object carries."""
PLATFORM_TENANT = "platform"
"""What :data:`TENANT_LABEL` says on the objects of a cluster itself; no tenant's name."""
GRANTS = "gitops-tenancy/hardware"
"""The Namespace's annotation that lists the hardware its pods may have, with commas."""


_OTHERS = re.compile("[^a-zA-Z0-9]+")
_DASHES = {code: code if chr(code).isalnum() else ord("-") for code in range(128)}


def _dashed(text: str) -> str:
    if text.isascii():
        dashed = text.translate(_DASHES)
        if "--" not in dashed:
            return dashed
    return _OTHERS.sub("-", text)


@lru_cache(maxsize=1 << 16)
def binding_name(kind: str, user: str, role: Role) -> str:
    """The name that Kubeflow's access management gives a contributor's binding and policy.

    Source: kubeflow/dashboard access-management kfam/bindings.go, getBindingName: every
    run of other characters becomes one dash *before* the whole is lowered, so the name
    must be computed in this order to be found (and revoked) by it.
    """
    name = f"{kind}-{_dashed(user)}-clusterrole-{role}".lower()
    return name if "--" not in name else _dashed(name)


def grant_name(subject: Subject, role: Role) -> str:
    """The name of the binding and policy that give a subject a role."""
    user = subject.machine_name if subject.kind == "ServiceAccount" else subject.name
    return binding_name(subject.kind, user, role)
