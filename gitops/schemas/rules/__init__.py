"""What no schema can say: rules across the fields of one document.

A rule is asked only of documents whose shape is valid, so it reads without looking twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from gitops.schemas.violation import Violation

Document: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = Callable[[Document], Iterable[Violation]]


def for_kind(api_version: str, kind: str) -> tuple[Rule, ...]:
    """The rules for a kind of Kubernetes itself."""
    from gitops.schemas.rules import admission, limits, network, pods, quota, rbac

    rules: Final[dict[tuple[str, str], tuple[Rule, ...]]] = {
        ("", "LimitRange"): (limits.limit_range,),
        ("", "Pod"): (pods.pod,),
        ("", "ResourceQuota"): (quota.quota,),
        ("apps", "DaemonSet"): (pods.workload,),
        ("apps", "Deployment"): (pods.workload,),
        ("apps", "StatefulSet"): (pods.workload,),
        ("batch", "CronJob"): (pods.cron_job,),
        ("batch", "Job"): (pods.job,),
        ("networking.k8s.io", "NetworkPolicy"): (network.policy,),
        ("rbac.authorization.k8s.io", "ClusterRole"): (rbac.cluster_role,),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"): (rbac.binding,),
        ("rbac.authorization.k8s.io", "Role"): (rbac.role,),
        ("rbac.authorization.k8s.io", "RoleBinding"): (rbac.binding,),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): (admission.validating,),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): (admission.binding,),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): (admission.mutating,),
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): (admission.binding,),
    }
    return rules.get((api_version.rpartition("/")[0], kind), ())
