"""What must hold between declarations: names that exist, people who may be named.

Each check yields mistakes at the line that makes them; the tuple at the end is the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.patterns import matches
from gitops.model.access import Subject
from gitops.model.cluster import Cluster
from gitops.model.estate import Defaults, Estate
from gitops.model.tenant import Tenant
from gitops.plan.hardware_references import check_hardware
from gitops.plan.membership import cycles
from gitops.plan.names import PLATFORM_TENANT, grant_name
from gitops.plan.network import check_egress
from gitops.plan.quota_rules import check_quotas
from gitops.plan.selection import clusters_of
from gitops.plan.sync_references import check_sync


class Known(Struct, frozen=True):
    """The estate, and the names that its files declare whether or not they could be read."""

    estate: Estate
    named: Mapping[str, frozenset[str]]
    plans: frozenset[str] | None = frozenset()
    """The names of plans; None where nobody knows them."""


Check = Callable[[Known], Iterator[Mistake]]


def check(known: Known) -> list[Mistake]:
    """Every mistake between declarations."""
    return [mistake for rule in CHECKS for mistake in rule(known)]


def _near(word: str, names: Iterable[str], where: str) -> str:
    import difflib

    close = difflib.get_close_matches(word, sorted(names), n=1)
    return f"did you mean {close[0]!r}?" if close else f"declare it in {where}"


def unknown_plans(known: Known) -> Iterator[Mistake]:
    """A tenant, or the defaults, name a plan that platform.yaml lacks."""
    plans, defaults = known.plans, known.estate.platform.defaults
    if plans is None:
        return
    things: tuple[Defaults | Tenant, ...] = (*known.estate.tenants.values(), defaults)
    for thing in things:
        plan = thing.plan
        if plan and plan not in plans:
            yield Mistake("unknown-plan", thing.origin.at("plan"), f"there is no plan {plan!r}",
                          _near(plan, plans, "platform.yaml, under plans"))


def unknown_clusters(known: Known) -> Iterator[Mistake]:
    """A tenant names a cluster that is not declared."""
    names = known.named["clusters"]
    for tenant in known.estate.tenants.values():
        for index, cluster in enumerate(tenant.clusters):
            if cluster not in names:
                yield Mistake("unknown-cluster", tenant.origin.at("clusters", index),
                              f"there is no cluster {cluster!r}",
                              _near(cluster, names, f"clusters/{cluster}.yaml"))


def _subjects(known: Known, such: Callable[[Subject], bool]) -> Iterator[tuple[Subject, Origin]]:
    """Every such subject that the estate names, and where."""
    for tenant in known.estate.tenants.values():
        if such(tenant.owner):
            yield tenant.owner, tenant.origin.at("owner")
        for grant in tenant.contributors:
            if such(grant.subject):
                yield grant.subject, grant.origin
    for group in known.estate.groups.values():
        for index, member in enumerate(group.members):
            if such(member):
                yield member, group.origin.at("members", index)


def unknown_groups(known: Known) -> Iterator[Mistake]:
    """Somebody names a group that has no file."""
    names = known.named["groups"]
    for subject, origin in _subjects(
            known, lambda subject: subject.kind == "Group" and subject.name not in names):
        yield Mistake("unknown-group", origin, f"there is no group {subject.name!r}",
                      _near(subject.name, names, f"groups/{subject.name}.yaml"))


def group_cycles(known: Known) -> Iterator[Mistake]:
    """Groups that contain one another."""
    groups = known.estate.groups
    for ring in dict.fromkeys(cycles(groups)):
        steps = " → ".join((*ring, ring[0]))
        inner = ring[1] if len(ring) > 1 else ring[0]
        index = [member.name for member in groups[ring[0]].members].index(inner)
        yield Mistake("group-cycle", groups[ring[0]].origin.at("members", index),
                      f"the group contains itself: {steps}", "take one of these memberships out")


def people_of_other_domains(known: Known) -> Iterator[Mistake]:
    """An address of a domain that platform.yaml does not allow."""
    domains = known.estate.platform.identity.domains

    def foreign(subject: Subject) -> bool:
        return (subject.kind == "User" and subject.name != ""
                and subject.name.rpartition("@")[2].casefold() not in domains)

    for subject, origin in _subjects(known, foreign) if domains else ():
        yield Mistake("foreign-domain", origin, f"{subject.name} is of another domain",
                      f"allowed are {', '.join(domains)} (platform.yaml, identity.domains)")


def people_in_capitals(known: Known) -> Iterator[Mistake]:
    """An address with capital letters where the provider sends small ones."""
    if known.estate.platform.identity.casing == "preserve":
        return
    for subject, origin in _subjects(
            known, lambda subject: subject.kind == "User" and subject.name != subject.name.lower()):
        yield Mistake("capital-letters", origin,
                      f"{subject.name} has capital letters, so it would match nobody",
                      f"write {subject.name.lower()}, or set identity.casing: preserve in "
                      "platform.yaml if your provider sends capitals")


def same_subject_twice(known: Known) -> Iterator[Mistake]:
    """One contributor listed twice, or the owner listed as a contributor."""
    for tenant in known.estate.tenants.values():
        named = {tenant.owner.identity, *(grant.subject.identity for grant in tenant.contributors)}
        if len(named) <= len(tenant.contributors):
            yield from _twice(tenant)


def _twice(tenant: Tenant) -> Iterator[Mistake]:
    seen = {tenant.owner.identity: (tenant.origin.at("owner"), "the owner stands here")}
    for grant in tenant.contributors:
        before = seen.get(grant.subject.identity)
        if before and grant.subject.name:
            said = "owns the tenant already" if "owner" in before[1] else \
                "is a contributor already"
            yield Mistake("contributor-twice", grant.origin, f"{grant.subject} {said}",
                          "keep one of the two; the stronger role includes the weaker",
                          (before,))
        seen.setdefault(grant.subject.identity, (grant.origin, "first listed here"))


def colliding_names(known: Known) -> Iterator[Mistake]:
    """Two contributors whose bindings would have one name."""
    for tenant in known.estate.tenants.values():
        names = [grant_name(grant.subject, grant.role) for grant in tenant.contributors]
        if len(set(names)) < len(names):
            yield from _colliding(tenant, names)


def _colliding(tenant: Tenant, names: list[str]) -> Iterator[Mistake]:
    seen: dict[str, tuple[Subject, Origin]] = {}
    for grant, name in zip(tenant.contributors, names, strict=True):
        other = seen.setdefault(name, (grant.subject, grant.origin))
        if other[0].identity != grant.subject.identity:
            yield Mistake("colliding-names", grant.origin,
                          f"{grant.subject} and {other[0]} would share one binding, {name}",
                          "Kubeflow's naming cannot tell them apart; give one access "
                          "through a group", ((other[1], f"{other[0]} stands here"),))


RESERVED = ("default", "kube", "kustomization", PLATFORM_TENANT)
"""Kubernetes' own, the file that lists a folder, and who owns the objects of no tenant."""


