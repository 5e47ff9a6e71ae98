"""InferenceService (serving.kserve.io/v1beta1), as KServe 0.15 to 0.20 read it."""

from __future__ import annotations

from typing import Final

from gitops.schemas.rules import serving as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_1035,
    FILLED,
    LABELS,
    TEXT,
    Schema,
    choice,
    core,
    listing,
    number,
    record,
    says,
)
from gitops.schemas.strict.kind import kind
from gitops.schemas.strict.serving_pods import (
    CANARY_FRAMEWORK,
    CANARY_MODEL,
    EXPLAINER,
    FRAMEWORK,
    LOGGED,
    MODEL,
    POD,
    STORAGE_URIS,
    WORKER,
)

_AMOUNT: Final[Schema] = {"type": ["integer", "string"]}
_MEASURE: Final = choice("Utilization", "Value", "AverageValue")
_TARGET: Final = record(
    {
        "averageUtilization": number(1),
        "averageValue": _AMOUNT,
        "type": _MEASURE,
        "value": _AMOUNT,
    },
    ["type"],
)
_METRIC: Final = record(
    {
        "external": record(
            {
                "authenticationRef": record(
                    {"authModes": TEXT, "authenticationRef": record({"name": FILLED}, ["name"])},
                    ["authenticationRef"],
                ),
                "metric": record(
                    {
                        "backend": choice("prometheus", "graphite"),
                        "namespace": TEXT,
                        "query": TEXT,
                        "serverAddress": TEXT,
                    },
                    ["backend"],
                ),
                "target": _TARGET,
            },
            ["metric", "target"],
        ),
        "podmetric": record(
            {
                "metric": record(
                    {
                        "backend": choice("opentelemetry"),
                        "metricNames": listing(FILLED),
                        "operationOverTime": TEXT,
                        "query": TEXT,
                        "serverAddress": TEXT,
                    },
                    ["backend"],
                ),
                "target": _TARGET,
            },
            ["metric", "target"],
        ),
        "resource": record(
            {"name": choice("cpu", "memory"), "target": _TARGET}, ["name", "target"]
        ),
        "type": choice("Resource", "External", "PodMetric"),
    },
    ["type"],
)
_COMPONENT: Final[dict[str, Schema]] = {
    **POD,
    "annotations": ANNOTATIONS,
    "autoScaling": record(
        {
            "behavior": core("autoscaling.v2.HorizontalPodAutoscalerBehavior"),
            "metrics": listing(_METRIC),
        }
    ),
    "batcher": record({"maxBatchSize": number(1), "maxLatency": number(1), "timeout": number(1)}),
    "canaryTrafficPercent": number(0, 100),
    "containerConcurrency": number(0),
    "deploymentStrategy": core("apps.v1.DeploymentStrategy"),
    "labels": LABELS,
    "logger": LOGGED,
    "maxReplicas": number(0),
    "minReplicas": number(0),
    "scaleMetric": choice("cpu", "memory", "concurrency", "rps"),
    "scaleMetricType": _MEASURE,
    "scaleTarget": number(1),
    "storageUris": STORAGE_URIS,
    "timeout": number(0),
}
_PREDICTOR: Final[dict[str, Schema]] = {
    **_COMPONENT,
    **dict.fromkeys(rules.FRAMEWORKS, FRAMEWORK),
    "model": MODEL,
    "name": DNS_1035,
    "storageContainerName": TEXT,
    "workerSpec": WORKER,
}
_CANARY: Final = record(
    {
        **_PREDICTOR,
        **dict.fromkeys(rules.FRAMEWORKS, CANARY_FRAMEWORK),
        "model": CANARY_MODEL,
        "workerSpec": says({"not": {}}, "is refused by KServe: a canary has one node"),
    },
    ["name"],
)
INFERENCE_SERVICE: Final = kind(
    {
        "spec": record(
            {
                "canary": listing(
                    record(
                        {"predictor": _CANARY, "trafficPercent": number(0, 100)},
                        ["predictor", "trafficPercent"],
                    )
                ),
                "explainer": record({**_COMPONENT, "art": EXPLAINER}),
                "predictor": record(_PREDICTOR),
                "transformer": record(_COMPONENT),
            },
            ["predictor"],
        )
    },
    name=DNS_1035,
    rules=(rules.inference_service,),
)
