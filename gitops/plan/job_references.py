"""What must hold of a job: its place, engine and hardware, and what its engine can express."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.model.estate import Estate
from gitops.model.tenant import Tenant
from gitops.plan.job_amounts import amounts, by_claim, shared_storage
from gitops.plan.job_argo import argo, scripts
from gitops.plan.job_case import Case, Named, near
from gitops.plan.job_katib import katib
from gitops.plan.job_kubeflow import notebooks, pipelines
from gitops.plan.job_quota import quota
from gitops.plan.job_tekton import tekton
from gitops.plan.job_texts import params, run_names, storage
from gitops.plan.job_trainer import trainer
from gitops.plan.jobs import GENERAL, engine_of, hardware_names, steps_of
from gitops.plan.selection import clusters_of


def check_jobs(tenant: Tenant, estate: Estate, named: Named) -> Iterator[Mistake]:
    """Every mistake in a tenant's jobs."""
    here = clusters_of(tenant, estate)
    for job in tenant.jobs.values():
        clusters = tuple(estate.clusters[name] for name in sorted(here)
                         if not job.clusters or name in job.clusters)
        engines = frozenset(filter(None, (engine_of(job, one) for one in clusters)))
        case = Case(job, tenant, estate, named, clusters, engines)
        for rule in RULES:
            yield from rule(case)
    yield from run_names(tenant)


def _places(case: Case) -> Iterator[Mistake]:
    """Clusters that the job names, and one where it can stand."""
    job, at = case.job, case.at
    here = clusters_of(case.tenant, case.estate)
    for index, name in enumerate(job.clusters):
        if name not in case.named["clusters"]:
            yield Mistake("unknown-cluster", at.at("clusters", index),
                          f"there is no cluster {name!r}",
                          near(name, case.named["clusters"], f"declare it in clusters/{name}.yaml"))
        elif name in case.estate.clusters and name not in here:
            yield Mistake("job-elsewhere", at.at("clusters", index),
                          f"{case.tenant.name} has no workspace on {name}",
                          f"it has one on {', '.join(sorted(here)) or 'no cluster'}")
    if not case.clusters:
        return
    if not case.engines:
        yield _no_engine(case)
        return
    known = [case.estate.hardware[name] for name in hardware_names(job, case.tenant)
             if name in case.estate.hardware]
    able = [one for one in case.clusters if engine_of(job, one)]
    lacking = [one for one in able if not all(each.is_on(one.name) for each in known)]
    if lacking and (job.clusters or len(lacking) == len(able)):
        missing = next(each for each in known if not each.is_on(lacking[0].name))
        yield Mistake("hardware-not-here", at, f"{missing.name} is not on {lacking[0].name}, where "
                      f"{job.name} would run", f"it is on {', '.join(missing.clusters)}",
                      ((missing.origin.at("clusters"), "its clusters"),))


def _no_engine(case: Case) -> Mistake:
    """Why no cluster has an engine for the job."""
    job = case.job
    where = ", ".join(cluster.name for cluster in case.clusters)
    wanted = job.engine or ("katib" if job.search else "")
    if wanted:
        return Mistake("engine-not-here", case.at.at("engine"), f"{wanted} runs on none of the "
                       f"job's clusters ({where})",
                       f"turn it on in the cluster's file (engines: {{{wanted}: …}}), or name "
                       "another engine")
    several = sorted({name for cluster in case.clusters if cluster.engines
                      for name in cluster.engines.installed if name in GENERAL})
    if several:
        return Mistake("engine-not-chosen", case.at, f"{where} could run {case.job.name} with "
                       f"{' or '.join(several)}",
                       f"write engine: {several[0]}, or set engines: {{default: …}} in the "
                       "cluster's file")
    return Mistake("engine-not-here", case.at, f"no engine runs jobs on {where}",
                   "turn one on in the cluster's file: engines: {tekton: true}")


