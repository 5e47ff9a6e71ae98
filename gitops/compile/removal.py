"""Tenants that a render would take away: only frozen ones go without being named.

Whoever deletes a tenant's file, or takes a cluster out of it, deletes that namespace and
everything in it at the next sync. Freezing first revokes everybody and keeps the data,
so that a mistake is noticed while it can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from gitops.foundation.findings import Finding, Position
from gitops.foundation.yamlloader import safe_loader

FROZEN = "gitops-tenancy/frozen"


def unfrozen_removals(going: Mapping[str, bytes], allowed: Collection[str],
                      clusters: Collection[str]) -> Iterator[Finding]:
    """A finding for each tenant that would go although nobody froze it.

    Args:
        going: the rendered workspace files on disk, ``<cluster>/platform/tenants/<t>.yaml``,
            that this render no longer makes.
        allowed: the tenants and clusters that may go all the same.
        clusters: the clusters that are declared.
    """
    gone: dict[str, int] = {}
    for path in sorted(going):
        cluster, _, file = path.partition("/platform/tenants/")
        tenant = file.removesuffix(".yaml")
        if tenant in allowed or cluster in allowed or _frozen(going[path]):
            continue
        if cluster not in clusters:
            gone[cluster] = gone.get(cluster, 0) + 1
            continue
        yield Finding(
            "tenant-not-frozen", Position(f"tenants/{tenant}.yaml"),
            f"the namespace {tenant} on {cluster} would be deleted, with everything in it",
            f'first set `frozen: "why"`, and remove it in a later change; or render with '
            f"--allow-removal {tenant}")
    for cluster, count in gone.items():
        yield Finding(
            "cluster-not-empty", Position(f"clusters/{cluster}.yaml"),
            f"without this file {count} namespaces on {cluster} would be deleted, with everything "
            "in them", f"put it back; or render with --allow-removal {cluster}")


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
