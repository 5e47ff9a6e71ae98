"""What must hold between hardware, clusters and the tenants that were given some."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitops.foundation.findings import Mistake
from gitops.foundation.quantity import Quantity
from gitops.model.estate import Estate
from gitops.model.hardware import DEVICES, Hardware
from gitops.plan.capacity import unprovided
from gitops.plan.hardware_tenants import OF_TENANTS
from gitops.plan.job_case import Named, near, said
from gitops.plan.job_references import check_jobs
from gitops.plan.promises import over_promised

LONGEST = 54
"""``hardware-`` goes before the name where 63 characters fit."""


def check_hardware(estate: Estate, named: Named) -> Iterator[Mistake]:
    """Every mistake about hardware and jobs."""
    for hardware in estate.hardware.values():
        for rule in OF_HARDWARE:
            yield from rule(hardware, estate, named)
    yield from _alike(estate)
    yield from _unchanged(estate)
    for tenant in estate.tenants.values():
        if tenant.hardware or tenant.default_hardware or tenant.jobs:
            for check in OF_TENANTS:
                yield from check(tenant, estate, named)
            yield from check_jobs(tenant, estate, named)
    yield from over_promised(estate)
    yield from unprovided(estate)


def _names(hardware: Hardware, _estate: Estate, named: Named) -> Iterator[Mistake]:
    """Names that it uses, and its own."""
    at, name = hardware.origin, hardware.name
    if len(name) > LONGEST or name == "default":
        why = "is the queue of jobs that name no hardware" if name == "default" else \
            f"is longer than {LONGEST} characters"
        yield Mistake("hardware-name", at, f"the name {name!r} {why}", "rename the file")
    for key, rule in UNKNOWN.items():
        for index, one in enumerate(getattr(hardware, key)):
            if one not in named[key]:
                yield Mistake(rule, at.at(key, index), f"there is no {key[:-1]} {one!r}",
                              near(one, named[key], f"declare it in {key}/{one}.yaml"))


UNKNOWN = {"clusters": "unknown-cluster", "tenants": "unknown-tenant", "groups": "unknown-group"}


def _lifecycle(hardware: Hardware, estate: Estate, named: Named) -> Iterator[Mistake]:
    """A redirect that leads somewhere."""
    life, at = hardware.lifecycle, hardware.origin.at("lifecycle", "redirect")
    if not life.redirect:
        return
    other = estate.hardware.get(life.redirect)
    if life.state != "deprecated":
        yield Mistake("redirect-of-usable-hardware", at,
                      f"{hardware.name} is {life.state}, so nobody is redirected",
                      "set state: deprecated, or drop the redirect")
    elif life.redirect not in named["hardware"]:
        yield Mistake("unknown-hardware", at, f"there is no hardware {life.redirect!r}",
                      near(life.redirect, named["hardware"], "declare it in hardware/"))
    elif other and other.lifecycle.state == "deprecated":
        yield Mistake("redirect-to-deprecated", at, f"{other.name} is deprecated itself",
                      "name hardware that stays", ((other.origin.at("lifecycle"), "here"),))


def _limits(hardware: Hardware, _estate: Estate, _named: Named) -> Iterator[Mistake]:
    """What one pod may ask for must fit a node."""
    device, limits = hardware.device, hardware.workload
    if device and device.resource and device.resource in hardware.allocatable:
        yield Mistake("device-in-allocatable",
                      hardware.origin.key_at("allocatable", device.resource),
                      f"{device.resource} is counted under device already", "take it out here")
    for kind in ("min", "default", "max") if limits else ():
        for name, amount in getattr(limits, kind).items():
            there = Quantity.of(hardware.per_node) if name == DEVICES else \
                hardware.allocatable.get(name, Quantity(0))
            origin = hardware.origin.at("workload", kind, name)
            if name == DEVICES and not device and amount.nano:
                yield Mistake("devices-without-device", origin,
                              f"{hardware.name} has no devices", "take it out")
            elif amount.nano > there.nano:
                rule = "devices-above-node" if name == DEVICES else "fits-no-node"
                yield Mistake(rule, origin, f"{kind} is {said(amount, name)}, and a node offers "
                              f"{there}", "lower it; a larger pod would wait for ever")


def _selection(hardware: Hardware, _estate: Estate, _named: Named) -> Iterator[Mistake]:
    """What brings pods to its nodes, and only there."""
    at, device = hardware.origin, hardware.device
    if not hardware.node_selector and not hardware.affinity:
        yield Mistake("selects-nothing", at, f"{hardware.name} selects no nodes, so its pods "
                      "could land anywhere", "add nodeSelector: labels that exactly these nodes "
                      "have")
    for index, taint in enumerate(hardware.taints or ()):
        if taint.effect != "PreferNoSchedule" and not any(
                one.tolerates(taint) for one in hardware.tolerations):
            yield Mistake("taint-not-tolerated", at.at("taints", index),
                          f"no toleration lets pods onto nodes with the taint {taint.key}",
                          f"add tolerations: [{{key: {taint.key}, operator: Exists}}]")
    if device and device.resource == "google.com/tpu":
        for label in ("cloud.google.com/gke-tpu-accelerator", "cloud.google.com/gke-tpu-topology"):
            if label not in hardware.node_selector:
                yield Mistake("tpu-half-selected", at.at("nodeSelector"),
                              f"GKE places TPU pods by accelerator and topology, and {label} is "
                              "missing", "add it to nodeSelector")


def _alike(estate: Estate) -> Iterator[Mistake]:
    """Two kinds of hardware on one cluster whose pods land on the same nodes."""
    seen: dict[str, list[Hardware]] = {}
    for hardware in estate.hardware.values():
        if not (hardware.node_selector or hardware.affinity):
            continue
        key = repr((sorted(hardware.node_selector.items()), hardware.affinity))
        others = [other for other in seen.get(key, ()) if _meet(hardware, other, estate)
                  and (other.device and other.device.quota_key)
                  == (hardware.device and hardware.device.quota_key)]
        if others:
            yield Mistake("hardware-alike", hardware.origin.at("nodeSelector"),
                          f"{hardware.name} and {others[0].name} select the same nodes",
                          "add a label that tells them apart",
                          ((others[0].origin.at("nodeSelector"), f"{others[0].name}'s"),))
        seen.setdefault(key, []).append(hardware)


def _unchanged(estate: Estate) -> Iterator[Mistake]:
    """Clusters with hardware on which nobody puts it on pods, though nobody said so."""
    for cluster in estate.clusters.values():
        if cluster.mutating or cluster.mutation == "none" or not any(
                one.is_on(cluster.name) for one in estate.hardware.values()):
            continue
        yield Mistake("pods-not-placed", cluster.origin.at("mutation"),
                      f"nothing puts hardware on pods on {cluster.name}: Kubernetes "
                      f"{cluster.kubernetes.version} has no mutating policy of its own",
                      "write mutation: kyverno where Kyverno 1.17 or later runs; or none, and only "
                      "jobs from git are placed, and devices are counted over all kinds together",
                      severity="warning")


def _meet(one: Hardware, other: Hardware, estate: Estate) -> bool:
    return any(one.is_on(name) and other.is_on(name) for name in estate.clusters)


def _clusters(hardware: Hardware, estate: Estate, _named: Named) -> Iterator[Mistake]:
    """What the clusters that have it can express."""
    for cluster in estate.clusters.values():
        if not hardware.is_on(cluster.name):
            continue
        for attribute, key in (("node_selector", "nodeSelector"), ("tolerations", "tolerations")):
            if cluster.queues and len(getattr(hardware, attribute)) > 8:
                yield Mistake("too-many-for-kueue", hardware.origin.at(key),
                              f"Kueue on {cluster.name} takes at most 8 {key} entries",
                              "keep those that tell the nodes apart")
        device = hardware.device
        if device and device.device_class and cluster.kubernetes.minor < 34:
            yield Mistake("device-class-too-early", hardware.origin.at("device", "deviceClass"),
                          f"{cluster.name} runs Kubernetes {cluster.kubernetes.version}, where "
                          "devices are not allocated dynamically (resource.k8s.io/v1 is of 1.34)",
                          "name the device plugin's resource, or list clusters without it")


def _needs(hardware: Hardware, _estate: Estate, _named: Named) -> Iterator[Mistake]:
    """What containers need must be there."""
    needs = hardware.needs
    pages = {f"hugepages-{size}": (amount, ("hugepages", size))
             for size, amount in (needs.hugepages if needs else {}).items()}
    others = {name: (amount, ("resources", name))
              for name, amount in (needs.resources if needs else {}).items()}
    for name, (amount, path) in (pages | others).items():
        there = hardware.allocatable.get(name, Quantity(0))
        if there.nano < amount.nano:
            yield Mistake("needs-what-nodes-lack", hardware.origin.at("needs", *path),
                          f"each container needs {amount} of {name}, and a node offers {there}",
                          f"add {name} to allocatable, or take the need out")


OF_HARDWARE: tuple[Callable[[Hardware, Estate, Named], Iterator[Mistake]], ...] = (
    _names, _lifecycle, _limits, _selection, _clusters, _needs)
