"""What a choice of hardware adds to a pod, and what a workspace may have of each hardware."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import Quantity
from gitops.foundation.shared import SharedList, SharedMap
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import DEVICES, Hardware, HardwareShare, Taint, Toleration
from gitops.model.limits import Amounts
from gitops.model.tenant import Tenant
from gitops.plan.quotas import Hard

HARDWARE_LABEL = "hardware"
"""The pod label that chooses hardware; its value is the hardware's name."""
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
PREFIX = "hardware-"
"""Stands before the hardware's name in the names of its PriorityClass and PodDefault."""
EMPTY = SharedMap()


@dataclass(frozen=True, slots=True)
class Overlay:
    """One hardware on one cluster, as the pods that choose it must be written.

    Names: ``queue`` is the LocalQueue (empty without Kueue) and ``flavor`` the
    ResourceFlavor; ``priority_class`` and ``pod_default`` are equal. ``claim`` is the
    ResourceClaimTemplate where pods must bring a claim (then ``resource`` is empty).

    Pods: ``labels`` choose the hardware (and the queue). ``pod`` holds the pod spec's own
    fields, only those that are set: nodeSelector, tolerations, affinity,
    runtimeClassName, schedulerName, priorityClassName, hostNetwork. ``per_container`` are resources
    that every container with a device needs too (RDMA, hugepages), ``capabilities`` what
    its securityContext adds, or all of them with ``privileged``.

    Amounts: ``least``, ``usual`` and ``most`` of one pod, by resource name. ``nodes``
    times ``allocatable`` is what is there.
    """

    name: str
    title: str
    state: str
    message: str
    flavor: str
    queue: str
    priority_class: str
    pod_default: str
    claim: str
    resource: str
    device_class: str
    product: str
    per_node: int
    nodes: int
    labels: SharedMap
    node_selector: SharedMap
    tolerations: SharedList
    affinity: SharedMap
    runtime_class: str
    scheduler: str
    pod: SharedMap
    shm: str
    capabilities: SharedList
    privileged: bool
    per_container: SharedMap
    least: Hard
    usual: Hard
    most: Hard
    allocatable: Hard
    node_labels: SharedMap
    taints: SharedList
    other_classes: tuple[str, ...]
    origin: Origin
    origins: Mapping[str, tuple[Origin, ...]]

    @property
    def offered(self) -> bool:
        """Whether menus show it."""
        return self.state == "active"


def overlay(hardware: Hardware, cluster: Cluster) -> Overlay:
    """A hardware's overlay on a cluster."""
    device, needs, own = hardware.device, hardware.needs, PREFIX + hardware.name
    queue = hardware.name if cluster.queues else ""
    tolerations = SharedList(map(toleration, hardware.tolerations))
    limits = hardware.workload
    return Overlay(
        name=hardware.name,
        title=hardware.description or hardware.name,
        state=hardware.lifecycle.state,
        message=hardware.lifecycle.message,
        flavor=hardware.name,
        queue=queue,
        priority_class=own,
        pod_default=own,
        claim=own if device and device.dynamic else "",
        resource=device.resource if device else "",
        device_class=device.device_class if device else "",
        product=device.product if device else "",
        per_node=hardware.per_node,
        nodes=hardware.nodes,
        labels=SharedMap({HARDWARE_LABEL: hardware.name}
                         | ({QUEUE_LABEL: queue} if queue else {})),
        node_selector=SharedMap(hardware.node_selector),
        tolerations=tolerations,
        affinity=SharedMap(hardware.affinity),
        runtime_class=hardware.runtime_class,
        scheduler=hardware.scheduler,
        pod=_pod(hardware, tolerations, own),
        shm=str(hardware.shm) if hardware.shm else "",
        capabilities=SharedList(needs.capabilities if needs else ()),
        privileged=bool(needs and needs.privileged),
        per_container=_per_container(hardware),
        least=amounts(limits.min if limits else {}, hardware),
        usual=amounts(limits.default if limits else {}, hardware),
        most=amounts(limits.max if limits else {}, hardware),
        allocatable=amounts(hardware.allocatable, hardware),
        node_labels=SharedMap({**hardware.node_labels, **hardware.node_selector}),
        taints=SharedList({"key": taint.key, "effect": taint.effect,
                           **({"value": taint.value} if taint.value else {})}
                          for taint in taints(hardware)),
        other_classes=hardware.priority_classes,
        origin=hardware.origin,
        origins=_origins(hardware),
    )


