"""What Argo Workflows cannot take of a job, beyond fields that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.model.hardware import Hardware
from gitops.model.jobs import Job, Step
from gitops.plan.job_case import Case, pods
from gitops.plan.job_texts import texts
from gitops.plan.jobs import steps_of
from gitops.plan.scripts import option
from gitops.plan.workflows import DEVICES

TAG = re.compile(r"\{\{|\{\$\(params\.")
"""What Argo would read as a variable of its own: it knows no way to write two braces."""
CONTAINERS = frozenset({"init", "supervisor", "wait"})
VOLUMES = frozenset({"input-artifacts", "tmp-dir-argo", "var-run-argo"})
PATHS = ("/argo", "/var/run/argo")


def argo(case: Case) -> Iterator[Mistake]:
    """What must hold of a job that runs on Argo Workflows."""
    if "argo" not in case.engines:
        return
    for text, origin in (*texts(case.job), *_values(case.job)):
        if TAG.search(text):
            yield Mistake("braces-in-text", origin, "Argo would read {{ as the beginning of a "
                          "variable of its own", "write the braces apart, or keep the text in a "
                          "file of the image")
    yield from _reserved(case.job)
    yield from _counts(case)


def _values(job: Job) -> Iterator[tuple[str, Origin]]:
    for param in job.params:
        yield param.default or "", param.origin
        yield param.description, param.origin
    for run in job.runs:
        for name, value in run.params.items():
            yield value, run.origin.at("params", name)


def _reserved(job: Job) -> Iterator[Mistake]:
    """Names that Argo gives to what it puts into a pod itself."""
    together = job.steps if len(job.steps) > 1 and not job.apart else ()
    for step in together:
        if step.name in CONTAINERS or step.name.startswith("artifact-plugin-"):
            yield Mistake("name-of-the-engine", step.origin.at("name"),
                          f"Argo calls a container of its own {step.name}", "rename the step")
    for mount in job.mounts:
        if mount.name in VOLUMES:
            yield Mistake("name-of-the-engine", mount.origin.at("name"),
                          f"Argo calls a volume of its own {mount.name}", "rename it")
        if mount.path.rstrip("/") in PATHS or mount.path.startswith(
                tuple(f"{path}/" for path in PATHS)):
            yield Mistake("name-of-the-engine", mount.origin.at("path"),
                          f"Argo keeps its own files in {mount.path}", "choose another path")


def _counts(case: Case) -> Iterator[Mistake]:
    """The parameter that changes the number of devices: its name, and whether there is one."""
    job = case.job
    changed = any(_counted(job, hardware, steps) for hardware, steps in pods(case))
    for param in job.params:
        if changed and (param.name == DEVICES or param.name in {
                f"{DEVICES}-{step.name}" for step in steps_of(job)}):
            yield Mistake("name-of-the-engine", param.origin, f"the parameter {param.name} says "
                          "how many devices a run gets", "rename it")
    for run in job.runs:
        if run.devices is not None and run.devices != job.devices and not changed:
            yield Mistake("engine-lacks-field", run.origin.at("devices"),
                          "a run on Argo can change a number of devices that the job has, if "
                          "they are asked for by a resource's name",
                          "take it out, or declare a job with this number")


def _counted(job: Job, hardware: Hardware, steps: tuple[Step, ...]) -> bool:
    """Whether a step of a pod asks for devices by a resource's name."""
    if not hardware.device or hardware.device.dynamic:
        return False
    if len(steps) == 1 and steps[0].devices is None:
        return job.devices != 0
    return any(step.devices for step in steps)


def scripts(case: Case) -> Iterator[Mistake]:
    """Scripts that are handed to their interpreter as a text, which it must be able to take."""
    if not case.engines & {"argo", "katib"}:
        return
    work: tuple[Job | Step, ...] = (case.job, *case.job.steps)
    for part in work:
        if part.script and not option(part.script):
            yield Mistake("script-interpreter", part.origin.key_at("script"),
                          f"{min(case.engines & {'argo', 'katib'})} can hand a script to a shell, "
                          "Python, Perl or Ruby only",
                          "put the file into the image and give a command, or use engine: tekton")
