"""Kubeflow Trainer (trainer.kubeflow.org/v1alpha1), release 2.2 and later: runtimePatches."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import trainer as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_1035,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    FLAG,
    LABELS,
    TEXT,
    TEXTS,
    Schema,
    at_most_one,
    choice,
    core,
    exactly_one,
    listing,
    number,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.kind import kind

_COUNT: Final = number(1, 2**31 - 1)
_ENV: Final = listing(core("core.v1.EnvVar"), most=128)
_META: Final = record({"annotations": ANNOTATIONS, "labels": LABELS})
_SECONDS: Final = number(0)
_STORE: Final = record(
    {
        "env": _ENV,
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
        "env": _ENV,
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
        "metadata": _META,
        "spec": record({"template": record({"metadata": _META, "spec": _PATCHED_POD})}),
    }
)
_PATCHES: Final = listing(
    record(
        {
            "manager": FILLED,
            "time": {"type": "string", "format": "date-time"},
            "trainingRuntimeSpec": record(
                {
                    "template": record(
                        {
                            "metadata": _META,
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

TRAIN_JOB: Final = kind(
    {
        "spec": record(
            {
                "activeDeadlineSeconds": number(1),
                "initializer": record({"dataset": _STORE, "model": _STORE}),
                "managedBy": choice(
                    "trainer.kubeflow.org/trainjob-controller", "kueue.x-k8s.io/multikueue"
                ),
                "runtimePatches": _PATCHES,
                "runtimeRef": record(
                    {
                        "apiGroup": choice("trainer.kubeflow.org"),
                        "kind": choice("ClusterTrainingRuntime", "TrainingRuntime"),
                        "name": DNS_NAME,
                    },
                    ["name"],
                ),
                "suspend": FLAG,
                "trainer": record(
                    {
                        "args": listing(TEXT, most=128),
                        "command": listing(TEXT, most=128),
                        "env": _ENV,
                        "image": {**FILLED, "maxLength": 500},
                        "numNodes": _COUNT,
                        "numProcPerNode": _COUNT,
                        "resourcesPerNode": core("core.v1.ResourceRequirements"),
                    }
                ),
            },
            ["runtimeRef"],
        )
    },
    name=DNS_1035,
    rules=(rules.train_job,),
)

_PROCESSES: Final = record({"numProcPerNode": _COUNT})
_POLICY: Final = at_most_one(
    record(
        {
            "flux": _PROCESSES,
            "jax": record({}),
            "mpi": record(
                {
                    "mpiImplementation": choice("OpenMPI"),
                    "numProcPerNode": _COUNT,
                    "runLauncherAsNode": FLAG,
                    "sshAuthMountPath": FILLED,
                }
            ),
            "numNodes": _COUNT,
            "torch": record(
                {
                    "envInjection": record(
                        {
                            "targets": listing(
                                record(
                                    {
                                        "containerNames": listing(
                                            DNS_LABEL, least=1, most=8, unique=True
                                        ),
                                        "jobName": DNS_LABEL,
                                    },
                                    ["containerNames", "jobName"],
                                ),
                                most=16,
                            )
                        }
                    )
                }
            ),
            "xgboost": record({}),
        }
    ),
    "torch",
    "mpi",
    "jax",
    "xgboost",
    "flux",
)
_JOB_SET: Final = record(
    {
        "coordinator": record(
            {"jobIndex": number(0), "podIndex": number(0), "replicatedJob": DNS_LABEL},
            ["replicatedJob"],
        ),
        "failurePolicy": record(
            {
                "maxRestarts": number(0),
                "restartStrategy": choice("Recreate", "BlockingRecreate"),
                "rules": listing(
                    record(
                        {
                            "action": choice(
                                "FailJobSet", "RestartJobSet", "RestartJobSetAndIgnoreMaxRestarts"
                            ),
                            "name": spelt(syntax.C_NAME),
                            "onJobFailureMessagePatterns": TEXTS,
                            "onJobFailureReasons": TEXTS,
                            "targetReplicatedJobs": TEXTS,
                        },
                        ["action", "name"],
                    )
                ),
            }
        ),
        "network": record(
            {
                "enableDNSHostnames": FLAG,
                "publishNotReadyAddresses": FLAG,
                "subdomain": DNS_LABEL,
            }
        ),
        "replicatedJobs": listing(
            record(
                {
                    "dependsOn": listing(
                        record(
                            {"name": DNS_LABEL, "status": choice("Ready", "Complete")},
                            ["name", "status"],
                        ),
                        most=5,
                    ),
                    "groupName": DNS_LABEL,
                    "name": DNS_LABEL,
                    "replicas": _COUNT,
                    "template": core("batch.v1.JobTemplateSpec"),
                },
                ["name", "template"],
            ),
            least=1,
        ),
        "startupPolicy": record(
            {"startupPolicyOrder": choice("AnyOrder", "InOrder")}, ["startupPolicyOrder"]
        ),
        "successPolicy": record(
            {"operator": choice("All", "Any"), "targetReplicatedJobs": TEXTS}, ["operator"]
        ),
        "ttlSecondsAfterFinished": number(0),
        "volumeClaimPolicies": listing(
            record(
                {
                    "retentionPolicy": record({"whenDeleted": choice("Delete", "Retain")}),
                    "templates": listing(core("core.v1.PersistentVolumeClaim"), most=50),
                },
                ["templates"],
            ),
            most=50,
        ),
    },
    ["replicatedJobs"],
)
_RUNTIME: Final[dict[str, Schema]] = {
    "spec": record(
        {
            "mlPolicy": _POLICY,
            "podGroupPolicy": exactly_one(
                record(
                    {
                        "coscheduling": record({"scheduleTimeoutSeconds": number(0)}),
                        "volcano": record(
                            {
                                "networkTopology": record(
                                    {
                                        "highestTierAllowed": number(0),
                                        "mode": choice("hard", "soft"),
                                    }
                                )
                            }
                        ),
                    }
                ),
                "coscheduling",
                "volcano",
            ),
            "template": record({"metadata": _META, "spec": _JOB_SET}, ["spec"]),
        },
        ["template"],
    )
}

TRAINING_RUNTIME: Final = kind(_RUNTIME, rules=(rules.runtime,))
CLUSTER_TRAINING_RUNTIME: Final = kind(_RUNTIME, namespaced=False, rules=(rules.runtime,))
