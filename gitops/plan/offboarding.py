"""What a tenant leaves outside git when it goes: for people to clear, since no engine will.

What the namespace holds goes with it; listed here is what the namespace does not hold, what
survives it, and what keeps somebody's access alive before it goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gitops.foundation.findings import Origin
from gitops.model.access import Group, Subject
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.jobs import Job, Step
from gitops.model.tenant import Tenant
from gitops.plan.names import MANAGED_BY
from gitops.plan.selection import accepts

BUCKET = re.compile(r"\b(?:gs|s3|s3a|abfss?|wasbs?|oci|hdfs)://[A-Za-z0-9][A-Za-z0-9.@_-]*")
"""A store as programs are told of it, without the path in it."""


class Remainder(Struct, frozen=True):
    """One thing to clear: ``what`` it is, what to ``do``, and the declaration that tells of it.

    ``area`` is one of access, cloud, data, images, sources and declarations; ``clusters`` are
    where it is to be done, empty for what stands on none.
    """

    area: str
    what: str
    do: str
    origin: Origin
    clusters: tuple[str, ...] = ()


Asked = Callable[[Tenant, Estate], Iterator[Remainder]]


def remainders(tenant: Tenant, estate: Estate) -> list[Remainder]:
    """Everything that a tenant leaves, in the order in which it is best cleared.

    What is the same on several clusters is told once.
    """
    found: dict[tuple[str, str, Origin], Remainder] = {}
    for one in (one for asked in ASKED for one in asked(tenant, estate)):
        key = (one.what, one.do, one.origin)
        before = found[key].clusters if key in found else ()
        found[key] = replace(one, clusters=(*before, *one.clusters))
    return list(found.values())


def _grants(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    """Kubeflow's access management owns nothing of what it makes, so nothing takes it away.

    Source: kubeflow/dashboard access-management kfam/bindings.go: no ownerReferences; what
    the profile controller made belongs to the Profile and goes with it.
    """
    for cluster in _clusters(tenant, estate):
        policies = ",authorizationpolicies.security.istio.io" if cluster.mesh.on else ""
        yield Remainder(
            "access", "bindings and policies made in the dashboard or by hand, which outlive "
            "freezing and keep their people's access",
            f"kubectl -n {tenant.name} get rolebindings.rbac.authorization.k8s.io{policies} "
            f"-l '!{MANAGED_BY}', once it is frozen, and delete what is listed",
            tenant.origin, (cluster.name,))


def _groups(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    others = {name for other in estate.tenants.values() if other.name != tenant.name
              for name in _within(_named_groups(other), estate.groups)}
    for name in _named_groups(tenant):
        group = estate.groups.get(name)
        if name not in others and group:
            yield Remainder(
                "access", f"the group {group.claim or name}, which no other tenant names",
                "take its members out in the identity provider, and delete "
                f"groups/{name}.yaml", group.origin)


def _named_groups(tenant: Tenant) -> list[str]:
    return list(dict.fromkeys(one.name for one in _subjects(tenant) if one.kind == "Group"))


def _within(names: Sequence[str], groups: Mapping[str, Group]) -> set[str]:
    """Groups and those that are members of them."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [member.name for member in groups[name].members
                        if member.kind == "Group"] if name in groups else []
    return found


def _subjects(tenant: Tenant) -> list[Subject]:
    return [tenant.owner, *(grant.subject for grant in tenant.contributors)]


def _machines(tenant: Tenant, _: Estate) -> Iterator[Remainder]:
    for one in dict.fromkeys(_subjects(tenant)):
        if one.kind == "ServiceAccount":
            yield Remainder(
                "access", f"the machine account {one.namespace}/{one.name}, which was let in",
                "delete the account and its tokens where they are kept, unless others use it",
                tenant.origin.at("contributors"))


