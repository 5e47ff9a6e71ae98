"""What the pages are given that come last: the units of what the others made."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from gitops.compile.held import File, folder_of, held
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.plan.argocd import own_projects, tenant_project
from gitops.plan.selection import tenants_of
from gitops.plan.sync import (
    PLATFORM,
    ClusterSync,
    TenantSync,
    cluster_units,
    shards_of,
    tenant_sync,
)
from gitops.plan.sync_rights import Held, account_roles


def of_tenant(tenant: str, cluster: Cluster, estate: Estate,
              files: Collection[File], can: Held) -> TenantSync | None:
    """A tenant's share of what the engine applies.

    Args:
        files: the tenant's rendered files.
        can: what the templates can make.
    """
    folders = {folder for file in files if (folder := folder_of(file.path)) is not None}
    found = tenant_sync(estate.tenants[tenant], cluster, estate.platform, folders)
    if found is None or cluster.synced != "argocd":
        return found
    return replace(found, project=tenant_project(
        estate.tenants[tenant], cluster, estate.groups, found, can.with_([held(files)])))


def of_cluster(cluster: Cluster, estate: Estate, every: Held, can: Held) -> ClusterSync | None:
    """A cluster's share; ``every`` is what all its files hold, ``can`` what they could."""
    engine, source = cluster.sync, estate.platform.sync
    if engine is None or source is None or not engine.on:
        return None
    tenants = tuple(tenants_of(cluster, estate))
    names = tuple(tenant.name for tenant in tenants)
    units = cluster_units(cluster, source, PLATFORM in every.units())
    both = (cluster.origin.at("sync"), source.origin)
    return ClusterSync(
        source=source, engine=engine,
        units=units,
        tenants=names,
        roles=account_roles(cluster, every, can),
        held={unit: tuple(sorted(every.of(unit))) for unit in sorted(every.units())},
        shards=shards_of(engine),
        origins={"source": both[1:], "engine": both[:1], "units": both, "roles": both[:1],
                 "projects": both},
        projects=tuple(own_projects(cluster, engine, units, tenants,
                                    can.with_([every])))
        if engine.name == "argocd" else ())
