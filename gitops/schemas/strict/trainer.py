"""Kubeflow Trainer (trainer.kubeflow.org/v1alpha1), with each release's field for patches."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import trainer as rules
from gitops.schemas.shapes import (
    DNS_1035,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    FLAG,
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
    spelt,
)
from gitops.schemas.strict.kind import kind
from gitops.schemas.strict.trainer_patches import (
    COUNT,
    ENV,
    META,
    PATCHES,
    POD_SPEC_OVERRIDES,
    POD_TEMPLATE_OVERRIDES,
    STORE,
)

TRAIN_JOB: Final = kind(
    {
        "spec": at_most_one(
            record(
                {
                    "activeDeadlineSeconds": number(1),
                    "initializer": record({"dataset": STORE, "model": STORE}),
                    "managedBy": choice(
                        "trainer.kubeflow.org/trainjob-controller", "kueue.x-k8s.io/multikueue"
                    ),
                    "podSpecOverrides": POD_SPEC_OVERRIDES,
                    "podTemplateOverrides": POD_TEMPLATE_OVERRIDES,
                    "runtimePatches": PATCHES,
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
                            "env": ENV,
                            "image": {**FILLED, "maxLength": 500},
                            "numNodes": COUNT,
                            "numProcPerNode": COUNT,
                            "resourcesPerNode": core("core.v1.ResourceRequirements"),
                        }
                    ),
                },
                ["runtimeRef"],
            ),
            "runtimePatches",
            "podTemplateOverrides",
            "podSpecOverrides",
        )
    },
    name=DNS_1035,
    rules=(rules.train_job,),
)

_PROCESSES: Final = record({"numProcPerNode": COUNT})
_POLICY: Final = at_most_one(
    record(
        {
            "flux": _PROCESSES,
            "jax": record({}),
            "mpi": record(
                {
                    "mpiImplementation": choice("OpenMPI"),
                    "numProcPerNode": COUNT,
                    "runLauncherAsNode": FLAG,
                    "sshAuthMountPath": FILLED,
                }
            ),
            "numNodes": COUNT,
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
                    "replicas": COUNT,
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
            "template": record({"metadata": META, "spec": _JOB_SET}, ["spec"]),
        },
        ["template"],
    )
}

TRAINING_RUNTIME: Final = kind(_RUNTIME, rules=(rules.runtime,))
CLUSTER_TRAINING_RUNTIME: Final = kind(_RUNTIME, namespaced=False, rules=(rules.runtime,))
