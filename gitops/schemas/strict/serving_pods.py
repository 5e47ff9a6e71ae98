"""InferenceService: the pods of a component, whose fields stand beside the component's own."""

from __future__ import annotations

from typing import Final

from gitops.schemas.shapes import (
    AMOUNTS,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    FLAG,
    LABELS,
    TEXT,
    TEXTS,
    Schema,
    choice,
    core,
    listing,
    mapping,
    number,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.containers import CONTAINER, RESOURCES

_CONTAINERS: Final = listing(core("core.v1.Container"))
POD: Final[dict[str, Schema]] = {
    "activeDeadlineSeconds": number(1),
    "affinity": core("core.v1.Affinity"),
    "automountServiceAccountToken": FLAG,
    "containers": _CONTAINERS,
    "dnsConfig": core("core.v1.PodDNSConfig"),
    "dnsPolicy": choice("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "enableServiceLinks": FLAG,
    "hostAliases": listing(core("core.v1.HostAlias")),
    "hostIPC": FLAG,
    "hostNetwork": FLAG,
    "hostPID": FLAG,
    "hostUsers": FLAG,
    "hostname": DNS_LABEL,
    "hostnameOverride": TEXT,
    "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
    "initContainers": _CONTAINERS,
    "nodeName": TEXT,
    "nodeSelector": LABELS,
    "os": core("core.v1.PodOS"),
    "overhead": AMOUNTS,
    "preemptionPolicy": choice("Never", "PreemptLowerPriority"),
    "priority": number(),
    "priorityClassName": DNS_NAME,
    "readinessGates": listing(core("core.v1.PodReadinessGate")),
    "resourceClaims": listing(core("core.v1.PodResourceClaim")),
    "resources": RESOURCES,
    "restartPolicy": choice("Always", "OnFailure", "Never"),
    "runtimeClassName": DNS_NAME,
    "schedulerName": TEXT,
    "schedulingGates": listing(core("core.v1.PodSchedulingGate")),
    "securityContext": core("core.v1.PodSecurityContext"),
    "serviceAccount": DNS_NAME,
    "serviceAccountName": DNS_NAME,
    "setHostnameAsFQDN": FLAG,
    "shareProcessNamespace": FLAG,
    "subdomain": DNS_LABEL,
    "terminationGracePeriodSeconds": number(0),
    "tolerations": listing(core("core.v1.Toleration")),
    "topologySpreadConstraints": listing(core("core.v1.TopologySpreadConstraint")),
    "volumes": listing(core("core.v1.Volume")),
}
"""A pod's fields, none of them required: KServe adds what the runtime says."""

WORKER: Final = record({**POD, "pipelineParallelSize": number(1), "tensorParallelSize": number(1)})
_NAMELESS: Final = says(
    {"not": {}}, "is refused by KServe: the container of a model has a name already"
)
_STORED: Final[dict[str, Schema]] = {
    **CONTAINER,
    "confidential": record({"enabled": FLAG, "resourceId": TEXT}, ["enabled"]),
    "protocolVersion": FILLED,
    "runtimeVersion": FILLED,
    "storage": record(
        {"key": TEXT, "parameters": mapping(TEXT), "path": TEXT, "schemaPath": TEXT}
    ),
    "storageUri": FILLED,
}
_FRAMEWORK: Final[dict[str, Schema]] = {**_STORED, "name": _NAMELESS}
_MODEL: Final[dict[str, Schema]] = {
    **_FRAMEWORK,
    "modelFormat": record({"name": FILLED, "version": TEXT}, ["name"]),
    "runtime": DNS_NAME,
}
MODEL: Final = record(_MODEL, ["modelFormat"])
FRAMEWORK: Final = record(_FRAMEWORK)
CANARY_MODEL: Final = record({**_MODEL, "name": DNS_LABEL}, ["modelFormat", "name"])
CANARY_FRAMEWORK: Final = record({**_FRAMEWORK, "name": DNS_LABEL}, ["name"])
"""A canary's, whose container the CRD wants named."""
EXPLAINER: Final = record(
    {
        **CONTAINER,
        "config": mapping(TEXT),
        "runtimeVersion": FILLED,
        "storage": _STORED["storage"],
        "storageUri": _STORED["storageUri"],
        "type": FILLED,
    },
    ["type"],
)
STORAGE_URIS: Final = listing(
    record(
        {"mountPath": says(spelt("^/.*", 255), "must be a path that begins with /"), "uri": FILLED},
        ["uri"],
    ),
    least=1,
)
LOGGED: Final = record(
    {
        "batchInterval": TEXT,
        "batchSize": number(1),
        "marshallerUrl": FILLED,
        "metadataAnnotations": TEXTS,
        "metadataHeaders": TEXTS,
        "mode": choice("all", "request", "response"),
        "storage": record(
            {
                "key": FILLED,
                "parameters": mapping(TEXT),
                "path": TEXT,
                "serviceAccountName": DNS_NAME,
            },
            ["key", "parameters", "path"],
        ),
        "url": FILLED,
    },
    ["mode"],
)
