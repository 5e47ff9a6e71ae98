"""Where a pod can land: every hardware's nodes, and for each the reasons that speak against it.

Mirrors the scheduler's filters as far as declarations tell them: node selector and
required node affinity against the nodes' labels, taints against tolerations, and each
resource against what one node offers. Sources: k8s.io/kubernetes
pkg/scheduler/framework/plugins nodeaffinity, tainttoleration and noderesources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from gitops.foundation.quantity import NANO, Quantity
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, Toleration
from gitops.model.limits import Amounts
from gitops.plan.jobs import TaskPlan
from gitops.plan.overlays import taints


class PodShape(Struct, frozen=True):
    """What the scheduler looks at. ``requests`` add up all containers, by resource name;
    ``claims`` counts devices per DeviceClass."""

    selector: Mapping[str, str] = field(default_factory=dict)
    affinity: Mapping[str, Any] = field(default_factory=dict)
    tolerations: tuple[Toleration, ...] = ()
    requests: Amounts = field(default_factory=dict)
    claims: Mapping[str, int] = field(default_factory=dict)


class Landing(Struct, frozen=True):
    """One hardware's nodes: how many, and why the pod cannot stand there (nothing: it can).

    ``room`` is how many such pods one empty node holds; None where nothing limits them.
    """

    cluster: str
    hardware: str
    nodes: int
    reasons: tuple[str, ...]
    room: int | None = None

    @property
    def fits(self) -> bool:
        """Whether the pod can stand there."""
        return not self.reasons and self.nodes > 0


def shape_of(task: TaskPlan, hardware: Hardware | None) -> PodShape:
    """The shape of a planned pod; ``hardware`` is what it was planned on."""
    total: dict[str, Quantity] = {}
    for step in task.steps:
        for name, text in step.resources.get("requests", {}).items():
            amount = Quantity.parse(text)
            before = total.get(name, Quantity(0))
            total[name] = Quantity.nanos(before.nano + amount.nano, before.binary or amount.binary)
    overlay = task.overlay
    devices = sum(step.devices for step in task.steps)
    claims = {overlay.device_class: devices} if overlay and overlay.claim and devices else {}
    return PodShape(overlay.node_selector if overlay else {}, overlay.affinity if overlay else {},
                    hardware.tolerations if hardware else (), total, claims)


def where(shape: PodShape, cluster: Cluster, estate: Estate) -> list[Landing]:
    """Every hardware of a cluster: where the pod fits first, then in order of names."""
    found = [_landing(shape, hardware, cluster)
             for _, hardware in sorted(estate.hardware.items()) if hardware.is_on(cluster.name)]
    return sorted(found, key=lambda one: (not one.fits, one.hardware))


def _landing(shape: PodShape, hardware: Hardware, cluster: Cluster) -> Landing:
    labels = {**hardware.node_labels, **hardware.node_selector}
    reasons = (*_selector(shape.selector, labels), *_affinity(shape.affinity, hardware, labels),
               *_taints(shape.tolerations, hardware), *_resources(shape, hardware),
               *(("there are no such nodes",) if not hardware.nodes else ()))
    return Landing(cluster.name, hardware.name, hardware.nodes, reasons,
                   None if reasons else _room(shape, hardware))


def _selector(wanted: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[str]:
    for key, value in wanted.items():
        if labels.get(key) != value:
            there = f"the nodes have {labels[key]}" if key in labels else "the nodes lack the label"
            yield f"selector {key}={value}: {there}"


def _affinity(wanted: Mapping[str, Any], hardware: Hardware,
              labels: Mapping[str, str]) -> Iterator[str]:
    """Required node affinity: one of the terms must hold. The hardware's own holds for it."""
    rule = wanted.get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    if not rule or wanted == hardware.affinity:
        return
    if not any(term and all(holds(one, labels) for one in term.get("matchExpressions", ()))
               and not term.get("matchFields") for term in rule["nodeSelectorTerms"]):
        yield "node affinity: no term holds for the nodes' labels"


def holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a matchExpression holds; one that excludes holds where the label is absent."""
    key, operator, values = expression["key"], expression["operator"], expression.get("values", ())
    value = labels.get(key)
    if operator in ("NotIn", "DoesNotExist"):
        return value is None or (operator == "NotIn" and value not in values)
    if value is None:
        return False
    if operator in ("Gt", "Lt"):
        return bool(values) and value.isdigit() and values[0].isdigit() and (
            int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0]))
    return operator == "Exists" or value in values


def _taints(tolerations: Iterable[Toleration], hardware: Hardware) -> Iterator[str]:
    own = tuple(tolerations)
    for taint in taints(hardware):
        if taint.effect != "PreferNoSchedule" and not any(one.tolerates(taint) for one in own):
            value = f"={taint.value}" if taint.value else ""
            yield f"taint {taint.key}{value}:{taint.effect} is not tolerated"


def offers(hardware: Hardware) -> dict[str, Quantity]:
    """What one empty node offers, devices included."""
    device = hardware.device
    own = {device.resource: Quantity.of(device.per_node)} if device and device.resource else {}
    return {**hardware.allocatable, **own}


def _resources(shape: PodShape, hardware: Hardware) -> Iterator[str]:
    there = offers(hardware)
    for name, amount in shape.requests.items():
        have = there.get(name, Quantity(0))
        if amount.nano > have.nano:
            yield f"{name}: asks for {amount}, a node offers {have}"
    for name, count in shape.claims.items():
        device = hardware.device
        have_devices = device.per_node if device and device.device_class == name else 0
        if count > have_devices:
            yield f"devices of class {name}: asks for {count}, a node offers {have_devices}"


def _room(shape: PodShape, hardware: Hardware) -> int | None:
    there = offers(hardware)
    rooms = [there[name].nano // amount.nano for name, amount in shape.requests.items()
             if amount.nano]
    rooms += [hardware.per_node * NANO // (count * NANO) for count in shape.claims.values()]
    return min(rooms, default=None)
