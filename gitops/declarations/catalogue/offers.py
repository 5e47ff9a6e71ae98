"""From a machine of the catalogue to a hardware file: labels, taints and amounts per cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.declarations.catalogue import Accelerator, Machine
from gitops.foundation.quantity import Quantity

INSTANCE = "node.kubernetes.io/instance-type"
NFD = "feature.node.kubernetes.io/"
GKE = "cloud.google.com/"
EVICTION = 100
"""MiB that every kubelet keeps before it evicts pods."""


class Wanted(Struct, frozen=True):
    """A machine with its accelerator, where it stands and how many there are."""

    cloud: str
    machine: Machine
    nodes: int
    accelerator: Accelerator | None = None
    count: int = 0


def declaration(wanted: Wanted) -> dict[str, Any]:
    """The hardware file's content, in the order in which people read it."""
    machine, accelerator = wanted.machine, wanted.accelerator
    found: dict[str, Any] = {"description": _describe(wanted), "machine": machine.name,
                             "nodes": wanted.nodes, "allocatable": allocatable(wanted)}
    if accelerator:
        found["device"] = {"resource": accelerator.resource, "perNode": wanted.count,
                           "product": accelerator.product, "memory": f"{accelerator.memory}Gi"}
    if machine.platform:
        found["cpuPlatform"] = machine.platform
    found["nodeSelector"] = dict(SELECTORS[wanted.cloud](wanted))
    if wanted.cloud == "onprem" and machine.lacks:
        found["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [
                {"key": f"{NFD}cpu-cpuid.{machine.lacks}", "operator": "DoesNotExist"}]}]}}}
    if tolerations := list(_tolerations(wanted)):
        found["tolerations"] = tolerations
    return found


def default_name(wanted: Wanted) -> str:
    """``gpu-t4`` for an accelerator, ``cpu-c2-standard-8`` for a machine without one."""
    if wanted.accelerator:
        own = wanted.accelerator.name
        return own if own.startswith("tpu") else f"gpu-{own}"
    return "cpu-" + wanted.machine.name.lower().replace("_", "-").replace(".", "-")


def _describe(wanted: Wanted) -> str:
    machine, accelerator = wanted.machine, wanted.accelerator
    on = f" on {machine.platform}" if machine.platform else ""
    if accelerator is None:
        return f"{machine.name}{on}, no accelerator" if on else machine.name
    many = f"{wanted.count} × " if wanted.count > 1 else ""
    return f"{many}{accelerator.product.replace('-', ' ').replace('_', ' ')}{on}"


Labels = Iterator[tuple[str, str]]


def _gke(wanted: Wanted) -> Labels:
    accelerator = wanted.accelerator
    if accelerator and accelerator.resource == "google.com/tpu":
        yield f"{GKE}gke-tpu-accelerator", accelerator.gke
        yield f"{GKE}gke-tpu-topology", wanted.machine.topology
    elif accelerator:
        yield f"{GKE}gke-accelerator", accelerator.gke
    else:
        yield f"{GKE}machine-family", wanted.machine.name.partition("-")[0]
    yield INSTANCE, wanted.machine.name


def _karpenter(wanted: Wanted) -> Labels:
    yield "karpenter.k8s.aws/instance-family", wanted.machine.name.partition(".")[0]
    if wanted.accelerator and wanted.accelerator.aws:
        yield "karpenter.k8s.aws/instance-gpu-name", wanted.accelerator.aws
    yield INSTANCE, wanted.machine.name


def _aks(wanted: Wanted) -> Labels:
    if wanted.accelerator:
        yield "kubernetes.azure.com/accelerator", "nvidia"
    yield INSTANCE, wanted.machine.name


