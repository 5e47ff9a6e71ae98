"""Jobs, planned: everything that an engine's template needs, whichever engine it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitops.foundation.findings import Origin
from gitops.foundation.shared import SharedMap
from gitops.model.cluster import Cluster
from gitops.model.jobs import EnvVar, GitSource, Job, Mount, Param, Run, Search, Step
from gitops.model.tenant import Tenant
from gitops.plan.overlays import Equipment, Overlay

PARAM = re.compile(r"\$\(params\.([A-Za-z_][A-Za-z0-9_-]*)\)")
SPELLED: Mapping[str, str] = {"tekton": "$(params.{})", "argo": "{{{{workflow.parameters.{}}}}}",
                              "katib": "${{trialParameters.{}}}"}
"""How an engine spells a parameter; one that is not here is given the value itself."""
JOB_LABEL = "gitops-tenancy/job"
SHM = "shm"
"""The volume that replaces the 64 MiB which a container gets as /dev/shm."""
GENERAL = ("tekton", "argo", "trainer")
"""Engines that can run any job; the first of these is taken where a cluster has one only."""


@dataclass(frozen=True, slots=True)
class StepPlan:
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


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """One pod of a job: its steps in order, and the hardware that it stands on.

    ``pod`` are the overlay's fields of the pod spec, ``labels`` those of the pod, ``volumes``
    as a pod spells them (with the one behind /dev/shm). A task
    begins when the one named in ``after`` has ended ("" for the first).
    """

    name: str
    overlay: Overlay | None
    steps: tuple[StepPlan, ...]
    labels: Mapping[str, str]
    pod: Mapping[str, Any]
    after: str
    volumes: tuple[Mapping[str, Any], ...]
    claims: tuple[Mapping[str, str], ...]
    """The pod's resourceClaims, where its devices are handed out by claim."""

    @property
    def main(self) -> StepPlan:
        """The step that uses the devices, else the last."""
        return next((step for step in self.steps if step.devices), self.steps[-1])


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One run: its object's name, the values of all parameters, and its tasks with the
    values filled in. ``own`` are the values that differ from the job's defaults, and
    ``devices`` the number where it differs from the job's."""

    name: str
    id: str
    params: Mapping[str, str]
    own: Mapping[str, str]
    devices: int | None
    tasks: tuple[TaskPlan, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job on one cluster.

    ``tasks`` is one pod, or one per step where steps have hardware of their own; its texts
    name parameters as the engine does. ``storage`` are the declared mounts (Tekton's
    workspaces). ``timeout`` is a Go duration, "" for none.
    ``overlay`` and ``queue`` are those of the first task. ``field`` is the TrainJob
    field that changes a runtime's pods.
    """

    name: str
    engine: str
    description: str
    tasks: tuple[TaskPlan, ...]
    params: tuple[Param, ...]
    storage: tuple[Mount, ...]
    service_account: str
    schedule: str
    time_zone: str
    retries: int
    timeout: str
    timeout_seconds: int | None
    source: GitSource | None
    nodes: int
    runtime: str
    search: Search | None
    field: str
    labels: Mapping[str, str]
    runs: tuple[RunPlan, ...]
    origin: Origin
    usual: Origin
    """Where the tenant's default hardware is declared."""

    @property
    def origins(self) -> Mapping[str, tuple[Origin, ...]]:
        """The declared lines behind each attribute."""
        return _origins(self.origin, self.usual)

    @property
    def overlay(self) -> Overlay | None:
        """The hardware of the first pod."""
        return self.tasks[0].overlay if self.tasks else None

    @property
    def queue(self) -> str:
        """The LocalQueue that the whole workload waits in; "" without one."""
        return self.overlay.queue if self.overlay else ""


def engine_of(job: Job, cluster: Cluster) -> str:
    """The engine that runs a job on a cluster; "" where it has none that could."""
    engines = cluster.engines
    if engines is None:
        return ""
    if job.engine:
        return job.engine if job.engine in engines.installed else ""
    if job.search:
        return "katib" if engines.katib else ""
    if engines.default:
        return engines.default
    able = [name for name in GENERAL if name in engines.installed]
    return able[0] if len(able) == 1 else ""


def hardware_name(job: Job, tenant: Tenant) -> str:
    """The hardware of a job's pods: its own, else the tenant's default."""
    return job.hardware or tenant.default_hardware


def hardware_names(job: Job, tenant: Tenant) -> frozenset[str]:
    """Every hardware that a pod of the job runs on."""
    usual = hardware_name(job, tenant)
    if not job.apart:
        return frozenset(filter(None, (usual,)))
    return frozenset(filter(None, (step.hardware or usual for step in job.steps)))


def stands_on(job: Job, tenant: Tenant, cluster: Cluster, equipment: Equipment) -> bool:
    """Whether a job is rendered on a cluster: it has an engine and the hardware there."""
    if job.clusters and cluster.name not in job.clusters:
        return False
    return bool(engine_of(job, cluster)) and all(
        equipment.overlay(name) for name in hardware_names(job, tenant))


def jobs_of(tenant: Tenant, cluster: Cluster, equipment: Equipment) -> tuple[JobPlan, ...]:
    """The jobs of a workspace, in order of their names."""
    if not tenant.jobs or tenant.frozen:
        return ()
    return tuple(plan_job(tenant.jobs[name], tenant, cluster, equipment)
                 for name in sorted(tenant.jobs)
                 if stands_on(tenant.jobs[name], tenant, cluster, equipment))


def plan_job(job: Job, tenant: Tenant, cluster: Cluster, equipment: Equipment) -> JobPlan:
    """One job on a cluster that has its engine and hardware."""
    engine, defaults = engine_of(job, cluster), _defaults(job)
    spell = _speller(engine, defaults)
    where = _Place(job, tenant, equipment)
    engines = cluster.engines
    return JobPlan(
        name=job.name, engine=engine, description=job.description,
        tasks=tuple(_tasks(where, spell, None)),
        params=job.params,
        storage=job.mounts,
        service_account=job.service_account or "default-editor",
        schedule=job.schedule, time_zone=job.time_zone, retries=job.retries,
        timeout=duration(job.timeout), timeout_seconds=job.timeout,
        source=job.source, nodes=job.nodes, runtime=job.runtime, search=job.search,
        field=engines.patch_field if engines else "",
        labels=SharedMap({JOB_LABEL: job.name}),
        runs=tuple(_run(run, where, defaults) for run in job.runs),
        origin=job.origin, usual=tenant.origin.at("defaultHardware"))


@dataclass(frozen=True, slots=True)
class _Place:
    """A job and the workspace that it is planned for."""

    job: Job
    tenant: Tenant
    equipment: Equipment

    def overlay(self, step: Step | None) -> Overlay | None:
        name = (step.hardware if step else "") or hardware_name(self.job, self.tenant)
        return self.equipment.overlay(name) if name else None


def _defaults(job: Job) -> dict[str, str]:
    return {param.name: param.default for param in job.params if param.default is not None}


Speller = Callable[[str], str]


def _speller(engine: str, values: Mapping[str, str]) -> Speller:
    """Texts with their parameters as an engine spells them, or with the values themselves."""
    form = SPELLED.get(engine)
    if form is None:
        return lambda text: PARAM.sub(lambda found: values.get(found[1], ""), text)
    return lambda text: PARAM.sub(lambda found: form.format(found[1]), text)


def _run(run: Run, where: _Place, defaults: Mapping[str, str]) -> RunPlan:
    values = {**defaults, **run.params}
    own = {name: value for name, value in run.params.items() if defaults.get(name) != value}
    return RunPlan(f"{where.job.name}-{run.id}", run.id, SharedMap(values), SharedMap(own),
                   run.devices if run.devices != where.job.devices else None,
                   tuple(_tasks(where, _speller("", values), run.devices)), run.origin)


def steps_of(job: Job) -> tuple[Step, ...]:
    """A job's steps; one without any is a single step named after it."""
    return job.steps or (Step(job.name, job.origin),)


def _tasks(where: _Place, spell: Speller, devices: int | None) -> Iterator[TaskPlan]:
    """The pods: one with all steps, or one for each where steps choose their hardware."""
    job = where.job
    if job.source:
        return
    if not job.apart:
        overlay = where.overlay(None)
        yield _task(job.name, overlay, steps_of(job), where, spell, devices, "")
        return
    before = ""
    for step in job.steps:
        yield _task(step.name, where.overlay(step), (step,), where, spell, devices, before)
        before = step.name


def _task(name: str, overlay: Overlay | None, steps: tuple[Step, ...], where: _Place,  # noqa: PLR0913, PLR0917
          spell: Speller, devices: int | None, after: str) -> TaskPlan:
    planned = tuple(_step(step, overlay, len(steps) == 1, where, spell, devices)
                    for step in steps)
    by_claim = overlay is not None and bool(overlay.claim) and any(
        step.devices for step in planned)
    claims = ({"name": "devices", "resourceClaimTemplateName": overlay.claim},) \
        if overlay and by_claim else ()
    labels = {**(overlay.labels if overlay else {}), JOB_LABEL: where.job.name}
    return TaskPlan(name, overlay, planned, SharedMap(labels),
                    overlay.pod if overlay else SharedMap(), after,
                    tuple(_volumes(where.job, overlay)), claims)


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


def _step(step: Step, overlay: Overlay | None, alone: bool, where: _Place,  # noqa: PLR0913, PLR0917
          spell: Speller, devices: int | None) -> StepPlan:
    job = where.job
    count = devices_of(step, job, overlay, alone, devices)
    env = {one.name: one for one in (*job.env, *step.env)}
    own = bool(step.command or step.args or step.script or step.ref)
    return StepPlan(
        name=step.name,
        image=spell(step.image or ("" if step.ref else job.image)),
        command=tuple(map(spell, step.command if own else job.command)),
        args=tuple(map(spell, step.args if own else job.args)),
        script=spell(step.script if own else job.script),
        env=tuple(_env(env[name], spell) for name in env),
        resources=_resources(step, job, overlay, count, alone),
        mounts=tuple(_mounts(job, overlay)),
        security=_security(overlay, count),
        ref=step.ref, devices=count,
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
    plan: dict[str, Any] = {"requests": SharedMap(found), "limits": SharedMap(found)} \
        if found else {}
    if overlay and devices and overlay.claim:
        plan["claims"] = [{"name": "devices"}]
    return plan


def _mounts(job: Job, overlay: Overlay | None) -> Iterator[Mapping[str, Any]]:
    for mount in job.mounts:
        read_only = {"readOnly": True} if mount.read_only else {}
        yield {"name": mount.name, "mountPath": mount.path, **read_only}
    if overlay and overlay.shm:
        yield {"name": SHM, "mountPath": "/dev/shm"}  # noqa: S108


def _volumes(job: Job, overlay: Overlay | None) -> Iterator[Mapping[str, Any]]:
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


def duration(seconds: int | None) -> str:
    """Seconds as Go writes a duration: 5400 is ``1h30m0s``, none is empty."""
    if seconds is None:
        return ""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}h{rest // 60}m{rest % 60}s"


def _origins(at: Origin, usual: Origin) -> dict[str, tuple[Origin, ...]]:
    keys = {"engine": "engine", "params": "params", "schedule": "schedule",
            "time_zone": "timeZone", "retries": "retries", "timeout": "timeout",
            "service_account": "serviceAccount", "storage": "volumes",
            "source": "from", "nodes": "nodes", "runtime": "runtime", "search": "search",
            "runs": "runs", "description": "description"}
    found = {attribute: (at.at(key),) for attribute, key in keys.items()}
    work = [at.at(key) for key in ("image", "command", "args", "script", "env", "steps",
                                   "hardware", "devices", "cpu", "memory")]
    return found | {"name": (at,), "tasks": (*work, usual)}
