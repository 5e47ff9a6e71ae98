"""ApplicationSet (argoproj.io/v1alpha1): Applications from git, lists and clusters.

Generators that ask other services are left out: what is deployed is decided by commits.
"""

from __future__ import annotations

from typing import Final

from gitops.schemas.rules import argocd as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    FILLED,
    FLAG,
    SELECTOR,
    TEXT,
    TEXTS,
    Schema,
    choice,
    exactly_one,
    listing,
    mapping,
    number,
    record,
    says,
)
from gitops.schemas.strict.argocd import SPEC
from gitops.schemas.strict.kind import Strict, kind

_META: Final = record(
    {
        "annotations": ANNOTATIONS,
        "finalizers": TEXTS,
        "labels": mapping(TEXT),
        "name": FILLED,
        "namespace": FILLED,
    }
)
_TEMPLATE: Final = record(
    {"metadata": _META, "spec": {"$ref": "#/$defs/spec"}}, ["metadata", "spec"]
)
_VALUES: Final = mapping(TEXT)
_PATHS: Final = listing(record({"exclude": FLAG, "path": FILLED}, ["path"]), least=1)
_OUTSIDE: Final = says(
    {"not": {}}, "asks a service outside git, so a commit would not decide what is deployed"
)
_PLAIN: Final[dict[str, Schema]] = {
    "clusterDecisionResource": _OUTSIDE,
    "clusters": record(
        {"flatList": FLAG, "selector": SELECTOR, "template": _TEMPLATE, "values": _VALUES}
    ),
    "git": exactly_one(
        record(
            {
                "directories": _PATHS,
                "files": _PATHS,
                "pathParamPrefix": TEXT,
                "repoURL": FILLED,
                "requeueAfterSeconds": number(0),
                "revision": FILLED,
                "template": _TEMPLATE,
                "values": _VALUES,
            },
            ["repoURL", "revision"],
        ),
        "directories",
        "files",
    ),
    "list": record(
        {"elements": listing({"type": "object"}), "elementsYaml": TEXT, "template": _TEMPLATE}
    ),
    "plugin": _OUTSIDE,
    "pullRequest": _OUTSIDE,
    "scmProvider": _OUTSIDE,
}
_KNOWN: Final = ("clusters", "git", "list", "matrix", "merge")
_NESTED: Final = listing({"$ref": "#/$defs/generator"}, least=2)
_GENERATOR: Final = exactly_one(
    record(
        {
            **_PLAIN,
            "matrix": record(
                {"generators": {**_NESTED, "maxItems": 2}, "template": _TEMPLATE}, ["generators"]
            ),
            "merge": record(
                {
                    "generators": _NESTED,
                    "mergeKeys": listing(FILLED, least=1),
                    "template": _TEMPLATE,
                },
                ["generators", "mergeKeys"],
            ),
            "selector": SELECTOR,
        }
    ),
    *_KNOWN,
)
_MATCH: Final = record(
    {"key": FILLED, "operator": choice("In", "NotIn"), "values": TEXTS},
    ["key", "operator", "values"],
)

_MADE: Final = kind(
    {
        "spec": record(
            {
                "applyNestedSelectors": FLAG,
                "generators": listing({"$ref": "#/$defs/generator"}, least=1),
                "goTemplate": FLAG,
                "goTemplateOptions": listing(
                    choice("missingkey=default", "missingkey=error", "missingkey=zero"),
                    unique=True,
                ),
                "ignoreApplicationDifferences": listing(
                    record({"jqPathExpressions": TEXTS, "jsonPointers": TEXTS, "name": TEXT})
                ),
                "preservedFields": record({"annotations": TEXTS, "labels": TEXTS}),
                "strategy": record(
                    {
                        "deletionOrder": choice("AllAtOnce", "Reverse"),
                        "rollingSync": record(
                            {
                                "steps": listing(
                                    record(
                                        {
                                            "matchExpressions": listing(_MATCH),
                                            "maxUpdate": {"type": ["integer", "string"]},
                                        }
                                    )
                                )
                            }
                        ),
                        "type": choice("AllAtOnce", "RollingSync"),
                    }
                ),
                "syncPolicy": record(
                    {
                        "applicationsSync": choice(
                            "create-only", "create-update", "create-delete", "sync"
                        ),
                        "preserveResourcesOnDeletion": FLAG,
                    }
                ),
                "template": _TEMPLATE,
                "templatePatch": TEXT,
            },
            ["generators", "template"],
        )
    },
    rules=(rules.application_set,),
)

APPLICATION_SET: Final = Strict(
    {**_MADE.schema, "$defs": {"generator": _GENERATOR, "spec": SPEC}}, _MADE.rules
)
