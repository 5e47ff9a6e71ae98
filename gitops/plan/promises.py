"""Devices that tenants were promised: by hardware, or by a quota alone.

A quota counts a resource, whichever hardware has it. Hardware makes quotas of its own, so a
quota of devices promises something only to tenants without hardware on a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import NANO
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.plan.hardware import hardware_of
from gitops.plan.quotas import quotas_of
from gitops.plan.selection import accepts, tenants_of

SHOWN = 5
"""How many tenants a finding about too many promises names."""
Shares = Mapping[str, Mapping[str, HardwareShare]]
"""What tenants were given, by hardware and tenant."""


class QuotaPromise(Struct, frozen=True):
    """Devices that a tenant's quota allows, and the line that says so."""

    devices: int
    origin: Origin


Quotas = Mapping[str, Mapping[str, QuotaPromise]]
"""What quotas alone promise, by resource and tenant or the other way round."""


def shares_of(cluster: Cluster, estate: Estate) -> Shares:
    """The shares of the active tenants of a cluster."""
    found: dict[str, dict[str, HardwareShare]] = {}
    for tenant in tenants_of(cluster, estate):
        if tenant.hardware and not tenant.frozen:
            for name, share in tenant.hardware.items():
                found.setdefault(name, {})[tenant.name] = share
    return found


def promised_by_quota(estate: Estate) -> dict[str, dict[str, QuotaPromise]]:
    """What the quotas of active tenants allow, by tenant and resource."""
    found: dict[str, dict[str, QuotaPromise]] = {}
    for tenant in estate.tenants.values():
        if tenant.frozen:
            continue
        for quota in quotas_of(tenant, estate.platform):
            for resource, amount in quota.devices.items():
                found.setdefault(tenant.name, {})[resource] = QuotaPromise(
                    amount.nano // NANO, quota.origin.at("devices", resource))
    return found


def by_quota(cluster: Cluster, estate: Estate, promised: Quotas) -> Quotas:
    """The promises to a cluster's tenants that have no hardware there, out of all quotas."""
    found: dict[str, dict[str, QuotaPromise]] = {}
    for name, promises in promised.items():
        tenant = estate.tenants[name]
        if accepts(cluster, tenant) and not any(hardware_of(tenant, cluster, estate)):
            for resource, one in promises.items():
                if one.devices:
                    found.setdefault(resource, {})[name] = one
    return found


def having(resource: str, cluster: Cluster, estate: Estate) -> list[Hardware]:
    """The hardware of a cluster that has a device resource, in order of names."""
    return [one for _, one in sorted(estate.hardware.items())
            if one.device and one.device.resource == resource and one.is_on(cluster.name)]


def over_promised(estate: Estate) -> Iterator[Mistake]:
    """More promised than there is, times the overcommit factor."""
    if not estate.hardware:
        return
    quotas = promised_by_quota(estate)
    for cluster in estate.clusters.values():
        shares = shares_of(cluster, estate)
        for name, of_it in sorted(shares.items()):
            hardware = estate.hardware.get(name)
            if hardware and hardware.device and hardware.is_on(cluster.name):
                yield from _too_much(hardware, cluster, of_it)
        for resource, promises in sorted(by_quota(cluster, estate, quotas).items()):
            yield from _quotas_too_large(resource, promises, shares, cluster, estate)


def _too_much(hardware: Hardware, cluster: Cluster,
              shares: Mapping[str, HardwareShare]) -> Iterator[Mistake]:
    for tenant, share in shares.items():
        if (share.devices or 0) > hardware.installed:
            yield Mistake("more-than-installed", share.origin,
                          f"{tenant} is promised {share.devices} of {hardware.name}, and "
                          f"{cluster.name} has {hardware.installed}",
                          "lower it, or raise nodes in the hardware's file",
                          ((hardware.origin.at("nodes"), _sum(hardware)),))
            return
    promised = sum(share.devices or 0 for share in shares.values())
    if promised <= hardware.promisable:
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


def _quotas_too_large(resource: str, promises: Mapping[str, QuotaPromise], shares: Shares,
                      cluster: Cluster, estate: Estate) -> Iterator[Mistake]:
    """Quotas that promise more of a resource than its hardware has left."""
    there = having(resource, cluster, estate)
    if not there:
        return
    left = sum(one.promisable - sum(share.devices or 0 for share in
                                    shares.get(one.name, {}).values()) for one in there)
    promised = sum(one.devices for one in promises.values())
    if promised <= max(left, 0):
        return
    largest = sorted(promises.items(), key=lambda item: (-item[1].devices, item[0]))
    yield Mistake("quotas-above-hardware", largest[0][1].origin,
                  f"quotas allow {promised} of {resource} on {cluster.name}, and "
                  f"{', '.join(one.name for one in there)} can still promise {max(left, 0)}",
                  "lower the quota, promise hardware in its place, add nodes, or set overcommit",
                  tuple((one.origin, f"{one.devices} for {tenant}")
                        for tenant, one in largest[:SHOWN]))
