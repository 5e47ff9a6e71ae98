"""Kubeflow Trainer: parameters as variables, and what of a pod a TrainJob may change.

A container's texts name variables as ``$(NAME)``, and the kubelet fills them in. So each
parameter is a variable called ``params.NAME``: texts stay as people wrote them, and a
TrainJob overrides a parameter by naming that variable, whoever starts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gitops.foundation.shared import SharedMap

if TYPE_CHECKING:
    from gitops.plan.containers import StepPlan
    from gitops.plan.jobs import TaskPlan

NODE = "node"
"""The name of the pods of a runtime, and of the container that trains."""
LAUNCHED = frozenset({"deepspeed-distributed", "mlx-distributed"})
"""Runtimes that Trainer ships with a launcher beside the nodes."""
PREFIX = "params."
RESERVED = frozenset({"PET_NNODES", "PET_NPROC_PER_NODE", "PET_NODE_RANK", "PET_MASTER_ADDR",
                      "PET_MASTER_PORT"})
"""Variables that Trainer itself sets for torch, and refuses in a TrainJob.

Source: kubeflow/trainer pkg/constants, TorchRunReservedEnvNames.
"""
PATCHED = ("nodeSelector", "tolerations", "affinity")
"""The fields of an overlay that every release but 2.0 lets a TrainJob change."""


def variables(values: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
    """Parameters as variables. A dollar in a value is doubled, or the kubelet would read it."""
    return tuple({"name": PREFIX + name, "value": value.replace("$", "$$")}
                 for name, value in values.items())


def replicas(runtime: str) -> tuple[str, ...]:
    """The pods of a runtime that a job's hardware is for, by name."""
    return (NODE, "launcher") if runtime in LAUNCHED else (NODE,)


def patch(task: TaskPlan, account: str) -> Mapping[str, Any]:
    """What a TrainJob changes of the pods of a runtime that is not ours.

    Trainer refuses resources, environment, scheduler and priority class here: the first two
    stand under ``trainer``, the last two follow from the pod's label at admission.
    """
    fields: dict[str, Any] = {"serviceAccountName": account}
    fields |= {name: task.pod[name] for name in PATCHED if name in task.pod}
    container = dict(_container(task.main))
    if container:
        fields["containers"] = [{"name": NODE, **container}]
    if task.volumes:
        fields["volumes"] = task.volumes
    return SharedMap(fields)


def _container(step: StepPlan) -> Iterator[tuple[str, Any]]:
    if step.security:
        yield "securityContext", step.security
    if step.mounts:
        yield "volumeMounts", step.mounts


def longest_pod(run: str, runtime: str, nodes: int) -> int:
    """The length of the longest name of a run's pods, which may have 63 characters.

    Source: kubernetes-sigs/jobset, the webhook's check of generated pod names.
    """
    names: Iterable[str] = (f"{run}-{name}-0-{nodes - 1}-abcde" for name in replicas(runtime))
    return max(map(len, names))