def overlays_of(cluster: Cluster, estate: Estate) -> dict[str, Overlay]:
    """The overlays of all hardware that a cluster has, by name in order."""
    return {name: overlay(estate.hardware[name], cluster) for name in sorted(estate.hardware)
            if estate.hardware[name].is_on(cluster.name)}


def toleration(one: Toleration) -> dict[str, Any]:
    """A toleration as a pod spells it."""
    spelled: dict[str, Any] = {"operator": one.operator}
    spelled |= {key: value for key, value in (("key", one.key), ("value", one.value),
                                              ("effect", one.effect)) if value}
    if one.seconds is not None:
        spelled["tolerationSeconds"] = one.seconds
    return {key: spelled[key] for key in sorted(spelled)}


def taints(hardware: Hardware) -> Iterator[Taint]:
    """The taints of a hardware's nodes: declared, or those that its tolerations are for."""
    if hardware.taints is not None:
        yield from hardware.taints
        return
    for one in hardware.tolerations:
        if one.key and one.seconds is None:
            yield Taint(one.key, one.effect or "NoSchedule", one.value)


def amounts(declared: Amounts, hardware: Hardware) -> SharedMap:
    """Amounts by resource name; ``devices`` becomes the device's own, which is left out
    where only a claim can ask for it."""
    resource = hardware.device.resource if hardware.device else ""
    named = {resource if name == DEVICES else name: str(amount)
             for name, amount in declared.items()}
    return SharedMap({name: named[name] for name in sorted(named) if name})


def _pod(hardware: Hardware, tolerations: SharedList, priority_class: str) -> SharedMap:
    fields: dict[str, Any] = {
        "nodeSelector": SharedMap(hardware.node_selector), "tolerations": tolerations,
        "affinity": SharedMap(hardware.affinity), "runtimeClassName": hardware.runtime_class,
        "schedulerName": hardware.scheduler, "priorityClassName": priority_class,
        "hostNetwork": bool(hardware.needs and hardware.needs.host_network)}
    return SharedMap({name: value for name, value in fields.items() if value})


def _per_container(hardware: Hardware) -> SharedMap:
    needs = hardware.needs
    if needs is None:
        return EMPTY
    pages = {f"hugepages-{size}": str(amount) for size, amount in needs.hugepages.items()}
    return SharedMap(pages | {name: str(amount) for name, amount in needs.resources.items()})


def _origins(hardware: Hardware) -> dict[str, tuple[Origin, ...]]:
    at = hardware.origin
    keys = {"node_selector": "nodeSelector", "runtime_class": "runtimeClass", "shm": "shm",
            "tolerations": "tolerations", "affinity": "affinity", "scheduler": "scheduler",
            "resource": "device", "per_node": "device", "device_class": "device",
            "per_container": "needs", "capabilities": "needs", "allocatable": "allocatable",
            "taints": "taints", "nodes": "nodes", "title": "description"}
    found = {attribute: (at.at(key),) for attribute, key in keys.items()}
    found |= {attribute: (at.at("workload", key),) for attribute, key
              in (("least", "min"), ("usual", "default"), ("most", "max"))}
    return found | {"name": (at,), "pod": tuple(at.at(key) for key in (
        "nodeSelector", "tolerations", "affinity", "runtimeClass", "scheduler"))}


