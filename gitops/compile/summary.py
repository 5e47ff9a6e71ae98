"""The figures of a run that come from the plan rather than from what was rendered."""

from __future__ import annotations

from gitops.foundation.quantity import NANO, Quantity
from gitops.model.access import Subject
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.tenant import Tenant
from gitops.plan.access import ended
from gitops.plan.hardware import hardware_of
from gitops.plan.membership import people
from gitops.plan.quotas import quotas_of
from gitops.plan.selection import tenants_of
from gitops.plan.workspace import Planner


def about(cluster: Cluster) -> str:
    """A cluster in a few words."""
    release = f"Kubeflow {cluster.kubeflow.release}" if cluster.kubeflow.on else "no Kubeflow"
    engine = {"argocd": ", Argo CD", "flux": ", Flux"}.get(cluster.synced, "")
    return f"Kubernetes {cluster.kubernetes.version}, {release}, mesh {cluster.mesh.mode}{engine}"


def members(planner: Planner) -> int:
    """How many people and machines have access to any workspace."""
    found: set[tuple[str, str, str]] = set()
    groups: set[str] = set()
    for tenant in planner.estate.tenants.values():
        if tenant.frozen:
            continue
        subjects = [tenant.owner, *(grant.subject for grant in tenant.contributors
                                    if not ended(grant, planner.as_of))]
        for subject in subjects:
            if subject.kind != "Group":
                found.add(_key(subject))
            elif subject.name not in groups:
                groups.add(subject.name)
                found |= set(map(_key, people(subject.name, planner.estate.groups)))
    return len(found)


def _key(subject: Subject) -> tuple[str, str, str]:
    return (subject.kind, subject.namespace, subject.name)


def promised(cluster: Cluster, estate: Estate) -> dict[str, str]:
    """What the workspaces of a cluster may request in all, by quota key."""
    total: dict[str, tuple[int, int, bool]] = {}
    for tenant in tenants_of(cluster, estate):
        if tenant.frozen:
            continue
        lines: dict[str, Quantity] = {}
        for quota in quotas_of(tenant, estate.platform):
            lines |= quota.requests
            lines |= quota.devices
        for name, amount in (lines | _devices(tenant, cluster, estate)).items():
            units, rest, binary = total.get(name, (0, 0, False))
            total[name] = (units + amount.units, rest + amount.rest, binary or amount.binary)
    return {name: str(_sum(*total[name])) for name in sorted(total)}


def _sum(units: int, rest: int, binary: bool) -> Quantity:
    return Quantity.nanos(units * NANO + rest, binary=binary)


def _devices(tenant: Tenant, cluster: Cluster, estate: Estate) -> dict[str, Quantity]:
    """The devices of a tenant's hardware on a cluster, by resource."""
    found: dict[str, int] = {}
    for hardware, share in hardware_of(tenant, cluster, estate):
        if hardware.device and hardware.device.resource and share.devices:
            resource = hardware.device.resource
            found[resource] = found.get(resource, 0) + share.devices
    return {name: Quantity.of(number) for name, number in found.items()}
