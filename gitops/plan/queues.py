"""Kueue's queues of a workspace: one ClusterQueue and one LocalQueue for each hardware.

Kueue chooses a flavor before any policy has changed the pod, so a queue with several
flavors could admit a pod on hardware that it will not run on. A queue of one flavor cannot.
It counts whatever a node offers: Kueue never admits a pod that asks for anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.plan.hardware import Allowance, Equipment, ordered

DEFAULT = "default"
"""The LocalQueue that Kueue takes for a workload that names none."""


class Queue(Struct, frozen=True):
    """A tenant's share of one flavor.

    ``name`` is the ClusterQueue's; ``local`` are the LocalQueues that lead to it. Every
    flavor counts ``covered``, and ``resources`` in that order, as Kueue spells them.
    """

    name: str
    local: tuple[str, ...]
    flavor: str
    covered: tuple[str, ...]
    resources: tuple[Mapping[str, str], ...]
    weight: int
    origins: Mapping[str, tuple[Origin, ...]]


def queues_of(workspace: str, hardware: Equipment) -> tuple[Queue, ...]:
    """The queues of a workspace; none without Kueue. A dot cannot be in a tenant's name."""
    default = hardware.default or (hardware.allowed[0].overlay.name
                                   if len(hardware.allowed) == 1 else "")
    return tuple(_queue(workspace, one, default, hardware.fair_share)
                 for one in hardware.allowed if one.overlay.queue)


def _queue(workspace: str, one: Allowance, default: str, weight: int) -> Queue:
    overlay = one.overlay
    covered = ordered((*overlay.allocatable, *filter(None, (overlay.resource,))))
    return Queue(
        name=f"{workspace}.{overlay.queue}",
        local=(*((DEFAULT,) if overlay.name == default else ()), overlay.queue),
        flavor=overlay.flavor,
        covered=covered,
        resources=tuple(_resource(one, name) for name in covered),
        weight=weight,
        origins={"resources": (one.origin,), "name": (one.origin,)},
    )


def _resource(one: Allowance, name: str) -> Mapping[str, str]:
    return dict(_fields(one, name))


def _fields(one: Allowance, name: str) -> Iterator[tuple[str, Any]]:
    yield "name", name
    yield "nominalQuota", one.nominal[name]
    if name == one.overlay.resource:
        if one.borrow:
            yield "borrowingLimit", one.borrow
        if one.lend:
            yield "lendingLimit", one.lend
