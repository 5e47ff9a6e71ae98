"""What a job asks of its tenant's quota and container limits, which would refuse its pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.quantity import Quantity
from gitops.model.jobs import Step
from gitops.plan.job_amounts import computed
from gitops.plan.job_case import Case, said
from gitops.plan.jobs import steps_of
from gitops.plan.quotas import counted, quotas_of, ranges_of

Lines = dict[str, tuple[Quantity, Origin]]
"""The most that a tenant may have by resource, and the line that says so."""


def quota(case: Case) -> Iterator[Mistake]:
    """Cpu and memory that a pod asks for, against the quota and the limits of a container.

    Containers that say nothing get a default, which is not counted here.
    """
    if case.job.source:
        return
    steps = steps_of(case.job)
    at_once, each = _at_once(case), _each(case)
    for pod in ([(step,) for step in steps] if case.job.apart else [steps]):
        yield from _pod(case, pod, at_once)
        for name, amount, origin in computed(case.job, pod):
            if name in each and amount.nano > each[name][0].nano:
                yield Mistake("above-container-max", origin, f"{case.job.name} asks for "
                              f"{said(amount, name)}, and a container of {case.tenant.name} may "
                              f"have {each[name][0]}", "lower it, or raise the tenant's containers",
                              ((each[name][1], "the limit"),))


def _pod(case: Case, pod: tuple[Step, ...], most: Lines) -> Iterator[Mistake]:
    """The job's pods that stand at once: one, or one for each node of a training."""
    asked = list(computed(case.job, pod))
    for name, (there, line) in most.items():
        parts = [(amount, origin) for one, amount, origin in asked if one == name]
        total = Quantity.nanos(sum(amount.nano for amount, _ in parts) * case.job.nodes,
                         any(amount.binary for amount, _ in parts))
        if total.nano > there.nano:
            yield Mistake("above-quota", parts[0][1], f"{case.job.name} needs {said(total, name)} "
                          f"at once, and the quota of {case.tenant.name} is {there}",
                          "it would never start: lower it, or raise the quota",
                          ((line, "the quota"),))


def _at_once(case: Case) -> Lines:
    """The tenant's quota; of requests and limits the smaller, as a job's are alike."""
    found = counted(quotas_of(case.tenant, case.estate.platform))
    pairs = {name: [found[key] for key in (f"requests.{name}", f"limits.{name}") if key in found]
             for name in ("cpu", "memory")}
    return {name: min(lines, key=lambda line: line[0].nano)
            for name, lines in pairs.items() if lines}


def _each(case: Case) -> Lines:
    """The most that one container may have."""
    return {name: (amount, part.origin.at("max", name))
            for part in ranges_of(case.tenant, case.estate.platform)
            for name, amount in part.max.items()}
