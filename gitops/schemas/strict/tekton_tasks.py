"""Tekton: parameters, steps and Tasks, which the other kinds are made of."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.shapes import (
    ANNOTATIONS,
    ANY,
    DNS_LABEL,
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
    record,
    says,
    spelt,
)

_NAME: Final = spelt(syntax.PARAM_NAME)
VALUE: Final = says(
    {
        "type": ["array", "object", "string"],
        "items": TEXT,
        "additionalProperties": TEXT,
    },
    "must be a text, a list of texts or a mapping to texts; quote numbers and true or false",
)
_PARAM: Final = record({"name": _NAME, "value": VALUE}, ["name", "value"])
PARAMS: Final = listing(_PARAM)
_PROPERTIES: Final = mapping(record({"type": choice("string")}))
_TYPE: Final = choice("array", "object", "string")
PARAM_SPECS: Final = listing(
    record(
        {
            "default": VALUE,
            "description": TEXT,
            "enum": TEXTS,
            "name": _NAME,
            "properties": _PROPERTIES,
            "type": _TYPE,
        },
        ["name"],
    )
)
RESULT: Final[dict[str, Schema]] = {
    "description": TEXT,
    "name": spelt(syntax.RESULT_NAME),
    "type": _TYPE,
}
_TYPED_RESULT: Final = {**RESULT, "properties": _PROPERTIES}
STEP_RESULTS: Final = listing(record(_TYPED_RESULT, ["name"]))
_RESULTS: Final = listing(record({**_TYPED_RESULT, "value": VALUE}, ["name"]))
DURATION: Final = spelt(syntax.DURATION)
WHEN: Final = listing(
    record(
        {"cel": FILLED, "input": TEXT, "operator": choice("in", "notin"), "values": TEXTS},
    )
)


def reference(**more: Schema) -> Schema:
    fields: dict[str, Schema] = {
        "apiVersion": TEXT,
        "name": FILLED,
        "params": PARAMS,
        "resolver": DNS_LABEL,
    }
    return exactly_one(record({**fields, **more}), "name", "resolver")


_STEP_REF: Final = exactly_one(
    record(
        {
            "name": FILLED,
            "params": PARAMS,
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
            "params": PARAMS,
            "ref": _STEP_REF,
            "results": STEP_RESULTS,
            "script": TEXT,
            "stderrConfig": record({"path": FILLED}, ["path"]),
            "stdoutConfig": record({"path": FILLED}, ["path"]),
            "timeout": DURATION,
            "when": WHEN,
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
    "params": PARAM_SPECS,
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
TASK_SPEC: Final = record(_TASK_FIELDS, ["steps"])
EMBEDDED_TASK: Final = record(
    {
        **_TASK_FIELDS,
        "apiVersion": TEXT,
        "kind": TEXT,
        "metadata": record({"annotations": ANNOTATIONS, "labels": LABELS}),
        "spec": ANY,
    }
)
