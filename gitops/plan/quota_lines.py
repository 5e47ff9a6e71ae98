"""The declared lines behind a workspace's quotas and container limits, for explaining.

Tenants share a budget, and what chose their plan stands in a file of each one's own, so lines
are no part of a budget: they are worked out for the one tenant that somebody asks about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitops.foundation.findings import MemberOrigin, Origin
from gitops.model.estate import Platform
from gitops.model.limits import ContainerLimits
from gitops.model.tenant import Tenant
from gitops.plan.quotas import (
    Lines,
    NamedQuota,
    beside,
    counted,
    plan_of,
    quotas_of,
    ranges_of,
    written,
)

Origins = tuple[Origin, ...]


def quota_lines(tenant: Tenant, platform: Platform) -> tuple[MemberOrigin, ...]:
    """The lines behind each key of the main quota: its own, and for a key of the plan's the
    one that chose the plan."""
    return _members(counted(quotas_of(tenant, platform)), tenant, platform)


def further_lines(tenant: Tenant, platform: Platform) -> tuple[NamedQuota, ...]:
    """The quotas beside the main one, with the lines behind each of their keys."""
    return tuple(NamedQuota(name, written(lines), priority_class,
                            {"hard": _members(lines, tenant, platform)})
                 for name, lines, priority_class in beside(quotas_of(tenant, platform)))


def range_lines(tenant: Tenant, platform: Platform) -> dict[str, Origins]:
    """The lines behind each attribute of a container range."""
    parts = ranges_of(tenant, platform)
    return {name: tuple(_attribute(parts, name, tenant, platform))
            for name in ("requests", "limits", "max", "volume")}


def _attribute(parts: Iterable[ContainerLimits], name: str, tenant: Tenant, platform: Platform
               ) -> Iterator[Origin]:
    for part in parts:
        if getattr(part, name):
            yield part.origin.at(name)
            yield from _chosen(part.origin, tenant, platform)


def _members(lines: Lines, tenant: Tenant, platform: Platform) -> tuple[MemberOrigin, ...]:
    return tuple(one.giving(key) for key in sorted(lines)
                 for one in (lines[key][1], *_chosen(lines[key][1], tenant, platform)))


def _chosen(origin: Origin, tenant: Tenant, platform: Platform) -> Origins:
    """The line that chose the plan, for a value that stands in the plan."""
    plan = plan_of(tenant, platform)
    if plan is None or not origin.is_in(plan.origin):
        return ()
    return ((tenant if tenant.plan else platform.defaults).origin.at("plan"),)
