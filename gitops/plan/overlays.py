"""What a choice of hardware adds to a pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import NANO
from gitops.foundation.shared import SharedList, SharedMap
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import DEVICES, Hardware, Taint, Toleration
from gitops.model.limits import Amounts
from gitops.plan.quotas import Hard

HARDWARE_LABEL = "hardware"
"""The pod label that chooses hardware; its value is the hardware's name."""
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
PREFIX = "hardware-"
"""Stands before the hardware's name in the names of its PriorityClass and PodDefault."""
EMPTY = SharedMap()


class Overlay(Struct, frozen=True):
    """One hardware on one cluster, as the pods that choose it must be written.

    Names: ``queue`` is the LocalQueue (empty without Kueue) and ``flavor`` the
    ResourceFlavor; ``priority_class`` and ``pod_default`` are equal. ``claim`` is the
    ResourceClaimTemplate where pods must bring a claim (then ``resource`` is empty);
    ``further_classes`` may be claimed beside ``device_class``.

    Pods: ``labels`` choose the hardware (and the queue). ``pod`` holds the pod spec's own
    fields, only those that are set: nodeSelector, tolerations, affinity,
    runtimeClassName, schedulerName, priorityClassName, hostNetwork. ``per_container`` are resources
    that every container with a device needs too (RDMA, hugepages), ``capabilities`` what
    its securityContext adds, or all of them with ``privileged``.

    Amounts: ``least``, ``usual`` and ``most`` of one pod, by resource name; ``most_devices``
    is the number of them, None without bound, also where no resource name stands for them.
    ``nodes`` times ``allocatable`` is what is there.
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
    further_classes: tuple[str, ...]
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
    most_devices: int | None
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

    @property
    def menu(self) -> Mapping[str, str]:
        """The label that the notebook form puts on a pod for whom this was chosen."""
        return {self.pod_default: "true"}


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
        further_classes=needs.device_classes if needs else (),
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
        most_devices=_devices(limits.max) if limits else None,
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


def _devices(declared: Amounts) -> int | None:
    return declared[DEVICES].nano // NANO if DEVICES in declared else None


def _pod(hardware: Hardware, tolerations: SharedList, priority_class: str) -> SharedMap:
    fields: dict[str, Any] = {
        "nodeSelector": SharedMap(hardware.node_selector), "tolerations": tolerations,
        "affinity": SharedMap(hardware.affinity), "runtimeClassName": hardware.runtime_class,
        "schedulerName": hardware.scheduler, "priorityClassName": priority_class,
        "hostNetwork": bool(hardware.needs and hardware.needs.host_network)}
    return SharedMap({name: value for name, value in fields.items() if value})


def _per_container(hardware: Hardware) -> SharedMap:
    needs = hardware.needs
    return SharedMap({name: str(amount) for name, amount in needs.per_container.items()}) \
        if needs else EMPTY


def _origins(hardware: Hardware) -> dict[str, tuple[Origin, ...]]:
    at = hardware.origin
    keys = {"node_selector": "nodeSelector", "runtime_class": "runtimeClass", "shm": "shm",
            "tolerations": "tolerations", "affinity": "affinity", "scheduler": "scheduler",
            "resource": "device", "per_node": "device", "device_class": "device",
            "per_container": "needs", "further_classes": "needs", "capabilities": "needs",
            "allocatable": "allocatable", "taints": "taints", "nodes": "nodes",
            "title": "description"}
    found = {attribute: (at.at(key),) for attribute, key in keys.items()}
    found |= {attribute: (at.at("workload", key),) for attribute, key
              in (("least", "min"), ("usual", "default"), ("most", "max"), ("most_devices", "max"))}
    return found | {"name": (at,), "pod": tuple(at.at(key) for key in (
        "nodeSelector", "tolerations", "affinity", "runtimeClass", "scheduler"))}
