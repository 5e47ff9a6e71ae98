"""Tekton's own verdict on Tasks, Pipelines and their runs, and the pods that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.upstream.asking import Asked


@dataclass(frozen=True, slots=True)
class Verdict:
    """``defaulted`` is the document as Tekton's webhook would store it; empty when unreadable."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    defaulted: dict[str, Any]


def judged(tekton: Asked, document: dict[str, Any]) -> Verdict:
    """Strict decoding, then SetDefaults, then Validate, as at creation."""
    answer = tekton.ask(document)
    return Verdict(
        tuple(answer["errors"]), tuple(answer["warnings"]), answer.get("defaulted") or {}
    )


def pods(
    tekton: Asked, run: Mapping[str, Any], objects: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The pods that Tekton makes of a PipelineRun; its Pipeline and Tasks are among ``objects``."""
    known = list(objects)
    wanted = run["spec"]["pipelineRef"]["name"]
    pipeline = next(
        one for one in known if one["kind"] == "Pipeline" and one["metadata"]["name"] == wanted
    )
    tasks = [one for one in known if one["kind"] == "Task"]
    answer = tekton.ask({"run": run, "pipeline": pipeline, "tasks": tasks})
    assert answer["errors"] == []
    return list(answer["pods"])


def started(pipeline: Mapping[str, Any]) -> dict[str, Any]:
    """The run that a member starts: the Pipeline's name, a value for each parameter and an
    empty directory for each workspace."""
    place, name = pipeline["metadata"]["namespace"], pipeline["metadata"]["name"]
    values = [{"name": one["name"], "value": "1"} for one in pipeline["spec"].get("params", ())]
    spaces = [{"name": one["name"], "emptyDir": {}}
              for one in pipeline["spec"].get("workspaces", ())]
    return {
        "apiVersion": "tekton.dev/v1",
        "kind": "PipelineRun",
        "metadata": {"name": f"{name}-by-hand", "namespace": place},
        "spec": {
            "pipelineRef": {"name": name},
            **({"params": values} if values else {}),
            **({"workspaces": spaces} if spaces else {}),
            "taskRunTemplate": {"serviceAccountName": "default-editor"},
        },
    }
