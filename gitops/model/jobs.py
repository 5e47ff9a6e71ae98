"""Jobs as declared: workloads of a tenant, written once for whichever engine runs them.

Commands, arguments, scripts and values of environment variables name a parameter as
``$(params.NAME)``, whatever the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from gitops.foundation.findings import Origin
from gitops.foundation.quantity import Quantity
from gitops.foundation.row import Row

ENGINES = ("tekton", "argo", "trainer", "katib", "pipelines", "notebooks")
"""What can run a job; a cluster has some of them."""


class Param(Row, frozen=True):
    """A parameter of a job; without ``default`` every run must give a value."""

    name: str
    origin: Origin
    default: str | None = None
    description: str = ""


class EnvVar(Row, frozen=True):
    """An environment variable: a plain value, or a key of a Secret or ConfigMap."""

    name: str
    origin: Origin
    value: str = ""
    secret: str = ""
    config_map: str = ""
    key: str = ""


class Mount(Row, frozen=True):
    """Storage that a job sees at ``path``: a volume claim, or an empty directory of a size.

    ``claim`` names a PersistentVolumeClaim of the workspace; without it the volume is an
    ``empty`` directory that ends with the pod. With ``size`` the claim is the job's own, made
    for it on the storage of ``storage_class`` ("" is the cluster's default). ``path`` is ""
    where the job comes from another repository, whose Tasks say it.
    """

    name: str
    origin: Origin
    path: str = ""
    claim: str = ""
    empty: Quantity | None = None
    read_only: bool = False
    size: Quantity | None = None
    storage_class: str = ""


class Step(Row, frozen=True):
    """One container of a job's pod, run after the one before.

    What is left empty is the job's. ``devices`` is the number this step gets; the steps of
    one pod share the node, not the devices. Where any step names ``hardware`` of its own, each
    step runs in a pod of its own.
    """

    name: str
    origin: Origin
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    script: str = ""
    env: tuple[EnvVar, ...] = ()
    cpu: Quantity | None = None
    memory: Quantity | None = None
    devices: int | None = None
    hardware: str = ""
    ref: str = ""
    """A StepAction of the workspace to run in the place of an image of its own."""


class GitSource(Row, frozen=True):
    """A Task or Pipeline in another repository, fetched by the engine when a run begins."""

    repo: str
    revision: str
    path: str
    origin: Origin
    kind: str = "pipeline"


class Run(Row, frozen=True):
    """One run that git asks for. ``params`` and ``devices`` go before the job's own."""

    id: str
    origin: Origin
    params: Mapping[str, str] = field(default_factory=dict)
    devices: int | None = None


class Objective(Row, frozen=True):
    """What a search makes best: ``goal`` is ``minimize`` or ``maximize``."""

    metric: str
    goal: str
    target: str = ""
    others: tuple[str, ...] = ()


class Range(Row, frozen=True):
    """The values a search tries for one parameter: ``type`` int, double, categorical, discrete."""

    name: str
    type: str
    origin: Origin
    min: str = ""
    max: str = ""
    step: str = ""
    values: tuple[str, ...] = ()


class Search(Row, frozen=True):
    """A search for the best parameters (Katib)."""

    origin: Origin
    objective: Objective
    ranges: tuple[Range, ...]
    algorithm: str = "random"
    settings: Mapping[str, str] = field(default_factory=dict)
    trials: int = 12
    parallel: int = 1
    failures: int = 3


class Job(Row, frozen=True):
    """One declared workload. Its name is its key under ``jobs``.

    ``cpu`` and ``memory`` are what its main container requests and is limited to,
    ``devices`` how many accelerators it gets; None leaves the hardware's default.
    ``timeout`` is in seconds; None means no limit. ``nodes`` is the number of pods of a
    distributed training, ``framework`` what they speak with one another ("" is torch).
    ``engine`` is empty where the cluster's default is meant.
    """

    name: str
    origin: Origin
    engine: str = ""
    description: str = ""
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    script: str = ""
    params: tuple[Param, ...] = ()
    env: tuple[EnvVar, ...] = ()
    hardware: str = ""
    devices: int | None = None
    cpu: Quantity | None = None
    memory: Quantity | None = None
    schedule: str = ""
    time_zone: str = ""
    retries: int = 0
    timeout: int | None = None
    service_account: str = ""
    mounts: tuple[Mount, ...] = ()
    steps: tuple[Step, ...] = ()
    source: GitSource | None = None
    nodes: int = 1
    framework: str = ""
    runtime: str = ""
    search: Search | None = None
    clusters: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether each step runs in a pod of its own."""
        return any(step.hardware for step in self.steps)
