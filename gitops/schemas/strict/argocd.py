"""Application (argoproj.io/v1alpha1), in release 3.5 of Argo CD."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import argocd as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_NAME,
    FILLED,
    FLAG,
    LABELS,
    TEXT,
    TEXTS,
    Schema,
    at_most_one,
    exactly_one,
    listing,
    mapping,
    number,
    record,
    spelt,
)
from gitops.schemas.strict.appproject import DESTINATION, DURATION
from gitops.schemas.strict.kind import kind

_VARIABLES: Final = listing(
    record({"code": FLAG, "name": FILLED, "value": TEXT}, ["name", "value"])
)
_DIRECTORY: Final = record(
    {
        "disableExtensionFilter": FLAG,
        "exclude": TEXT,
        "include": TEXT,
        "jsonnet": record({"extVars": _VARIABLES, "libs": TEXTS, "tlas": _VARIABLES}),
        "recurse": FLAG,
    }
)
_HELM: Final = record(
    {
        "apiVersions": TEXTS,
        "fileParameters": listing(record({"name": TEXT, "path": TEXT})),
        "ignoreMissingValueFiles": FLAG,
        "kubeVersion": TEXT,
        "namespace": TEXT,
        "parameters": listing(record({"forceString": FLAG, "name": TEXT, "value": TEXT})),
        "passCredentials": FLAG,
        "releaseName": TEXT,
        "skipCrds": FLAG,
        "skipSchemaValidation": FLAG,
        "skipTests": FLAG,
        "valueFiles": TEXTS,
        "values": TEXT,
        "valuesObject": {"type": "object"},
        "version": TEXT,
    }
)
_KUSTOMIZE: Final = record(
    {
        "apiVersions": TEXTS,
        "commonAnnotations": ANNOTATIONS,
        "commonAnnotationsEnvsubst": FLAG,
        "commonLabels": mapping(TEXT, spelt(syntax.LABEL_KEY)),
        "components": TEXTS,
        "forceCommonAnnotations": FLAG,
        "forceCommonLabels": FLAG,
        "ignoreMissingComponents": FLAG,
        "images": TEXTS,
        "kubeVersion": TEXT,
        "labelIncludeTemplates": FLAG,
        "labelWithoutSelector": FLAG,
        "namePrefix": TEXT,
        "nameSuffix": TEXT,
        "namespace": TEXT,
        "patches": listing(
            exactly_one(
                record(
                    {
                        "options": mapping(FLAG),
                        "patch": FILLED,
                        "path": FILLED,
                        "target": record(
                            {
                                "annotationSelector": TEXT,
                                "group": TEXT,
                                "kind": TEXT,
                                "labelSelector": TEXT,
                                "name": TEXT,
                                "namespace": TEXT,
                                "version": TEXT,
                            }
                        ),
                    }
                ),
                "patch",
                "path",
            )
        ),
        "replicas": listing(
            record({"count": {"type": ["integer", "string"]}, "name": FILLED}, ["count", "name"])
        ),
        "version": TEXT,
    }
)
_PLUGIN: Final = record(
    {
        "env": listing(record({"name": FILLED, "value": TEXT}, ["name", "value"])),
        "name": TEXT,
        "parameters": listing(
            record({"array": TEXTS, "map": mapping(TEXT), "name": TEXT, "string": TEXT})
        ),
    }
)
_TOOLS: Final[dict[str, Schema]] = {
    "directory": _DIRECTORY,
    "helm": _HELM,
    "kustomize": _KUSTOMIZE,
    "plugin": _PLUGIN,
}
_SOURCE: Final = at_most_one(
    record(
        {
            **_TOOLS,
            "chart": FILLED,
            "name": TEXT,
            "path": FILLED,
            "ref": FILLED,
            "repoURL": FILLED,
            "tagPrefix": TEXT,
            "targetRevision": TEXT,
        },
        ["repoURL"],
    ),
    *_TOOLS,
)
_HYDRATOR: Final = record(
    {
        "drySource": record(
            {**_TOOLS, "path": FILLED, "repoURL": FILLED, "targetRevision": FILLED},
            ["path", "repoURL", "targetRevision"],
        ),
        "hydrateTo": record({"targetBranch": FILLED}, ["targetBranch"]),
        "syncSource": record(
            {"path": FILLED, "repoURL": TEXT, "targetBranch": FILLED}, ["path", "targetBranch"]
        ),
    },
    ["drySource", "syncSource"],
)
SPEC: Final = exactly_one(
    record(
        {
            "destination": exactly_one(record(DESTINATION), "name", "server"),
            "ignoreDifferences": listing(
                record(
                    {
                        "group": TEXT,
                        "jqPathExpressions": TEXTS,
                        "jsonPointers": listing(spelt(syntax.POINTER)),
                        "kind": FILLED,
                        "managedFieldsManagers": TEXTS,
                        "name": TEXT,
                        "namespace": TEXT,
                    },
                    ["kind"],
                )
            ),
            "info": listing(record({"name": FILLED, "value": TEXT}, ["name", "value"])),
            "project": FILLED,
            "revisionHistoryLimit": number(0),
            "source": _SOURCE,
            "sourceHydrator": _HYDRATOR,
            "sources": listing(_SOURCE, least=1),
            "syncPolicy": record(
                {
                    "automated": record(
                        {"allowEmpty": FLAG, "enabled": FLAG, "prune": FLAG, "selfHeal": FLAG}
                    ),
                    "managedNamespaceMetadata": record(
                        {"annotations": ANNOTATIONS, "labels": LABELS}
                    ),
                    "retry": record(
                        {
                            "backoff": record(
                                {
                                    "duration": DURATION,
                                    "factor": number(1),
                                    "maxDuration": DURATION,
                                }
                            ),
                            "limit": number(-1),
                            "refresh": FLAG,
                        }
                    ),
                    "syncOptions": listing(spelt(syntax.SYNC_OPTION), unique=True),
                }
            ),
        },
        ["destination", "project"],
    ),
    "source",
    "sources",
    "sourceHydrator",
)

APPLICATION: Final = kind({"spec": SPEC}, name=DNS_NAME, rules=(rules.application,))
