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
from gitops.plan.overlays import PREFIX, Overlay


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
Given = list[tuple[Hardware, HardwareShare]]


def hardware_of(tenant: Tenant, cluster: Cluster, estate: Estate
                ) -> Iterator[tuple[Hardware, HardwareShare]]:
    """The hardware that a tenant was given and that a cluster has, in order of names."""
    for name in sorted(tenant.hardware):
        hardware = estate.hardware.get(name)
        if hardware and hardware.is_on(cluster.name):
            yield hardware, tenant.hardware[name]


class Quotas(Struct, frozen=True):
    """One hardware quota without its origins: those of the shares at ``behind``."""

    name: str
    hard: SharedMap
    scope: SharedList
    behind: tuple[int, ...]


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
                 tuple(_quotas(given, cluster, _elsewhere(cluster, estate))), covered)


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
        return Quantity(each.nano * hardware.nodes, each.binary)
    grain = NANO // 1000 if name == "cpu" else (2**20 if each.binary else 1) * NANO
    part = each.nano * share.devices // hardware.per_node // grain * grain
    needed = hardware.needs.per_container.get(name) if hardware.needs else None
    return Quantity(max(part, needed.nano * share.devices if needed else 0), each.binary)


def _bounds(share: HardwareShare) -> tuple[str, str]:
    return ("" if share.borrow is None else str(share.borrow),
            "" if share.lend is None else str(share.lend))


def most_devices(hardware: Hardware, share: HardwareShare, cluster: Cluster) -> int:
    """How many devices a workspace may ever hold at once, borrowed ones included."""
    if share.devices is None:
        return hardware.promisable
    if not cluster.queues or not (cluster.queueing and cluster.queueing.cohort):
        return share.devices
    borrowed = hardware.promisable if share.borrow is None else share.borrow
    return min(share.devices + borrowed, max(hardware.promisable, share.devices))


def _elsewhere(cluster: Cluster, estate: Estate) -> frozenset[str]:
    """Every device resource that the cluster has."""
    return frozenset(one.device.resource for one in estate.hardware.values()
                     if one.device and one.device.resource and one.is_on(cluster.name))


def _quotas(given: Given, cluster: Cluster, present: frozenset[str]) -> Iterator[Quotas]:
    """The quota over all pods, then where pods are marked one per hardware and two that
    close the gap: pods without a class, and pods of a class that is not the workspace's.

    A class-scoped quota on a claim's device class is accepted and does nothing (seen), so
    those are counted over all pods only.
    """
    if not given:
        return
    total: dict[str, int] = dict.fromkeys((f"requests.{name}" for name in sorted(present)), 0)
    counted: list[int] = []
    for index, (hardware, share) in enumerate(given):
        if hardware.device:
            key = hardware.device.quota_key
            total[key] = total.get(key, 0) + most_devices(hardware, share, cluster)
            counted.append(index)
    if total:
        yield _quota("hardware", total, (), counted)
    if not cluster.mutating or not present:
        return
    nothing = dict.fromkeys((f"requests.{name}" for name in sorted(present)), 0)
    classes: set[str] = set()
    for index, (hardware, share) in enumerate(given):
        own = dict(nothing)
        if hardware.device and hardware.device.resource:
            own[hardware.device.quota_key] = most_devices(hardware, share, cluster)
        mine = (PREFIX + hardware.name, *hardware.priority_classes)
        classes.update(mine)
        yield _quota(PREFIX + hardware.name, own, (("In", mine),), [index])
    everything = range(len(given))
    yield _quota("hardware.unnamed", nothing, (("DoesNotExist", ()),), everything)
    yield _quota("hardware.others", nothing, (("NotIn", tuple(sorted(classes))),), everything)


def _quota(name: str, hard: Mapping[str, int], scope: Iterable[tuple[str, tuple[str, ...]]],
           behind: Iterable[int]) -> Quotas:
    expressions = SharedList({"operator": operator, "scopeName": "PriorityClass",
                              **({"values": list(values)} if values else {})}
                             for operator, values in scope)
    return Quotas(name, SharedMap({key: str(hard[key]) for key in sorted(hard)}),
                  expressions, tuple(behind))
