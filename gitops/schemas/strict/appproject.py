"""AppProject (argoproj.io/v1alpha1): what a tenant's Applications may touch."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import argocd as rules
from gitops.schemas.shapes import (
    FILLED,
    FLAG,
    TEXT,
    TEXTS,
    Schema,
    choice,
    exactly_one,
    listing,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind

DURATION: Final = spelt(syntax.DURATION)
_KINDS: Final[dict[str, Schema]] = {"group": TEXT, "kind": FILLED}
_CLUSTER_KINDS: Final = listing(record({**_KINDS, "name": FILLED}, ["group", "kind"]))
_NAMESPACE_KINDS: Final = listing(record(_KINDS, ["group", "kind"]))
_WINDOW: Final = record(
    {
        "andOperator": FLAG,
        "applications": TEXTS,
        "clusters": TEXTS,
        "description": TEXT,
        "duration": DURATION,
        "kind": choice("allow", "deny"),
        "manualSync": FLAG,
        "namespaces": TEXTS,
        "schedule": spelt(syntax.CRON),
        "syncOverrun": FLAG,
        "timeZone": FILLED,
    },
    ["kind", "schedule", "duration"],
)
DESTINATION: Final[dict[str, Schema]] = {"name": TEXT, "namespace": TEXT, "server": TEXT}

APP_PROJECT: Final = kind(
    {
        "spec": record(
            {
                "clusterResourceBlacklist": _CLUSTER_KINDS,
                "clusterResourceWhitelist": _CLUSTER_KINDS,
                "description": {**TEXT, "maxLength": 255},
                "destinationServiceAccounts": listing(
                    record(
                        {
                            "defaultServiceAccount": spelt(syntax.SYNC_ACCOUNT),
                            "namespace": FILLED,
                            "server": FILLED,
                        },
                        ["server", "namespace", "defaultServiceAccount"],
                    )
                ),
                "destinations": listing(
                    exactly_one(record(DESTINATION, ["namespace"]), "name", "server")
                ),
                "namespaceResourceBlacklist": _NAMESPACE_KINDS,
                "namespaceResourceWhitelist": {**_NAMESPACE_KINDS, "minItems": 1},
                "orphanedResources": record(
                    {
                        "ignore": listing(record({"group": TEXT, "kind": TEXT, "name": TEXT})),
                        "warn": FLAG,
                    }
                ),
                "permitOnlyProjectScopedClusters": FLAG,
                "roles": listing(
                    record(
                        {
                            "description": TEXT,
                            "groups": listing(FILLED, unique=True),
                            "name": spelt(syntax.ROLE_NAME),
                            "policies": TEXTS,
                        },
                        ["name"],
                    )
                ),
                "signatureKeys": listing(record({"keyID": FILLED}, ["keyID"])),
                "sourceIntegrity": record(
                    {
                        "git": record(
                            {
                                "policies": listing(
                                    record(
                                        {
                                            "gpg": record(
                                                {"keys": TEXTS, "mode": FILLED}, ["keys", "mode"]
                                            ),
                                            "repos": listing(record({"url": FILLED}, ["url"])),
                                        },
                                        ["gpg", "repos"],
                                    )
                                )
                            },
                            ["policies"],
                        )
                    },
                    ["git"],
                ),
                "sourceNamespaces": TEXTS,
                "sourceRepos": listing(FILLED),
                "syncWindows": listing(_WINDOW),
            }
        )
    },
    rules=(rules.project,),
)
