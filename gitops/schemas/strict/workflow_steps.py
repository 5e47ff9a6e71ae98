"""Argo Workflows: parameters, steps and containers."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.shapes import (
    DNS_NAME,
    FILLED,
    FLAG,
    TEXT,
    Schema,
    at_most_one,
    core,
    listing,
    mapping,
    record,
    spelt,
)
from gitops.schemas.strict.containers import CONTAINER

ARTIFACTS: Final = listing({"$ref": "#/$defs/artifact"})
WHOLE_OR_TEXT: Final[Schema] = {"type": ["integer", "string"]}
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
PARAMETERS: Final = listing(_PARAMETER, most=500)
ARGUMENTS: Final = record({"artifacts": ARTIFACTS, "parameters": listing(_PARAMETER)})
_TEMPLATE_REF: Final = record(
    {"clusterScope": FLAG, "name": DNS_NAME, "template": FILLED}, ["name", "template"]
)
HOOKS: Final = mapping(
    record(
        {
            "arguments": ARGUMENTS,
            "expression": TEXT,
            "template": TEXT,
            "templateRef": _TEMPLATE_REF,
        }
    )
)
STEP: Final[dict[str, Schema]] = {
    "arguments": ARGUMENTS,
    "continueOn": record({"error": FLAG, "failed": FLAG}),
    "hooks": HOOKS,
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
                "count": WHOLE_OR_TEXT,
                "end": WHOLE_OR_TEXT,
                "format": TEXT,
                "start": WHOLE_OR_TEXT,
            }
        ),
        "count",
        "end",
    ),
}
CALLED: Final = ("template", "templateRef", "inline")
USER_CONTAINERS: Final = listing(record({**CONTAINER, "mirrorVolumeMounts": FLAG}, ["name"]))
