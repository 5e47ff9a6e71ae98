"""What the pages are given that come last: the units of what the others made."""

from __future__ import annotations

from collections.abc import Iterable

from gitops.compile.held import folder_of
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
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
              paths: Iterable[str]) -> TenantSync | None:
    """A tenant's share of what the engine applies; ``paths`` are its rendered files."""
    folders = {folder for path in paths if (folder := folder_of(path)) is not None}
    return tenant_sync(estate.tenants[tenant], cluster, estate.platform, folders)


def of_cluster(cluster: Cluster, estate: Estate, held: Held, can: Held) -> ClusterSync | None:
    """A cluster's share; ``held`` is what all its files hold, ``can`` what they could."""
    engine, source = cluster.sync, estate.platform.sync
    if engine is None or source is None or not engine.on:
        return None
    names = tuple(tenant.name for tenant in tenants_of(cluster, estate))
    both = (cluster.origin.at("sync"), source.origin)
    return ClusterSync(
        source=source, engine=engine,
        units=cluster_units(cluster, source, PLATFORM in held.units()),
        tenants=names,
        roles=account_roles(cluster, held, can),
        held={unit: tuple(sorted(held.of(unit))) for unit in sorted(held.units())},
        shards=shards_of(engine),
        origins={"source": both[1:], "engine": both[:1], "units": both, "roles": both[:1]})
