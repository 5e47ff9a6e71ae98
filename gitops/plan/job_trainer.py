"""What Kubeflow Trainer cannot do of what a job says, by release."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake
from gitops.model.cluster import Cluster
from gitops.model.hardware import Hardware
from gitops.plan.job_case import Case, pods
from gitops.plan.jobs import engine_of
from gitops.plan.overlays import PREFIX
from gitops.plan.training import PREFIX as PARAM_PREFIX
from gitops.plan.training import RESERVED, longest_pod

LATER = {"jax": ("2.0", "2.1"), "xgboost": ("2.0", "2.1")}
"""Frameworks, and the releases that do not know them yet.

Source: kubeflow/trainer, MLPolicySource of the releases 2.0.0 to 2.3.0.
"""


def trainer(case: Case) -> Iterator[Mistake]:
    """Every rule of Trainer, for jobs that it runs."""
    if "trainer" not in case.engines:
        return
    clusters = [one for one in case.clusters if engine_of(case.job, one) == "trainer"]
    yield from _framework(case, clusters)
    yield from _variables(case)
    yield from _names(case)
    yield from _borrowed(case, clusters)
    yield from _by_claim(case)


def _release(cluster: Cluster) -> str:
    return cluster.engines.trainer if cluster.engines else ""


def _framework(case: Case, clusters: list[Cluster]) -> Iterator[Mistake]:
    job = case.job
    for cluster in clusters:
        if _release(cluster) in LATER.get(job.framework, ()):
            yield Mistake("trainer-too-early", case.at.at("framework"),
                          f"Trainer {_release(cluster)} on {cluster.name} knows no "
                          f"{job.framework}", "it came with 2.2; use framework: plain, or "
                          "other clusters")
            return


def _variables(case: Case) -> Iterator[Mistake]:
    """Variables that Trainer or a parameter has already."""
    job, params = case.job, {param.name for param in case.job.params}
    torch = (job.framework or "torch") == "torch"
    for one in job.env:
        if torch and one.name in RESERVED:
            yield Mistake("env-of-trainer", one.origin, f"Trainer itself sets {one.name}",
                          "take it out; nodes and devices decide its value")
        elif one.name.removeprefix(PARAM_PREFIX) in params and one.name.startswith(PARAM_PREFIX):
            yield Mistake("env-of-trainer", one.origin, f"{one.name} is the variable of the "
                          "parameter", "name the variable otherwise")


def _names(case: Case) -> Iterator[Mistake]:
    """Names that a hardware's runtime has, and pods' names that are too long."""
    job = case.job
    if not job.runtime and job.name.removeprefix(PREFIX) in case.tenant.hardware \
            and job.name.startswith(PREFIX):
        yield Mistake("runtime-twice", case.at, f"{job.name} is the runtime of the hardware "
                      f"{job.name.removeprefix(PREFIX)} already", "name the job otherwise")
    for run in job.runs:
        longest = longest_pod(f"{job.name}-{run.id}", job.runtime, job.nodes)
        if longest > 63:
            yield Mistake("run-name-too-long", run.origin.at("id"),
                          f"the run's pods would have names of {longest} characters of at most "
                          "63", f"shorten the id or the job's name by {longest - 63}")


def _borrowed(case: Case, clusters: list[Cluster]) -> Iterator[Mistake]:
    """A runtime that is not the job's own keeps what a TrainJob cannot change."""
    job, at = case.job, case.at
    if not job.runtime:
        return
    if not job.runs:
        yield Mistake("runtime-without-runs", at.key_at("runtime"),
                      f"nothing would be rendered: {job.runtime} is not {job.name}'s own, and "
                      "there are no runs", "add runs, or take runtime out for a runtime of the "
                      "job's own")
    for value, key in ((job.retries, "retries"), (job.framework, "framework")):
        if value:
            yield Mistake("runtime-says", at.key_at(key), f"{job.runtime} says this itself, and "
                          "no run can change it", f"take {key} out, or take runtime out",
                          ((at.at("runtime"), "the runtime"),))
    early = [one for one in clusters if _release(one) in ("2.0", "2.1")]
    if job.timeout and early:
        yield Mistake("trainer-too-early", at.key_at("timeout"),
                      f"Trainer {_release(early[0])} on {early[0].name} ends no run of "
                      f"{job.runtime} after a time", "take timeout out, or take runtime out")
    for hardware, _ in pods(case):
        yield from _unpatched(case, hardware, clusters)


def _unpatched(case: Case, hardware: Hardware, clusters: list[Cluster]) -> Iterator[Mistake]:
    """What the hardware's pods need and a TrainJob cannot give the pods of a runtime."""
    needs = hardware.needs
    for cluster in clusters:
        release, marked = _release(cluster), bool(cluster.mutating)
        early = release in ("2.0", "2.1")
        what = next((what for wrong, what in (
            (hardware.device is not None and hardware.device.dynamic, "the claim"),
            (needs is not None and needs.host_network, "the node's network"),
            (needs is not None and (needs.privileged or needs.capabilities) and early,
             "the rights"),
            (bool(hardware.affinity) and release == "2.0", "the affinity"),
            (bool(hardware.scheduler) and not marked, "the scheduler"),
            (bool(hardware.runtime_class) and not marked, "the runtime class"),
            (release == "2.0" and (marked or (cluster.policed and hardware.device is not None)),
             "the label"),
        ) if wrong), "")
        if what:
            yield Mistake("runtime-lacks-hardware", case.at.key_at("runtime"),
                          f"a run of Trainer {release} on {cluster.name} cannot give the pods of "
                          f"{case.job.runtime} {what} that {hardware.name} needs",
                          "take runtime out for a runtime of the job's own, or use other hardware",
                          ((hardware.origin, "the hardware"),))
            return


def _by_claim(case: Case) -> Iterator[Mistake]:
    """A run with devices of its own, where Trainer would drop the claim beside the amounts.

    Source: kubeflow/trainer pkg/runtime/core, which takes requests and limits over alone.
    """
    dynamic = [one for one, _ in pods(case) if one.device and one.device.dynamic]
    for run in case.job.runs:
        if dynamic and run.devices is not None:
            yield Mistake("runtime-lacks-hardware", run.origin.at("devices"),
                          f"{dynamic[0].name} hands out its devices by claim, which a run cannot "
                          "change", "take devices out, or declare another job",
                          ((dynamic[0].origin.at("device"), "its device"),))
