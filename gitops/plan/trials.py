"""Jobs as Katib's searches: the Kubernetes Job that is a trial.

A run's trial stands in its Experiment, so that all its trials are alike: Katib reads a template
by reference anew for each trial, and one that changed meanwhile would be compared with others.
The ConfigMap is for the searches that members start.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from gitops.plan.containers import StepPlan
from gitops.plan.jobs import JOB_LABEL, JobPlan, RunPlan, TaskPlan
from gitops.plan.overlays import QUEUE_LABEL
from gitops.plan.scripts import inline
from gitops.plan.searches import search_plan

PLACEHOLDER = re.compile(r"\$\{trialParameters\.([^}]+)\}")


def as_search(plan: JobPlan) -> JobPlan:
    """A job with its trial, and each run with its own. The values of parameters that are not
    searched are filled in."""
    if plan.search is None or not plan.tasks:
        return plan
    searched = {one.name for one in plan.search.ranges}
    usual = {param.name: param.default for param in plan.params
             if param.default is not None and param.name not in searched}
    text = json.dumps(trial(plan, plan.tasks[0], usual), indent=2, ensure_ascii=False)
    return replace(
        plan, runs=tuple(_run(plan, run, searched) for run in plan.runs),
        experiment=search_plan(plan.search, plan.params, plan.tasks[0].main.name, text))


def trial(plan: JobPlan, task: TaskPlan, values: Mapping[str, str]) -> Mapping[str, Any]:
    """The manifest of a trial, without name and namespace, which Katib gives it.

    It waits in its queue as a whole.
    """
    queue = {QUEUE_LABEL: plan.queue} if plan.queue else {}
    limit = {"activeDeadlineSeconds": plan.timeout_seconds} if plan.timeout_seconds else {}
    return {"apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"labels": {**queue, JOB_LABEL: plan.name}},
            "spec": {"backoffLimit": plan.retries, **limit,
                     "template": {"metadata": {"labels": dict(task.below)},
                                  "spec": _pod(plan, task, values)}}}


def _pod(plan: JobPlan, task: TaskPlan, values: Mapping[str, str]) -> Mapping[str, Any]:
    volumes = {"volumes": list(task.volumes)} if task.volumes else {}
    claims = {"resourceClaims": list(task.claims)} if task.claims else {}
    return {"restartPolicy": "Never", "serviceAccountName": plan.service_account, **task.pod,
            **claims, **volumes,
            "containers": [{"name": step.name, **_joined(inline(_filled(step, values))).container}
                           for step in task.steps]}


def _run(plan: JobPlan, run: RunPlan, searched: set[str]) -> RunPlan:
    """A run with its trial: its own values and devices, and placeholders for what is searched."""
    own = run.tasks[0]
    steps = tuple(replace(step, resources=counted.resources)
                  for step, counted in zip(plan.tasks[0].steps, own.steps, strict=True))
    values = {name: value for name, value in run.params.items() if name not in searched}
    return replace(run, trial=trial(plan, replace(own, steps=steps), values))


def _filled(step: StepPlan, values: Mapping[str, str]) -> StepPlan:
    """A step with these values; what else is named stays a placeholder."""
    def fill(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

    return replace(step, image=fill(step.image), script=fill(step.script),
                   command=tuple(map(fill, step.command)), args=tuple(map(fill, step.args)),
                   env=tuple({**one, "value": fill(one["value"])} if "value" in one else one
                             for one in step.env))


def _joined(step: StepPlan) -> StepPlan:
    """A step whose words survive Katib, which puts them together with blanks for a shell so
    that it can read what they print. Source: katib pkg/webhook/v1beta1/pod."""
    if not step.command:
        return replace(step, args=tuple(map(shlex.quote, step.args)))
    return replace(step, command=("sh", "-c"), args=(shlex.join((*step.command, *step.args)),))
