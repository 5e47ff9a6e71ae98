"""How much of each hardware there is, who was promised how much, and what is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import NANO, Quantity
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.model.limits import Quota
from gitops.model.tenant import Tenant
from gitops.plan.selection import accepts, tenants_of

SHOWN = 5
"""How many tenants a finding about too many promises names."""


class Capacity(Struct, frozen=True):
    """One hardware on one cluster, counted in devices (all 0 where it has none).

    ``promised`` adds up what the tenants were given; ``by_tenant`` has None for a tenant
    that may use what is free. ``promisable`` is installed times the overcommit factor, and
    ``free`` what may still be promised; negative where too much was.
    """

    cluster: str
    hardware: str
    resource: str
    nodes: int
    installed: int
    promised: int
    promisable: int
    overcommit: str
    by_tenant: Mapping[str, int | None]
    cost: str = ""
    """What all its nodes cost an hour, with the currency; "" where no price is declared."""

    @property
    def free(self) -> int:
        """Devices that may still be promised."""
        return self.promisable - self.promised

    def as_data(self) -> dict[str, Any]:
        """JSON values."""
        return {"cluster": self.cluster, "hardware": self.hardware, "resource": self.resource,
                "nodes": self.nodes, "installed": self.installed, "promised": self.promised,
                "promisable": self.promisable, "free": self.free, "overcommit": self.overcommit,
                "tenants": dict(self.by_tenant), "cost": self.cost}


def capacity(cluster: Cluster, estate: Estate) -> list[Capacity]:
    """Every hardware of a cluster, in order of names."""
    given = _given(cluster, estate)
    return [_of(hardware, cluster, given.get(name, {}))
            for name, hardware in sorted(estate.hardware.items()) if hardware.is_on(cluster.name)]


def _of(hardware: Hardware, cluster: Cluster, given: Mapping[str, HardwareShare]) -> Capacity:
    device = hardware.device
    return Capacity(
        cluster.name, hardware.name, (device.resource or device.device_class) if device else "",
        hardware.nodes, hardware.installed,
        sum(share.devices or 0 for share in given.values()),
        hardware.promisable, f"{hardware.overcommit.nano / NANO:g}",
        {tenant: share.devices for tenant, share in given.items()}, _cost(hardware))


def _cost(hardware: Hardware) -> str:
    if hardware.price is None:
        return ""
    amount = Quantity(hardware.price.nano * hardware.nodes)
    return f"{amount.nano / NANO:.2f} {hardware.currency}".rstrip()


def _given(cluster: Cluster, estate: Estate) -> dict[str, dict[str, HardwareShare]]:
    """The shares of the active tenants of a cluster, by hardware and tenant."""
    found: dict[str, dict[str, HardwareShare]] = {}
    for tenant in tenants_of(cluster, estate):
        if tenant.hardware and not tenant.frozen:
            for name, share in tenant.hardware.items():
                found.setdefault(name, {})[tenant.name] = share
    return found


def over_promised(estate: Estate) -> Iterator[Mistake]:
    """More promised than there is, times the overcommit factor."""
    for cluster in estate.clusters.values():
        given = _given(cluster, estate) if estate.hardware else {}
        for name, shares in sorted(given.items()):
            hardware = estate.hardware.get(name)
            if hardware and hardware.is_on(cluster.name):
                yield from _too_much(hardware, cluster, shares)


def _too_much(hardware: Hardware, cluster: Cluster,
              shares: Mapping[str, HardwareShare]) -> Iterator[Mistake]:
    for tenant, share in shares.items():
        if (share.devices or 0) > hardware.installed and hardware.device:
            yield Mistake("more-than-installed", share.origin,
                          f"{tenant} is promised {share.devices} of {hardware.name}, and "
                          f"{cluster.name} has {hardware.installed}",
                          "lower it, or raise nodes in the hardware's file",
                          ((hardware.origin.at("nodes"), _sum(hardware)),))
            return
    promised = sum(share.devices or 0 for share in shares.values())
    if promised <= hardware.promisable or not hardware.device:
        return
    largest = sorted((share for share in shares.values() if share.devices),
                     key=lambda share: (-(share.devices or 0), share.origin.file))
    related = tuple((share.origin, f"{share.devices} promised here") for share in largest[:SHOWN])
    factor = f"{hardware.overcommit.nano / NANO:g}"
    times = "" if factor == "1" else f" × overcommit {factor}"
    yield Mistake("promised-too-often", hardware.origin.at("nodes"),
                  f"{promised} of {hardware.name} are promised on {cluster.name}, and there are "
                  f"{hardware.promisable} ({_sum(hardware)}{times})",
                  f"take {promised - hardware.promisable} back, add nodes, or set overcommit; "
                  f"{len(largest)} tenants have a promise", related)


def _sum(hardware: Hardware) -> str:
    return f"{hardware.nodes} nodes × {hardware.per_node}"


def unprovided(estate: Estate) -> Iterator[Mistake]:
    """A quota of devices that no hardware of the tenant's clusters has.

    An estate that declares no hardware counts devices in quotas alone.
    """
    if not estate.hardware:
        return
    for plan in estate.platform.plans.values():
        if plan.quota:
            provided = _provided(estate.clusters, estate)
            for resource, amount in plan.quota.devices.items():
                if amount.nano and resource not in provided:
                    yield _unprovided(resource, plan.quota.origin.at("devices", resource),
                                      f"plan {plan.name}", provided)
    for tenant in estate.tenants.values():
        if tenant.quota and tenant.quota.devices:
            provided = _provided([name for name, cluster in estate.clusters.items()
                                  if accepts(cluster, tenant)], estate, tenant.hardware)
            for resource, amount in tenant.quota.devices.items():
                if amount.nano and resource not in provided:
                    yield _unprovided(resource, tenant.quota.origin.at("devices", resource),
                                      tenant.name, provided)
            yield from _quota_below(tenant, tenant.quota, estate)


def _unprovided(resource: str, origin: Origin, who: str, provided: frozenset[str]) -> Mistake:
    return Mistake("quota-of-no-hardware", origin,
                   f"{who} has a quota of {resource}, which no hardware provides",
                   f"hardware provides {', '.join(sorted(provided)) or 'no devices'}; declare the "
                   "hardware, or take the line out")


def _provided(clusters: Iterable[str], estate: Estate,
              given: Collection[str] = ()) -> frozenset[str]:
    """The device resources of the clusters; of a tenant with hardware, those of its own."""
    return frozenset(one.device.resource for name, one in estate.hardware.items()
                     if one.device and (not given or name in given)
                     and any(one.is_on(cluster) for cluster in clusters))


def _quota_below(tenant: Tenant, quota: Quota, estate: Estate) -> Iterator[Mistake]:
    """A quota that forbids what the hardware lines promise."""
    for resource, amount in quota.devices.items():
        promised = sum(share.devices or 0 for name, share in tenant.hardware.items()
                       if name in estate.hardware and (device := estate.hardware[name].device)
                       and device.resource == resource)
        if amount.nano < promised * NANO:
            yield Mistake("quota-below-hardware", quota.origin.at("devices", resource),
                          f"the quota allows {amount} of {resource}, and the tenant's hardware "
                          f"comes to {promised}",
                          "take the line out: hardware makes a quota of its own")
