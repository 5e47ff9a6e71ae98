"""Kubeflow Trainer: what a TrainJob may change in its runtime."""

from __future__ import annotations

from typing import Final

from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    LABELS,
    Schema,
    core,
    listing,
    number,
    record,
    says,
    spelt,
)

COUNT: Final = number(1, 2**31 - 1)
ENV: Final = listing(core("core.v1.EnvVar"), most=128)
META: Final = record({"annotations": ANNOTATIONS, "labels": LABELS})
_SECONDS: Final = number(0)
STORE: Final = record(
    {
        "env": ENV,
        "secretRef": core("core.v1.LocalObjectReference"),
        "storageUri": says(
            spelt(r"^[A-Za-z][A-Za-z0-9+.-]*://.+$", 2048), "must be a URI, as s3://bucket/path"
        ),
    }
)


def _refused(what: str) -> Schema:
    return says({"not": {}}, f"is refused by the trainer: a patch cannot set {what}")


_PATCHED_CONTAINER: Final = record(
    {
        "env": ENV,
        "image": _refused("an image"),
        "name": DNS_LABEL,
        "resources": _refused("resources; use spec.trainer.resourcesPerNode"),
        "securityContext": core("core.v1.SecurityContext"),
        "volumeMounts": listing(core("core.v1.VolumeMount"), most=128),
    },
    ["name"],
)
_PATCHED_POD: Final = record(
    {
        "affinity": core("core.v1.Affinity"),
        "containers": listing(_PATCHED_CONTAINER, most=64),
        "imagePullSecrets": listing(core("core.v1.LocalObjectReference"), most=64),
        "initContainers": listing(_PATCHED_CONTAINER, most=64),
        "nodeSelector": LABELS,
        "priorityClassName": _refused("a priority class"),
        "schedulerName": _refused("a scheduler"),
        "schedulingGates": listing(core("core.v1.PodSchedulingGate"), most=16),
        "securityContext": core("core.v1.PodSecurityContext"),
        "serviceAccountName": DNS_NAME,
        "terminationGracePeriodSeconds": _SECONDS,
        "tolerations": listing(core("core.v1.Toleration"), most=128),
        "volumes": listing(core("core.v1.Volume"), most=128),
    }
)
_PATCHED_JOB: Final = record(
    {
        "metadata": META,
        "spec": record({"template": record({"metadata": META, "spec": _PATCHED_POD})}),
    }
)
PATCHES: Final = listing(
    record(
        {
            "manager": FILLED,
            "time": {"type": "string", "format": "date-time"},
            "trainingRuntimeSpec": record(
                {
                    "template": record(
                        {
                            "metadata": META,
                            "spec": record(
                                {
                                    "replicatedJobs": listing(
                                        record(
                                            {"name": DNS_LABEL, "template": _PATCHED_JOB},
                                            ["name"],
                                        ),
                                        least=1,
                                        most=100,
                                    )
                                }
                            ),
                        }
                    )
                }
            ),
        },
        ["manager"],
    ),
    most=16,
)

_OLD_CONTAINER: Final = record(
    {
        "env": ENV,
        "name": DNS_LABEL,
        "volumeMounts": listing(core("core.v1.VolumeMount"), most=128),
    },
    ["name"],
)
_TARGETS: Final = listing(record({"name": DNS_LABEL}, ["name"]), least=1)
_OLD_POD: Final[dict[str, Schema]] = {
    "containers": listing(_OLD_CONTAINER),
    "initContainers": listing(_OLD_CONTAINER),
    "nodeSelector": LABELS,
    "schedulingGates": listing(core("core.v1.PodSchedulingGate")),
    "serviceAccountName": DNS_NAME,
    "tolerations": listing(core("core.v1.Toleration")),
    "volumes": listing(core("core.v1.Volume")),
}
POD_SPEC_OVERRIDES: Final = listing(record({"targetJobs": _TARGETS, **_OLD_POD}, ["targetJobs"]))
"""The field of release 2.0 (kubeflow/trainer v2.0.0, PodSpecOverride)."""
POD_TEMPLATE_OVERRIDES: Final = listing(
    record(
        {
            "metadata": META,
            "spec": record(
                {
                    **_OLD_POD,
                    "affinity": core("core.v1.Affinity"),
                    "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
                }
            ),
            "targetJobs": _TARGETS,
        },
        ["targetJobs"],
    )
)
"""The field of release 2.1 (kubeflow/trainer v2.1.0, PodTemplateOverride)."""
