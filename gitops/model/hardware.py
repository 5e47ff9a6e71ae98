"""Hardware as declared: one kind of machine that a tenant can ask for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import NANO, Quantity
from gitops.foundation.row import Row
from gitops.model.limits import Amounts

DEVICES = "devices"
"""The key under which per-workload limits count devices, whatever their resource is called."""


class Taint(Struct, frozen=True):
    """A node's taint. ``effect`` is NoSchedule, PreferNoSchedule or NoExecute."""

    key: str
    effect: str
    value: str = ""


class Toleration(Struct, frozen=True):
    """What a pod puts up with. An empty ``key`` or ``effect`` stands for any.

    ``seconds`` is how long a pod stays after a NoExecute taint appears; None is for ever.
    """

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""
    seconds: int | None = None

    def tolerates(self, taint: Taint) -> bool:
        """Whether a pod with this may stand on a node with that taint.

        Source: k8s.io/api core/v1, Toleration.ToleratesTaint.
        """
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        return self.operator == "Exists" or self.value == taint.value


class Device(Struct, frozen=True):
    """The accelerators of one node: how many, and the name that Kubernetes knows them by.

    ``resource`` is the extended resource. With ``device_class`` a driver for dynamic
    allocation hands them out; then ``resource`` is the class's extendedResourceName, and
    is empty where the class has none. ``memory`` is that of one device.
    """

    origin: Origin
    per_node: int
    resource: str = ""
    device_class: str = ""
    product: str = ""
    memory: Quantity | None = None

    @property
    def dynamic(self) -> bool:
        """Whether pods must bring a ResourceClaim, since no resource name stands for it."""
        return not self.resource

    @property
    def quota_key(self) -> str:
        """The ResourceQuota key that counts them."""
        return f"requests.{self.resource}" if self.resource else \
            f"{self.device_class}.deviceclass.resource.k8s.io/devices"


class Lifecycle(Struct, frozen=True):
    """``active``, ``hidden`` (usable, not offered) or ``deprecated`` (no new use).

    ``redirect`` names the hardware to use instead, ``message`` says why.
    """

    state: str = "active"
    redirect: str = ""
    message: str = ""


class WorkloadRange(Struct, frozen=True):
    """What one pod on this hardware may ask for; keys ``cpu``, ``memory``, ``devices``."""

    origin: Origin
    min: Amounts = field(default_factory=dict)
    default: Amounts = field(default_factory=dict)
    max: Amounts = field(default_factory=dict)


class Needs(Struct, frozen=True):
    """What a container must be given to use the hardware beside the device itself.

    ``resources`` (RDMA and the like) and ``hugepages`` (size to amount) are per container.
    ``device_classes`` may be claimed too wherever the hardware was given.
    """

    origin: Origin
    capabilities: tuple[str, ...] = ()
    hugepages: Amounts = field(default_factory=dict)
    resources: Amounts = field(default_factory=dict)
    privileged: bool = False
    host_network: bool = False
    device_classes: tuple[str, ...] = ()

    @property
    def per_container(self) -> dict[str, Quantity]:
        """Huge pages and further resources of one container, by resource name."""
        pages = {f"hugepages-{size}": amount for size, amount in self.hugepages.items()}
        return pages | dict(self.resources)

    @property
    def pod_security(self) -> str:
        """The strictest Pod Security level under which a pod may have all this.

        Source: Pod Security Standards: baseline allows no added capability of the kind
        that drivers ask for (IPC_LOCK, SYS_PTRACE, …) and no host network; restricted
        allows NET_BIND_SERVICE only.
        """
        if self.privileged or self.host_network or set(self.capabilities) - BASELINE:
            return "privileged"
        return "baseline" if set(self.capabilities) - {"NET_BIND_SERVICE"} else "restricted"


BASELINE = frozenset(("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
                      "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"))
"""The capabilities that Pod Security baseline lets a container add."""


class Hardware(Struct, frozen=True):
    """One kind of machine. Its name is its file's.

    ``allocatable`` is what one node offers to pods (``cpu``, ``memory``, further
    resources). ``overcommit`` is how many times over its devices may be promised.
    ``price`` is what one node costs an hour. ``tenants`` and ``groups`` say who may use
    it; both empty: everybody. ``taints`` are the nodes' own, None where they are what the
    tolerations say.
    """

    name: str
    origin: Origin
    nodes: int
    allocatable: Amounts
    description: str = ""
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    clusters: tuple[str, ...] = ()
    machine: str = ""
    cpu_platform: str = ""
    device: Device | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict)
    node_labels: Mapping[str, str] = field(default_factory=dict)
    """Further labels that the nodes have and pods need not select by."""
    affinity: Mapping[str, Any] = field(default_factory=dict)
    tolerations: tuple[Toleration, ...] = ()
    taints: tuple[Taint, ...] | None = None
    runtime_class: str = ""
    scheduler: str = ""
    shm: Quantity | None = None
    workload: WorkloadRange | None = None
    needs: Needs | None = None
    price: Quantity | None = None
    currency: str = ""
    overcommit: Quantity = field(default_factory=lambda: Quantity.of(1))
    tenants: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    priority_classes: tuple[str, ...] = ()
    """PriorityClasses that a pod here may bring in the place of the hardware's own."""

    @property
    def per_node(self) -> int:
        """Devices on one node."""
        return self.device.per_node if self.device else 0

    @property
    def installed(self) -> int:
        """Devices on all nodes of a cluster."""
        return self.nodes * self.per_node

    @property
    def promisable(self) -> int:
        """Devices that may be promised: installed times overcommit, rounded down."""
        return self.installed * self.overcommit.nano // NANO

    def is_on(self, cluster: str) -> bool:
        """Whether a cluster has such nodes."""
        return not self.clusters or cluster in self.clusters


class HardwareShare(Row, frozen=True):
    """What a tenant was given of one hardware, in each of its workspaces.

    ``devices`` at once; None where it may run there and no number was given. ``borrow``
    and ``lend`` bound what a queue may take from, and give to, other tenants. ``cpu`` and
    ``memory`` are the queue's share where it should not follow from the devices.
    """

    hardware: str
    origin: Origin
    devices: int | None = None
    borrow: int | None = None
    lend: int | None = None
    cpu: Quantity | None = None
    memory: Quantity | None = None
