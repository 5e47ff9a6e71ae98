"""What Tekton cannot take of a job, beyond fields that it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import Quantity
from gitops.plan.job_case import Case, pods
from gitops.plan.jobs import engine_of
from gitops.plan.spaces import held

LONGEST = 63
"""A Task's name is the value of a label on its pods."""
HOLDER = {"cpu": Quantity.parse("50m"), "memory": Quantity.parse("100Mi")}
"""What the pod asks for that holds tasks together. Source: tektoncd/pipeline
``pkg/reconciler/pipelinerun/affinity_assistant.go``."""


def tekton(case: Case) -> Iterator[Mistake]:
    """What must hold of a job that runs on Tekton."""
    if "tekton" not in case.engines:
        return
    yield from _names(case)
    yield from _actions(case)
    yield from _source(case)
    yield from _claims(case)
    yield from _below_minimum(case)


def _names(case: Case) -> Iterator[Mistake]:
    """Names of Tasks: the job's, and the step's behind it where steps are Tasks."""
    for step in case.job.steps if case.job.apart else ():
        name = f"{case.job.name}.{step.name}"
        if len(name) > LONGEST:
            yield Mistake("task-name-too-long", step.origin.at("name"),
                          f"the Task would be called {name}, {len(name)} characters of at most "
                          f"{LONGEST}", "shorten the step's name or the job's")


def _actions(case: Case) -> Iterator[Mistake]:
    """StepActions, which Tekton gives no variables and no volumes besides its workspaces."""
    job = case.job
    for step in job.steps:
        if not step.ref:
            continue
        missed: dict[str, Origin] = {}
        for one in (*job.env, *step.env):
            missed.setdefault("env", one.origin)
        hardware = case.hardware(step)
        if hardware and hardware.shm:
            missed["shm"] = hardware.origin.at("shm")
        for what, origin in missed.items():
            yield Mistake("step-action-alone", step.origin.at("ref"),
                          f"{what} would not reach step {step.name}: Tekton gives a StepAction "
                          "neither variables nor shared memory",
                          "write the step's image and script, or put it into a job of its own",
                          ((origin, "what it would miss"),))


def _source(case: Case) -> Iterator[Mistake]:
    """Work from another repository, whose steps and tasks are not known here."""
    job = case.job
    if job.source is None:
        return
    source = ((job.source.origin, "the source"),)
    for run in job.runs:
        if run.devices is not None:
            yield Mistake("source-and-work", run.origin.at("devices"),
                          f"the job comes from {job.source.path}, which says this itself",
                          "take it out, or take from out", source)
    if job.source.kind != "pipeline":
        return
    if job.retries:
        yield Mistake("source-and-work", case.at.at("retries"), "Tekton tries a task again, and "
                      f"the tasks are those of {job.source.path}", "say it there", source)
    if not job.runs:
        yield Mistake("source-without-runs", case.at.at("from"),
                      "a Pipeline from another repository is fetched by its runs, and there are "
                      "none: nothing would be rendered",
                      "add runs, or name a Task there (kind: task)")


def _claims(case: Case) -> Iterator[Mistake]:
    """Several claims in one task, where Tekton holds tasks on the node of their claim.

    Source: tektoncd/pipeline ``pkg/workspace`` (ValidateOnlyOnePVCIsUsed). A Pipeline from
    another repository may give each of its tasks one of them.
    """
    job = case.job
    claims: dict[str, Origin] = {}
    for mount in job.mounts:
        if mount.claim:
            claims.setdefault(mount.claim, mount.origin)
    if len(claims) < 2 or (job.source and job.source.kind == "pipeline"):
        return
    first, second, *_ = claims.values()
    for cluster in case.clusters:
        if engine_of(job, cluster) == "tekton" and cluster.engines \
                and cluster.engines.coschedule == "workspaces":
            yield Mistake("coscheduled-claims", second,
                          f"Tekton on {cluster.name} refuses a task with two claims: it holds "
                          "tasks on the node of one", "keep one, or set engines: {tekton: "
                          "{coschedule: disabled}} if the nodes can reach both",
                          ((first, "the other"),))
            return


def _below_minimum(case: Case) -> Iterator[Mistake]:
    """Hardware whose minimum refuses the pod that Tekton starts to hold tasks together."""
    for cluster in case.clusters:
        if engine_of(case.job, cluster) != "tekton" or not cluster.policed \
                or not held(case.job, cluster):
            continue
        for hardware, _ in pods(case):
            least = hardware.workload.min if hardware.workload else {}
            asked = next((name for name in least
                          if name not in HOLDER or HOLDER[name] < least[name]), None)
            if asked:
                yield Mistake("coscheduled-minimum", case.at,
                              f"Tekton on {cluster.name} starts a small pod that holds the tasks "
                              f"of {case.job.name} on one node, and {hardware.name} takes none "
                              f"with less {asked} than {least[asked]}: no task would start",
                              "lower the minimum, or set engines: {tekton: {coschedule: disabled}} "
                              "if the nodes can reach the volume",
                              ((hardware.origin, "the hardware"),))
                return
