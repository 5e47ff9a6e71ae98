"""What a workspace may use: quotas, and the limits of one container or volume."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import Quantity
from gitops.foundation.row import Row

Amounts = Mapping[str, Quantity]
"""Resource name (``cpu``, ``memory``, ``nvidia.com/gpu``) to amount."""


QUOTA_KEYS = frozenset({
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory",
    "requests.ephemeral-storage", "requests.storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage", "configmaps", "persistentvolumeclaims", "pods",
    "replicationcontrollers", "resourcequotas", "secrets", "services", "services.loadbalancers",
    "services.nodeports"})
"""Kubernetes' own quota keys without a slash, those of huge pages aside.

Source: ``pkg/apis/core/helper`` (standardQuotaResources).
"""
HUGE_PAGES = ("hugepages-", "requests.hugepages-")
"""How quota keys of huge pages begin."""


class Quota(Row, frozen=True):
    """How much a workspace may hold at once.

    ``requests`` and ``limits`` count cpu and memory, ``devices`` whole extended resources;
    ``other`` holds any further quota key as Kubernetes spells it; ``priority_classes`` a
    quota of its own for the pods of one PriorityClass.
    """

    origin: Origin
    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)
    storage: Quantity | None = None
    pods: Quantity | None = None
    volume_claims: Quantity | None = None
    devices: Amounts = field(default_factory=dict)
    other: Amounts = field(default_factory=dict)
    priority_classes: Mapping[str, Quota] = field(default_factory=dict)


class ContainerLimits(Row, frozen=True):
    """What a container gets that asks for nothing, and the most that one may ask for."""

    origin: Origin
    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)
    max: Amounts = field(default_factory=dict)
    volume: Quantity | None = None
    """The largest single volume claim."""


class EgressRule(Row, frozen=True):
    """Addresses outside the cluster that a workspace may reach, and on which TCP ports."""

    cidr: str
    origin: Origin
    ports: tuple[int, ...] = ()


class Plan(Struct, frozen=True):
    """A named quota with its limits and egress, such as ``small`` or ``large``."""

    name: str
    origin: Origin
    description: str = ""
    quota: Quota | None = None
    containers: ContainerLimits | None = None
    egress: str = ""
    allow: tuple[EgressRule, ...] = ()
