"""Jobs, planned: everything that an engine's template needs, whichever engine it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from gitops.foundation.findings import Origin
from gitops.foundation.shared import SharedMap
from gitops.model.cluster import Cluster
from gitops.model.jobs import GitSource, Job, Mount, Param, Run, Search, Step
from gitops.model.tenant import Tenant
from gitops.plan.containers import Speller, StepPlan, plan_step, volumes_of, with_claims
from gitops.plan.hardware import Equipment
from gitops.plan.overlays import QUEUE_LABEL, Overlay
from gitops.plan.searches import SearchPlan
from gitops.plan.spaces import bindings, held, holder
from gitops.plan.training import NODE, patch, replicas, variables

PARAM = re.compile(r"\$\(params\.([A-Za-z_][A-Za-z0-9_-]*)\)")
SPELLED: Mapping[str, str] = {"tekton": "$(params.{})", "argo": "{{{{workflow.parameters.{}}}}}",
                              "katib": "${{trialParameters.{}}}", "trainer": "$(params.{})"}
"""How an engine spells a parameter; one that is not here is given the value itself.

Trainer's is a variable of the container; see :mod:`gitops.plan.training`.
"""
JOB_LABEL = "gitops-tenancy/job"
GENERAL = ("tekton", "argo", "trainer")
"""Engines that can run any job; the first of these is taken where a cluster has one only."""


class TaskPlan(Struct, frozen=True):
    """One pod of a job: its steps in order, and the hardware that it stands on. A job from
    another repository has one without steps, for its labels and its pods' fields.

    ``pod`` are the overlay's fields of the pod spec, ``labels`` those of the pod, ``volumes``
    as a pod spells them (with the one behind /dev/shm; without Tekton's workspaces). A task
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
    patch: str = ""
    """Argo's podSpecPatch; see :mod:`gitops.plan.workflows`."""
    below: Mapping[str, str] = field(default_factory=SharedMap)
    """The pod's labels where the workload above it waits in the queue (Trainer, Katib): a pod
    with the queue's name too could be counted as a workload of its own."""

    @property
    def chain(self) -> list[Mapping[str, Any]]:
        """The containers with their names, each waiting for the one before (Argo)."""
        names = [step.name for step in self.steps]
        return [{"name": step.name, **step.container,
                 **({"dependencies": names[index - 1:index]} if index else {})}
                for index, step in enumerate(self.steps)]

    @property
    def main(self) -> StepPlan:
        """The step that uses the devices, else the last."""
        return next((step for step in self.steps if step.devices), self.steps[-1])


class RunPlan(Struct, frozen=True):
    """One run: its object's name, the values of all parameters, and its tasks with the
    values filled in. ``own`` are the values that differ from the job's defaults (with those of
    Argo's parameters for devices), and ``devices`` the number where it differs from the job's.
    """

    name: str
    id: str
    params: Mapping[str, str]
    own: Mapping[str, str]
    devices: int | None
    tasks: tuple[TaskPlan, ...]
    origin: Origin
    trial: Mapping[str, Any] = field(default_factory=SharedMap)
    """Katib's trial with the run's values; see :mod:`gitops.plan.trials`."""

    @property
    def values(self) -> tuple[Mapping[str, str], ...]:
        """The run's own values as variables (Trainer)."""
        return variables(self.own)

    @property
    def everything(self) -> tuple[Mapping[str, str], ...]:
        """All values as variables (Trainer)."""
        return variables(self.params)


class ClaimPlan(Struct, frozen=True):
    """A PersistentVolumeClaim of a job's own; ``storage_class`` is "" for the default."""

    name: str
    size: str
    storage_class: str
    mode: str
    origin: Origin

    @property
    def origins(self) -> Mapping[str, tuple[Origin, ...]]:
        """The declared lines behind each attribute."""
        return {"name": (self.origin,), "size": (self.origin.at("size"),),
                "storage_class": (self.origin.at("storageClass"),)}


class JobPlan(Struct, frozen=True):
    """One job on one cluster.

    ``tasks`` is one pod, or one per step where steps have hardware of their own; its texts
    name parameters as the engine does. ``storage`` are the declared mounts (Tekton's
    workspaces). ``timeout`` is a Go duration, "" for none.
    ``overlay`` and ``queue`` are those of the first task. ``field`` is the TrainJob
    field that changes a runtime's pods, ``values`` the parameters' defaults as variables.
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
    framework: str
    runtime: str
    search: Search | None
    field: str
    values: tuple[Mapping[str, str], ...]
    labels: Mapping[str, str]
    runs: tuple[RunPlan, ...]
    origin: Origin
    usual: Origin
    """Where the tenant's default hardware is declared."""
    bindings: tuple[Mapping[str, Any], ...]
    """What a run binds to each workspace (Tekton); see :mod:`gitops.plan.spaces`."""
    holder: Mapping[str, Any]
    """The run's podTemplate for the pod that holds the others on one node (Tekton)."""
    experiment: SearchPlan | None = None
    """The search as Katib spells it."""

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

    @property
    def claims(self) -> tuple[ClaimPlan, ...]:
        """The job's own claims; pods on several nodes need one that all of them can write."""
        mode = "ReadWriteOnce" if self.nodes == 1 else "ReadWriteMany"
        return tuple(ClaimPlan(mount.claim, str(mount.size), mount.storage_class, mode,
                               mount.origin)
                     for mount in self.storage if mount.size)

    @property
    def replicas(self) -> tuple[str, ...]:
        """The pods of a Trainer runtime that the job's hardware is for, by name."""
        return replicas(self.runtime)

    @property
    def patch(self) -> Mapping[str, Any]:
        """What a TrainJob changes of the pods of a runtime that is not the job's own."""
        return patch(self.tasks[0], self.service_account)


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
    # Tekton puts what is bound to a workspace into the pod by itself.
    within = replace(job, mounts=()) if engine == "tekton" else job
    where = _Place(within, tenant, equipment)
    engines, tasks = cluster.engines, tuple(_tasks(where, spell, None))
    beside = engine == "tekton" and held(job, cluster)
    return JobPlan(
        name=job.name, engine=engine, description=job.description,
        tasks=tuple(_with_images(tasks, defaults)) if engine == "trainer" else tasks,
        params=job.params,
        storage=job.mounts,
        service_account=job.service_account or "default-editor",
        schedule=job.schedule, time_zone=job.time_zone, retries=job.retries,
        timeout=duration(job.timeout), timeout_seconds=job.timeout,
        source=job.source, nodes=job.nodes, framework=job.framework or "torch",
        runtime=job.runtime, search=job.search,
        field=engines.patch_field if engines else "", values=variables(defaults),
        labels=tasks[0].below if beside and not job.apart else SharedMap({JOB_LABEL: job.name}),
        runs=tuple(_run(run, where, defaults) for run in job.runs),
        origin=job.origin, usual=tenant.origin.at("defaultHardware"),
        bindings=tuple(bindings(job)), holder=holder(tasks[0].pod) if beside else SharedMap())


class _Place(Struct, frozen=True):
    """A job and the workspace that it is planned for."""

    job: Job
    tenant: Tenant
    equipment: Equipment

    def overlay(self, step: Step | None) -> Overlay | None:
        name = (step.hardware if step else "") or hardware_name(self.job, self.tenant)
        return self.equipment.overlay(name) if name else None


def _defaults(job: Job) -> dict[str, str]:
    return {param.name: param.default for param in job.params if param.default is not None}


def _speller(engine: str, values: Mapping[str, str]) -> Speller:
    """Texts with their parameters as an engine spells them, or with the values themselves."""
    form = SPELLED.get(engine)
    if form is None:
        return lambda text: PARAM.sub(lambda found: values.get(found[1], ""), text)
    return lambda text: PARAM.sub(lambda found: form.format(found[1]), text)


def _with_images(tasks: Iterable[TaskPlan], defaults: Mapping[str, str]) -> Iterator[TaskPlan]:
    """Images with their values: no kubelet fills in what an image's name says."""
    fill = _speller("", defaults)
    for task in tasks:
        yield replace(task, steps=tuple(replace(step, image=fill(step.image))
                                        for step in task.steps))


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
        yield _task(job.name, where.overlay(None), (), where, spell, devices, "")
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
    planned = tuple(plan_step(step, where.job, overlay, len(steps) == 1, spell, devices)
                    for step in steps)
    planned, claims = with_claims(planned, overlay)
    labels = {**(overlay.labels if overlay else {}), JOB_LABEL: where.job.name}
    return TaskPlan(name, overlay, planned, SharedMap(labels),
                    overlay.pod if overlay else SharedMap(), after,
                    tuple(volumes_of(where.job, overlay)), claims, below=_unqueued(labels))


def _unqueued(labels: Mapping[str, str]) -> SharedMap:
    return SharedMap({key: value for key, value in labels.items() if key != QUEUE_LABEL})


def bare(overlay: Overlay) -> TaskPlan:
    """A pod that stands on a hardware and runs nothing yet, called after the hardware."""
    origin = overlay.origin
    job = Job(NODE, origin, hardware=overlay.name)
    step = plan_step(Step(NODE, origin), job, overlay, True, str, None)
    claims = ({"name": "devices", "resourceClaimTemplateName": overlay.claim},) \
        if overlay.claim else ()
    return TaskPlan(overlay.pod_default, overlay, (step,), overlay.labels, overlay.pod, "",
                    tuple(volumes_of(job, overlay)), claims, below=_unqueued(overlay.labels))


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
            "source": "from", "nodes": "nodes", "framework": "framework", "runtime": "runtime",
            "search": "search", "claims": "volumes", "bindings": "volumes", "values": "params",
            "runs": "runs", "description": "description"}
    found = {attribute: (at.at(key),) for attribute, key in keys.items()}
    work = [at.at(key) for key in ("image", "command", "args", "script", "env", "steps",
                                   "hardware", "devices", "cpu", "memory")]
    return found | {"name": (at,), "tasks": (*work, usual)}