def reserved_names(known: Known) -> Iterator[Mistake]:
    """A tenant named like a namespace of the platform, or against the naming rules."""
    naming = known.estate.platform.naming
    homes = {cluster.name: frozenset(cluster.homes) for cluster in known.estate.clusters.values()}
    for name in sorted(known.named["tenants"]):
        origin = Origin(f"tenants/{name}.yaml")
        clusters = [cluster for cluster, names in homes.items() if name in names]
        if name.startswith("kube-") or name in RESERVED or name in naming.reserved:
            yield Mistake("reserved-name", origin, f"the name {name!r} is reserved",
                          "rename the file; the tenant is named after it")
        elif clusters:
            yield Mistake("reserved-name", origin, f"{name!r} is a namespace of the platform on "
                          f"{', '.join(clusters)}", "rename the file; the tenant is named after it")
        if naming.pattern and not matches(naming.pattern, name):
            yield Mistake("name-against-rules", origin,
                          f"the name {name!r} does not match {naming.pattern}",
                          "platform.yaml says so under naming.pattern; rename the file")
        if naming.max_length < len(name) <= 63:
            yield Mistake("name-against-rules", origin, f"the name {name!r} is longer than "
                          f"{naming.max_length} characters", "rename the file")


def names_of_the_removed(known: Known) -> Iterator[Mistake]:
    """A tenant with the name of one that was removed: whose data, whose images?"""
    for name in sorted(known.named["tenants"] & known.named["tombstones"]):
        stone = known.estate.tombstones.get(name)
        day = f" on {stone.removed}" if stone else ""
        yield Mistake("name-of-a-removed-tenant", Origin(f"tenants/{name}.yaml"),
                      f"a tenant {name!r} was removed{day}; what it left may still answer to "
                      "that name",
                      f"choose another name; or see `gitops offboard {name}`, and delete the "
                      "tombstone once the name is free",
                      ((Origin(f"tombstones/{name}.yaml"), "its tombstone"),))


OURS = re.compile(r"(.*\.)?(kubernetes\.io|k8s\.io|istio\.io|kubeflow\.org)/.*|"
                  r"istio-injection|gitops-tenancy/.*|kueue\.x-k8s\.io/.*")


def reserved_labels(known: Known) -> Iterator[Mistake]:
    """Labels and annotations of a Namespace that decide about security, set by hand."""
    defaults = known.estate.platform.defaults
    things: tuple[Defaults | Tenant, ...] = (defaults, *known.estate.tenants.values())
    for thing in things:
        for kind in ("labels", "annotations"):
            for key in getattr(thing, kind):
                if OURS.fullmatch(key) or key == "owner":
                    meant = " (podSecurity sets the level)" if "pod-security" in key else ""
                    yield Mistake("reserved-label", thing.origin.key_at(kind, key),
                                  f"{key} belongs to the platform", f"take it out{meant}")


