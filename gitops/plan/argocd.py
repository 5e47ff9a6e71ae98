"""What Argo CD is told: a project for each tenant and for the cluster, and their Applications.

A project's name is written out in every Application's template: a name that came from the
repository's folders would let whoever can write a folder choose a project. So a tenant has
its own sets of Applications, and a mistake in one tenant's stops no other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from gitops.foundation.shared import SharedList
from gitops.model.access import Group, Subject
from gitops.model.cluster import Cluster
from gitops.model.sync import Syncing, Window
from gitops.model.tenant import Tenant
from gitops.plan.sync import (
    ACCESS,
    PLATFORM,
    RUNS,
    SELF,
    SyncUnit,
    TenantSync,
    account_name,
)
from gitops.plan.sync_rights import ENGINES, RBAC, Held, platform_kinds
from gitops.plan.workspace import plugins_of

Kind = Mapping[str, str]
_ADMISSION = "admissionregistration.k8s.io"
_WIDE = frozenset({
    ("", "Namespace"), ("kubeflow.org", "Profile"), (RBAC, "ClusterRole"),
    ("kueue.x-k8s.io", "ClusterQueue"), ("kueue.x-k8s.io", "Cohort"),
    ("kueue.x-k8s.io", "ResourceFlavor"), ("policies.kyverno.io", "MutatingPolicy"),
    ("scheduling.k8s.io", "PriorityClass"),
    (_ADMISSION, "MutatingAdmissionPolicy"), (_ADMISSION, "MutatingAdmissionPolicyBinding"),
    (_ADMISSION, "ValidatingAdmissionPolicy"), (_ADMISSION, "ValidatingAdmissionPolicyBinding"),
})
"""The kinds of our own templates that stand in no namespace, whether or not one is there now."""


class Applications(Struct, frozen=True):
    """An ApplicationSet: an Application for each of its units whose folder is in git.

    ``keep`` is for runs: what they made stays when their Application goes, and nothing that
    was cleaned up is made again before the next commit.
    """

    name: str
    units: tuple[SyncUnit, ...]
    keep: bool = False


class TenantProject(Struct, frozen=True):
    """A tenant's AppProject and the ApplicationSets in it.

    ``account`` is ``namespace:name``, ``kinds`` are all that its files may hold.
    ``application``, ``path`` and ``namespace`` are Go templates over what the generators give.
    """

    name: str
    account: str
    kinds: SharedList
    roles: tuple[Mapping[str, object], ...]
    windows: tuple[Mapping[str, object], ...]
    sets: tuple[Applications, ...]
    application: str
    namespace: str
    unit: str = "{{ .values.unit }}"
    path: str = "{{ .path.path }}"


class OwnProject(Struct, frozen=True):
    """One of the cluster's two AppProjects and the Application in it.

    ``namespace`` is the Application's own; ``namespaces`` are those of the objects.
    """

    name: str
    description: str
    unit: SyncUnit
    account: str
    namespace: str
    namespaces: tuple[str, ...]
    cluster_kinds: tuple[Kind, ...]
    kinds: tuple[Kind, ...]
    ignored: tuple[Mapping[str, object], ...] = ()


def name_of(cluster: Cluster, name: str) -> str:
    """An object's name beside the engine, which says where it belongs.

    Its parts are joined by dots, which no cluster's and no tenant's name has, so that two
    never meet in one name.
    """
    return f"{cluster.name}.{name}"


def tenant_project(tenant: Tenant, cluster: Cluster, groups: Mapping[str, Group],
                   share: TenantSync, can: Held) -> TenantProject:
    """A tenant's project; ``can`` is what its files can hold."""
    engine, units, name = share.engine, share.units, name_of(cluster, tenant.name)
    folder = f"{{{{ index .path.segments {share.source.path.count('/') + 3} }}}}"
    return TenantProject(
        name=name,
        account=f"{engine.accounts}:{account_name(tenant.name, ACCESS, engine)}",
        kinds=_shared(_tenant_kinds(can)),
        roles=tuple(_roles(tenant, name, groups)),
        windows=tuple(_window(window, name, units) for window in engine.windows)
        if _scheduled(units) else (),
        sets=tuple(_sets(name, units)),
        application=f"{cluster.name}.{folder}.{{{{ .values.unit }}}}",
        namespace=folder)


def _sets(name: str, units: Iterable[SyncUnit]) -> Iterator[Applications]:
    kept = tuple(unit for unit in units if not unit.prune)
    if others := tuple(unit for unit in units if unit.prune):
        yield Applications(name, others)
    if kept:
        yield Applications(f"{name}.{RUNS}", kept, keep=True)


def _tenant_kinds(can: Held) -> frozenset[tuple[str, str]]:
    """Every kind that a tenant's files can hold.

    Argo CD neither prunes nor deletes what its project does not allow, so a kind must stay
    allowed when the last object of it leaves git.
    """
    return frozenset((group, kind) for unit, group, kind in can.kinds if unit != PLATFORM)


