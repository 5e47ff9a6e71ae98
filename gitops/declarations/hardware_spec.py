"""The keys of ``hardware/<name>.yaml``."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gitops.declarations.common_spec import GROUP, LABEL_KEY, LABEL_VALUE, LABELS, file_stem
from gitops.declarations.limits_spec import CLASS_NAME, DEVICE
from gitops.declarations.reader import INVALID, Reader, field_name
from gitops.declarations.records import Field, ListOf, MapOf, Record, Shorthand, of
from gitops.declarations.types import DNS_NAME, Amount, Choice, Flag, Integer, Name, Schema, Text
from gitops.declarations.yamltree import Plain, Tree, resolve
from gitops.foundation.findings import Path
from gitops.model.hardware import (
    Device,
    Hardware,
    HardwareShare,
    Lifecycle,
    Needs,
    Taint,
    Toleration,
    WorkloadRange,
)

LONGEST = 54
"""``hardware-`` goes before the name, in names that hold 63 characters."""


class Count(Struct, frozen=True):
    """A whole number of devices."""

    least: int = 0

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if isinstance(tree, Plain) and isinstance(resolve(tree), float):
            return reader.wrong("fraction-of-a-device", at,
                                f"{field_name(at)} counts whole devices, not {tree}",
                                "to share one, declare the shared resource as hardware of its own "
                                "(nvidia.com/gpu.shared, nvidia.com/mig-1g.5gb)")
        return Integer(self.least, 100_000).decode(tree, at, reader)

    def schema(self) -> Schema:
        return Integer(self.least, 100_000).schema()

    def words(self) -> str:
        return "whole number of devices"


LIFECYCLE_STATE = Choice({
    "active": "tenants may ask for it",
    "hidden": "whoever has it may use it; menus do not show it",
    "deprecated": "whoever has it is warned, with where to go instead",
})
LIFECYCLE = Shorthand(
    LIFECYCLE_STATE, lambda values, _at, _reader: Lifecycle(values["word"]),
    Record("a lifecycle", (
        Field("state", LIFECYCLE_STATE, "Where it stands.", required=True),
        Field("redirect", Name, "The hardware to use instead."),
        Field("message", Text(max_length=512), "Why, and what to do."),
    ), of(Lifecycle, origin=False)))


def _device(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    if reader.failed_below(at):
        return INVALID
    if not (values.get("resource") or values.get("device_class")):
        return reader.wrong("device-without-a-name", at, "nothing says what the device is called",
                            "name its resource (nvidia.com/gpu), or its deviceClass for dynamic "
                            "allocation")
    return Device(origin=reader.origin(at), **values)


DEVICE_RECORD = Record("a device", (
    Field("resource", DEVICE, "The extended resource, as the device plugin names it; with "
          "`deviceClass`, the class's `extendedResourceName`."),
    Field("deviceClass", Text("the name of a DeviceClass", DNS_NAME, 253, "gpu.nvidia.com"),
          "The DeviceClass, where devices are allocated dynamically.", "device_class"),
    Field("perNode", Integer(1, 4096), "Devices on one node.", "per_node", required=True),
    Field("product", Text(max_length=253), "What it is, as its vendor names it."),
    Field("memory", Amount(), "The memory of one device."),
), _device)

_TERM = Record("a node selector term", (
    Field("matchExpressions", ListOf(Record("an expression", (
        Field("key", LABEL_KEY, "The label.", required=True),
        Field("operator", Choice({
            "In": "one of the values", "NotIn": "none of the values", "Exists": "any value",
            "DoesNotExist": "not there", "Gt": "greater than the value",
            "Lt": "less than the value"}), "How to compare.", required=True),
        Field("values", ListOf(LABEL_VALUE), "With what."),
    ), lambda values, _at, _reader: {**values, **({"values": list(values["values"])}
                                                  if "values" in values else {})})),
          "All of them must hold.", required=True),
), lambda values, _at, _reader: {name: list(found) for name, found in values.items()})
REQUIRED, PREFERRED = ("requiredDuringSchedulingIgnoredDuringExecution",
                       "preferredDuringSchedulingIgnoredDuringExecution")
AFFINITY = Record("affinity", (
    Field("nodeAffinity", Record("node affinity", (
        Field(REQUIRED, Record("what nodes must have", (
            Field("nodeSelectorTerms", ListOf(_TERM), "One of them must hold.", required=True),
        ), lambda values, _at, _reader: {"nodeSelectorTerms": list(values["nodeSelectorTerms"])}),
            "What a node must have."),
        Field(PREFERRED, ListOf(Record("a preference", (
            Field("weight", Integer(1, 100), "How much it counts.", required=True),
            Field("preference", _TERM, "What a node should have.", required=True),
        ), lambda values, _at, _reader: values)), "What a node should have."),
    ), lambda values, _at, _reader: {**values, **({PREFERRED: list(values[PREFERRED])}
                                                  if PREFERRED in values else {})}),
        "Which nodes to run on, where equal labels do not say it.", required=True),
), lambda values, _at, _reader: values)

OFFERED = Text("a resource name such as cpu, hugepages-2Mi or rdma/hca",
               r"[a-z0-9.-]+(/[A-Za-z0-9_.-]+)?|hugepages-(2Mi|1Gi)", example="rdma/hca")
EFFECT = Choice({"NoSchedule": "new pods stay away", "PreferNoSchedule": "they rather stay away",
                 "NoExecute": "running pods leave too"})


def _toleration(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    one = Toleration(**values)
    if not one.key:
        return reader.wrong("toleration-of-everything", at,
                            "a toleration without a key puts up with every taint",
                            "name the key of the nodes' taint")
    if one.operator == "Exists" and one.value:
        return reader.wrong("toleration-exists-with-value", (*at, "value"),
                            "operator Exists takes no value", "drop it, or write operator: Equal")
    if one.seconds is not None and one.effect != "NoExecute":
        return reader.wrong("toleration-seconds", (*at, "seconds"),
                            "seconds go with effect NoExecute only", "drop it", key=True)
    return one


TOLERATION = Record("a toleration", (
    Field("key", LABEL_KEY, "The taint's key."),
    Field("operator", Choice({"Exists": "whatever its value", "Equal": "with this value"}),
          "How to compare.", default="`Equal`"),
    Field("value", LABEL_VALUE, "The taint's value."),
    Field("effect", EFFECT, "The taint's effect.", default="any"),
    Field("seconds", Integer(), "How long a pod stays after the taint appears."),
), _toleration)
TAINT = Record("a taint", (
    Field("key", LABEL_KEY, "Its key.", required=True),
    Field("value", LABEL_VALUE, "Its value."),
    Field("effect", EFFECT, "Its effect.", required=True),
), of(Taint, origin=False))

WORKLOAD_AMOUNTS = MapOf(Choice({"cpu": "processor cores", "memory": "bytes of memory",
                                 "devices": "accelerators"}), Amount())


def _workload(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    for low, high in (("min", "default"), ("default", "max"), ("min", "max")):
        for name, amount in values.get(low, {}).items():
            above = values.get(high, {}).get(name)
            if above is not None and above < amount:
                reader.wrong("workload-range-upside-down", (*at, low, name),
                             f"{low} is {amount} of {name}, more than {high} ({above})",
                             f"lower it, or raise {high}")
    for kind, amounts in values.items():
        if "devices" in amounts and not amounts["devices"].whole:
            reader.wrong("fraction-of-a-device", (*at, kind, "devices"),
                         f"devices come whole, not {amounts['devices']}",
                         "to share one, declare the shared resource as hardware of its own")
    return WorkloadRange(origin=reader.origin(at), **values)


WORKLOAD = Record("what one pod may ask for", (
    Field("min", WORKLOAD_AMOUNTS, "The least that a pod may ask for."),
    Field("default", WORKLOAD_AMOUNTS, "What a job gets that asks for nothing.",
          default="1 device"),
    Field("max", WORKLOAD_AMOUNTS, "The most, enforced at admission."),
), _workload)
NEEDS = Record("needs", (
    Field("capabilities", ListOf(Text("a Linux capability such as IPC_LOCK", "[A-Z][A-Z_]+",
                                      example="IPC_LOCK")), "Capabilities to add."),
    Field("hugepages", MapOf(Choice({"2Mi": "2 MiB pages", "1Gi": "1 GiB pages"}), Amount()),
          "Huge pages per container, by size of a page."),
    Field("resources", MapOf(Text("a resource such as rdma/hca",
                                  r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9_.-]+",
                                  example="rdma/hca"), Amount(whole=True)),
          "Further resources per container (RDMA and the like)."),
    Field("privileged", Flag(), "Whether the container must be privileged.", default="false"),
    Field("hostNetwork", Flag(), "Whether the pod must use the node's network.",
          "host_network", default="false"),
    Field("deviceClasses", ListOf(Text("the name of a DeviceClass", DNS_NAME, 253,
                                       "roce.example.com")),
          "Further classes that may be claimed where the hardware was given (networks and the "
          "like).", "device_classes"),
), of(Needs))


def _share(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    return HardwareShare(hardware=str(at[-1]), origin=reader.origin(at), **values)


SHARE = Shorthand(
    Count(), lambda values, at, reader: _share({"devices": values["word"]}, at, reader),
    Record("a share of hardware", (
        Field("devices", Count(), "How many devices at once.",
              default="what is free, without a promise"),
        Field("borrow", Count(), "Most devices to borrow from the cohort's idle ones.",
              default="without bound"),
        Field("lend", Count(), "Most devices to lend while idle.", default="all"),
        Field("cpu", Amount(), "Cores of the queue's share.",
              default="as much of a node as the devices are of its devices"),
        Field("memory", Amount(), "Memory of the queue's share.", default="likewise"),
    ), _share))
SHARES = MapOf(Name, SHARE)


def _hardware(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    if reader.failed_in((*at, "device")):
        return INVALID
    for name in ("cpu", "memory"):
        if name not in values["allocatable"]:
            reader.wrong("allocatable-incomplete", (*at, "allocatable"),
                         f"allocatable does not say how much {name} a node offers",
                         "see `kubectl describe node`, under Allocatable")
    if "overcommit" in values and not values["overcommit"].nano:
        reader.wrong("out-of-range", (*at, "overcommit"), "overcommit cannot be 0",
                     "1 promises each device once")
        del values["overcommit"]
    return Hardware(name=file_stem(reader), origin=reader.origin(()), **values)


HARDWARE = Record("hardware", (
    Field("description", Text(max_length=512), "What it is and what for, in a sentence; menus "
          "show it."),
    Field("lifecycle", LIFECYCLE, "Whether tenants may ask for it.", default="`active`"),
    Field("clusters", ListOf(Name, filled=True), "The clusters that have such nodes.",
          default="every cluster"),
    Field("machine", Text("a machine type", r"\S(.*\S)?", 128, "n1-standard-8"),
          "The machine type, as the cloud names it."),
    Field("nodes", Integer(0, 100_000), "How many there are on each cluster, or may be.",
          required=True),
    Field("allocatable", MapOf(OFFERED, Amount()), "What one node offers to pods: cpu, memory "
          "and any further resources, without the device.", required=True),
    Field("device", DEVICE_RECORD, "The accelerators of one node."),
    Field("cpuPlatform", Text(max_length=128), "The processor's generation, told and not selected "
          "by; name its label under `nodeSelector`.", "cpu_platform"),
    Field("nodeSelector", LABELS, "Labels that exactly these nodes have; put on each pod.",
          "node_selector"),
    Field("nodeLabels", LABELS, "Further labels that the nodes have, for `gitops where`.",
          "node_labels"),
    Field("affinity", AFFINITY, "Node affinity of each pod."),
    Field("tolerations", ListOf(TOLERATION), "What lets pods onto these nodes."),
    Field("taints", ListOf(TAINT), "The nodes' taints.", default="what the tolerations are for"),
    Field("runtimeClass", Text("the name of a RuntimeClass", DNS_NAME, 253, "nvidia"),
          "The RuntimeClass of each pod.", "runtime_class"),
    Field("scheduler", Text("the name of a scheduler", DNS_NAME, 253, "volcano"),
          "The scheduler of each pod.", default="the cluster's"),
    Field("shm", Amount(), "The size of /dev/shm in each job.", default="64 MiB, the runtime's"),
    Field("workload", WORKLOAD, "What one pod may ask for."),
    Field("needs", NEEDS, "What a container must be given beside the device."),
    Field("price", Amount(), "What one node costs an hour."),
    Field("currency", Text("a currency such as EUR", "[A-Z]{3}", example="EUR"),
          "In which currency."),
    Field("overcommit", Amount(), "How many times over the devices may be promised.",
          default="1"),
    Field("tenants", ListOf(Name), "Tenants who may use it.", default="everybody"),
    Field("groups", ListOf(GROUP), "Groups whose members may use it in tenants they own.",
          default="everybody"),
    Field("priorityClasses", ListOf(CLASS_NAME), "PriorityClasses that a pod may bring in the "
          "place of the hardware's own.", "priority_classes"),
), _hardware)