def _cloud(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    """The trust that a cloud account has in the workspace: the next namespace of that name
    would have it too."""
    identity = tenant.cloud_identity
    if identity is None:
        return
    account = f"{tenant.name}/default-editor"
    subject = f"system:serviceaccount:{tenant.name}:default-editor"
    told = {
        "gke": (identity.gcp_service_account,
                "remove the member serviceAccount:<project>.svc.id.goog"
                f"[{account}] from its role roles/iam.workloadIdentityUser, then its own roles "
                "and keys"),
        "eks": (identity.aws_role, f"take {subject} out of its trust policy, then the policies "
                "attached to it"),
        "aks": (identity.azure_client_id, f"delete its federated credential of {subject}, then "
                "its role assignments"),
    }
    for cluster in _clusters(tenant, estate):
        name, do = told.get(cluster.cloud, ("", ""))
        if name:
            yield Remainder("cloud", f"the cloud identity {name}", do, identity.origin,
                            (cluster.name,))


def _plugins(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    for cluster in _clusters(tenant, estate):
        for plugin in tenant.plugins if cluster.profiles else ():
            yield Remainder("cloud", f"what the Profile's plugin {plugin.kind} made in the cloud",
                            "look whether the controller revoked it, and remove it if not",
                            plugin.origin, (cluster.name,))


def _volumes(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    for cluster in _clusters(tenant, estate):
        yield Remainder(
            "data", "volumes: their claims go with the namespace, and a volume that is retained "
            "or was backed up stays",
            f"kubectl -n {tenant.name} get persistentvolumeclaims before the namespace goes: hand "
            f"over or back up; afterwards kubectl get persistentvolumes and snapshots that name "
            f"{tenant.name}", tenant.origin, (cluster.name,))


def _pipelines(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    for cluster in _clusters(tenant, estate):
        if cluster.kubeflow.on:
            yield Remainder(
                "data", "Kubeflow's own records: pipelines, experiments, runs and their metadata, "
                f"and the artifacts of the object store's user {tenant.name}",
                "archive or delete the runs in the dashboard, and the artifacts in the object "
                "store; deleting the namespace deletes neither", tenant.origin, (cluster.name,))


def _buckets(tenant: Tenant, _: Estate) -> Iterator[Remainder]:
    found: dict[str, Origin] = {}
    for job in tenant.jobs.values():
        for text in _texts(job):
            for bucket in BUCKET.findall(text):
                found.setdefault(bucket, job.origin)
    for bucket, origin in sorted(found.items()):
        yield Remainder("data", f"the bucket {bucket}", "hand its content over or delete it, and "
                        "take the tenant's rights to it away", origin)


def _texts(job: Job) -> Iterator[str]:
    """Every text of a job that a program of it is given."""
    parts: tuple[Job | Step, ...] = (job, *job.steps)
    for part in parts:
        yield from (*part.command, *part.args, part.script)
        yield from (one.value for one in part.env)
    yield from (one.default or "" for one in job.params)
    for run in job.runs:
        yield from run.params.values()


def _images(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    others = {image for other in estate.tenants.values() if other.name != tenant.name
              for image, _ in _images_of(other)}
    for image, origin in dict(_images_of(tenant)).items():
        if image not in others:
            yield Remainder("images", f"the image {image}, which no other tenant's job runs",
                            "delete it from its registry, and the right to push there", origin)


def _images_of(tenant: Tenant) -> Iterator[tuple[str, Origin]]:
    for job in tenant.jobs.values():
        for image in (job.image, *(step.image for step in job.steps)):
            if image:
                yield image, job.origin


def _sources(tenant: Tenant, _: Estate) -> Iterator[Remainder]:
    found = {job.source.repo: job.source.origin for job in tenant.jobs.values() if job.source}
    for repo, origin in found.items():
        yield Remainder("sources", f"the repository {repo}, from which its jobs come",
                        "delete deploy keys, tokens and webhooks that were made for it", origin)


def _peers(tenant: Tenant, estate: Estate) -> Iterator[Remainder]:
    for other in estate.tenants.values():
        for key, names in (("talks-to", other.talks_to), ("admits", other.admits)):
            if tenant.name in names:
                yield Remainder("declarations", f"{key} of {other.name} names it",
                                "take the line out in the change that deletes the tenant",
                                other.origin.at(key))


def _clusters(tenant: Tenant, estate: Estate) -> list[Cluster]:
    return [cluster for cluster in estate.clusters.values() if accepts(cluster, tenant)]


ASKED: tuple[Asked, ...] = (_grants, _groups, _machines, _cloud, _plugins, _volumes, _pipelines,
                            _buckets, _images, _sources, _peers)
