"""What notebooks and Kubeflow Pipelines cannot do of what a job says."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake
from gitops.plan.job_case import Case


def notebooks(case: Case) -> Iterator[Mistake]:
    """A notebook stands until it is taken out, and its form wants to know its amounts.

    The form lists a workspace's notebooks by their requests of cpu and memory, and fails
    for all of them where one has none (kubeflow/notebooks, apps/common/utils.py).
    """
    if "notebooks" not in case.engines:
        return
    job = case.job
    for value, key in ((job.retries, "retries"), (job.timeout, "timeout")):
        if value:
            yield Mistake("engine-lacks-field", case.at.key_at(key),
                          f"a notebook has no {key}: it stands as long as it is declared",
                          f"take {key} out")
    hardware = case.hardware_of_job
    usual = hardware.workload.default if hardware and hardware.workload else {}
    lacking = [name for name in ("cpu", "memory")
               if getattr(job, name) is None and name not in usual]
    if lacking:
        yield Mistake("notebook-without-amounts", case.at,
                      f"{job.name} says nothing of its {' and '.join(lacking)}, and Kubeflow's "
                      "list of notebooks would break", "add "
                      + ", ".join(f"{name}: {EXAMPLES[name]}" for name in lacking)
                      + ", or give the hardware a default")


EXAMPLES = {"cpu": "2", "memory": "8Gi"}


def pipelines(case: Case) -> Iterator[Mistake]:
    """A run of Kubeflow Pipelines is started by its API and kept in its database."""
    if "pipelines" in case.engines:
        yield Mistake("pipelines-job", case.at.at("engine"),
                      "git cannot declare a job of Kubeflow Pipelines: no object starts a run",
                      "write the pipeline in Python and choose its hardware with gitops.kfp, or "
                      "use another engine")
