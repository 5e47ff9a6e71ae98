"""A job with all that its checks look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import Quantity
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.model.hardware import DEVICES, Hardware
from gitops.model.jobs import Job, Step
from gitops.model.tenant import Tenant
from gitops.plan.jobs import hardware_name, steps_of

Named = Mapping[str, frozenset[str]]
"""By folder, the names that some file declares whether or not it could be read."""


class Case(Struct, frozen=True):
    """A job with all that its checks look at. ``engines`` are those it has on its clusters."""

    job: Job
    tenant: Tenant
    estate: Estate
    named: Named
    clusters: tuple[Cluster, ...]
    engines: frozenset[str]

    @property
    def at(self) -> Origin:
        """Where the job is declared."""
        return self.job.origin

    @property
    def hardware_of_job(self) -> Hardware | None:
        """The hardware that the job itself names, or its tenant's default."""
        return self.estate.hardware.get(hardware_name(self.job, self.tenant))

    def hardware(self, step: Step) -> Hardware | None:
        """The hardware under a step."""
        return self.estate.hardware.get(step.hardware or hardware_name(self.job, self.tenant))


def said(amount: Quantity, name: str) -> str:
    """An amount in words: ``8 cpu``, ``1 device``."""
    one = name == DEVICES and amount == Quantity.of(1)
    return f"{amount} {name.removesuffix('s') if one else name}"


def near(word: str, names: Iterable[str], otherwise: str) -> str:
    """The nearest name as a hint, or what to do where none is near."""
    import difflib

    close = difflib.get_close_matches(word, sorted(names), n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def pods(case: Case) -> Iterator[tuple[Hardware, tuple[Step, ...]]]:
    """Each pod's hardware and steps, where the hardware is known."""
    steps = steps_of(case.job)
    for pod in ([(step,) for step in steps] if case.job.apart else [steps]):
        hardware = case.hardware(pod[0])
        if hardware:
            yield hardware, pod
