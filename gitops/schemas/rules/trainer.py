"""Kubeflow Trainer: jobs that its webhook refuses, runtimes that no job can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_STEP: Final = "trainer.kubeflow.org/trainjob-ancestor-step"
_STEPS: Final = ("trainer", "dataset-initializer", "model-initializer")


def train_job(document: Document) -> Iterator[Violation]:
    """Two patches of one manager."""
    seen: set[str] = set()
    for index, patch in enumerate(document["spec"].get("runtimePatches", ())):
        if patch["manager"] in seen:
            yield Violation(
                ("spec", "runtimePatches", index, "manager"),
                f'"{patch["manager"]}" stands here twice',
            )
        seen.add(patch["manager"])


def runtime(document: Document) -> Iterator[Violation]:
    """A runtime in which no job is the trainer, or one is of a step that is unknown."""
    where = ("spec", "template", "spec", "replicatedJobs")
    steps: list[str | None] = []
    names: set[str] = set()
    for index, job in enumerate(document["spec"]["template"]["spec"]["replicatedJobs"]):
        if job["name"] in names:
            yield Violation((*where, index, "name"), f'"{job["name"]}" stands here twice')
        names.add(job["name"])
        labels = job["template"].get("metadata", {}).get("labels", {})
        step = labels.get(_STEP)
        steps.append(step)
        if step is not None and step not in _STEPS:
            yield Violation(
                (*where, index, "template", "metadata", "labels", _STEP),
                f'must be one of {", ".join(_STEPS)}, not "{step}"',
            )
    if "trainer" not in steps:
        yield Violation(
            where, "no job is the trainer", f"label the job's template {_STEP}: trainer"
        )