def _onprem(wanted: Wanted) -> Labels:
    """What each vendor's discovery, or Node Feature Discovery itself, says of the node."""
    accelerator, machine = wanted.accelerator, wanted.machine
    if accelerator:
        labels = {"nvidia.com/gpu": ("nvidia.com/gpu.product", accelerator.product),
                  "amd.com/gpu": ("amd.com/gpu.product-name", accelerator.product),
                  "gpu.intel.com/i915": ("gpu.intel.com/product", accelerator.product),
                  "habana.ai/gaudi": (f"{NFD}pci-1200_1da3.present", "true"),
                  "qualcomm.com/qaic": (f"{NFD}pci-1200_17cb.present", "true")}
        yield labels[accelerator.resource]
    if machine.family:
        yield f"{NFD}cpu-model.family", machine.family
        yield f"{NFD}cpu-model.id", machine.model
    if machine.flag:
        yield f"{NFD}cpu-cpuid.{machine.flag}", "true"


SELECTORS: Mapping[str, Callable[[Wanted], Labels]] = {
    "gke": _gke, "eks": lambda wanted: iter([(INSTANCE, wanted.machine.name)]),
    "karpenter": _karpenter, "aks": _aks, "onprem": _onprem}


def _tolerations(wanted: Wanted) -> Iterator[Mapping[str, str]]:
    """The taints that keep other pods away: by resource, on AKS by the documented sku."""
    if wanted.accelerator is None:
        return
    if wanted.cloud == "aks":
        yield {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"}
        return
    yield {"key": wanted.accelerator.resource, "operator": "Exists", "effect": "NoSchedule"}


def allocatable(wanted: Wanted) -> dict[str, str]:
    """What a node offers to pods, rounded down to whole GiB of memory."""
    cpu, memory = wanted.machine.cpu, wanted.machine.memory
    cores, mebibytes = KEPT[wanted.cloud](cpu, memory * 1024)
    return {"cpu": str(Quantity.nanos((cpu * 1000 - cores) * 10**6)),
            "memory": f"{max(0, memory * 1024 - mebibytes - EVICTION) // 1024}Gi"}


def _by_core(cpu: int) -> int:
    """Millicores kept by GKE and EKS: 6 % of the first core, 1 % of the next, then less."""
    return (60 + 10 * min(max(cpu - 1, 0), 1) + 5 * min(max(cpu - 2, 0), 2)
            + -(-5 * max(cpu - 4, 0) // 2))


def _kept_gke(cpu: int, memory: int) -> tuple[int, int]:
    """GKE keeps a share of memory that falls with its size."""
    kept, left = 0, memory
    for size, percent in ((4096, 25), (4096, 20), (8192, 10), (114688, 6), (memory, 2)):
        part = min(left, size)
        kept, left = kept + part * percent // 100, left - part
    return _by_core(cpu), kept


def _kept_eks(cpu: int, memory: int) -> tuple[int, int]:
    """EKS keeps 255 MiB and 11 MiB a pod (110 assumed); the hypervisor takes up to 7.5 %."""
    return _by_core(cpu), 255 + 11 * 110 + memory * 75 // 1000


def _kept_aks(cpu: int, memory: int) -> tuple[int, int]:
    """AKS keeps cores by steps, and 50 MiB and 20 MiB a pod (250 assumed), at most a quarter."""
    steps = ((1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740))
    cores = next((kept for size, kept in steps if cpu <= size), 740)
    return cores, min(memory // 4, 50 + 20 * 250) + memory * 3 // 100


def _kept_onprem(cpu: int, memory: int) -> tuple[int, int]:
    """Half a core and a tenth of the memory, at most 16 GiB, for the system and the kubelet."""
    return min(500, cpu * 100), min(memory // 10, 16384)


KEPT: Mapping[str, Callable[[int, int], tuple[int, int]]] = {
    "gke": _kept_gke, "eks": _kept_eks, "karpenter": _kept_eks, "aks": _kept_aks,
    "onprem": _kept_onprem}


def text(content: Mapping[str, Any]) -> str:
    """A hardware file as people write it: a key a line, its value in one line."""
    import yaml

    lines = []
    for key, value in content.items():
        written = yaml.safe_dump(value, default_flow_style=True, sort_keys=False,
                                 allow_unicode=True, width=10**6)
        lines.append(f"{key}: {written.removesuffix('...' + chr(10)).rstrip()}\n")
    return "".join(lines)
