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
    ANY,
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
    mapping,
    number,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.kind import Strict, kind

_NAME: Final = spelt(syntax.PARAM_NAME)
_VALUE: Final = says(
    {
        "type": ["array", "object", "string"],
        "items": TEXT,
        "additionalProperties": TEXT,
    },
    "must be a text, a list of texts or a mapping to texts; quote numbers and true or false",
)
_PARAM: Final = record({"name": _NAME, "value": _VALUE}, ["name", "value"])
_PARAMS: Final = listing(_PARAM)
_PROPERTIES: Final = mapping(record({"type": choice("string")}))
_TYPE: Final = choice("array", "object", "string")
_PARAM_SPECS: Final = listing(
    record(
        {
            "default": _VALUE,
            "description": TEXT,
            "enum": TEXTS,
            "name": _NAME,
            "properties": _PROPERTIES,
            "type": _TYPE,
        },
        ["name"],
    )
)
_RESULT: Final[dict[str, Schema]] = {
    "description": TEXT,
    "name": spelt(syntax.RESULT_NAME),
    "type": _TYPE,
}
_TYPED_RESULT: Final = {**_RESULT, "properties": _PROPERTIES}
_STEP_RESULTS: Final = listing(record(_TYPED_RESULT, ["name"]))
_RESULTS: Final = listing(record({**_TYPED_RESULT, "value": _VALUE}, ["name"]))
_DURATION: Final = spelt(syntax.DURATION)
_WHEN: Final = listing(
    record(
        {"cel": FILLED, "input": TEXT, "operator": choice("in", "notin"), "values": TEXTS},
    )
)


def _reference(**more: Schema) -> Schema:
    fields: dict[str, Schema] = {
        "apiVersion": TEXT,
        "name": FILLED,
        "params": _PARAMS,
        "resolver": DNS_LABEL,
    }
    return exactly_one(record({**fields, **more}), "name", "resolver")


_STEP_REF: Final = exactly_one(
    record(
        {
            "name": FILLED,
            "params": _PARAMS,
            "resolver": DNS_LABEL,
        }
    ),
    "name",
    "resolver",
)
_MOUNTED: Final = listing(record({"mountPath": FILLED, "name": FILLED}, ["name", "mountPath"]))
_CONTAINER: Final[dict[str, Schema]] = {
    "args": TEXTS,
    "command": TEXTS,
    "computeResources": core("core.v1.ResourceRequirements"),
    "env": listing(core("core.v1.EnvVar")),
    "envFrom": listing(core("core.v1.EnvFromSource")),
    "image": TEXT,
    "imagePullPolicy": choice("Always", "IfNotPresent", "Never"),
    "securityContext": core("core.v1.SecurityContext"),
    "volumeDevices": listing(core("core.v1.VolumeDevice")),
    "volumeMounts": listing(core("core.v1.VolumeMount")),
    "workingDir": TEXT,
}
_STEP: Final = at_most_one(
    record(
        {
            **_CONTAINER,
            "displayName": TEXT,
            "name": DNS_LABEL,
            "onError": choice("continue", "stopAndFail"),
            "params": _PARAMS,
            "ref": _STEP_REF,
            "results": _STEP_RESULTS,
            "script": TEXT,
            "stderrConfig": record({"path": FILLED}, ["path"]),
            "stdoutConfig": record({"path": FILLED}, ["path"]),
            "timeout": _DURATION,
            "when": _WHEN,
            "workspaces": _MOUNTED,
        },
        ["name"],
    ),
    "command",
    "ref",
    "script",
)
_SIDECAR: Final = record(
    {
        **_CONTAINER,
        "lifecycle": core("core.v1.Lifecycle"),
        "livenessProbe": core("core.v1.Probe"),
        "name": DNS_LABEL,
        "ports": listing(core("core.v1.ContainerPort")),
        "readinessProbe": core("core.v1.Probe"),
        "restartPolicy": choice("Always"),
        "script": TEXT,
        "startupProbe": core("core.v1.Probe"),
        "stdin": FLAG,
        "stdinOnce": FLAG,
        "terminationMessagePath": TEXT,
        "terminationMessagePolicy": choice("File", "FallbackToLogsOnError"),
        "tty": FLAG,
        "workspaces": _MOUNTED,
    },
    ["name"],
)
_TASK_FIELDS: Final[dict[str, Schema]] = {
    "description": TEXT,
    "displayName": TEXT,
    "params": _PARAM_SPECS,
    "results": _RESULTS,
    "sidecars": listing(_SIDECAR),
    "stepTemplate": record(_CONTAINER),
    "steps": listing(_STEP, least=1),
    "volumes": listing(core("core.v1.Volume")),
    "workspaces": listing(
        record(
            {
                "description": TEXT,
                "mountPath": TEXT,
                "name": FILLED,
                "optional": FLAG,
                "readOnly": FLAG,
            },
            ["name"],
        )
    ),
}
_TASK_SPEC: Final = record(_TASK_FIELDS, ["steps"])
_EMBEDDED_TASK: Final = record(
    {
        **_TASK_FIELDS,
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": record({"annotations": ANNOTATIONS, "labels": LABELS}),
        "spec": ANY,
    }
)
_TASK_REF: Final = _reference(kind=FILLED)
_PIPELINE_TASK: Final = exactly_one(
    record(
        {
            "description": TEXT,
            "displayName": TEXT,
            "matrix": record(
                {
                    "include": listing(record({"name": TEXT, "params": _PARAMS})),
                    "params": _PARAMS,
                }
            ),
            "name": DNS_LABEL,
            "onError": choice("continue", "stopAndFail"),
            "params": _PARAMS,
            "pipelineRef": _reference(),
            "pipelineSpec": {"$ref": "#/$defs/pipeline"},
            "retries": number(0),
            "runAfter": TEXTS,
            "taskRef": _TASK_REF,
            "taskSpec": {"$ref": "#/$defs/task"},
            "timeout": _DURATION,
            "when": _WHEN,
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
        "params": _PARAM_SPECS,
        "results": listing(record({**_RESULT, "value": _VALUE}, ["name", "value"])),
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
_MANAGER: Final[dict[str, Schema]] = {"managedBy": FILLED, "params": _PARAMS}
_SHARED: Final = {"task": _EMBEDDED_TASK, "pipeline": _PIPELINE_SPEC}


def _with_shared(made: Strict) -> Strict:
    return Strict({**made.schema, "$defs": _SHARED}, made.rules)


TASK: Final = kind({"spec": _TASK_SPEC}, rules=(rules.task,))
PIPELINE: Final = _with_shared(kind({"spec": _PIPELINE_SPEC}, rules=(rules.pipeline,)))
_RUN_NAME: Final = spelt(syntax.DNS_SUBDOMAIN, 63)

PIPELINE_RUN: Final = _with_shared(
    kind(
        {
            "spec": exactly_one(
                record(
                    {
                        **_MANAGER,
                        "pipelineRef": _reference(),
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
                                    "timeout": _DURATION,
                                },
                                ["pipelineTaskName"],
                            )
                        ),
                        "taskRunTemplate": record(
                            {"podTemplate": _POD, "serviceAccountName": DNS_NAME}
                        ),
                        "timeouts": record(
                            {"finally": _DURATION, "pipeline": _DURATION, "tasks": _DURATION}
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
                        "taskSpec": _TASK_SPEC,
                        "timeout": _DURATION,
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
                    "params": _PARAM_SPECS,
                    "results": _STEP_RESULTS,
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
