"""Tekton: what its own validation refuses beyond its CRDs, and devices cut into parts.

Source: tektoncd/pipeline ``pkg/apis/pipeline/v1`` (Validate); Task-level computeResources
are divided over the steps (``pkg/pod``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import extended
from gitops.schemas.violation import Violation

_USED: Final = re.compile(r"""\$\(params(?:\.([A-Za-z_][-\w]*)|\[['"]([^'"]+)['"]\])""")
_USED_ANYWHERE: Final = re.compile(r"""\$\(params(?:\.([A-Za-z_][-\w]*)|\[\\?['"]([^'"\\]+))""")
_SPECS: Final = frozenset({"taskSpec", "pipelineSpec"})


def task(document: Document) -> Iterator[Violation]:
    """A Task whose names repeat, or that uses a parameter it does not have."""
    yield from _task(document["spec"], frozenset(), ("spec",))


def step_action(document: Document) -> Iterator[Violation]:
    """A StepAction that uses a parameter it does not have."""
    spec = document["spec"]
    yield from _uses(spec, _names(spec.get("params", ())), ("spec",))


def pipeline(document: Document) -> Iterator[Violation]:
    """A Pipeline whose tasks do not fit together, or that uses a parameter it does not have."""
    yield from _pipeline(document["spec"], frozenset(), ("spec",))


def pipeline_run(document: Document) -> Iterator[Violation]:
    """A PipelineRun that sizes a task in two ways, or cuts devices into parts."""
    spec = document["spec"]
    seen: set[str] = set()
    for index, item in enumerate(spec.get("taskRunSpecs", ())):
        where: Path = ("spec", "taskRunSpecs", index)
        yield from _sizes(item, where)
        if item["pipelineTaskName"] in seen:
            yield Violation((*where, "pipelineTaskName"), "stands here twice")
        seen.add(item["pipelineTaskName"])
    if "pipelineSpec" in spec:
        given = _names(spec.get("params", ()))
        yield from _pipeline(spec["pipelineSpec"], given, ("spec", "pipelineSpec"))


def task_run(document: Document) -> Iterator[Violation]:
    """A TaskRun that sizes its steps in two ways, or cuts devices into parts."""
    spec = document["spec"]
    yield from _sizes(spec, ("spec",))
    if "taskSpec" in spec:
        yield from _task(spec["taskSpec"], _names(spec.get("params", ())), ("spec", "taskSpec"))


def _sizes(spec: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    resources = spec.get("computeResources", {})
    if resources and "stepSpecs" in spec:
        yield Violation((*where, "computeResources"), "may not stand beside stepSpecs")
    for field in ("requests", "limits"):
        for name in filter(extended, resources.get(field, ())):
            yield Violation(
                (*where, "computeResources", field, name),
                "would be divided over the steps, and a part of a device makes the pod invalid",
                "set the device on one step, with stepSpecs or in the Task",
            )


def _task(spec: Mapping[str, Any], given: frozenset[str], where: Path) -> Iterator[Violation]:
    if "steps" not in spec:
        return
    for field in ("steps", "sidecars", "params", "workspaces", "results", "volumes"):
        yield from _unique(spec.get(field, ()), (*where, field))
    for index, step in enumerate(spec["steps"]):
        if "ref" not in step and not step.get("image") and not _default_image(spec):
            yield Violation((*where, "steps", index), 'the field "image" is missing')
        if "ref" not in step and "params" in step:
            yield Violation((*where, "steps", index, "params"), "go with ref only")
    yield from _uses(spec, given | _names(spec.get("params", ())), where)


def _default_image(spec: Mapping[str, Any]) -> bool:
    return bool(spec.get("stepTemplate", {}).get("image"))


def _pipeline(spec: Mapping[str, Any], given: frozenset[str], where: Path) -> Iterator[Violation]:
    known = given | _names(spec.get("params", ()))
    names = _names([*spec["tasks"], *spec.get("finally", ())])
    for field in ("params", "workspaces"):
        yield from _unique(spec.get(field, ()), (*where, field))
    yield from _unique([*spec["tasks"], *spec.get("finally", ())], (*where, "tasks"))
    spaces = _names(spec.get("workspaces", ()))
    for field in ("tasks", "finally"):
        for index, item in enumerate(spec.get(field, ())):
            place: Path = (*where, field, index)
            yield from _order(item, names, field, place)
            yield from _spaces(item, spaces, place)
            if "taskSpec" in item:
                own = known | _names(item.get("params", ()))
                yield from _task(item["taskSpec"], own, (*place, "taskSpec"))
    yield from _uses({**spec, **_without_specs(spec)}, known, where)


def _without_specs(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field: [{key: item[key] for key in item if key not in _SPECS} for item in spec[field]]
        for field in ("tasks", "finally")
        if field in spec
    }


def _order(
    item: Mapping[str, Any], names: frozenset[str], field: str, where: Path
) -> Iterator[Violation]:
    for index, name in enumerate(item.get("runAfter", ())):
        if field == "finally":
            yield Violation((*where, "runAfter"), "has no place in finally")
        elif name not in names or name == item["name"]:
            yield Violation((*where, "runAfter", index), f'no other task is named "{name}"')


def _spaces(item: Mapping[str, Any], spaces: frozenset[str], where: Path) -> Iterator[Violation]:
    for index, space in enumerate(item.get("workspaces", ())):
        name = space.get("workspace") or space["name"]
        if name not in spaces:
            yield Violation(
                (*where, "workspaces", index), f'the pipeline has no workspace "{name}"'
            )


def _unique(items: Iterable[Mapping[str, Any]], where: Path) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item["name"] in seen:
            yield Violation((*where, index, "name"), f'"{item["name"]}" stands here twice')
        seen.add(item["name"])


def _names(items: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(item["name"] for item in items)


def _uses(node: Any, known: frozenset[str], where: Path) -> Iterator[Violation]:
    """Parameters used in texts below a node.

    Most nodes use only what is known, and that can be seen in their text as a whole.
    """
    if not {first or quoted for first, quoted in _USED_ANYWHERE.findall(str(node))} <= known:
        yield from _each_use(node, known, where)


def _each_use(node: Any, known: frozenset[str], where: Path) -> Iterator[Violation]:
    if isinstance(node, str):
        for first, quoted in _USED.findall(node):
            if (first or quoted) not in known:
                yield Violation(where, f'no parameter is named "{first or quoted}"')
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _each_use(value, known, (*where, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _each_use(value, known, (*where, index))
