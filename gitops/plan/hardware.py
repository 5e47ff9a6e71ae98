"""What a workspace may have of each hardware: its queue's share and its quotas."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import NANO, Quantity
from gitops.foundation.shared import SharedList, SharedMap
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.model.tenant import Tenant
from gitops.plan.hardware_quotas import Given, Quotas, quotas
from gitops.plan.overlays import Overlay


class Allowance(Struct, frozen=True):
    """One hardware that a workspace may use, and how much of it.

    ``devices`` is the number promised; None where none was named, and then the workspace
    may use what is free. ``nominal`` is its queue's share by resource (cpu, memory, what
    else a node offers, the device), ``borrow`` and ``lend`` the devices it may take from and
    give to the cohort ("" is without bound).
    """

    overlay: Overlay
    devices: int | None
    nominal: SharedMap
    borrow: str
    lend: str
    origin: Origin


class HardwareQuota(Struct, frozen=True):
    """A ResourceQuota that counts devices; ``scope`` is its list of matchExpressions, which
    is empty where it counts every pod."""

    name: str
    hard: SharedMap
    scope: SharedList
    origins: Mapping[str, tuple[Origin, ...]]


class Equipment(Struct, frozen=True):
    """All of a workspace's hardware. ``default`` is what its jobs run on that name none.

    ``covered`` are the resources that its queue counts, in one order for every flavor.
    """

    allowed: tuple[Allowance, ...] = ()
    quotas: tuple[HardwareQuota, ...] = ()
    covered: tuple[str, ...] = ()
    default: str = ""
    fair_share: int = 1

    def overlay(self, name: str) -> Overlay | None:
        """The overlay of a hardware by name; None where the workspace lacks it."""
        return next((one.overlay for one in self.allowed if one.overlay.name == name), None)


NOTHING = Equipment()


def hardware_of(tenant: Tenant, cluster: Cluster, estate: Estate
                ) -> Iterator[tuple[Hardware, HardwareShare]]:
    """The hardware that a tenant was given and that a cluster has, in order of names."""
    for name in sorted(tenant.hardware):
        hardware = estate.hardware.get(name)
        if hardware and hardware.is_on(cluster.name):
            yield hardware, tenant.hardware[name]


class Parts(Struct, frozen=True):
    """What tenants with equal shares on one cluster have in common, share by share."""

    names: tuple[str, ...]
    allowed: tuple[tuple[Overlay, int | None, SharedMap, str, str], ...]
    quotas: tuple[Quotas, ...]
    covered: tuple[str, ...]


Known = dict[Hashable, Parts]
"""Parts by cluster and shares, worked out once however many tenants have them."""


def equipment(tenant: Tenant, cluster: Cluster, estate: Estate,
              overlays: Mapping[str, Overlay], known: Known) -> Equipment:
    """A workspace's hardware; ``overlays`` are the cluster's, by hardware."""
    if tenant.frozen or not tenant.hardware:
        return NOTHING
    key = (cluster.name, *[(one.hardware, one.devices, one.borrow, one.lend, one.cpu, one.memory)
                           for one in tenant.hardware.values()])
    parts = known.get(key)
    if parts is None:
        parts = known[key] = _parts(list(hardware_of(tenant, cluster, estate)), cluster, estate,
                                    overlays)
    if not parts.names:
        return NOTHING
    at = [tenant.hardware[name].origin for name in parts.names]
    return Equipment(
        tuple([Allowance(*one, origin) for one, origin in zip(parts.allowed, at, strict=True)]),
        tuple([HardwareQuota(one.name, one.hard, one.scope,
                             {"hard": tuple([at[index] for index in one.behind])})
               for one in parts.quotas]),
        parts.covered, tenant.default_hardware, tenant.fair_share)


def _parts(given: Given, cluster: Cluster, estate: Estate,
           overlays: Mapping[str, Overlay]) -> Parts:
    covered = ordered(name for hardware, _ in given for name in offered(hardware))
    allowed = tuple((overlays[hardware.name], share.devices, nominal(hardware, share, covered),
                     *_bounds(share)) for hardware, share in given)
    return Parts(tuple(hardware.name for hardware, _ in given), allowed,
                 tuple(quotas(given, cluster, estate)), covered)


def offered(hardware: Hardware) -> Iterator[str]:
    """Every resource that a pod may ask a node for: what is allocatable, and the device."""
    yield from hardware.allocatable
    if hardware.device and hardware.device.resource:
        yield hardware.device.resource


def ordered(resources: Iterable[str]) -> tuple[str, ...]:
    """Cpu and memory, then the others by name."""
    return ("cpu", "memory", *sorted({*resources} - {"cpu", "memory"}))


def nominal(hardware: Hardware, share: HardwareShare, covered: Iterable[str]) -> SharedMap:
    """A queue's nominal share of one flavor.

    Without amounts of its own, all but the device follow the devices: as much of a node as
    the devices are of the node's devices, and no less than as many containers need. Where no
    device was promised, they are all there is.
    """
    device = hardware.device
    found = {}
    for name in covered:
        own = {"cpu": share.cpu, "memory": share.memory}.get(name)
        if own is not None:
            found[name] = str(own)
        elif device is not None and device.resource == name:
            found[name] = str(share.devices or 0)
        else:
            found[name] = str(_part(hardware, share, name))
    return SharedMap(found)


def _part(hardware: Hardware, share: HardwareShare, name: str) -> Quantity:
    """The part of what all nodes offer, rounded down: cpu to thousandths, an amount with a
    binary suffix to Mi, anything else to whole pieces."""
    each = hardware.allocatable.get(name, Quantity(0))
    if not hardware.per_node or share.devices is None:
        return Quantity.nanos(each.nano * hardware.nodes, each.binary)
    grain = NANO // 1000 if name == "cpu" else (2**20 if each.binary else 1) * NANO
    part = each.nano * share.devices // hardware.per_node // grain * grain
    needed = hardware.needs.per_container.get(name) if hardware.needs else None
    return Quantity.nanos(max(part, needed.nano * share.devices if needed else 0), each.binary)


def _bounds(share: HardwareShare) -> tuple[str, str]:
    return ("" if share.borrow is None else str(share.borrow),
            "" if share.lend is None else str(share.lend))
