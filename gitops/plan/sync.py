"""What an engine applies by itself: the units of a cluster, in which order, as whom.

Access never waits for jobs, and nothing waits for runs. A tenant's access waits for its own
namespace only, so that another tenant's mistake never holds a revocation up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.hashing import blake2b
from gitops.model.cluster import Cluster
from gitops.model.estate import Platform
from gitops.model.sync import Source, Syncing
from gitops.model.tenant import Tenant
from gitops.plan.sync_guards import account_guard

if TYPE_CHECKING:
    from gitops.plan.argocd import OwnProject, TenantProject

PREFIX = "gitops-tenancy"
ACCESS, JOBS, RUNS, PLATFORM, SELF = "access", "jobs", "runs", "platform", "sync"
SETTINGS = "settings"
"""The folder of what is merged into an engine's own objects by hand; no unit applies it."""
LONGEST = 63
"""Flux puts the name of a Kustomization into a label of everything it applies."""


class SyncUnit(Struct, frozen=True):
    """One folder that an engine applies by itself.

    ``kind`` is ``platform``, ``sync``, ``access``, ``jobs``, ``runs`` or the name of another
    folder that templates fill. ``path`` is relative to the repository, ``depends_on`` names
    units of this cluster, ``account`` is a ServiceAccount in the accounts' namespace and
    ``namespace`` the tenant's. ``wait`` says that the unit is done only when its objects are
    healthy, ``prune`` that what leaves git leaves the cluster.
    """

    name: str
    kind: str
    path: str
    account: str
    tenant: str = ""
    namespace: str = ""
    depends_on: tuple[str, ...] = ()
    prune: bool = True
    wait: bool = False
    shard: str = ""

    @property
    def applied(self) -> str:
        """For Flux, as CEL: that what it depends on once applied this account's binding.

        None but access asks for that only. Whether the platform is without mistakes
        elsewhere is nothing to it: a revocation would wait for a stranger's correction.
        The entries of an inventory are ``<namespace>_<name>_<group>_<kind>`` (fluxcd/pkg
        ssa and cli-utils).
        """
        if not self.wait:
            return ""
        entry = f"{self.namespace}_{role_name(self.kind)}_rbac.authorization.k8s.io_RoleBinding"
        return ("has(dep.status.inventory) && has(dep.status.inventory.entries) && "
                f"dep.status.inventory.entries.exists(e, e.id == '{entry}')")


class Account(Struct, frozen=True):
    """A ServiceAccount that a tenant's unit is applied as, and the ClusterRole it has in the
    workspace. It outlives its unit, whose objects are pruned as that account, by the
    ``annotations`` that it and its binding carry."""

    name: str
    kind: str
    namespace: str
    role: str
    annotations: Mapping[str, str]


class TenantSync(Struct, frozen=True):
    """One tenant's share: what templates of a tenant are given as ``sync``."""

    source: Source
    engine: Syncing
    units: tuple[SyncUnit, ...]
    accounts: tuple[Account, ...]
    origins: Mapping[str, tuple[Origin, ...]]
    project: TenantProject | None = None
    """Argo CD's, where that is the engine."""


class ClusterSync(Struct, frozen=True):
    """A cluster's share: what its own pages below ``sync/`` are given as ``sync``.

    ``tenants`` are the names of those that have a workspace here, ``units`` the cluster's
    own: the platform's and that of ``sync/`` itself. ``roles`` are the ClusterRoles of all
    accounts, ``held`` by a unit's kind the (API group, kind) pairs that its files hold, and
    ``shards`` the keys of all shards.
    """

    source: Source
    engine: Syncing
    units: tuple[SyncUnit, ...]
    tenants: tuple[str, ...]
    roles: tuple[object, ...]
    held: Mapping[str, tuple[tuple[str, str], ...]]
    shards: tuple[str, ...]
    origins: Mapping[str, tuple[Origin, ...]]
    projects: tuple[OwnProject, ...] = ()
    """Argo CD's, where that is the engine."""


def role_name(kind: str) -> str:
    """The ClusterRole of the accounts of a kind of unit."""
    return f"{PREFIX}-sync-{kind}" if kind != SELF else f"{PREFIX}-{SELF}"


