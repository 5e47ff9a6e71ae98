"""What Tekton cannot take of a job, beyond fields that it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.plan.job_case import Case

LONGEST = 63
"""A Task's name is the value of a label on its pods."""


def tekton(case: Case) -> Iterator[Mistake]:
    """What must hold of a job that runs on Tekton."""
    if "tekton" not in case.engines:
        return
    yield from _names(case)
    yield from _actions(case)
    yield from _source(case)


def _names(case: Case) -> Iterator[Mistake]:
    """Names of Tasks: the job's, and the step's behind it where steps are Tasks."""
    for step in case.job.steps if case.job.apart else ():
        name = f"{case.job.name}.{step.name}"
        if len(name) > LONGEST:
            yield Mistake("task-name-too-long", step.origin.at("name"),
                          f"the Task would be called {name}, {len(name)} characters of at most "
                          f"{LONGEST}", "shorten the step's name or the job's")


def _actions(case: Case) -> Iterator[Mistake]:
    """StepActions, which Tekton gives no variables and no volumes."""
    job = case.job
    for step in job.steps:
        if not step.ref:
            continue
        missed: dict[str, Origin] = {}
        for one in (*job.env, *step.env):
            missed.setdefault("env", one.origin)
        for mount in job.mounts:
            missed.setdefault("volumes", mount.origin)
        hardware = case.hardware(step)
        if hardware and hardware.shm:
            missed["shm"] = hardware.origin.at("shm")
        for what, origin in missed.items():
            yield Mistake("step-action-alone", step.origin.at("ref"),
                          f"{what} would not reach step {step.name}: Tekton gives a StepAction "
                          "neither variables nor volumes",
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
