"""Kustomization and Component (kustomize.config.k8s.io), as kustomize 5 reads them."""

from __future__ import annotations

from typing import Final

from gitops.schemas.metadata import OBJECT_META
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_LABEL,
    FILLED,
    FLAG,
    LABELS,
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
from gitops.schemas.strict.kind import Strict

_TARGET: Final = record(
    {
        "annotationSelector": TEXT,
        "group": TEXT,
        "kind": TEXT,
        "labelSelector": TEXT,
        "name": TEXT,
        "namespace": TEXT,
        "version": TEXT,
    }
)
_FIELD_SPEC: Final = record(
    {"create": FLAG, "group": TEXT, "kind": TEXT, "path": FILLED, "version": TEXT}, ["path"]
)
_PATCH: Final = exactly_one(
    record(
        {
            "options": record({"allowKindChange": FLAG, "allowNameChange": FLAG}),
            "patch": FILLED,
            "path": FILLED,
            "target": _TARGET,
        }
    ),
    "patch",
    "path",
)
_OPTIONS: Final = record(
    {
        "annotations": ANNOTATIONS,
        "disableNameSuffixHash": FLAG,
        "immutable": FLAG,
        "labels": LABELS,
    }
)
_CONFIG: Final[dict[str, Schema]] = {
    "behavior": choice("create", "replace", "merge"),
    "envs": TEXTS,
    "files": TEXTS,
    "literals": TEXTS,
    "name": FILLED,
    "namespace": DNS_LABEL,
    "options": _OPTIONS,
}
_SELECTED: Final[dict[str, Schema]] = {
    "fieldPath": TEXT,
    "group": TEXT,
    "kind": TEXT,
    "name": TEXT,
    "namespace": TEXT,
    "version": TEXT,
}
_PICK: Final = record({"create": FLAG, "delimiter": TEXT, "encoding": TEXT, "index": number()})
_REPLACEMENT: Final = record(
    {
        "path": FILLED,
        "source": record({**_SELECTED, "options": _PICK}),
        "sourceValue": TEXT,
        "targets": listing(
            record(
                {
                    "fieldPaths": TEXTS,
                    "options": _PICK,
                    "reject": listing(_TARGET),
                    "select": _TARGET,
                },
                ["select"],
            )
        ),
    }
)


def _gone(instead: str) -> Schema:
    return says({"not": {}}, f"is deprecated by kustomize; write {instead}")


_FIELDS: Final[dict[str, Schema]] = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "metadata": {"$ref": f"#/$defs/{OBJECT_META}"},
    "bases": _gone("resources"),
    "buildMetadata": listing(
        choice("managedByLabel", "originAnnotations", "transformerAnnotations"), unique=True
    ),
    "commonAnnotations": ANNOTATIONS,
    "commonLabels": _gone("labels, with includeSelectors: true where selectors shall match"),
    "components": listing(FILLED, unique=True),
    "configMapGenerator": listing(record(_CONFIG, ["name"])),
    "configurations": TEXTS,
    "crds": TEXTS,
    "generatorOptions": _OPTIONS,
    "generators": TEXTS,
    "images": listing(
        record(
            {"digest": TEXT, "name": FILLED, "newName": TEXT, "newTag": TEXT, "tagSuffix": TEXT},
            ["name"],
        )
    ),
    "labels": listing(
        record(
            {
                "fields": listing(_FIELD_SPEC),
                "includeSelectors": FLAG,
                "includeTemplates": FLAG,
                "pairs": LABELS,
            },
            ["pairs"],
        )
    ),
    "namePrefix": TEXT,
    "nameSuffix": TEXT,
    "namespace": DNS_LABEL,
    "openapi": mapping(TEXT),
    "patches": listing(_PATCH),
    "patchesJson6902": _gone("patches"),
    "patchesStrategicMerge": _gone("patches"),
    "replacements": listing(_REPLACEMENT),
    "replicas": listing(record({"count": number(0), "name": FILLED}, ["count", "name"])),
    "resources": listing(FILLED, unique=True),
    "secretGenerator": listing(record({**_CONFIG, "type": FILLED}, ["name"])),
    "sortOptions": record(
        {
            "legacySortOptions": record({"orderFirst": TEXTS, "orderLast": TEXTS}),
            "order": choice("fifo", "legacy"),
        }
    ),
    "transformers": TEXTS,
    "validators": TEXTS,
    "vars": _gone("replacements"),
}

KUSTOMIZATION: Final = Strict(record(_FIELDS))
COMPONENT: Final = Strict(record(_FIELDS))
