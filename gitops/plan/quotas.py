"""From plans and quotas to ResourceQuota and LimitRange contents, as Kubernetes spells them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping

from msgspec import Struct, field

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import Quantity
from gitops.foundation.shared import SharedMap
from gitops.model.estate import Platform
from gitops.model.limits import Amounts, ContainerLimits, Plan, Quota
from gitops.model.tenant import Tenant

Hard = Mapping[str, str]
"""A quota's ``hard``: Kubernetes' key to canonical quantity."""
Lines = Mapping[str, tuple[Quantity, Origin]]
"""Amounts by Kubernetes' key, each with the line that declares it."""
FALLBACK_REQUESTS = {"cpu": Quantity.parse("100m"), "memory": Quantity.parse("256Mi")}
FALLBACK_LIMITS = {"cpu": Quantity.parse("1"), "memory": Quantity.parse("1Gi")}


class NamedQuota(Struct, frozen=True):
    """A further ResourceQuota; ``priority_class`` scopes it to the pods of one class."""

    name: str
    hard: Hard
    priority_class: str = ""
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)


class ContainerRange(Struct, frozen=True):
    """A LimitRange's Container item; each part may be empty."""

    requests: Hard
    limits: Hard
    max: Hard
    volume: str = ""
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to limit."""
        return not (self.requests or self.limits or self.max or self.volume)


def plan_of(tenant: Tenant, platform: Platform) -> Plan | None:
    """The tenant's plan, its own or the default one; None where there is none."""
    return platform.plans.get(tenant.plan or platform.defaults.plan)


def quotas_of(tenant: Tenant, platform: Platform) -> list[Quota]:
    """The quotas that apply to a tenant, the weakest first: each line replaces one before."""
    plan = plan_of(tenant, platform)
    found = (platform.defaults.quota, plan.quota if plan else None, tenant.quota)
    return [quota for quota in found if quota is not None]


def ranges_of(tenant: Tenant, platform: Platform) -> list[ContainerLimits]:
    """The container limits that apply to a tenant, the weakest first, as with quotas."""
    plan = plan_of(tenant, platform)
    found = (platform.defaults.containers, plan.containers if plan else None, tenant.containers)
    return [part for part in found if part is not None]


def _common(quota: Quota) -> dict[str, tuple[Quantity, Origin]]:
    """The lines of one quota by Kubernetes' key.

    An extended resource counts only under ``requests.``: the API server takes it bare or
    under ``limits.`` too, and then enforces nothing.
    """
    at = quota.origin
    lines = {f"requests.{name}": (amount, at.at("requests", name))
             for name, amount in quota.requests.items()}
    lines |= {f"limits.{name}": (amount, at.at("limits", name))
              for name, amount in quota.limits.items()}
    lines |= {f"requests.{name}": (amount, at.at("devices", name))
              for name, amount in quota.devices.items()}
    singles = (("requests.storage", quota.storage, "storage"), ("pods", quota.pods, "pods"),
               ("persistentvolumeclaims", quota.volume_claims, "volumeClaims"))
    return lines | {key: (amount, at.at(name)) for key, amount, name in singles
                    if amount is not None}


def compute(quotas: Iterable[Quota]) -> SharedMap:
    """The workspace's main quota."""
    return written(counted(quotas))


def counted(quotas: Iterable[Quota]) -> Lines:
    """The amounts of the workspace's main quota by Kubernetes' key, and their lines."""
    lines: dict[str, tuple[Quantity, Origin]] = {}
    for quota in quotas:
        lines |= _common(quota)
    return lines


def written(lines: Lines) -> SharedMap:
    """A quota's ``hard``."""
    return SharedMap({key: str(lines[key][0]) for key in sorted(lines)})


def further(quotas: Iterable[Quota]) -> tuple[NamedQuota, ...]:
    """The quotas beside the main one."""
    return tuple(NamedQuota(name, written(lines), priority_class)
                 for name, lines, priority_class in beside(quotas))


def beside(quotas: Iterable[Quota]) -> Iterator[tuple[str, Lines, str]]:
    """The quotas beside the main one: name, amounts, and the PriorityClass or "".

    Other keys stand apart from the main quota, which the profile controller applies: a key
    that the API server refuses would stop the controller for that workspace altogether.
    """
    other: dict[str, tuple[Quantity, Origin]] = {}
    classes: dict[str, dict[str, tuple[Quantity, Origin]]] = {}
    for quota in quotas:
        other |= {key: (amount, quota.origin.at("other", key))
                  for key, amount in quota.other.items()}
        for name, scoped in quota.priority_classes.items():
            classes[name] = classes.get(name, {}) | _common(scoped)
    if other:
        yield "workspace-objects", other, ""
    yield from ((f"workspace-class-{name}", classes[name], name)
                for name in sorted(classes) if classes[name])


