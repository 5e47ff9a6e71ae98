"""Argo Workflows (argoproj.io/v1alpha1), release 4: templates, runs and schedules."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import workflows as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    ANY,
    DNS_NAME,
    FILLED,
    FLAG,
    SELECTOR,
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
    spelt,
)
from gitops.schemas.strict.artifacts import ARTIFACT, GC, LABELS, LOCATION, META
from gitops.schemas.strict.kind import Strict, kind

_ARTIFACTS: Final = listing({"$ref": "#/$defs/artifact"})
_WHOLE_OR_TEXT: Final[Schema] = {"type": ["integer", "string"]}
_SCALAR: Final[Schema] = {"type": "string"}
_PARAMETER: Final = record(
    {
        "default": _SCALAR,
        "description": TEXT,
        "enum": listing(TEXT, least=1),
        "globalName": TEXT,
        "name": spelt(syntax.TASK_NAME),
        "value": _SCALAR,
        "valueFrom": record(
            {
                "configMapKeyRef": core("core.v1.ConfigMapKeySelector"),
                "default": TEXT,
                "event": TEXT,
                "expression": TEXT,
                "jqFilter": TEXT,
                "jsonPath": TEXT,
                "parameter": TEXT,
                "path": TEXT,
                "supplied": record({}),
            }
        ),
    },
    ["name"],
)
_PARAMETERS: Final = listing(_PARAMETER, most=500)
_ARGUMENTS: Final = record({"artifacts": _ARTIFACTS, "parameters": listing(_PARAMETER)})
_TEMPLATE_REF: Final = record(
    {"clusterScope": FLAG, "name": DNS_NAME, "template": FILLED}, ["name", "template"]
)
_HOOKS: Final = mapping(
    record(
        {
            "arguments": _ARGUMENTS,
            "expression": TEXT,
            "template": TEXT,
            "templateRef": _TEMPLATE_REF,
        }
    )
)
_STEP: Final[dict[str, Schema]] = {
    "arguments": _ARGUMENTS,
    "continueOn": record({"error": FLAG, "failed": FLAG}),
    "hooks": _HOOKS,
    "inline": {"$ref": "#/$defs/template"},
    "name": spelt(syntax.TASK_NAME, 128),
    "onExit": TEXT,
    "template": FILLED,
    "templateRef": _TEMPLATE_REF,
    "when": TEXT,
    "withItems": {"type": "array"},
    "withParam": TEXT,
    "withSequence": at_most_one(
        record(
            {
                "count": _WHOLE_OR_TEXT,
                "end": _WHOLE_OR_TEXT,
                "format": TEXT,
                "start": _WHOLE_OR_TEXT,
            }
        ),
        "count",
        "end",
    ),
}
_CALLED: Final = ("template", "templateRef", "inline")
_RESOURCES: Final = core("core.v1.ResourceRequirements")
_CONTAINER: Final[dict[str, Schema]] = {
    "args": TEXTS,
    "command": TEXTS,
    "env": listing(core("core.v1.EnvVar")),
    "envFrom": listing(core("core.v1.EnvFromSource")),
    "image": FILLED,
    "imagePullPolicy": choice("Always", "IfNotPresent", "Never"),
    "lifecycle": core("core.v1.Lifecycle"),
    "livenessProbe": core("core.v1.Probe"),
    "name": TEXT,
    "ports": listing(core("core.v1.ContainerPort")),
    "readinessProbe": core("core.v1.Probe"),
    "resizePolicy": listing(core("core.v1.ContainerResizePolicy")),
    "resources": _RESOURCES,
    "restartPolicy": choice("Always", "OnFailure", "Never"),
    "restartPolicyRules": listing(
        record(
            {
                "action": FILLED,
                "exitCodes": record(
                    {
                        "operator": choice("In", "NotIn"),
                        "values": listing(number(0, 255), unique=True),
                    },
                    ["operator"],
                ),
            },
            ["action"],
        )
    ),
    "securityContext": core("core.v1.SecurityContext"),
    "startupProbe": core("core.v1.Probe"),
    "stdin": FLAG,
    "stdinOnce": FLAG,
    "terminationMessagePath": TEXT,
    "terminationMessagePolicy": choice("File", "FallbackToLogsOnError"),
    "tty": FLAG,
    "volumeDevices": listing(core("core.v1.VolumeDevice")),
    "volumeMounts": listing(core("core.v1.VolumeMount")),
    "workingDir": TEXT,
}
_USER_CONTAINERS: Final = listing(record({**_CONTAINER, "mirrorVolumeMounts": FLAG}, ["name"]))
_RETRY: Final = record(
    {
        "affinity": record({"nodeAntiAffinity": record({})}),
        "backoff": record(
            {
                "cap": TEXT,
                "duration": TEXT,
                "factor": _WHOLE_OR_TEXT,
                "maxDuration": TEXT,
            }
        ),
        "expression": TEXT,
        "limit": _WHOLE_OR_TEXT,
        "retryPolicy": choice("Always", "OnFailure", "OnError", "OnTransientError"),
    }
)
_METRICS: Final = record(
    {
        "prometheus": listing(
            exactly_one(
                record(
                    {
                        "counter": record({"value": FILLED}, ["value"]),
                        "gauge": record(
                            {
                                "operation": choice("Set", "Add", "Sub"),
                                "realtime": FLAG,
                                "value": {**FILLED, "maxLength": 256},
                            },
                            ["realtime", "value"],
                        ),
                        "help": FILLED,
                        "histogram": record(
                            {"buckets": listing({"type": "number"}), "value": FILLED},
                            ["buckets", "value"],
                        ),
                        "labels": listing(
                            record({"key": spelt(syntax.C_NAME), "value": TEXT}, ["key", "value"])
                        ),
                        "name": spelt(syntax.C_NAME),
                        "when": TEXT,
                    },
                    ["help", "name"],
                ),
                "counter",
                "gauge",
                "histogram",
            ),
            most=100,
        )
    },
    ["prometheus"],
)
_SYNC: Final = record(
    {
        "mutexes": listing(record({"database": FLAG, "name": FILLED, "namespace": TEXT}, ["name"])),
        "semaphores": listing(
            exactly_one(
                record(
                    {
                        "configMapKeyRef": core("core.v1.ConfigMapKeySelector"),
                        "database": record({"key": FILLED}, ["key"]),
                        "namespace": TEXT,
                    }
                ),
                "configMapKeyRef",
                "database",
            )
        ),
    }
)
_CLAIMS: Final = listing(core("core.v1.PodResourceClaim"))
_POD: Final[dict[str, Schema]] = {
    "affinity": core("core.v1.Affinity"),
    "automountServiceAccountToken": FLAG,
    "executor": record({"serviceAccountName": DNS_NAME}),
    "hostAliases": listing(core("core.v1.HostAlias")),
    "metrics": _METRICS,
    "nodeSelector": LABELS,
    "parallelism": number(1),
    "podResources": _RESOURCES,
    "podSpecPatch": TEXT,
    "resourceClaims": _CLAIMS,
    "retryStrategy": _RETRY,
    "schedulerName": TEXT,
    "securityContext": core("core.v1.PodSecurityContext"),
    "serviceAccountName": TEXT,
    "synchronization": _SYNC,
    "tolerations": listing(core("core.v1.Toleration")),
    "volumes": listing(core("core.v1.Volume")),
}
_RESOURCE: Final = at_most_one(
    record(
        {
            "action": choice("get", "create", "apply", "delete", "replace", "patch"),
            "failureCondition": TEXT,
            "flags": TEXTS,
            "manifest": TEXT,
            "manifestFrom": record({"artifact": {"$ref": "#/$defs/artifact"}}, ["artifact"]),
            "mergeStrategy": choice("strategic", "merge", "json"),
            "setOwnerReference": FLAG,
            "successCondition": TEXT,
        },
        ["action"],
    ),
    "manifest",
    "manifestFrom",
)
_HTTP: Final = record(
    {
        "body": TEXT,
        "bodyFrom": record({"bytes": TEXT}),
        "headers": listing(
            record(
                {
                    "name": FILLED,
                    "value": TEXT,
                    "valueFrom": record({"secretKeyRef": core("core.v1.SecretKeySelector")}),
                },
                ["name"],
            )
        ),
        "insecureSkipVerify": FLAG,
        "method": choice("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        "successCondition": TEXT,
        "timeoutSeconds": number(0),
        "url": FILLED,
    },
    ["url"],
)
_TYPES: Final[dict[str, Schema]] = {
    "container": record(_CONTAINER, ["image"]),
    "containerSet": record(
        {
            "containers": listing(
                record({**_CONTAINER, "dependencies": TEXTS}, ["name", "image"]), least=1
            ),
            "retryStrategy": record({"duration": TEXT, "retries": _WHOLE_OR_TEXT}, ["retries"]),
            "volumeMounts": listing(core("core.v1.VolumeMount")),
        },
        ["containers"],
    ),
    "dag": record(
        {
            "failFast": FLAG,
            "target": TEXT,
            "tasks": listing(
                exactly_one(
                    record({**_STEP, "dependencies": TEXTS, "depends": TEXT}, ["name"]), *_CALLED
                ),
                least=1,
                most=200,
            ),
        },
        ["tasks"],
    ),
    "data": record(
        {
            "source": record({"artifactPaths": {"$ref": "#/$defs/artifact"}}, ["artifactPaths"]),
            "transformation": listing(record({"expression": FILLED}, ["expression"])),
        },
        ["source", "transformation"],
    ),
    "http": _HTTP,
    "plugin": ANY,
    "resource": _RESOURCE,
    "script": record({**_CONTAINER, "source": TEXT}, ["image", "source"]),
    "steps": listing(listing(exactly_one(record(_STEP, ["name"]), *_CALLED)), least=1),
    "suspend": record({"duration": TEXT}),
}
_TEMPLATE: Final[dict[str, Schema]] = {
    **_POD,
    **_TYPES,
    "activeDeadlineSeconds": _WHOLE_OR_TEXT,
    "annotations": ANNOTATIONS,
    "archiveLocation": LOCATION,
    "daemon": FLAG,
    "failFast": FLAG,
    "initContainers": _USER_CONTAINERS,
    "inputs": record({"artifacts": _ARTIFACTS, "parameters": _PARAMETERS}),
    "memoize": record(
        {
            "cache": record({"configMap": core("core.v1.ConfigMapKeySelector")}, ["configMap"]),
            "key": FILLED,
            "maxAge": TEXT,
        },
        ["cache", "key", "maxAge"],
    ),
    "metadata": META,
    "name": spelt(syntax.TASK_NAME, 128),
    "outputs": record(
        {
            "artifacts": _ARTIFACTS,
            "exitCode": TEXT,
            "parameters": _PARAMETERS,
            "result": TEXT,
        }
    ),
    "pendingTimeout": TEXT,
    "priorityClassName": DNS_NAME,
    "sidecars": _USER_CONTAINERS,
    "timeout": TEXT,
}
_WORKFLOW: Final[dict[str, Schema]] = {
    **_POD,
    "activeDeadlineSeconds": number(0),
    "archiveLogs": FLAG,
    "arguments": _ARGUMENTS,
    "artifactGC": record({**GC, "forceFinalizerRemoval": FLAG, "podSpecPatch": TEXT}),
    "artifactRepositoryRef": record({"configMap": TEXT, "key": TEXT}),
    "dnsConfig": core("core.v1.PodDNSConfig"),
    "dnsPolicy": choice("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "entrypoint": FILLED,
    "hooks": _HOOKS,
    "hostNetwork": FLAG,
    "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
    "onExit": FILLED,
    "podDisruptionBudget": core("policy.v1.PodDisruptionBudgetSpec"),
    "podGC": record(
        {
            "deleteDelayDuration": TEXT,
            "labelSelector": SELECTOR,
            "strategy": choice(
                "", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"
            ),
        }
    ),
    "podMetadata": META,
    "podPriorityClassName": DNS_NAME,
    "priority": number(-(2**31), 2**31 - 1),
    "shutdown": choice("Stop", "Terminate"),
    "suspend": FLAG,
    "templateDefaults": record(_TEMPLATE),
    "templates": listing({"$ref": "#/$defs/template", "required": ["name"]}, most=200),
    "ttlStrategy": record(
        {
            "secondsAfterCompletion": number(0),
            "secondsAfterFailure": number(0),
            "secondsAfterSuccess": number(0),
        }
    ),
    "volumeClaimGC": record({"strategy": choice("OnWorkflowCompletion", "OnWorkflowSuccess")}),
    "volumeClaimTemplates": listing(core("core.v1.PersistentVolumeClaim")),
    "workflowMetadata": record(
        {
            "annotations": ANNOTATIONS,
            "labels": LABELS,
            "labelsFrom": mapping(record({"expression": FILLED}, ["expression"])),
        }
    ),
    "workflowTemplateRef": record({"clusterScope": FLAG, "name": DNS_NAME}, ["name"]),
}
_SPEC: Final = record(_WORKFLOW)
_DEFS: Final[dict[str, Schema]] = {
    "artifact": ARTIFACT,
    "template": exactly_one(record(_TEMPLATE), *_TYPES),
}


def _with_defs(made: Strict) -> Strict:
    return Strict({**made.schema, "$defs": _DEFS}, made.rules)


_SHORT_NAME: Final = spelt(syntax.DNS_SUBDOMAIN, 63)

WORKFLOW_TEMPLATE: Final = _with_defs(kind({"spec": _SPEC}, rules=(rules.template,)))
CLUSTER_WORKFLOW_TEMPLATE: Final = _with_defs(
    kind({"spec": _SPEC}, namespaced=False, rules=(rules.template,))
)
WORKFLOW: Final = _with_defs(kind({"spec": _SPEC}, name=_SHORT_NAME, rules=(rules.workflow,)))
CRON_WORKFLOW: Final = _with_defs(
    kind(
        {
            "spec": record(
                {
                    "concurrencyPolicy": choice("Allow", "Forbid", "Replace"),
                    "failedJobsHistoryLimit": number(0),
                    "schedules": listing(spelt(syntax.CRON), least=1, unique=True),
                    "startingDeadlineSeconds": number(0),
                    "stopStrategy": record({"expression": FILLED}, ["expression"]),
                    "successfulJobsHistoryLimit": number(0),
                    "suspend": FLAG,
                    "timezone": FILLED,
                    "when": TEXT,
                    "workflowMetadata": META,
                    "workflowSpec": _SPEC,
                },
                ["schedules", "workflowSpec"],
            )
        },
        name=spelt(syntax.DNS_SUBDOMAIN, 52),
        rules=(rules.cron,),
    )
)
