"""What a job asks of its hardware: amounts, devices and the nodes that they imply."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import NANO, Quantity
from gitops.model.hardware import DEVICES, Hardware
from gitops.model.jobs import Job, Step
from gitops.plan.job_case import Case, pods, said
from gitops.plan.jobs import engine_of


def amounts(case: Case) -> Iterator[Mistake]:
    """What each pod asks for, against the hardware's limits and one node."""
    for hardware, steps in pods(case):
        yield from device_steps(case, hardware, steps)
        asked = list(_asked(case, hardware, steps))
        for name in ("cpu", "memory", DEVICES):
            parts = [(amount, origin) for one, amount, origin in asked if one == name]
            if parts:
                total = Quantity.nanos(sum(amount.nano for amount, _ in parts), parts[0][0].binary)
                yield from _amount(case, hardware, name, total, parts[0][1])
    kinds = [hardware for hardware, _ in pods(case)]
    for run in case.job.runs:
        for hardware in [one for one in kinds if one.device] or kinds:
            if run.devices is not None:
                yield from _amount(case, hardware, DEVICES, Quantity.of(run.devices),
                                   run.origin.at("devices"))


def _asked(case: Case, hardware: Hardware,
           steps: tuple[Step, ...]) -> Iterator[tuple[str, Quantity, Origin]]:
    """Each amount that a pod's containers ask for: the steps' own, or the job's."""
    job = case.job
    yield from computed(job, steps)
    counted = [(step.devices, step.origin.at("devices")) for step in steps
               if step.devices is not None]
    if not counted and job.devices is not None and (hardware.device or not job.apart):
        counted = [(job.devices, case.at.at("devices"))]
    elif not counted and hardware.device and len(steps) == 1 and job.nodes > 1:
        counted = [(_usual(hardware), case.at.at("nodes"))]
    yield from ((DEVICES, Quantity.of(number), origin) for number, origin in counted)


def computed(job: Job, steps: tuple[Step, ...]) -> Iterator[tuple[str, Quantity, Origin]]:
    """Cpu and memory of each container of a pod, as far as they are declared."""
    for name in ("cpu", "memory"):
        own = [(getattr(step, name), step.origin.at(name)) for step in steps
               if getattr(step, name)]
        shared = getattr(job, name)
        yield from ((name, amount, origin) for amount, origin in own)
        if shared and len(own) < len(steps):
            yield name, shared, job.origin.at(name)


def _usual(hardware: Hardware) -> int:
    """The devices of a pod that asks for none."""
    usual = hardware.workload.default.get(DEVICES) if hardware.workload else None
    return usual.nano // NANO if usual else 1


def _amount(case: Case, hardware: Hardware, name: str, total: Quantity,
            origin: Origin) -> Iterator[Mistake]:
    if name == DEVICES and not hardware.device:
        if total.nano:
            yield Mistake("devices-without-device", origin, f"{hardware.name} has no devices",
                          "take devices out, or choose other hardware")
        return
    there = Quantity.of(hardware.per_node) if name == DEVICES else \
        hardware.allocatable.get(name, Quantity(0))
    if total.nano > there.nano:
        yield Mistake("devices-above-node" if name == DEVICES else "fits-no-node", origin,
                      f"{case.job.name} asks for {said(total, name)}, and a node of "
                      f"{hardware.name} offers {there}", "lower it, or choose larger hardware",
                      ((hardware.origin.at("device", "perNode") if name == DEVICES
                        else hardware.origin.at("allocatable", name), "what a node offers"),))
        return
    limits = hardware.workload
    most = limits.max.get(name) if limits else None
    least = limits.min.get(name) if limits else None
    if most is not None and total.nano > most.nano:
        yield Mistake("above-hardware-max", origin, f"{case.job.name} asks for "
                      f"{said(total, name)}, and {hardware.name} allows {most} per pod", "lower it",
                      ((hardware.origin.at("workload", "max", name), "the limit"),))
    elif least is not None and total.nano < least.nano:
        yield Mistake("below-hardware-min", origin, f"{case.job.name} asks for "
                      f"{said(total, name)}, and {hardware.name} wants at least {least} per pod",
                      "raise it",
                      ((hardware.origin.at("workload", "min", name), "the limit"),))
    elif name == DEVICES:
        yield from _promise(case, hardware, Quantity.nanos(total.nano * case.job.nodes), origin)


def _promise(case: Case, hardware: Hardware, total: Quantity,
             origin: Origin) -> Iterator[Mistake]:
    """More devices at once than the tenant will ever have: promised ones, and borrowed ones."""
    share = case.tenant.hardware.get(hardware.name)
    if share is None or share.devices is None or any(
            one.queueing and one.queueing.cohort for one in case.clusters):
        return
    if total.nano > share.devices * NANO:
        yield Mistake("more-than-promised", origin, f"{case.job.name} needs {total} of "
                      f"{hardware.name} at once, and {case.tenant.name} has {share.devices}",
                      "it would never start: lower it, or raise the tenant's hardware",
                      ((share.origin, "what it has"),))


def device_steps(case: Case, hardware: Hardware,
                 steps: tuple[Step, ...]) -> Iterator[Mistake]:
    """Devices belong to one step: an engine that splits them would make fractions."""
    job, counted = case.job, [step for step in steps if step.devices is not None]
    if len(steps) < 2 or not hardware.device or job.source:
        return
    if not counted:
        yield Mistake("devices-on-no-step", case.at.at("steps"),
                      f"{job.name} runs on {hardware.name} in {len(steps)} steps, and none says "
                      "that it uses the devices",
                      f"add devices: {job.devices or 1} to the step that does")
    elif job.devices is not None and job.devices != sum(step.devices or 0 for step in counted):
        yield Mistake("devices-disagree", case.at.at("devices"),
                      f"the job says {said(Quantity.of(job.devices), DEVICES)}, and its steps "
                      f"come to {sum(step.devices or 0 for step in counted)}",
                      "keep those of the steps",
                      ((counted[0].origin.at("devices"), "a step's"),))


def shared_storage(case: Case) -> Iterator[Mistake]:
    """Tasks on different nodes that Tekton would hold together for their volume's sake."""
    job = case.job
    claims = [mount for mount in job.mounts if mount.claim]
    selectors = {repr(sorted(hardware.node_selector.items())) for hardware, _ in pods(case)}
    for cluster in case.clusters:
        kind = cluster.engines.coschedule if cluster.engines else "disabled"
        together = claims if kind == "workspaces" else \
            [mount for mount in job.mounts if kind != "disabled"] or claims
        if engine_of(job, cluster) != "tekton" or kind == "disabled" or not job.apart:
            continue
        if len(selectors) > 1 and (together or kind != "workspaces"):
            origin = together[0].origin if together else case.at.at("steps")
            yield Mistake("coscheduled-apart", origin, f"Tekton on {cluster.name} holds tasks that "
                          "share a volume on one node, and these steps need different nodes",
                          "run them on one hardware, pass data outside the volume, or set "
                          "engines: {tekton: {coschedule: disabled}} if the volume allows it")
            return


def by_claim(case: Case) -> Iterator[Mistake]:
    """Devices handed out by claim only, on an engine whose pods cannot bring one."""
    for hardware, _ in pods(case):
        if hardware.device and hardware.device.dynamic and "tekton" in case.engines:
            yield Mistake("claim-on-tekton", case.at.at("hardware"),
                          f"Tekton's pods cannot bring the claim that {hardware.name} needs",
                          "name the class's extendedResourceName as device.resource, or use "
                          "another engine", ((hardware.origin.at("device"), "its device"),))
