"""Argo Workflows artifacts: where files come from and go to."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_NAME,
    FILLED,
    FLAG,
    TEXT,
    TEXTS,
    Schema,
    choice,
    core,
    listing,
    mapping,
    number,
    record,
    spelt,
)

LABELS: Final = mapping(spelt(syntax.LABEL_OR_TEMPLATE), spelt(syntax.LABEL_KEY))
META: Final = record({"annotations": ANNOTATIONS, "labels": LABELS})
_SECRET: Final = core("core.v1.SecretKeySelector")
_LOGIN: Final[dict[str, Schema]] = {"passwordSecret": _SECRET, "usernameSecret": _SECRET}
GC: Final = {
    "podMetadata": META,
    "serviceAccountName": DNS_NAME,
    "strategy": choice("", "OnWorkflowCompletion", "OnWorkflowDeletion", "Never"),
}
_STORES: Final[dict[str, Schema]] = {
    "artifactory": record({**_LOGIN, "url": FILLED}, ["url"]),
    "azure": record(
        {
            "accountKeySecret": _SECRET,
            "blob": FILLED,
            "container": FILLED,
            "endpoint": FILLED,
            "useSDKCreds": FLAG,
        },
        ["blob", "container", "endpoint"],
    ),
    "gcs": record({"bucket": TEXT, "key": FILLED, "serviceAccountKeySecret": _SECRET}, ["key"]),
    "git": record(
        {
            **_LOGIN,
            "branch": TEXT,
            "depth": number(1),
            "disableSubmodules": FLAG,
            "fetch": TEXTS,
            "insecureIgnoreHostKey": FLAG,
            "insecureSkipTLS": FLAG,
            "repo": FILLED,
            "revision": TEXT,
            "singleBranch": FLAG,
            "sshPrivateKeySecret": _SECRET,
        },
        ["repo"],
    ),
    "hdfs": record(
        {
            "addresses": TEXTS,
            "dataTransferProtection": TEXT,
            "force": FLAG,
            "hdfsUser": TEXT,
            "krbCCacheSecret": _SECRET,
            "krbConfigConfigMap": core("core.v1.ConfigMapKeySelector"),
            "krbKeytabSecret": _SECRET,
            "krbRealm": TEXT,
            "krbServicePrincipalName": TEXT,
            "krbUsername": TEXT,
            "path": FILLED,
        },
        ["path"],
    ),
    "http": record(
        {
            "auth": record(
                {
                    "basicAuth": record(_LOGIN),
                    "clientCert": record({"clientCertSecret": _SECRET, "clientKeySecret": _SECRET}),
                    "oauth2": record(
                        {
                            "clientIDSecret": _SECRET,
                            "clientSecretSecret": _SECRET,
                            "endpointParams": listing(
                                record({"key": FILLED, "value": TEXT}, ["key"])
                            ),
                            "scopes": TEXTS,
                            "tokenURLSecret": _SECRET,
                        }
                    ),
                }
            ),
            "headers": listing(record({"name": FILLED, "value": TEXT}, ["name", "value"])),
            "saveStreamViaFile": FLAG,
            "url": FILLED,
        },
        ["url"],
    ),
    "oss": record(
        {
            "accessKeySecret": _SECRET,
            "bucket": TEXT,
            "createBucketIfNotPresent": FLAG,
            "endpoint": TEXT,
            "key": FILLED,
            "lifecycleRule": record(
                {
                    "markDeletionAfterDays": number(0),
                    "markInfrequentAccessAfterDays": number(0),
                }
            ),
            "secretKeySecret": _SECRET,
            "securityToken": TEXT,
            "useSDKCreds": FLAG,
        },
        ["key"],
    ),
    "plugin": record(
        {
            "configuration": TEXT,
            "connectionTimeoutSeconds": number(0),
            "key": FILLED,
            "name": FILLED,
        },
        ["key", "name"],
    ),
    "raw": record({"data": TEXT}, ["data"]),
    "s3": record(
        {
            "accessKeySecret": _SECRET,
            "addressingStyle": choice("", "path", "virtual-hosted"),
            "bucket": TEXT,
            "caSecret": _SECRET,
            "createBucketIfNotPresent": record({"objectLocking": FLAG}),
            "encryptionOptions": record(
                {
                    "enableEncryption": FLAG,
                    "kmsEncryptionContext": TEXT,
                    "kmsKeyId": TEXT,
                    "serverSideCustomerKeySecret": _SECRET,
                }
            ),
            "endpoint": TEXT,
            "insecure": FLAG,
            "key": TEXT,
            "region": TEXT,
            "roleARN": TEXT,
            "secretKeySecret": _SECRET,
            "sessionTokenSecret": _SECRET,
            "useSDKCreds": FLAG,
        }
    ),
}
LOCATION: Final = record({**_STORES, "archiveLogs": FLAG})
ARTIFACT: Final = record(
    {
        **_STORES,
        "archive": record(
            {
                "none": record({}),
                "tar": record({"compressionLevel": number(-1, 9)}),
                "zip": record({}),
            }
        ),
        "archiveLogs": FLAG,
        "artifactGC": record(GC),
        "deleted": FLAG,
        "from": TEXT,
        "fromExpression": TEXT,
        "globalName": TEXT,
        "mode": number(0, 511),
        "name": spelt(syntax.ARTIFACT_NAME),
        "optional": FLAG,
        "path": TEXT,
        "recurseMode": FLAG,
        "subPath": TEXT,
    },
    ["name"],
)
