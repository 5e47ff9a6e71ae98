"""Katib Experiment (kubeflow.org/v1beta1): its CRD accepts anything at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import Document
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    FLAG,
    LABELS,
    TEXT,
    TEXTS,
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
from gitops.schemas.violation import Violation

_NUMBER: Final = {"type": "number"}
_NUMBER_TEXT: Final = says(
    spelt(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"),
    'must be a number in quotes, as "0.01"',
)
_SETTINGS: Final = listing(record({"name": FILLED, "value": TEXT}, ["name", "value"]))
_ALGORITHM: Final = record({"algorithmName": FILLED, "algorithmSettings": _SETTINGS})
_SPACE: Final = record(
    {
        "distribution": choice("uniform", "logUniform", "normal", "logNormal"),
        "list": TEXTS,
        "max": _NUMBER_TEXT,
        "min": _NUMBER_TEXT,
        "step": _NUMBER_TEXT,
    }
)
_PARAMETERS: Final = listing(
    record(
        {
            "feasibleSpace": _SPACE,
            "name": FILLED,
            "parameterType": choice("double", "int", "discrete", "categorical"),
        },
        ["name", "parameterType", "feasibleSpace"],
    ),
    least=1,
)
_HTTP: Final = record(
    {
        "host": TEXT,
        "httpHeaders": listing(record({"name": FILLED, "value": TEXT}, ["name", "value"])),
        "path": TEXT,
        "port": {"type": ["integer", "string"]},
        "scheme": choice("HTTP", "HTTPS"),
    },
    ["port"],
)
_COLLECTOR: Final = record(
    {
        "collector": record(
            {
                "customCollector": core("core.v1.Container"),
                "kind": choice(
                    "StdOut",
                    "File",
                    "TensorFlowEvent",
                    "PrometheusMetric",
                    "Custom",
                    "None",
                    "Push",
                ),
            },
            ["kind"],
        ),
        "source": record(
            {
                "fileSystemPath": record(
                    {
                        "format": choice("TEXT", "JSON"),
                        "kind": choice("File", "Directory"),
                        "path": FILLED,
                    }
                ),
                "filter": record({"metricsFormat": TEXTS}),
                "httpGet": _HTTP,
            }
        ),
    }
)
_TRIAL: Final = exactly_one(
    record(
        {
            "configMap": record(
                {
                    "configMapName": DNS_NAME,
                    "configMapNamespace": DNS_LABEL,
                    "templatePath": FILLED,
                },
                ["configMapName", "configMapNamespace", "templatePath"],
            ),
            "failureCondition": FILLED,
            "primaryContainerName": DNS_LABEL,
            "primaryPodLabels": LABELS,
            "retain": FLAG,
            "successCondition": FILLED,
            "trialParameters": listing(
                record(
                    {"description": TEXT, "name": FILLED, "reference": FILLED},
                    ["name", "reference"],
                ),
                least=1,
            ),
            "trialSpec": {
                "type": "object",
                "properties": {
                    "apiVersion": FILLED,
                    "kind": FILLED,
                    "metadata": record({"annotations": ANNOTATIONS, "labels": LABELS}),
                    "spec": {"type": "object"},
                },
                "required": ["apiVersion", "kind", "spec"],
                "if": {
                    "properties": {"apiVersion": {"const": "batch/v1"}, "kind": {"const": "Job"}}
                },
                "then": {"properties": {"spec": core("batch.v1.JobSpec")}},
            },
        },
        ["trialParameters", "primaryContainerName"],
    ),
    "trialSpec",
    "configMap",
)


def _rules(document: Document) -> Iterator[Violation]:
    spec = document["spec"]
    names: set[str] = set()
    for index, parameter in enumerate(spec.get("parameters", ())):
        where = ("spec", "parameters", index)
        if parameter["name"] in names:
            yield Violation((*where, "name"), f'"{parameter["name"]}" stands here twice')
        names.add(parameter["name"])
        ranged = parameter["parameterType"] in {"double", "int"}
        wanted = ("min", "max") if ranged else ("list",)
        for field in wanted:
            if field not in parameter["feasibleSpace"]:
                yield Violation(
                    (*where, "feasibleSpace"),
                    f"a parameter of type {parameter['parameterType']} needs {field}",
                )
    for index, item in enumerate(spec["trialTemplate"]["trialParameters"]):
        if names and item["reference"] not in names and not item["reference"].startswith("$"):
            yield Violation(
                ("spec", "trialTemplate", "trialParameters", index, "reference"),
                f'no parameter is named "{item["reference"]}"',
            )


EXPERIMENT: Final = kind(
    {
        "spec": record(
            {
                "algorithm": _ALGORITHM,
                "earlyStopping": _ALGORITHM,
                "maxFailedTrialCount": number(0),
                "maxTrialCount": number(1),
                "metricsCollectorSpec": _COLLECTOR,
                "nasConfig": record(
                    {
                        "graphConfig": record(
                            {
                                "inputSizes": listing(number()),
                                "numLayers": number(1),
                                "outputSizes": listing(number()),
                            }
                        ),
                        "operations": listing(
                            record({"operationType": FILLED, "parameters": _PARAMETERS})
                        ),
                    }
                ),
                "objective": record(
                    {
                        "additionalMetricNames": TEXTS,
                        "goal": _NUMBER,
                        "metricStrategies": listing(
                            record(
                                {"name": FILLED, "value": choice("min", "max", "latest")},
                                ["name", "value"],
                            )
                        ),
                        "objectiveMetricName": FILLED,
                        "type": choice("minimize", "maximize"),
                    },
                    ["type", "objectiveMetricName"],
                ),
                "parallelTrialCount": number(1),
                "parameters": _PARAMETERS,
                "resumePolicy": choice("Never", "LongRunning", "FromVolume"),
                "trialTemplate": _TRIAL,
            },
            ["objective", "algorithm", "trialTemplate"],
        )
    },
    name=spelt(syntax.DNS_1035, 40),
    rules=(_rules,),
)
