"""Kueue (kueue.x-k8s.io/v1beta2): flavours of hardware, and the queues in front of them."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import kueue as rules
from gitops.schemas.shapes import (
    AMOUNT,
    DNS_NAME,
    LABELS,
    SELECTOR,
    TEXT,
    Schema,
    choice,
    core,
    listing,
    number,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind

_RESOURCE: Final = spelt(syntax.LABEL_KEY)
_FAIR: Final = record({"weight": AMOUNT}, ["weight"])
_STOP: Final = choice("None", "Hold", "HoldAndDrain")
_GROUPS: Final = listing(
    record(
        {
            "coveredResources": listing(_RESOURCE, least=1, most=64, unique=True),
            "flavors": listing(
                record(
                    {
                        "name": DNS_NAME,
                        "resources": listing(
                            record(
                                {
                                    "borrowingLimit": AMOUNT,
                                    "lendingLimit": AMOUNT,
                                    "name": _RESOURCE,
                                    "nominalQuota": AMOUNT,
                                },
                                ["name", "nominalQuota"],
                            ),
                            least=1,
                            most=64,
                        ),
                    },
                    ["name", "resources"],
                ),
                least=1,
                most=64,
            ),
        },
        ["coveredResources", "flavors"],
    ),
    most=16,
)
_SEARCH: Final = choice("MayStopSearch", "TryNextFlavor")
_PREEMPTION: Final = record(
    {
        "borrowWithinCohort": record(
            {
                "maxPriorityThreshold": number(-(2**31), 2**31 - 1),
                "policy": choice("Never", "LowerPriority"),
            }
        ),
        "reclaimWithinCohort": choice("Never", "LowerPriority", "Any"),
        "withinClusterQueue": choice("Never", "LowerPriority", "LowerOrNewerEqualPriority"),
    }
)

RESOURCE_FLAVOR: Final = kind(
    {
        "spec": record(
            {
                "nodeLabels": {**LABELS, "maxProperties": 8},
                "nodeTaints": listing(core("core.v1.Taint"), most=8),
                "tolerations": listing(core("core.v1.Toleration"), most=8),
                "topologyName": DNS_NAME,
            }
        )
    },
    namespaced=False,
    rules=(rules.flavor,),
)

CLUSTER_QUEUE: Final = kind(
    {
        "spec": record(
            {
                "admissionChecksStrategy": record(
                    {
                        "admissionChecks": listing(
                            record(
                                {
                                    "name": DNS_NAME,
                                    "onFlavors": listing(DNS_NAME, most=64, unique=True),
                                },
                                ["name"],
                            ),
                            least=1,
                            most=64,
                        )
                    },
                    ["admissionChecks"],
                ),
                "admissionScope": record(
                    {
                        "admissionMode": choice(
                            "UsageBasedAdmissionFairSharing", "NoAdmissionFairSharing"
                        )
                    },
                    ["admissionMode"],
                ),
                "cohortName": DNS_NAME,
                "concurrentAdmissionPolicy": record(
                    {
                        "migration": record(
                            {
                                "constraints": record({"lastAcceptableFlavorName": DNS_NAME}),
                                "mode": choice("TryPreferredFlavors", "RetainFirstAdmission"),
                            },
                            ["mode"],
                        )
                    },
                    ["migration"],
                ),
                "fairSharing": _FAIR,
                "flavorFungibility": record(
                    {
                        "preference": choice("BorrowingOverPreemption", "PreemptionOverBorrowing"),
                        "whenCanBorrow": _SEARCH,
                        "whenCanPreempt": _SEARCH,
                    }
                ),
                "namespaceSelector": SELECTOR,
                "preemption": _PREEMPTION,
                "queueingStrategy": choice("StrictFIFO", "BestEffortFIFO"),
                "resourceGroups": _GROUPS,
                "stopPolicy": _STOP,
            },
            ["namespaceSelector"],
        )
    },
    namespaced=False,
    rules=(rules.queue,),
)

COHORT: Final = kind(
    {
        "spec": record(
            {"fairSharing": _FAIR, "parentName": DNS_NAME, "resourceGroups": _GROUPS},
        )
    },
    required=(),
    namespaced=False,
    rules=(rules.cohort,),
)

LOCAL_QUEUE: Final = kind(
    {
        "spec": record(
            {"clusterQueue": DNS_NAME, "fairSharing": _FAIR, "stopPolicy": _STOP},
            ["clusterQueue"],
        )
    }
)

_LEVEL: Final[Schema] = record({"nodeLabel": spelt(syntax.LABEL_KEY, 316)}, ["nodeLabel"])

TOPOLOGY: Final = kind(
    {"spec": record({"levels": listing(_LEVEL, least=1, most=16, unique=True)}, ["levels"])},
    namespaced=False,
    rules=(rules.topology,),
)

WORKLOAD_PRIORITY_CLASS: Final = kind(
    {"description": {**TEXT, "maxLength": 2048}, "value": number(-(2**31), 2**31 - 1)},
    required=("value",),
    namespaced=False,
)
