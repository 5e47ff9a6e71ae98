"""Which tenants have a workspace on which clusters."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.tenant import Tenant


def accepts(cluster: Cluster, tenant: Tenant) -> bool:
    """Whether a tenant has a workspace on a cluster."""
    if tenant.clusters:
        return cluster.name in tenant.clusters
    return cluster.accepts == "all"


def clusters_of(tenant: Tenant, estate: Estate) -> frozenset[str]:
    """The names of the clusters that a tenant has a workspace on."""
    return frozenset(name for name, cluster in estate.clusters.items() if accepts(cluster, tenant))


def tenants_of(cluster: Cluster, estate: Estate) -> Iterator[Tenant]:
    """The tenants of a cluster, in order of their names."""
    return (tenant for tenant in estate.tenants.values() if accepts(cluster, tenant))
