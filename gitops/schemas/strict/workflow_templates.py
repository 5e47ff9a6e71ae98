"""Argo Workflows: the steps of a workflow, and the pods they run in."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.shapes import (
    ANNOTATIONS,
    ANY,
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
from gitops.schemas.strict.artifacts import LABELS, LOCATION, META
from gitops.schemas.strict.containers import CONTAINER, RESOURCES
from gitops.schemas.strict.workflow_steps import (
    ARTIFACTS,
    CALLED,
    PARAMETERS,
    STEP,
    USER_CONTAINERS,
    WHOLE_OR_TEXT,
)

_RETRY: Final = record(
    {
        "affinity": record({"nodeAntiAffinity": record({})}),
        "backoff": record(
            {
                "cap": TEXT,
                "duration": TEXT,
                "factor": WHOLE_OR_TEXT,
                "maxDuration": TEXT,
            }
        ),
        "expression": TEXT,
        "limit": WHOLE_OR_TEXT,
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
POD: Final[dict[str, Schema]] = {
    "affinity": core("core.v1.Affinity"),
    "automountServiceAccountToken": FLAG,
    "executor": record({"serviceAccountName": DNS_NAME}),
    "hostAliases": listing(core("core.v1.HostAlias")),
    "metrics": _METRICS,
    "nodeSelector": LABELS,
    "parallelism": number(1),
    "podResources": RESOURCES,
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
TYPES: Final[dict[str, Schema]] = {
    "container": record(CONTAINER, ["image"]),
    "containerSet": record(
        {
            "containers": listing(
                record({**CONTAINER, "dependencies": TEXTS}, ["name", "image"]), least=1
            ),
            "retryStrategy": record({"duration": TEXT, "retries": WHOLE_OR_TEXT}, ["retries"]),
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
                    record({**STEP, "dependencies": TEXTS, "depends": TEXT}, ["name"]), *CALLED
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
    "script": record({**CONTAINER, "source": TEXT}, ["image", "source"]),
    "steps": listing(listing(exactly_one(record(STEP, ["name"]), *CALLED)), least=1),
    "suspend": record({"duration": TEXT}),
}
TEMPLATE: Final[dict[str, Schema]] = {
    **POD,
    **TYPES,
    "activeDeadlineSeconds": WHOLE_OR_TEXT,
    "annotations": ANNOTATIONS,
    "archiveLocation": LOCATION,
    "daemon": FLAG,
    "failFast": FLAG,
    "initContainers": USER_CONTAINERS,
    "inputs": record({"artifacts": ARTIFACTS, "parameters": PARAMETERS}),
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
            "artifacts": ARTIFACTS,
            "exitCode": TEXT,
            "parameters": PARAMETERS,
            "result": TEXT,
        }
    ),
    "pendingTimeout": TEXT,
    "priorityClassName": DNS_NAME,
    "sidecars": USER_CONTAINERS,
    "timeout": TEXT,
}
