"""One container of a job, planned: what it runs, what it gets, and where it finds its storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gitops.foundation.findings import Origin
from gitops.foundation.shared import SharedMap
from gitops.model.jobs import EnvVar, Job, Step
from gitops.plan.overlays import Overlay

SHM = "shm"
"""The volume that replaces the 64 MiB which a container gets as /dev/shm."""
Speller = Callable[[str], str]
"""Writes a text's parameters as an engine spells them, or fills their values in."""


class StepPlan(Struct, frozen=True):
    """One container. ``resources`` has ``requests`` and ``limits`` by resource name, with
    the devices on the one step that uses them; it is empty where nothing was asked for.

    ``env``, ``mounts`` (volumeMounts) and ``security`` (securityContext) are as a
    container spells them. ``ref`` names a StepAction in the place of image and command.
    """

    name: str
    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]
    script: str
    env: tuple[Mapping[str, Any], ...]
    resources: Mapping[str, Mapping[str, str]]
    mounts: tuple[Mapping[str, Any], ...]
    security: Mapping[str, Any]
    ref: str
    devices: int
    origin: Origin

    @property
    def container(self) -> Mapping[str, Any]:
        """What it is in a pod, without its name: the fields that are set."""
        fields = {"image": self.image, "command": self.command, "args": self.args,
                  "env": self.env, "resources": self.resources, "volumeMounts": self.mounts,
                  "securityContext": self.security}
        return {name: value for name, value in fields.items() if value}


def devices_of(step: Step, job: Job, overlay: Overlay | None, alone: bool,
               asked: int | None = None) -> int:
    """How many devices a step gets: asked of the run, else its own, else the job's.

    Only a pod's single step gets what was declared for the job, or the hardware's usual
    number (1 where it names none): devices are never split over steps.
    """
    if overlay is None or not overlay.per_node:
        return 0
    if step.devices == 0 or (step.devices is None and not alone):
        return 0
    if asked is not None:
        return asked
    if step.devices is not None:
        return step.devices
    if job.devices is not None:
        return job.devices
    return int(overlay.usual.get(overlay.resource, "1")) if overlay.resource else 1


def plan_step(step: Step, job: Job, overlay: Overlay | None, alone: bool,  # noqa: PLR0913, PLR0917
              spell: Speller, devices: int | None) -> StepPlan:
    """One step; ``alone`` says that its pod has no other, ``devices`` what a run asks for."""
    number = devices_of(step, job, overlay, alone, devices)
    env = {one.name: one for one in (*job.env, *step.env)}
    own = bool(step.command or step.args or step.script or step.ref)
    return StepPlan(
        name=step.name,
        image=spell(step.image or ("" if step.ref else job.image)),
        command=tuple(map(spell, step.command if own else job.command)),
        args=tuple(map(spell, step.args if own else job.args)),
        script=spell(step.script if own else job.script),
        env=tuple(_env(env[name], spell) for name in env),
        resources=_resources(step, job, overlay, number, alone),
        mounts=tuple(_mounts(job, overlay)),
        security=_security(overlay, number),
        ref=step.ref, devices=number,
        origin=step.origin)


def _env(one: EnvVar, spell: Speller) -> Mapping[str, Any]:
    if one.secret:
        return {"name": one.name,
                "valueFrom": {"secretKeyRef": {"name": one.secret, "key": one.key}}}
    if one.config_map:
        return {"name": one.name,
                "valueFrom": {"configMapKeyRef": {"name": one.config_map, "key": one.key}}}
    return {"name": one.name, "value": spell(one.value)}


def _resources(step: Step, job: Job, overlay: Overlay | None, devices: int,
               alone: bool) -> Mapping[str, Any]:
    """Requests and limits. The job's amounts are those of the step that does the work.

    Extended resources are written in both, as the API server would complete them.
    """
    main = alone or devices > 0
    found: dict[str, str] = {}
    for name, amount in (("cpu", step.cpu or (job.cpu if main else None)),
                         ("memory", step.memory or (job.memory if main else None))):
        if amount is not None:
            found[name] = str(amount)
        elif main and overlay and name in overlay.usual:
            found[name] = overlay.usual[name]
    if overlay and (devices or (main and not overlay.per_node)):
        found |= overlay.per_container
        if devices and overlay.resource:
            found[overlay.resource] = str(devices)
    return {"requests": SharedMap(found), "limits": SharedMap(found)} if found else {}


def with_claims(steps: tuple[StepPlan, ...], overlay: Overlay | None
                ) -> tuple[tuple[StepPlan, ...], tuple[Mapping[str, str], ...]]:
    """A pod's steps and resourceClaims, where its devices are handed out by claim.

    A claim of the hardware's template is for one device, so there is one for each device: a
    step that shared another's would use that one's device.
    """
    if overlay is None or not overlay.claim:
        return steps, ()
    names = (f"devices-{number}" if number > 1 else "devices" for number in count(1))
    given = [tuple(next(names) for _ in range(step.devices)) for step in steps]
    claims = tuple({"name": name, "resourceClaimTemplateName": overlay.claim}
                   for own in given for name in own)
    return tuple(replace(step, resources={**step.resources,
                                          "claims": [{"name": name} for name in own]})
                 if own else step for step, own in zip(steps, given, strict=True)), claims


def _mounts(job: Job, overlay: Overlay | None) -> Iterator[Mapping[str, Any]]:
    for mount in job.mounts:
        read_only = {"readOnly": True} if mount.read_only else {}
        yield {"name": mount.name, "mountPath": mount.path, **read_only}
    if overlay and overlay.shm:
        yield {"name": SHM, "mountPath": "/dev/shm"}  # noqa: S108


def volumes_of(job: Job, overlay: Overlay | None) -> Iterator[Mapping[str, Any]]:
    """A pod's volumes: the job's, and the one behind /dev/shm."""
    for mount in job.mounts:
        if mount.claim:
            yield {"name": mount.name, "persistentVolumeClaim": {"claimName": mount.claim}}
        else:
            size = {"sizeLimit": str(mount.empty)} if mount.empty else {}
            yield {"name": mount.name, "emptyDir": size}
    if overlay and overlay.shm:
        yield {"name": SHM, "emptyDir": {"medium": "Memory", "sizeLimit": overlay.shm}}


def _security(overlay: Overlay | None, devices: int) -> Mapping[str, Any]:
    if overlay is None or (overlay.per_node and not devices):
        return SharedMap()
    if overlay.privileged:
        return {"privileged": True}
    return {"capabilities": {"add": overlay.capabilities}} if overlay.capabilities \
        else SharedMap()
