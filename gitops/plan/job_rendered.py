"""Engines whose jobs are planned and checked, and not rendered by this version."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake
from gitops.plan.job_case import Case

NOT_RENDERED = frozenset({"katib"})


def rendered(case: Case) -> Iterator[Mistake]:
    """A job that would be left out of what is rendered is a mistake, never silence."""
    advice = "take the job out, or keep its manifests outside rendered/"
    for engine in sorted(case.engines & NOT_RENDERED):
        yield Mistake("engine-not-rendered", case.at.at("engine"),
                      f"jobs of engine {engine} are not rendered by this version", advice)
    if case.job.source and "tekton" in case.engines:
        yield Mistake("engine-not-rendered", case.at.key_at("from"),
                      "jobs of engine tekton from another repository are not rendered by this "
                      "version", advice)
