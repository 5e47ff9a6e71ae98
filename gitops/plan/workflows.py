"""Jobs as Argo Workflows: what its templates need beside what every engine gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from gitops.model.jobs import Param
from gitops.plan.jobs import JobPlan, RunPlan, TaskPlan
from gitops.plan.scripts import inline

DEVICES = "devices"
MAIN = "main"
"""What Argo calls the container of a pod that has one."""
PATCHED = ("runtimeClassName", "hostNetwork")
"""Fields of a pod that a template of Argo's has no field for."""


def as_workflow(plan: JobPlan, account: str) -> JobPlan:
    """A job with the account that workflows run as, its scripts as arguments, and a parameter
    for the devices of each step that has any, so that a run may ask for another number."""
    counts = device_params(plan)
    tasks = tuple(replace(task, steps=tuple(map(inline, task.steps)), patch=patch(task, counts))
                  for task in plan.tasks)
    return replace(plan, tasks=tasks, service_account=account,
                   params=(*plan.params, *counts.values()),
                   runs=tuple(_run(run, counts) for run in plan.runs))


def device_params(plan: JobPlan) -> Mapping[str, Param]:
    """The parameter that says how many devices a step gets, by the step's name: ``devices``,
    or one with the step's name behind it where several have some."""
    steps = [(step, task.overlay) for task in plan.tasks for step in task.steps
             if step.devices and task.overlay and task.overlay.resource]
    return {step.name: Param(DEVICES if len(steps) == 1 else f"{DEVICES}-{step.name}",
                             step.origin, str(step.devices), f"how many {overlay.resource}")
            for step, overlay in steps}


def patch(task: TaskPlan, counts: Mapping[str, Param]) -> str:
    """The podSpecPatch of a pod, a JSON text; "" for none.

    A container's own amounts cannot name a parameter, since Argo's CRD wants quantities there;
    a patch is read after parameters have their values. Claims stand there too: templates have
    a field for them since 4.1 only.
    """
    found: dict[str, Any] = {name: task.pod[name] for name in PATCHED if name in task.pod}
    if task.claims:
        found["resourceClaims"] = list(task.claims)
    containers = [{"name": MAIN if len(task.steps) == 1 else step.name,
                   "resources": _asking(task, counts[step.name].name)}
                  for step in task.steps if step.name in counts]
    if containers:
        found["containers"] = containers
    return json.dumps(found, separators=(",", ":")) if found else ""


def _asking(task: TaskPlan, parameter: str) -> Mapping[str, Any]:
    resource = task.overlay.resource if task.overlay else ""
    amount = {resource: f"{{{{workflow.parameters.{parameter}}}}}"}
    return {"limits": amount, "requests": amount}


def _run(run: RunPlan, counts: Mapping[str, Param]) -> RunPlan:
    if run.devices is None:
        return run
    asked = {param.name: str(run.devices) for param in counts.values()}
    return replace(run, own={**run.own, **asked})
