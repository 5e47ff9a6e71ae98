"""Tenants that a render would take away: which may go, and how many at once.

Whoever deletes a tenant's file, or takes a cluster out of it, deletes that namespace and
everything in it at the next sync. Freezing first revokes everybody and keeps the data,
so that a mistake is noticed while it can be undone. A tombstone says when and why a tenant
went, and many at once are rather a mistake of a script or a merge than anybody's wish.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import yaml

from gitops.compile.kustomize import FILE
from gitops.foundation.findings import Finding, Position
from gitops.foundation.yamlloader import safe_loader
from gitops.model.estate import Estate
from gitops.model.removal import Removals

FROZEN = "gitops-tenancy/frozen"
NAMED = 10
"""How many names a finding lists."""


def is_workspace(path: str) -> bool:
    """Whether a rendered path is that of a tenant's workspace."""
    parts = path.split("/")
    return len(parts) == 4 and parts[1:3] == ["platform", "tenants"] and parts[3] != FILE


def refused_removals(going: Mapping[str, bytes], standing: Mapping[str, int],
                     allowed: Collection[str], estate: Estate) -> Iterator[Finding]:
    """A finding for each tenant that would go and may not, and for each cluster of too many.

    Args:
        going: the rendered workspace files, ``<cluster>/platform/tenants/<t>.yaml``, on disk
            or in a commit, that this render no longer makes.
        standing: by cluster, how many of these files are there, those that go included.
        allowed: the tenants and clusters that may go all the same, beside the declared ones.
        estate: what is declared now.
    """
    removals = estate.platform.removals
    allowed = {*allowed, *(removals.allow if removals else ())}
    gone: dict[str, list[str]] = {}
    unrecorded: set[str] = set()
    for path in sorted(going):
        cluster, _, file = path.partition("/platform/tenants/")
        tenant = file.removesuffix(".yaml")
        if tenant in allowed or cluster in allowed:
            continue
        gone.setdefault(cluster, []).append(tenant)
        if cluster not in estate.clusters:
            continue
        if not _frozen(going[path]):
            yield _not_frozen(tenant, cluster)
        elif tenant not in estate.tenants and tenant not in estate.tombstones:
            unrecorded.add(tenant)
    yield from map(_unrecorded, sorted(unrecorded))
    for cluster, names in gone.items():
        if cluster not in estate.clusters:
            yield _cluster_gone(cluster, len(names))
        else:
            yield from _too_many(cluster, names, standing[cluster], estate)


def _not_frozen(tenant: str, cluster: str) -> Finding:
    return Finding(
        "tenant-not-frozen", Position(f"tenants/{tenant}.yaml"),
        f"the namespace {tenant} on {cluster} would be deleted, with everything in it",
        f'first set `frozen: "why"`, and remove it in a later change; {_or_allow(tenant)}')


def _unrecorded(tenant: str) -> Finding:
    return Finding(
        "removal-without-tombstone", Position(f"tombstones/{tenant}.yaml"),
        f"the tenant {tenant} is removed, and nothing says when and why",
        f"add tombstones/{tenant}.yaml with `removed: <day>` and `reason: <why>`, so that nobody "
        f"is given its name by accident; {_or_allow(tenant)}")


def _cluster_gone(cluster: str, count: int) -> Finding:
    return Finding(
        "cluster-not-empty", Position(f"clusters/{cluster}.yaml"),
        f"without this file {count} namespaces on {cluster} would be deleted, with everything "
        "in them", f"put it back; {_or_allow(cluster)}")


def _too_many(cluster: str, names: Sequence[str], standing: int, estate: Estate
              ) -> Iterator[Finding]:
    """More than the declared share; one at a time always may go where any may."""
    removals = estate.platform.removals or Removals(estate.platform.origin.at("removals"))
    most = max(standing * removals.share // 100, 1) if removals.share else 0
    if len(names) > most:
        rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Finding(
            "too-many-removals", Position(removals.origin.file),
            f"{len(names)} of {standing} workspaces on {cluster} would be deleted, more than the "
            f"{most} that `removals.share: {removals.share}` lets go at once: "
            f"{', '.join(names[:NAMED])}{rest}",
            "remove fewer in one change; or name those that you mean, each with --allow-removal, "
            "or under `removals.allow` of platform.yaml for a change that is reviewed")


def _or_allow(name: str) -> str:
    return (f"or render with --allow-removal {name}, or for a change that is reviewed name it "
            "under `removals.allow` of platform.yaml")


def _frozen(text: bytes) -> bool:
    """Whether a rendered workspace is that of a frozen tenant."""
    try:
        documents = list(yaml.load_all(text, safe_loader()))
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    namespaces = [document for document in documents if _part(document, "kind") == "Namespace"]
    return any(_part(_part(_part(one, "metadata"), "annotations"), FROZEN) for one in namespaces)


def _part(data: Any, key: str) -> Any:
    """What a mapping holds; nothing where a hand has put something else in its place."""
    return data.get(key) if isinstance(data, dict) else None
