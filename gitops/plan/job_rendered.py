"""Jobs that are planned and checked, and not rendered by this version."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake
from gitops.plan.job_case import Case


def rendered(case: Case) -> Iterator[Mistake]:
    """A job that would be left out of what is rendered is a mistake, never silence."""
    if case.job.source and "tekton" in case.engines:
        yield Mistake("engine-not-rendered", case.at.key_at("from"),
                      "jobs of engine tekton from another repository are not rendered by this "
                      "version", "take the job out, or keep its manifests outside rendered/")
