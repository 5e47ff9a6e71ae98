"""What no schema can say: rules across the fields of one document.

A rule is asked only of documents whose shape is valid, so it reads without looking twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Final, TypeAlias

from gitops.schemas.violation import Violation

Document: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[Document], Iterable[Violation]]

_ADMISSION: Final = "admissionregistration.k8s.io"
_RBAC: Final = "rbac.authorization.k8s.io"

RULES: Final[dict[tuple[str, str], str]] = {
    ("", "LimitRange"): "limits.limit_range",
    ("", "PersistentVolumeClaim"): "service.claim",
    ("", "Pod"): "pods.pod",
    ("", "ResourceQuota"): "quota.quota",
    ("", "Service"): "service.service",
    ("apps", "DaemonSet"): "pods.workload",
    ("apps", "Deployment"): "pods.workload",
    ("apps", "StatefulSet"): "pods.workload",
    ("batch", "CronJob"): "pods.cron_job",
    ("batch", "Job"): "pods.job",
    ("networking.k8s.io", "NetworkPolicy"): "network.policy",
    (_ADMISSION, "MutatingAdmissionPolicy"): "admission.mutating",
    (_ADMISSION, "MutatingAdmissionPolicyBinding"): "admission.binding",
    (_ADMISSION, "ValidatingAdmissionPolicy"): "admission.validating",
    (_ADMISSION, "ValidatingAdmissionPolicyBinding"): "admission.binding",
    (_RBAC, "ClusterRole"): "rbac.cluster_role",
    (_RBAC, "ClusterRoleBinding"): "rbac.binding",
    (_RBAC, "Role"): "rbac.role",
    (_RBAC, "RoleBinding"): "rbac.binding",
}
"""The rule for a group and kind of Kubernetes itself: a module of this package, and a name in it.

Imported when first needed: a cold start pays for the kinds it meets.
"""


def for_kind(api_version: str, kind: str) -> tuple[Rule, ...]:
    """The rules for a kind of Kubernetes itself, in whatever version."""
    place = RULES.get((api_version.rpartition("/")[0], kind))
    if place is None:
        return ()
    module, name = place.split(".")
    rule: Rule = getattr(import_module(f"{__name__}.{module}"), name)
    return (rule,)