@lru_cache(maxsize=16)
def _shared(kinds: frozenset[tuple[str, str]]) -> SharedList:
    """The same list for the same kinds: most tenants can hold the same."""
    return SharedList(_listed(kinds))


def _listed(kinds: Iterable[tuple[str, str]]) -> tuple[Kind, ...]:
    return tuple({"group": group, "kind": kind} for group, kind in sorted(kinds))


def _roles(tenant: Tenant, project: str, groups: Mapping[str, Group]
           ) -> Iterator[Mapping[str, object]]:
    """The owner's role: look, and sync again what git says. A frozen tenant's has none."""
    named = () if tenant.frozen else _named(tenant.owner, groups)
    if named:
        yield {"name": "owner", "description": f"The owner of {tenant.name}",
               "groups": list(named),
               "policies": [f"p, proj:{project}:owner, applications, {action}, {project}/*, allow"
                            for action in ("get", "sync")]}


def _named(subject: Subject, groups: Mapping[str, Group]) -> tuple[str, ...]:
    """A subject as the tokens of Argo CD's users name it. Machines do not log in there."""
    if subject.kind == "ServiceAccount":
        return ()
    group = groups.get(subject.name) if subject.kind == "Group" else None
    return ((group.claim if group else "") or subject.name,)


def _scheduled(units: Iterable[SyncUnit]) -> list[SyncUnit]:
    """The units that windows are for: access never waits for one, or a revocation would."""
    return [unit for unit in units if unit.kind != ACCESS]


def _window(window: Window, project: str, units: Iterable[SyncUnit]) -> Mapping[str, object]:
    covered = [f"{project}.{unit.kind}" for unit in _scheduled(units)]
    zone = {"timeZone": window.time_zone} if window.time_zone else {}
    return {"kind": window.kind, "schedule": window.schedule, "duration": window.duration, **zone,
            "applications": covered}


def own_projects(cluster: Cluster, engine: Syncing, units: Iterable[SyncUnit],
                 tenants: Iterable[Tenant], can: Held) -> Iterator[OwnProject]:
    """The platform's project and that of ``sync/`` itself, by what they may touch.

    Args:
        can: what the cluster's files hold and what its templates can make.
    """
    for unit in units:
        yield _self(unit, cluster, engine) if unit.kind == SELF else \
            _platform(unit, cluster, engine, can, tenants)


def _plugged(tenants: Iterable[Tenant], cluster: Cluster) -> tuple[str, ...]:
    """The tenants whose Profiles on a cluster have plugins in git."""
    if not cluster.profiles:
        return ()
    return tuple(tenant.name for tenant in tenants
                 if not tenant.frozen and any(plugins_of(tenant, cluster)))


def _platform(unit: SyncUnit, cluster: Cluster, engine: Syncing, can: Held,
              tenants: Iterable[Tenant]) -> OwnProject:
    kinds = platform_kinds(can)
    wide = kinds & (can.wide | _WIDE)
    return OwnProject(
        name=name_of(cluster, unit.name), description=f"What the cluster {cluster.name} needs once",
        unit=unit, account=f"{engine.accounts}:{unit.account}", namespace=engine.namespace,
        namespaces=("*",), cluster_kinds=_listed(wide), kinds=_listed(kinds - wide),
        ignored=tuple(_ignored(cluster, kinds, _plugged(tenants, cluster))))


def _self(unit: SyncUnit, cluster: Cluster, engine: Syncing) -> OwnProject:
    return OwnProject(
        name=name_of(cluster, unit.name),
        description=f"What Argo CD is told of the cluster {cluster.name}",
        unit=unit, account=f"{engine.accounts}:{unit.account}", namespace=engine.namespace,
        namespaces=tuple(dict.fromkeys((engine.namespace, engine.accounts))),
        cluster_kinds=_listed({(RBAC, "ClusterRole"), (RBAC, "ClusterRoleBinding")}),
        kinds=_listed({("", "ServiceAccount"), *ENGINES["argocd"]}))


def _ignored(cluster: Cluster, kinds: Iterable[tuple[str, str]], plugged: tuple[str, ...]
             ) -> Iterator[Mapping[str, object]]:
    """What controllers write into the platform's objects, and git does not say.

    The profile controller adds its default plugin to a Profile that has none of that kind.
    Only Profiles without plugins in git are excused, since what is ignored in one is not
    compared there at all.
    """
    if (RBAC, "ClusterRole") in kinds:
        yield {"group": RBAC, "kind": "ClusterRole",
               "jqPathExpressions": ["select(.aggregationRule != null) | .rules"]}
    if cluster.profiles:
        names = ", ".join(f'"{name}"' for name in plugged)
        chosen = f"select(.metadata.name | IN({names}) | not) | " if names else ""
        yield {"group": "kubeflow.org", "kind": "Profile",
               "jqPathExpressions": [f"{chosen}.spec.plugins", ".status"]}
    if cluster.queues:
        yield {"group": "kueue.x-k8s.io", "kind": "ClusterQueue", "jsonPointers": ["/status"]}
