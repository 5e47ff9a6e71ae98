"""PyTorchJob (kubeflow.org/v1), as the training operator 1.9 reads it."""

from __future__ import annotations

from typing import Final

from gitops.schemas.rules import pytorch as rules
from gitops.schemas.shapes import (
    AMOUNTS,
    DNS_1035,
    DNS_NAME,
    FILLED,
    FLAG,
    PORT,
    TEXT,
    choice,
    core,
    listing,
    mapping,
    number,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.kind import kind

_COUNT: Final = number(1, 2**31 - 1)
_ELASTIC: Final = record(
    {
        "maxReplicas": _COUNT,
        "maxRestarts": number(0),
        "metrics": listing(core("autoscaling.v2.MetricSpec")),
        "minReplicas": _COUNT,
        "nProcPerNode": _COUNT,
        "rdzvBackend": choice("c10d", "etcd", "etcd-v2"),
        "rdzvConf": listing(record({"key": FILLED, "value": TEXT}, ["key"])),
        "rdzvHost": FILLED,
        "rdzvId": FILLED,
        "rdzvPort": PORT,
        "standalone": FLAG,
    }
)
_REPLICAS: Final = record(
    {
        "replicas": _COUNT,
        "restartPolicy": choice("Always", "OnFailure", "Never", "ExitCode"),
        "template": core("core.v1.PodTemplateSpec"),
    },
    ["template"],
)
_POLICY: Final = record(
    {
        "activeDeadlineSeconds": number(1),
        "backoffLimit": number(0),
        "cleanPodPolicy": choice("All", "Running", "None"),
        "managedBy": choice("kubeflow.org/training-operator", "kueue.x-k8s.io/multikueue"),
        "schedulingPolicy": record(
            {
                "minAvailable": _COUNT,
                "minResources": AMOUNTS,
                "priorityClass": DNS_NAME,
                "queue": FILLED,
                "scheduleTimeoutSeconds": number(0),
            }
        ),
        "suspend": FLAG,
        "ttlSecondsAfterFinished": number(0),
    }
)
PYTORCH_JOB: Final = kind(
    {
        "spec": record(
            {
                "elasticPolicy": _ELASTIC,
                "nprocPerNode": says(
                    spelt(r"^(auto|cpu|gpu|[1-9][0-9]*)$"),
                    'must be auto, cpu, gpu or a number in quotes, as "2"',
                ),
                "pytorchReplicaSpecs": {
                    **mapping(_REPLICAS, choice("Master", "Worker")),
                    "minProperties": 1,
                },
                "runPolicy": _POLICY,
            },
            ["pytorchReplicaSpecs"],
        )
    },
    name=DNS_1035,
    rules=(rules.pytorch_job,),
)
