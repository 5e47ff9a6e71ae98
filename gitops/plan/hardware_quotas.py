"""The ResourceQuotas of a workspace's hardware: one over all pods, and one for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from gitops.foundation.shared import SharedList, SharedMap
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.plan.overlays import PREFIX

Given = list[tuple[Hardware, HardwareShare]]


class Quotas(Struct, frozen=True):
    """One hardware quota without its origins: those of the shares at ``behind``."""

    name: str
    hard: SharedMap
    scope: SharedList
    behind: tuple[int, ...]


def most_devices(hardware: Hardware, share: HardwareShare, cluster: Cluster) -> int:
    """How many devices a workspace may ever hold at once, borrowed ones included."""
    if share.devices is None:
        return hardware.promisable
    if not cluster.queues or not (cluster.queueing and cluster.queueing.cohort):
        return share.devices
    borrowed = hardware.promisable if share.borrow is None else share.borrow
    return min(share.devices + borrowed, max(hardware.promisable, share.devices))


def quota_devices(hardware: Hardware, share: HardwareShare, cluster: Cluster) -> int:
    """How many devices a workspace's quota counts up to: what it may hold, and as many again
    where Kueue lets pods wait for them.

    A quota charges a pod from when it is made, while it waits at Kueue's gate (seen), and until
    it has gone. Were it no more than what the queue gives out, pods that Kueue lets wait, and
    those that take the place of others, would be refused. The queue says how many run; the
    quota is for pods that Kueue does not manage. Kueue counts no devices by claim, so
    their quota is exact.
    """
    held = most_devices(hardware, share, cluster)
    waits = cluster.queues and hardware.device is not None and bool(hardware.device.resource)
    return 2 * held if waits else held


def quotas(given: Given, cluster: Cluster, estate: Estate) -> Iterator[Quotas]:
    """The quota over all pods, then where pods are marked one per hardware and two that
    close the gap: pods without a class, and pods of a class that is not the workspace's.

    A class-scoped quota on a claim's device class is accepted and does nothing (seen), so
    those are counted over all pods only.
    """
    if not given:
        return
    present = _present(cluster, estate)
    total: dict[str, int] = dict.fromkeys((f"requests.{name}" for name in sorted(present)), 0)
    counted: list[int] = []
    for index, (hardware, share) in enumerate(given):
        if hardware.device:
            key = hardware.device.quota_key
            total[key] = total.get(key, 0) + quota_devices(hardware, share, cluster)
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
            own[hardware.device.quota_key] = quota_devices(hardware, share, cluster)
        mine = (PREFIX + hardware.name, *hardware.priority_classes)
        classes.update(mine)
        yield _quota(PREFIX + hardware.name, own, (("In", mine),), [index])
    everything = range(len(given))
    yield _quota("hardware.unnamed", nothing, (("DoesNotExist", ()),), everything)
    yield _quota("hardware.others", nothing, (("NotIn", tuple(sorted(classes))),), everything)


def _present(cluster: Cluster, estate: Estate) -> frozenset[str]:
    """Every device resource that the cluster has."""
    return frozenset(one.device.resource for one in estate.hardware.values()
                     if one.device and one.device.resource and one.is_on(cluster.name))


def _quota(name: str, hard: Mapping[str, int], scope: Iterable[tuple[str, tuple[str, ...]]],
           behind: Iterable[int]) -> Quotas:
    expressions = SharedList({"operator": operator, "scopeName": "PriorityClass",
                              **({"values": list(values)} if values else {})}
                             for operator, values in scope)
    return Quotas(name, SharedMap({key: str(hard[key]) for key in sorted(hard)}),
                  expressions, tuple(behind))
