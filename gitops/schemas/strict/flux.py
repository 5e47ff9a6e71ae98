"""Flux: what its controllers read from git or a registry, and what they apply."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import flux as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    FLAG,
    LABELS,
    TEXT,
    TEXTS,
    Schema,
    at_most_one,
    choice,
    exactly_one,
    listing,
    mapping,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind

_INTERVAL: Final = spelt(syntax.INTERVAL)
_SHORT: Final = spelt(syntax.SHORT_INTERVAL)
_NAMED: Final = record({"name": DNS_NAME}, ["name"])
_AFFIX: Final = {**FILLED, "maxLength": 200}
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
_VERSION: Final = spelt(syntax.API_VERSION)
_SOURCE: Final[dict[str, Schema]] = {
    "ignore": TEXT,
    "interval": _INTERVAL,
    "proxySecretRef": _NAMED,
    "secretRef": _NAMED,
    "serviceAccountName": DNS_NAME,
    "suspend": FLAG,
    "timeout": _SHORT,
}

KUSTOMIZATION: Final = kind(
    {
        "spec": record(
            {
                "buildMetadata": listing(
                    choice("originAnnotations", "transformerAnnotations"), unique=True
                ),
                "commonMetadata": record({"annotations": ANNOTATIONS, "labels": LABELS}),
                "components": TEXTS,
                "decryption": record(
                    {
                        "provider": choice("sops"),
                        "secretRef": _NAMED,
                        "serviceAccountName": DNS_NAME,
                    },
                    ["provider"],
                ),
                "deletionPolicy": choice("MirrorPrune", "Delete", "WaitForTermination", "Orphan"),
                "dependsOn": listing(
                    record(
                        {"name": DNS_NAME, "namespace": DNS_LABEL, "readyExpr": FILLED}, ["name"]
                    )
                ),
                "force": FLAG,
                "healthCheckExprs": listing(
                    record(
                        {
                            "apiVersion": _VERSION,
                            "current": FILLED,
                            "failed": FILLED,
                            "inProgress": FILLED,
                            "kind": spelt(syntax.KIND),
                        },
                        ["apiVersion", "kind", "current"],
                    )
                ),
                "healthChecks": listing(
                    record(
                        {
                            "apiVersion": _VERSION,
                            "kind": spelt(syntax.KIND),
                            "name": FILLED,
                            "namespace": DNS_LABEL,
                        },
                        ["kind", "name"],
                    )
                ),
                "ignore": listing(record({"paths": TEXTS, "target": _TARGET}, ["paths"])),
                "ignoreMissingComponents": FLAG,
                "images": listing(
                    record(
                        {"digest": TEXT, "name": FILLED, "newName": TEXT, "newTag": TEXT},
                        ["name"],
                    )
                ),
                "interval": _INTERVAL,
                "kubeConfig": exactly_one(
                    record(
                        {
                            "configMapRef": _NAMED,
                            "secretRef": record({"key": FILLED, "name": DNS_NAME}, ["name"]),
                        }
                    ),
                    "configMapRef",
                    "secretRef",
                ),
                "namePrefix": _AFFIX,
                "nameSuffix": _AFFIX,
                "patches": listing(record({"patch": FILLED, "target": _TARGET}, ["patch"])),
                "path": TEXT,
                "postBuild": record(
                    {
                        "substitute": mapping(TEXT, spelt(syntax.C_NAME)),
                        "substituteFrom": listing(
                            record(
                                {
                                    "kind": choice("Secret", "ConfigMap"),
                                    "name": DNS_NAME,
                                    "optional": FLAG,
                                },
                                ["kind", "name"],
                            )
                        ),
                        "substituteStrategy": choice("WithVariables", "Always"),
                    }
                ),
                "prune": FLAG,
                "retryInterval": _INTERVAL,
                "serviceAccountName": DNS_NAME,
                "sourceRef": record(
                    {
                        "apiVersion": choice("source.toolkit.fluxcd.io/v1"),
                        "kind": choice(
                            "GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"
                        ),
                        "name": DNS_NAME,
                        "namespace": DNS_LABEL,
                    },
                    ["kind", "name"],
                ),
                "suspend": FLAG,
                "targetNamespace": DNS_LABEL,
                "timeout": _INTERVAL,
                "wait": FLAG,
            },
            ["interval", "prune", "sourceRef"],
        )
    },
    rules=(rules.kustomization,),
)

GIT_REPOSITORY: Final = kind(
    {
        "spec": record(
            {
                **_SOURCE,
                "include": listing(
                    record({"fromPath": TEXT, "repository": _NAMED, "toPath": TEXT}, ["repository"])
                ),
                "provider": choice("generic", "aws", "azure", "github"),
                "recurseSubmodules": FLAG,
                "ref": record(
                    {
                        "branch": FILLED,
                        "commit": spelt(syntax.COMMIT),
                        "name": spelt(syntax.GIT_REF),
                        "semver": FILLED,
                        "tag": FILLED,
                    }
                ),
                "sparseCheckout": TEXTS,
                "url": spelt(syntax.GIT_URL),
                "verify": record(
                    {
                        "mode": choice("HEAD", "Tag", "TagAndHEAD"),
                        "secretRef": _NAMED,
                    },
                    ["secretRef"],
                ),
            },
            ["interval", "url"],
        )
    },
    rules=(rules.git,),
)

OCI_REPOSITORY: Final = kind(
    {
        "spec": record(
            {
                **_SOURCE,
                "certSecretRef": _NAMED,
                "insecure": FLAG,
                "layerSelector": record(
                    {"mediaType": FILLED, "operation": choice("extract", "copy")}
                ),
                "provider": choice("generic", "aws", "azure", "gcp"),
                "ref": at_most_one(
                    record(
                        {
                            "digest": spelt(syntax.DIGEST),
                            "semver": FILLED,
                            "semverFilter": FILLED,
                            "tag": FILLED,
                        }
                    ),
                    "digest",
                    "semver",
                    "tag",
                ),
                "url": spelt(syntax.OCI_URL),
                "verify": record(
                    {
                        "matchOIDCIdentity": listing(
                            record({"issuer": FILLED, "subject": FILLED}, ["issuer", "subject"])
                        ),
                        "provider": choice("cosign", "notation"),
                        "secretRef": _NAMED,
                        "trustedRootSecretRef": _NAMED,
                    },
                    ["provider"],
                ),
            },
            ["interval", "url"],
        )
    }
)
