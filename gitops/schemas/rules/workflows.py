"""Argo Workflows: templates that do not exist, tasks that wait for nobody.

Source: argo-workflows ``workflow/validate``; none of this is in its CRDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_USED: Final = re.compile(r"\{\{\s*inputs\.parameters\.([-\w]+)\s*\}\}")


def template(document: Document) -> Iterator[Violation]:
    """A WorkflowTemplate, which needs no entrypoint."""
    yield from _spec(document["spec"], ("spec",))


def workflow(document: Document) -> Iterator[Violation]:
    """A Workflow, which runs a template of its own or another's."""
    yield from _runnable(document["spec"], ("spec",))


def cron(document: Document) -> Iterator[Violation]:
    """A CronWorkflow, which is a Workflow with a schedule."""
    yield from _runnable(document["spec"]["workflowSpec"], ("spec", "workflowSpec"))


def _runnable(spec: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    if "workflowTemplateRef" not in spec and "entrypoint" not in spec:
        yield Violation(where, "needs an entrypoint or a workflowTemplateRef")
    yield from _spec(spec, where)


def _spec(spec: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    known: set[str] = set()
    for index, item in enumerate(spec.get("templates", ())):
        if item["name"] in known:
            yield Violation(
                (*where, "templates", index, "name"), f'"{item["name"]}" stands here twice'
            )
        known.add(item["name"])
    if "workflowTemplateRef" not in spec:
        for field in ("entrypoint", "onExit"):
            if field in spec and spec[field] not in known:
                yield Violation((*where, field), f'no template is named "{spec[field]}"')
    for index, item in enumerate(spec.get("templates", ())):
        yield from _template(item, known, (*where, "templates", index))


def _template(item: Mapping[str, Any], known: set[str], where: Path) -> Iterator[Violation]:
    inputs = {one["name"] for one in item.get("inputs", {}).get("parameters", ())}
    yield from _uses(item, inputs, where)
    tasks = item.get("dag", {}).get("tasks", ())
    names = {task["name"] for task in tasks}
    seen: set[str] = set()
    for index, task in enumerate(tasks):
        place: Path = (*where, "dag", "tasks", index)
        yield from _called(task, known, place)
        yield from _waits(task, names, place)
        if task["name"] in seen:
            yield Violation((*place, "name"), f'"{task["name"]}" stands here twice')
        seen.add(task["name"])
    for number, group in enumerate(item.get("steps", ())):
        for index, step in enumerate(group):
            yield from _called(step, known, (*where, "steps", number, index))


def _called(step: Mapping[str, Any], known: set[str], where: Path) -> Iterator[Violation]:
    name = step.get("template")
    if name is not None and name not in known and "{{" not in name:
        yield Violation((*where, "template"), f'no template is named "{name}"')


def _waits(task: Mapping[str, Any], names: set[str], where: Path) -> Iterator[Violation]:
    if "depends" in task and "dependencies" in task:
        yield Violation((*where, "dependencies"), "may not stand beside depends")
    for index, name in enumerate(task.get("dependencies", ())):
        if name not in names or name == task["name"]:
            yield Violation((*where, "dependencies", index), f'no other task is named "{name}"')


def _uses(node: Any, known: set[str], where: Path) -> Iterator[Violation]:
    """Input parameters used in texts below a template; most have those they use."""
    if not known.issuperset(_USED.findall(str(node))):
        yield from _each_use(node, known, where)


def _each_use(node: Any, known: set[str], where: Path) -> Iterator[Violation]:
    if isinstance(node, str):
        for name in _USED.findall(node):
            if name not in known:
                yield Violation(where, f'the template has no input parameter "{name}"')
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key != "inline":
                yield from _each_use(value, known, (*where, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _each_use(value, known, (*where, index))
