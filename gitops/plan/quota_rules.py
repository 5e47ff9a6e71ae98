"""What two lines of a tenant's quota must not say at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitops.foundation.findings import Mistake
from gitops.model.estate import Estate
from gitops.model.limits import Quota
from gitops.plan.quotas import counted, quotas_of


def check_quotas(estate: Estate) -> Iterator[Mistake]:
    """A limit below the request of the same resource, in any quota that can come together.

    No container's limit is below its request, so such a quota never gives its request out;
    Kubernetes 1.37 takes it with a warning. The mistake is told once, in the declaration
    that overrides the others.
    """
    for quotas in _together(estate):
        yield from _contradicted(quotas)
        for name in quotas[-1].priority_classes:
            yield from _contradicted([quota.priority_classes[name] for quota in quotas
                                      if name in quota.priority_classes])


def _together(estate: Estate) -> Iterator[Sequence[Quota]]:
    """The quotas that apply at once, the weakest first: of defaults, each plan and tenant."""
    platform = estate.platform
    defaults = [platform.defaults.quota] if platform.defaults.quota else []
    if defaults:
        yield defaults
    for plan in platform.plans.values():
        if plan.quota:
            yield [*defaults, plan.quota]
    for tenant in estate.tenants.values():
        if tenant.quota:
            yield quotas_of(tenant, platform)


def _contradicted(quotas: Sequence[Quota]) -> Iterator[Mistake]:
    """The contradictions that the last of these quotas makes."""
    if not any(quota.limits for quota in quotas):
        return
    lines, own = counted(quotas), counted(quotas[-1:])
    for key, (limit, limited) in lines.items():
        kind, _, name = key.partition(".")
        request = f"requests.{name}"
        if kind != "limits" or request not in lines or not {key, request} & own.keys():
            continue
        asked, asking = lines[request]
        if limit < asked:
            here, there = (limited, asking) if key in own else (asking, limited)
            yield Mistake("quota-limit-below-request", here,
                          f"the quota's limit of {name}, {limit}, is below its request, {asked}, "
                          "which could never be used up",
                          "raise the limit, or lower the request",
                          ((there, "the other line"),))