@dataclass(frozen=True, slots=True)
class Allowance:
    """One hardware that a workspace may use, and how much of it.

    ``devices`` is the number promised; None where none was named, and then the workspace
    may use what is free. ``nominal`` is its queue's share by resource (cpu, memory, the
    device), ``borrow`` and ``lend`` the devices it may take from and give to the cohort
    ("" is without bound).
    """

    overlay: Overlay
    devices: int | None
    nominal: SharedMap
    borrow: str
    lend: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class HardwareQuota:
    """A ResourceQuota that counts devices; ``scope`` is its list of matchExpressions, which
    is empty where it counts every pod."""

    name: str
    hard: SharedMap
    scope: SharedList
    origins: Mapping[str, tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class Equipment:
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


def equipment(tenant: Tenant, cluster: Cluster, estate: Estate,
              overlays: Mapping[str, Overlay]) -> Equipment:
    """A workspace's hardware; ``overlays`` are the cluster's, by hardware."""
    given = list(hardware_of(tenant, cluster, estate))
    if not given or tenant.frozen:
        return NOTHING
    resources = tuple(sorted({hardware.device.resource for hardware, _ in given
                              if hardware.device and hardware.device.resource}))
    covered = ("cpu", "memory", *resources)
    allowed = tuple(Allowance(overlays[hardware.name], share.devices,
                              nominal(hardware, share, covered), *_bounds(share), share.origin)
                    for hardware, share in given)
    return Equipment(allowed, tuple(_quotas(given, cluster, _elsewhere(cluster, estate))),
                     covered, tenant.default_hardware, tenant.fair_share)


def nominal(hardware: Hardware, share: HardwareShare, covered: Iterable[str]) -> SharedMap:
    """A queue's nominal share of one flavor.

    Without amounts of its own, cpu and memory follow the devices: as much of a node as the
    devices are of the node's devices. Where no device was promised, they are all there is.
    """
    device = hardware.device
    found = {}
    for name in covered:
        own = {"cpu": share.cpu, "memory": share.memory}.get(name)
        if own is not None:
            found[name] = str(own)
        elif name in ("cpu", "memory"):
            found[name] = str(_part(hardware, share, name))
        else:
            mine = device is not None and device.resource == name
            found[name] = str(share.devices or 0) if mine else "0"
    return SharedMap(found)


def _part(hardware: Hardware, share: HardwareShare, name: str) -> Quantity:
    """The part of all nodes' cpu (rounded down to thousandths) or memory (to Mi)."""
    each = hardware.allocatable.get(name, Quantity(0))
    parts, of = (hardware.nodes, 1) if not hardware.per_node or share.devices is None else \
        (share.devices, hardware.per_node)
    grain = 2**20 * 10**9 if each.binary else 10**6
    return Quantity(each.nano * parts // of // grain * grain, each.binary)


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


Given = list[tuple[Hardware, HardwareShare]]


def _quotas(given: Given, cluster: Cluster, present: frozenset[str]) -> Iterator[HardwareQuota]:
    """The quota over all pods, then where pods are marked one per hardware and two that
    close the gap: pods without a class, and pods of a class that is not the workspace's.

    A class-scoped quota on a claim's device class is accepted and does nothing (seen), so
    those are counted over all pods only.
    """
    total: dict[str, int] = dict.fromkeys((f"requests.{name}" for name in sorted(present)), 0)
    origins: list[Origin] = []
    for hardware, share in given:
        if hardware.device:
            key = hardware.device.quota_key
            total[key] = total.get(key, 0) + most_devices(hardware, share, cluster)
            origins.append(share.origin)
    if total:
        yield _quota("hardware", total, (), origins)
    if not cluster.mutating or not present:
        return
    nothing = dict.fromkeys((f"requests.{name}" for name in sorted(present)), 0)
    classes: set[str] = set()
    for hardware, share in given:
        own = dict(nothing)
        if hardware.device and hardware.device.resource:
            own[hardware.device.quota_key] = most_devices(hardware, share, cluster)
        mine = (PREFIX + hardware.name, *hardware.priority_classes)
        classes.update(mine)
        yield _quota(PREFIX + hardware.name, own, (("In", mine),), [share.origin])
    yield _quota("hardware.unnamed", nothing, (("DoesNotExist", ()),), origins)
    yield _quota("hardware.others", nothing, (("NotIn", tuple(sorted(classes))),), origins)


def _quota(name: str, hard: Mapping[str, int], scope: Iterable[tuple[str, tuple[str, ...]]],
           origins: Iterable[Origin]) -> HardwareQuota:
    expressions = SharedList({"operator": operator, "scopeName": "PriorityClass",
                              **({"values": list(values)} if values else {})}
                             for operator, values in scope)
    return HardwareQuota(name, SharedMap({key: str(hard[key]) for key in sorted(hard)}),
                         expressions, {"hard": tuple(origins)})
