"""How much of each hardware there is, who was promised how much, and what is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import NANO, Quantity
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.model.limits import Quota
from gitops.model.tenant import Tenant
from gitops.plan.promises import by_quota, having, promised_by_quota, shares_of
from gitops.plan.selection import accepts


class Capacity(Struct, frozen=True):
    """One hardware on one cluster, counted in devices (all 0 where it has none).

    ``hardware`` is empty for all of a ``resource`` together, whichever hardware has it.
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
    """Every hardware of a cluster, in order of names, and then the resources of which
    several have devices and quotas alone promise some."""
    shares = shares_of(cluster, estate)
    quotas = by_quota(cluster, estate, promised_by_quota(estate))
    rows = {name: _of(hardware, cluster, shares.get(name, {}))
            for name, hardware in sorted(estate.hardware.items()) if hardware.is_on(cluster.name)}
    more = []
    for resource, promises in sorted(quotas.items()):
        alike = [rows[one.name] for one in having(resource, cluster, estate)]
        counts = {tenant: one.devices for tenant, one in promises.items()}
        if len(alike) == 1:
            rows[alike[0].hardware] = _together(alike, counts, alike[0].hardware)
        elif alike:
            more.append(_together(alike, counts, ""))
    return [*rows.values(), *more]


def _together(rows: Sequence[Capacity], counts: Mapping[str, int], name: str) -> Capacity:
    """Hardware of one resource as one, with what quotas promise of it besides."""
    tenants: dict[str, int | None] = {}
    for of_one in (*(row.by_tenant for row in rows), counts):
        for tenant, count in of_one.items():
            before = tenants.get(tenant)
            tenants[tenant] = before if count is None else count + (before or 0)
    installed, promisable = (sum(getattr(row, of) for row in rows)
                             for of in ("installed", "promisable"))
    return Capacity(
        rows[0].cluster, name, rows[0].resource, sum(row.nodes for row in rows), installed,
        sum(row.promised for row in rows) + sum(counts.values()), promisable,
        rows[0].overcommit if len(rows) == 1 else f"{promisable / max(installed, 1):g}", tenants,
        rows[0].cost if len(rows) == 1 else "")


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
    amount = Quantity.nanos(hardware.price.nano * hardware.nodes)
    return f"{amount.nano / NANO:.2f} {hardware.currency}".rstrip()


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
