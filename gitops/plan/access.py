"""From grants to bindings (for kubectl) and policies (for the browser and the mesh)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.shared import SharedList
from gitops.model.access import Grant, Group, Subject, SubjectKind
from gitops.model.cluster import Cluster
from gitops.model.tenant import Tenant
from gitops.plan.membership import people
from gitops.plan.names import grant_name

RBAC = "rbac.authorization.k8s.io"


class Policy(Struct, frozen=True):
    """Who may reach the workspace through these callers: the user-id header's values."""

    principals: SharedList
    users: tuple[str, ...]
    origin: Origin


class Binding(Struct, frozen=True):
    """One RoleBinding with exactly one subject, as this cluster's API server knows it.

    ``kind``, ``subject`` and ``namespace`` are the subject's: only a ServiceAccount has a
    namespace, and it must have no apiGroup, or the API server refuses it. ``listed_user`` or
    ``listed_group`` is who Kubeflow's access management takes it for, and ``access`` the role;
    all three are empty where it shall not be listed. ``policy`` is its other half for the
    browser, under the same name; None where there is none.
    """

    name: str
    role: str
    kind: SubjectKind
    subject: str
    namespace: str
    origin: Origin
    listed_user: str = ""
    listed_group: str = ""
    access: str = ""
    policy: Policy | None = None


class Owner(Struct, frozen=True):
    """The owner as the Profile names it, and as the two sides of the cluster see it.

    ``subject`` is the Profile's own; ``users`` are the header values of the controller's
    policy, ``further_users`` those that it misses: a group's people, a machine's token.
    """

    subject: Mapping[str, str]
    annotation: str
    principals: SharedList
    users: tuple[str, ...]
    further_users: tuple[str, ...]
    origin: Origin

    @property
    def everyone(self) -> tuple[str, ...]:
        """Every header value that is the owner."""
        return tuple(dict.fromkeys((*self.users, *self.further_users)))


def ended(grant: Grant, as_of: date | None) -> bool:
    """Whether a grant's last day has passed on a day; never without one."""
    return as_of is not None and grant.until is not None and grant.until < as_of


def subject_name(subject: Subject, cluster: Cluster, groups: Mapping[str, Group]) -> str:
    """An RBAC subject's name as this cluster's API server knows it."""
    if subject.kind == "User":
        return cluster.kubernetes.user_prefix + subject.name
    if subject.kind == "Group":
        return cluster.kubernetes.group_prefix + _claim(subject, groups)
    return subject.name


def _claim(subject: Subject, groups: Mapping[str, Group]) -> str:
    group = groups.get(subject.name)
    return (group.claim if group else "") or subject.name


def header_values(subject: Subject, cluster: Cluster,
                  groups: Mapping[str, Group]) -> tuple[str, ...]:
    """What the user-id header says of a subject: for a group, of each of its people.

    The gateway puts its prefix before people's addresses; a machine's header is its
    token's subject, without a prefix.
    """
    prefix = cluster.mesh.user_id_prefix
    if subject.kind == "ServiceAccount":
        return (subject.machine_name,)
    if subject.kind == "Group":
        return tuple(prefix + person.name for person in people(subject.name, groups))
    return (prefix + subject.name,)


def owner_of(tenant: Tenant, cluster: Cluster, groups: Mapping[str, Group]) -> Owner:
    """The owner, equal to what the profile controller makes of ``spec.owner``.

    Source: kubeflow/dashboard profile-controller, updateIstioAuthorizationPolicy: the
    header's value is the prefix and ``owner.name``, whatever the owner's kind.
    """
    owner = tenant.owner
    name = _claim(owner, groups) if owner.kind == "Group" else owner.name
    subject = {"kind": owner.kind, "name": name}
    if owner.kind == "ServiceAccount":
        subject["namespace"] = owner.namespace
    else:
        subject = {"apiGroup": RBAC, **subject}
    users = (cluster.mesh.user_id_prefix + name,)
    further = tuple(value for value in header_values(owner, cluster, groups) if value not in users)
    return Owner(subject, name, _callers(cluster, gateway=True), users, further,
                 tenant.origin.at("owner"))


def _callers(cluster: Cluster, *, gateway: bool) -> SharedList:
    """The identities that bring people's requests: the gateway, and the pipelines' UI."""
    mesh = cluster.mesh
    return mesh.people_and_viewers[0 if gateway else 1]


def shared_with(tenant: Tenant, cluster: Cluster, groups: Mapping[str, Group],
                as_of: date | None) -> Iterator[Binding]:
    """The contributors' bindings, one subject each, with their policies.

    A group's binding carries no ``user`` annotation: Kubeflow's access management lists
    every binding that has one as a person's.
    """
    for grant in tenant.contributors:
        if not ended(grant, as_of):
            subject = grant.subject
            machine, group = subject.kind == "ServiceAccount", subject.kind == "Group"
            yield Binding(
                grant_name(subject, grant.role), getattr(cluster.roles, grant.role), subject.kind,
                subject_name(subject, cluster, groups), subject.namespace if machine else "",
                grant.origin,
                "" if group else subject.machine_name if machine else subject.name,
                _claim(subject, groups) if group else "", grant.role,
                _policy(grant, cluster, groups))


def owner_binding(tenant: Tenant, owner: Owner, cluster: Cluster,
                  groups: Mapping[str, Group]) -> Binding | None:
    """The owner's binding under the name that kubectl sends, where the controller's misses it.

    ``namespaceAdmin`` has the Profile's owner as its subject; an API server that prefixes
    names never sends that one.
    """
    name = subject_name(tenant.owner, cluster, groups)
    if name == owner.subject["name"]:
        return None
    return Binding("tenant-owner", cluster.roles.admin, tenant.owner.kind, name,
                   tenant.owner.namespace, tenant.origin.at("owner"))


def _policy(grant: Grant, cluster: Cluster, groups: Mapping[str, Group]) -> Policy | None:
    """The policy beside a contributor's binding; None without a mesh.

    A viewer who reaches a running notebook runs code there as ``default-editor``, so a
    viewer's policy leaves the gateway out unless the grant says ``notebooks: true``.
    """
    users = header_values(grant.subject, cluster, groups)
    callers = _callers(cluster, gateway=grant.role != "view" or grant.notebooks)
    if not (cluster.mesh.on and users and callers):
        return None
    return Policy(callers, users, grant.origin)