def _merged(parts: Iterable[Amounts]) -> dict[str, Quantity]:
    merged: dict[str, Quantity] = {}
    for part in parts:
        merged |= part
    return merged


def _keys(hard: Iterable[str], named: Iterable[NamedQuota]) -> frozenset[str]:
    """Every key that some quota of the workspace counts.

    A quota of one PriorityClass refuses that class's pods without requests as the main one
    refuses all.
    """
    return frozenset((*hard, *(key for quota in named for key in quota.hard)))


def container_range(tenant: Tenant, platform: Platform, hard: Collection[str]) -> ContainerRange:
    """The LimitRange that keeps a quota from refusing pods that name no requests.

    Every resource that the quota counts gets a default, or the API server refuses the
    pod. A maximum of cpu or memory would become the default too, and a maximum of a
    device would *give* each container that many, so a maximum always comes with a default
    of its own, 0 for devices, and a default limit with a default request (seen on
    Kubernetes 1.37, which otherwise fills them in and stores what nobody rendered).
    """
    parts = ranges_of(tenant, platform)
    most = _merged(part.max for part in parts)
    requests = _merged(part.requests for part in parts)
    limits = _merged(part.limits for part in parts)
    _fill(limits, FALLBACK_LIMITS, [name for name in FALLBACK_LIMITS
                                    if f"limits.{name}" in hard], most)
    _fill(limits, FALLBACK_LIMITS, [name for name in most if "/" not in name], most)
    _fill(requests, FALLBACK_REQUESTS, [name for name in FALLBACK_REQUESTS
                                        if f"requests.{name}" in hard], most)
    _fill(requests, FALLBACK_REQUESTS, limits, limits)
    for name, amount in requests.items():
        if name in limits and limits[name] < amount:
            limits[name] = amount
    devices = {name: Quantity(0) for name in most if "/" in name}
    volume = next((part.volume for part in reversed(parts) if part.volume is not None), None)
    return ContainerRange(
        SharedMap(_texts(requests | devices)), SharedMap(_texts(limits | devices)),
        SharedMap(_texts(most)), str(volume) if volume else "")


def _fill(amounts: dict[str, Quantity], fallback: Amounts, names: Iterable[str],
          most: Amounts) -> None:
    """Give each name that has no amount the fallback, or the maximum where that is less.

    A name without a fallback gets the maximum, as the API server would give it.
    """
    for name in names:
        amount = fallback[name] if name in fallback else most[name]
        amounts.setdefault(name, min(amount, most.get(name, amount), key=lambda item: item.nano))


class Budget(Struct, frozen=True):
    """All that limits a workspace: the main quota, the further ones, and the LimitRange."""

    hard: Hard
    further: tuple[NamedQuota, ...]
    containers: ContainerRange


def budget(tenant: Tenant, platform: Platform) -> Budget:
    """What a tenant's workspaces may use, on any cluster."""
    quotas = quotas_of(tenant, platform)
    hard, named = compute(quotas), further(quotas)
    return Budget(hard, named, container_range(tenant, platform, _keys(hard, named)))


def alike(tenant: Tenant) -> Hashable:
    """What tenants without limits of their own have in common when their budgets are equal.

    None where a budget is a tenant's own: one that says something elsewhere than in the main
    quota.
    """
    quota = tenant.quota
    if tenant.containers or quota is None or quota.other or quota.priority_classes:
        return None
    return (tenant.plan, *quota.requests.items(), None, *quota.limits.items(), None,
            *quota.devices.items(), quota.storage, quota.pods, quota.volume_claims)


def within(plan: Budget, tenant: Tenant, platform: Platform) -> Budget:
    """The budget of a tenant with a quota of its own; what that leaves alone is the plan's."""
    quota = tenant.quota
    quotas = quotas_of(tenant, platform)
    hard = compute(quotas)
    own = quota is not None and (quota.other or quota.priority_classes)
    named = further(quotas) if own else plan.further
    keys, known = _keys(hard, named), _keys(plan.hard, plan.further)
    same = all((f"{kind}.{name}" in keys) == (f"{kind}.{name}" in known)
               for kind in ("requests", "limits") for name in FALLBACK_REQUESTS)
    return Budget(hard, named,
                  plan.containers if same else container_range(tenant, platform, keys))


def _texts(amounts: Amounts) -> dict[str, str]:
    return {name: str(amounts[name]) for name in sorted(amounts)}