def peers(known: Known) -> Iterator[Mistake]:
    """Services called across tenants: both sides must say so, and share a cluster."""
    tenants = known.estate.tenants
    for tenant in tenants.values():
        for index, name in enumerate(tenant.talks_to):
            yield from _peer(known, tenant, name, tenant.origin.at("talks-to", index))
        for index, name in enumerate(tenant.admits):
            if name == tenant.name:
                yield Mistake("peer-itself", tenant.origin.at("admits", index),
                              f"{name} may talk to itself anyway", "take it out")
            elif name not in known.named["tenants"]:
                yield Mistake("unknown-tenant", tenant.origin.at("admits", index),
                              f"there is no other tenant {name!r}",
                              _near(name, known.named["tenants"] - {tenant.name},
                                    f"tenants/{name}.yaml"))


def _peer(known: Known, tenant: Tenant, name: str, origin: Origin) -> Iterator[Mistake]:
    peer = known.estate.tenants.get(name)
    if name == tenant.name:
        yield Mistake("peer-itself", origin, f"{name} may talk to itself anyway", "take it out")
    elif name not in known.named["tenants"]:
        yield Mistake("unknown-tenant", origin, f"there is no other tenant {name!r}",
                      _near(name, known.named["tenants"] - {tenant.name}, f"tenants/{name}.yaml"))
    elif peer and tenant.name not in peer.admits:
        yield Mistake("peer-not-admitted", origin, f"{name} does not admit {tenant.name}",
                      f"add `admits: [{tenant.name}]` to tenants/{name}.yaml, so that its owner "
                      "agrees", ((peer.origin, f"{name} is declared here"),))
    elif peer and not clusters_of(tenant, known.estate) & clusters_of(peer, known.estate):
        yield Mistake("peer-elsewhere", origin, f"{name} has no workspace on a cluster of "
                      f"{tenant.name}", "they can talk only where both are")


def homeless(known: Known) -> Iterator[Mistake]:
    """A tenant with a workspace nowhere, because no cluster accepts it."""
    if known.named["clusters"] - known.estate.clusters.keys():
        return
    for tenant in known.estate.tenants.values():
        if not tenant.clusters and not clusters_of(tenant, known.estate):
            yield Mistake("no-cluster", tenant.origin, "no cluster accepts this tenant",
                          "name its clusters (clusters: [NAME])")


def sidecar_without_cni(known: Known) -> Iterator[Mistake]:
    """A sidecar's init container that the Pod Security level refuses."""
    for tenant in known.estate.tenants.values():
        level = tenant.pod_security or known.estate.platform.defaults.pod_security
        for name in sorted(clusters_of(tenant, known.estate)):
            mesh = known.estate.clusters[name].mesh
            if mesh.mode == "sidecar" and not mesh.cni and level != "privileged":
                yield Mistake("sidecar-without-cni", tenant.origin.at("podSecurity"),
                              f"on {name} every pod would be refused: without Istio's CNI agent "
                              f"a sidecar needs more than Pod Security {level} allows",
                              "install the CNI agent (mesh.cni: true), or set podSecurity: "
                              "privileged", ((mesh.origin.at("cni"), "no CNI agent here"),))


def clusters_that_cannot_work(known: Known) -> Iterator[Mistake]:
    """A cluster whose parts do not fit together."""
    for cluster in known.estate.clusters.values():
        at = cluster.origin
        if cluster.profiles and not cluster.kubeflow.on:
            yield Mistake("profiles-without-kubeflow", at.at("workspaces"),
                          "there is no profile controller without Kubeflow",
                          "use workspaces: native, or name the Kubeflow release")
        if cluster.network.policies and not cluster.network.api_server:
            yield Mistake("api-server-unknown", at.at("network"),
                          "no workspace could reach the API server: its addresses are not known",
                          "list them: network: {apiServer: [192.0.2.10/32]} (kubectl get "
                          "endpointslice kubernetes); or render no NetworkPolicies: "
                          "network: {policies: false}")
        yield from _login(cluster)
        yield from check_sync(cluster, known.estate.platform)


def _login(cluster: Cluster) -> Iterator[Mistake]:
    """What the gateway's authentication needs to keep strangers out."""
    provider, at = cluster.identity, cluster.origin.at("identity")
    if not (provider.rendered and cluster.mesh.on):
        return
    if provider.request_authentication and not provider.issuer:
        yield Mistake("login-incomplete", at, f"the {provider.provider} login names no issuer",
                      "add identity.issuer: who signs the tokens")
    if provider.provider == "iap" and not provider.audiences:
        yield Mistake("login-incomplete", at, "the iap login names no audience, so a token made "
                      "out for any other service would pass",
                      "add identity.audiences: the backend service's signed-header audience")
    if provider.login and not provider.external:
        yield Mistake("login-incomplete", at, "nobody is named who logs people in",
                      "add identity.external: the mesh's extension provider; or login: false")


CHECKS: tuple[Check, ...] = (
    unknown_plans,
    unknown_clusters,
    unknown_groups,
    group_cycles,
    people_of_other_domains,
    people_in_capitals,
    same_subject_twice,
    colliding_names,
    reserved_names,
    names_of_the_removed,
    reserved_labels,
    peers,
    homeless,
    sidecar_without_cni,
    clusters_that_cannot_work,
    lambda known: check_quotas(known.estate),
    lambda known: check_egress(known.estate),
    lambda known: check_hardware(known.estate, known.named),
)
