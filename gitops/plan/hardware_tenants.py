"""What a tenant was given, against the hardware and what its namespace allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import Quantity
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import Hardware, HardwareShare
from gitops.model.tenant import Tenant
from gitops.plan.hardware import hardware_of, nominal
from gitops.plan.job_case import Named, near, said
from gitops.plan.membership import people
from gitops.plan.quotas import counted, quotas_of
from gitops.plan.selection import clusters_of

STRICTNESS = ("privileged", "baseline", "restricted")


def shares(tenant: Tenant, estate: Estate, named: Named) -> Iterator[Mistake]:
    """Each line under a tenant's ``hardware``."""
    clusters = clusters_of(tenant, estate)
    for name, share in tenant.hardware.items():
        hardware, at = estate.hardware.get(name), tenant.origin.key_at("hardware", name)
        if name not in named["hardware"]:
            yield Mistake("unknown-hardware", at, f"there is no hardware {name!r}",
                          near(name, named["hardware"], f"declare it in hardware/{name}.yaml"))
        elif hardware:
            yield from _share(tenant, share, hardware, at, estate)
            if clusters and not any(map(hardware.is_on, clusters)):
                yield Mistake("hardware-not-here", at, f"{name} is on none of {tenant.name}'s "
                              f"clusters ({', '.join(sorted(clusters))})",
                              f"it is on {', '.join(hardware.clusters)}",
                              ((hardware.origin.at("clusters"), "its clusters"),))


def _share(tenant: Tenant, share: HardwareShare, hardware: Hardware, at: Origin,
           estate: Estate) -> Iterator[Mistake]:
    life = hardware.lifecycle
    if not _may_use(tenant, hardware, estate):
        key = "tenants" if hardware.tenants else "groups"
        yield Mistake("hardware-forbidden", at, f"{tenant.name} may not use {hardware.name}",
                      f"add it to {key} in {hardware.origin.file}",
                      ((hardware.origin.at(key), "who may use it"),))
    if life.state == "deprecated":
        instead = f"use {life.redirect} instead" if life.redirect else "choose other hardware"
        yield Mistake("deprecated-hardware", at, f"{hardware.name} is deprecated"
                      + (f": {life.message}" if life.message else ""), instead,
                      ((hardware.origin.at("lifecycle"), "deprecated here"),), "warning")
    if not hardware.device and any((share.devices, share.borrow, share.lend)):
        yield Mistake("devices-without-device", share.origin,
                      f"{hardware.name} has no devices to count",
                      f"write {hardware.name}: {{}}; a queue's share is cpu and memory")
    if share.lend is not None and share.lend > (share.devices or 0):
        yield Mistake("lends-more-than-it-has", share.origin.at("lend"),
                      f"{share.lend} of {share.devices or 0} devices cannot be lent", "lower it")
    if (share.borrow is not None or share.lend is not None) and not any(
            _cohort(estate.clusters[name]) for name in clusters_of(tenant, estate)):
        which = "borrow" if share.borrow is not None else "lend"
        yield Mistake("nobody-lends", share.origin.at(which),
                      "no cluster of this tenant has a cohort to borrow from or lend to",
                      "set queueing: {manager: kueue, cohort: NAME} in the cluster's file")


def _cohort(cluster: Cluster) -> bool:
    return bool(cluster.queueing and cluster.queueing.on and cluster.queueing.cohort)


def _may_use(tenant: Tenant, hardware: Hardware, estate: Estate) -> bool:
    if not hardware.tenants and not hardware.groups:
        return True
    if tenant.name in hardware.tenants:
        return True
    owner = tenant.owner
    return any(owner.name == group if owner.kind == "Group" else
               owner.identity in {one.identity for one in people(group, estate.groups)}
               for group in hardware.groups)


def default(tenant: Tenant, _estate: Estate, _named: Named) -> Iterator[Mistake]:
    name = tenant.default_hardware
    if name and name not in tenant.hardware:
        yield Mistake("hardware-not-given", tenant.origin.at("defaultHardware"),
                      f"{name} is not among the tenant's hardware",
                      near(name, tenant.hardware, f"add hardware: {{{name}: {{}}}}"))


def pod_security(tenant: Tenant, estate: Estate, _named: Named) -> Iterator[Mistake]:
    """What the hardware needs, against what the namespace allows."""
    level = tenant.pod_security or estate.platform.defaults.pod_security
    for name in tenant.hardware:
        hardware = estate.hardware.get(name)
        needs = hardware.needs if hardware else None
        if needs and STRICTNESS.index(needs.pod_security) < STRICTNESS.index(level):
            yield Mistake("needs-more-than-allowed", tenant.origin.key_at("hardware", name),
                          f"pods on {name} need Pod Security {needs.pod_security}, and the "
                          f"namespace allows {level}",
                          f"set podSecurity: {needs.pod_security}, or use other hardware",
                          ((needs.origin, "what it needs"),))


def maxima(tenant: Tenant, estate: Estate, _named: Named) -> Iterator[Mistake]:
    """A container's maximum that fits no node of the tenant's hardware."""
    given = [estate.hardware[name] for name in tenant.hardware if name in estate.hardware]
    if not given or tenant.containers is None:
        return
    for resource, amount in tenant.containers.max.items():
        most = max((_offers(one, resource) for one in given), key=lambda one: one.nano)
        if amount.nano > most.nano:
            yield Mistake("fits-no-node", tenant.containers.origin.at("max", resource),
                          f"a container may ask for {amount} of {resource}, and no node of the "
                          f"tenant's hardware offers more than {most}",
                          "lower it; such a pod would wait for ever")


def _offers(hardware: Hardware, resource: str) -> Quantity:
    if hardware.device and hardware.device.resource == resource:
        return Quantity(hardware.per_node)
    return hardware.allocatable.get(resource, Quantity(0))


def queued(tenant: Tenant, estate: Estate, _named: Named) -> Iterator[Mistake]:
    """A quota of requests below what the tenant's queues let in: Kueue would start a job
    whose pods the API server then refuses, in the place of having it wait."""
    queueing = sorted(name for name in clusters_of(tenant, estate) if estate.clusters[name].queues)
    if not queueing or not tenant.hardware or tenant.frozen:
        return
    lines = counted(quotas_of(tenant, estate.platform))
    for resource in ("cpu", "memory"):
        if f"requests.{resource}" not in lines:
            continue
        most, line = lines[f"requests.{resource}"]
        sums = {name: _nominals(tenant, estate.clusters[name], estate, resource)
                for name in queueing}
        name = max(queueing, key=lambda one: sums[one].nano)
        if most.nano < sums[name].nano:
            yield Mistake("quota-below-queues", line,
                          f"the quota of {tenant.name} is {said(most, resource)}, and its queues "
                          f"on {name} come to {said(sums[name], resource)}: Kueue would start "
                          "jobs whose pods the quota refuses",
                          f"raise the quota, or give the hardware's line a lower {resource}",
                          ((tenant.origin.at("hardware"), "what its queues are made from"),),
                          "warning")


def _nominals(tenant: Tenant, cluster: Cluster, estate: Estate, resource: str) -> Quantity:
    """The nominal amounts of the tenant's queues on a cluster, together."""
    found = [Quantity.parse(nominal(hardware, share, (resource,))[resource])
             for hardware, share in hardware_of(tenant, cluster, estate)]
    return Quantity.nanos(sum(one.nano for one in found), any(one.binary for one in found))


OF_TENANTS: tuple[Callable[[Tenant, Estate, Named], Iterator[Mistake]], ...] = (
    shares, default, pod_security, maxima, queued)