def unit_name(tenant: str, kind: str) -> str:
    """The name of a tenant's unit and of its account, at most :data:`LONGEST` characters."""
    name = f"{tenant}-{kind}"
    if len(name) <= LONGEST:
        return name
    mark = blake2b(name.encode(), digest_size=4).hexdigest()
    return f"{tenant[:LONGEST - len(kind) - len(mark) - 2]}-{mark}-{kind}"


def account_name(tenant: str, kind: str, engine: Syncing) -> str:
    """The account that a tenant's unit of a kind is applied as.

    Argo CD chooses an account by project and namespace, so a tenant's units share one there.
    """
    return unit_name(tenant, SELF if engine.name == "argocd" else kind)


def shard_of(tenant: str, engine: Syncing) -> str:
    """The key of the shard that a tenant falls into; empty without shards."""
    if not engine.shards:
        return ""
    number = int.from_bytes(blake2b(tenant.encode(), digest_size=8).digest())
    return shards_of(engine)[number % engine.shards]


def shards_of(engine: Syncing) -> tuple[str, ...]:
    """The keys of all shards."""
    return tuple(f"shard{number + 1}" for number in range(engine.shards))


def tenant_sync(tenant: Tenant, cluster: Cluster, platform: Platform,
                folders: Collection[str]) -> TenantSync | None:
    """A tenant's units and accounts; None where no engine is told where to look.

    Args:
        folders: those below ``tenants/<tenant>`` that hold files, ``""`` for its own.
    """
    engine, source = cluster.sync, platform.sync
    if engine is None or source is None or not engine.on:
        return None
    base, name = f"{source.path}/{cluster.name}/tenants/{tenant.name}", tenant.name
    units = tuple(_unit(name, folder, folders, f"{base}/{folder}".rstrip("/"), engine)
                  for folder in sorted(folders, key=_order))
    return TenantSync(source, engine, units, _accounts(tenant, cluster, engine, units),
                      _origins(cluster, source))


def _order(folder: str) -> tuple[int, str]:
    return ({"": 0, JOBS: 1, RUNS: 3}.get(folder, 2), folder)


def kind_of(folder: str) -> str:
    """The kind of the unit in a folder below a tenant's."""
    return folder.replace("/", "-") or ACCESS


def _unit(tenant: str, folder: str, folders: Collection[str], path: str,
          engine: Syncing) -> SyncUnit:
    kind = kind_of(folder)
    return SyncUnit(name=unit_name(tenant, kind), kind=kind, path=path,
                    account=account_name(tenant, kind, engine), tenant=tenant,
                    namespace=tenant, depends_on=(_before(tenant, folder, folders),),
                    prune=kind != RUNS, wait=kind == ACCESS, shard=shard_of(tenant, engine))


def _before(tenant: str, folder: str, folders: Collection[str]) -> str:
    """The unit that comes first: jobs before runs, access before either, if they are there."""
    if folder == RUNS and JOBS in folders:
        return unit_name(tenant, JOBS)
    return unit_name(tenant, ACCESS) if folder and "" in folders else f"{PREFIX}-{PLATFORM}"


def _accounts(tenant: Tenant, cluster: Cluster, engine: Syncing,
              units: tuple[SyncUnit, ...]) -> tuple[Account, ...]:
    """An account for each kind of unit that the tenant has or is likely to have had."""
    kinds = {ACCESS: 0, **{unit.kind: 0 for unit in units}}
    if cluster.engines:
        kinds |= {JOBS: 0, RUNS: 0}
    kept = account_guard(cluster, tenant.frozen)
    return tuple(Account(account_name(tenant.name, kind, engine), kind, engine.accounts,
                         role_name(kind), kept) for kind in sorted(kinds))


def cluster_units(cluster: Cluster, source: Source, platform: bool) -> tuple[SyncUnit, ...]:
    """The cluster's own units: ``sync/``, and ``platform/`` where anything stands there."""
    kinds = (PLATFORM, SELF) if platform else (SELF,)
    return tuple(SyncUnit(name=f"{PREFIX}-{kind}", kind=kind, account=f"{PREFIX}-{kind}",
                          path=f"{source.path}/{cluster.name}/{kind}") for kind in kinds)


def _origins(cluster: Cluster, source: Source) -> dict[str, tuple[Origin, ...]]:
    both = (cluster.origin.at("sync"), source.origin)
    return {"source": (source.origin,), "engine": both[:1], "units": both, "accounts": both[:1]}
