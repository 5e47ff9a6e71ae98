"""Tekton: Task, Pipeline and their runs (tekton.dev/v1), StepAction (v1beta1).

The CRDs keep embedded specs, volumes, affinity and security contexts unread, and prune
what they do not know elsewhere; Tekton's own strict decoding refuses both, and so do these.
"""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import tekton as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
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
    spelt,
)
from gitops.schemas.strict.kind import Strict, kind
from gitops.schemas.strict.tekton_tasks import (
    DURATION,
    EMBEDDED_TASK,
    PARAM_SPECS,
    PARAMS,
    RESULT,
    STEP_RESULTS,
    TASK_SPEC,
    VALUE,
    WHEN,
    reference,
)

_TASK_REF: Final = reference(kind=FILLED)
_PIPELINE_TASK: Final = exactly_one(
    record(
        {
            "description": TEXT,
            "displayName": TEXT,
            "matrix": record(
                {
                    "include": listing(record({"name": TEXT, "params": PARAMS})),
                    "params": PARAMS,
                }
            ),
            "name": DNS_LABEL,
            "onError": choice("continue", "stopAndFail"),
            "params": PARAMS,
            "pipelineRef": reference(),
            "pipelineSpec": {"$ref": "#/$defs/pipeline"},
            "retries": number(0),
            "runAfter": TEXTS,
            "taskRef": _TASK_REF,
            "taskSpec": {"$ref": "#/$defs/task"},
            "timeout": DURATION,
            "when": WHEN,
            "workspaces": listing(
                record({"name": FILLED, "subPath": TEXT, "workspace": TEXT}, ["name"])
            ),
        },
        ["name"],
    ),
    "taskRef",
    "taskSpec",
    "pipelineRef",
    "pipelineSpec",
)
_PIPELINE_SPEC: Final = record(
    {
        "description": TEXT,
        "displayName": TEXT,
        "finally": listing(_PIPELINE_TASK),
        "params": PARAM_SPECS,
        "results": listing(record({**RESULT, "value": VALUE}, ["name", "value"])),
        "tasks": listing(_PIPELINE_TASK, least=1),
        "workspaces": listing(
            record({"description": TEXT, "name": FILLED, "optional": FLAG}, ["name"])
        ),
    },
    ["tasks"],
)
_POD: Final = record(
    {
        "affinity": core("core.v1.Affinity"),
        "automountServiceAccountToken": FLAG,
        "dnsConfig": core("core.v1.PodDNSConfig"),
        "dnsPolicy": choice("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "enableServiceLinks": FLAG,
        "env": listing(core("core.v1.EnvVar")),
        "hostAliases": listing(core("core.v1.HostAlias")),
        "hostNetwork": FLAG,
        "hostUsers": FLAG,
        "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
        "nodeSelector": LABELS,
        "priorityClassName": DNS_NAME,
        "runtimeClassName": DNS_NAME,
        "schedulerName": FILLED,
        "securityContext": core("core.v1.PodSecurityContext"),
        "tolerations": listing(core("core.v1.Toleration")),
        "topologySpreadConstraints": listing(core("core.v1.TopologySpreadConstraint")),
        "volumes": listing(core("core.v1.Volume")),
    }
)
_STEP_SPECS: Final = listing(
    record(
        {"computeResources": core("core.v1.ResourceRequirements"), "name": DNS_LABEL},
        ["name", "computeResources"],
    )
)
_SOURCES: Final = ("configMap", "csi", "emptyDir", "persistentVolumeClaim", "projected", "secret")
_BINDINGS: Final = listing(
    exactly_one(
        record(
            {
                "configMap": core("core.v1.ConfigMapVolumeSource"),
                "csi": core("core.v1.CSIVolumeSource"),
                "emptyDir": core("core.v1.EmptyDirVolumeSource"),
                "name": FILLED,
                "persistentVolumeClaim": core("core.v1.PersistentVolumeClaimVolumeSource"),
                "projected": core("core.v1.ProjectedVolumeSource"),
                "secret": core("core.v1.SecretVolumeSource"),
                "subPath": TEXT,
                "volumeClaimTemplate": core("core.v1.PersistentVolumeClaim"),
            },
            ["name"],
        ),
        *_SOURCES,
        "volumeClaimTemplate",
    )
)
_MANAGER: Final[dict[str, Schema]] = {"managedBy": FILLED, "params": PARAMS}
_SHARED: Final = {"task": EMBEDDED_TASK, "pipeline": _PIPELINE_SPEC}


def _with_shared(made: Strict) -> Strict:
    return Strict({**made.schema, "$defs": _SHARED}, made.rules)


TASK: Final = kind({"spec": TASK_SPEC}, rules=(rules.task,))
PIPELINE: Final = _with_shared(kind({"spec": _PIPELINE_SPEC}, rules=(rules.pipeline,)))
_RUN_NAME: Final = spelt(syntax.DNS_SUBDOMAIN, 63)

PIPELINE_RUN: Final = _with_shared(
    kind(
        {
            "spec": exactly_one(
                record(
                    {
                        **_MANAGER,
                        "pipelineRef": reference(),
                        "pipelineSpec": {"$ref": "#/$defs/pipeline"},
                        "status": choice(
                            "Cancelled",
                            "CancelledRunFinally",
                            "PipelineRunPending",
                            "StoppedRunFinally",
                        ),
                        "taskRunSpecs": listing(
                            record(
                                {
                                    "computeResources": core("core.v1.ResourceRequirements"),
                                    "metadata": record(
                                        {"annotations": ANNOTATIONS, "labels": LABELS}
                                    ),
                                    "pipelineTaskName": DNS_LABEL,
                                    "podTemplate": _POD,
                                    "serviceAccountName": DNS_NAME,
                                    "sidecarSpecs": _STEP_SPECS,
                                    "stepSpecs": _STEP_SPECS,
                                    "timeout": DURATION,
                                },
                                ["pipelineTaskName"],
                            )
                        ),
                        "taskRunTemplate": record(
                            {"podTemplate": _POD, "serviceAccountName": DNS_NAME}
                        ),
                        "timeouts": record(
                            {"finally": DURATION, "pipeline": DURATION, "tasks": DURATION}
                        ),
                        "workspaces": _BINDINGS,
                    }
                ),
                "pipelineRef",
                "pipelineSpec",
            )
        },
        name=_RUN_NAME,
        rules=(rules.pipeline_run,),
    )
)

TASK_RUN: Final = _with_shared(
    kind(
        {
            "spec": exactly_one(
                record(
                    {
                        **_MANAGER,
                        "computeResources": core("core.v1.ResourceRequirements"),
                        "debug": record(
                            {
                                "breakpoints": record(
                                    {"beforeSteps": TEXTS, "onFailure": choice("enabled")}
                                )
                            }
                        ),
                        "podTemplate": _POD,
                        "retries": number(0),
                        "serviceAccountName": DNS_NAME,
                        "sidecarSpecs": _STEP_SPECS,
                        "status": choice("TaskRunCancelled"),
                        "statusMessage": TEXT,
                        "stepSpecs": _STEP_SPECS,
                        "taskRef": _TASK_REF,
                        "taskSpec": TASK_SPEC,
                        "timeout": DURATION,
                        "workspaces": _BINDINGS,
                    }
                ),
                "taskRef",
                "taskSpec",
            )
        },
        name=_RUN_NAME,
        rules=(rules.task_run,),
    )
)

STEP_ACTION: Final = kind(
    {
        "spec": at_most_one(
            record(
                {
                    "args": TEXTS,
                    "command": TEXTS,
                    "description": TEXT,
                    "env": listing(core("core.v1.EnvVar")),
                    "image": FILLED,
                    "params": PARAM_SPECS,
                    "results": STEP_RESULTS,
                    "script": TEXT,
                    "securityContext": core("core.v1.SecurityContext"),
                    "volumeMounts": listing(core("core.v1.VolumeMount")),
                    "workingDir": TEXT,
                },
                ["image"],
            ),
            "command",
            "script",
        )
    },
    rules=(rules.step_action,),
)