def _chosen(case: Case) -> Iterator[Mistake]:
    """The hardware that it names is declared, and the tenant's."""
    job = case.job
    named = [(job.hardware, case.at.at("hardware"))]
    named += [(step.hardware, step.origin.at("hardware")) for step in job.steps]
    for name, origin in named:
        if name and name not in case.named["hardware"]:
            yield Mistake("unknown-hardware", origin, f"there is no hardware {name!r}",
                          near(name, case.named["hardware"],
                                f"declare it in hardware/{name}.yaml"))
        elif name and name not in case.tenant.hardware:
            yield Mistake("hardware-not-given", origin,
                          f"{case.tenant.name} was not given {name}",
                          f"add it to the tenant's hardware: {{{name}: {{}}}}",
                          ((case.tenant.origin.at("hardware"), "what it was given"),))


ONLY: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("schedule", "schedule", ("argo",), "the others have no schedules of their own"),
    ("source", "from", ("tekton",), "the others fetch nothing from git"),
    ("framework", "framework", ("trainer",), "a framework is Trainer's"),
    ("runtime", "runtime", ("trainer",), "a runtime is Trainer's"),
    ("search", "search", ("katib",), "a search is Katib's"),
    ("steps", "steps", ("tekton", "argo"), "the others run one container"),
    ("script", "script", ("tekton", "argo", "katib"), "write command: [bash, -c, …]"),
)
"""Fields that some engines lack: attribute, key, engines that have it, what to say."""


def _fields(case: Case) -> Iterator[Mistake]:
    """Fields that its engine cannot express."""
    job = case.job
    for attribute, key, able, advice in ONLY:
        wrong = sorted(case.engines - set(able))
        if getattr(job, attribute) and wrong:
            yield Mistake("engine-lacks-field", case.at.key_at(key),
                          f"{wrong[0]} cannot run a job with {key}",
                          f"{advice}; use engine: {able[0]}, or take it out")
    if job.nodes > 1 and case.engines - {"trainer"}:
        yield Mistake("engine-lacks-field", case.at.key_at("nodes"),
                      f"{min(case.engines - {'trainer'})} runs one pod, not {job.nodes}",
                      "use engine: trainer, or take nodes out")
    if "katib" in case.engines and not job.search:
        yield Mistake("search-missing", case.at, f"{job.name} says nothing of what to search",
                      "add search: {objective: …, parameters: …}")
    if "notebooks" in case.engines and job.runs:
        yield Mistake("engine-lacks-field", case.at.key_at("runs"), "a notebook is not run",
                      "it stands as long as it is declared; take runs out")
    for step in job.steps:
        if step.ref and case.engines - {"tekton"}:
            yield Mistake("engine-lacks-field", step.origin.at("ref"),
                          "a StepAction is Tekton's", "use engine: tekton, or give an image")


def _work(case: Case) -> Iterator[Mistake]:
    """Something to run: an image for each step, or a source, not both."""
    job = case.job
    if job.source:
        for attribute in ("image", "command", "args", "script", "steps", "env",
                          "cpu", "memory", "devices"):
            if getattr(job, attribute) not in ((), "", None):
                yield Mistake("source-and-work", case.at.key_at(attribute),
                              f"the job comes from {job.source.path}, which says this itself",
                              "take it out, or take from out",
                              ((job.source.origin, "the source"),))
        return
    names: dict[str, Origin] = {}
    for step in steps_of(job):
        if not (step.image or step.ref or job.image):
            what = f"step {step.name}" if job.steps else job.name
            yield Mistake("job-without-image", step.origin, f"{what} has no image",
                          "add image: …")
        if step.name in names:
            yield Mistake("step-twice", step.origin.at("name"),
                          f"there is a step {step.name} already", "rename one",
                          ((names[step.name], "the other"),))
        names.setdefault(step.name, step.origin.at("name"))


RULES: tuple[Callable[[Case], Iterator[Mistake]], ...] = (
    _places, _chosen, _fields, _work, amounts, quota, shared_storage, by_claim, params, storage,
    argo, katib, trainer, notebooks, pipelines, scripts, tekton)
