"""Argo Workflows (argoproj.io/v1alpha1), release 4: templates, runs and schedules."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import workflows as rules
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_NAME,
    FILLED,
    FLAG,
    SELECTOR,
    TEXT,
    Schema,
    choice,
    core,
    exactly_one,
    listing,
    mapping,
    number,
    record,
    spelt,
)
from gitops.schemas.strict.artifacts import ARTIFACT, GC, LABELS, META
from gitops.schemas.strict.kind import Strict, kind
from gitops.schemas.strict.workflow_steps import ARGUMENTS, HOOKS
from gitops.schemas.strict.workflow_templates import POD, TEMPLATE, TYPES

_WORKFLOW: Final[dict[str, Schema]] = {
    **POD,
    "activeDeadlineSeconds": number(0),
    "archiveLogs": FLAG,
    "arguments": ARGUMENTS,
    "artifactGC": record({**GC, "forceFinalizerRemoval": FLAG, "podSpecPatch": TEXT}),
    "artifactRepositoryRef": record({"configMap": TEXT, "key": TEXT}),
    "dnsConfig": core("core.v1.PodDNSConfig"),
    "dnsPolicy": choice("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "entrypoint": FILLED,
    "hooks": HOOKS,
    "hostNetwork": FLAG,
    "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
    "onExit": FILLED,
    "podDisruptionBudget": core("policy.v1.PodDisruptionBudgetSpec"),
    "podGC": record(
        {
            "deleteDelayDuration": TEXT,
            "labelSelector": SELECTOR,
            "strategy": choice(
                "", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"
            ),
        }
    ),
    "podMetadata": META,
    "podPriorityClassName": DNS_NAME,
    "priority": number(-(2**31), 2**31 - 1),
    "shutdown": choice("Stop", "Terminate"),
    "suspend": FLAG,
    "templateDefaults": record(TEMPLATE),
    "templates": listing({"$ref": "#/$defs/template", "required": ["name"]}, most=200),
    "ttlStrategy": record(
        {
            "secondsAfterCompletion": number(0),
            "secondsAfterFailure": number(0),
            "secondsAfterSuccess": number(0),
        }
    ),
    "volumeClaimGC": record({"strategy": choice("OnWorkflowCompletion", "OnWorkflowSuccess")}),
    "volumeClaimTemplates": listing(core("core.v1.PersistentVolumeClaim")),
    "workflowMetadata": record(
        {
            "annotations": ANNOTATIONS,
            "labels": LABELS,
            "labelsFrom": mapping(record({"expression": FILLED}, ["expression"])),
        }
    ),
    "workflowTemplateRef": record({"clusterScope": FLAG, "name": DNS_NAME}, ["name"]),
}
_SPEC: Final = record(_WORKFLOW)
_DEFS: Final[dict[str, Schema]] = {
    "artifact": ARTIFACT,
    "template": exactly_one(record(TEMPLATE), *TYPES),
}


def _with_defs(made: Strict) -> Strict:
    return Strict({**made.schema, "$defs": _DEFS}, made.rules)


_SHORT_NAME: Final = spelt(syntax.DNS_SUBDOMAIN, 63)

WORKFLOW_TEMPLATE: Final = _with_defs(kind({"spec": _SPEC}, rules=(rules.template,)))
CLUSTER_WORKFLOW_TEMPLATE: Final = _with_defs(
    kind({"spec": _SPEC}, namespaced=False, rules=(rules.template,))
)
WORKFLOW: Final = _with_defs(kind({"spec": _SPEC}, name=_SHORT_NAME, rules=(rules.workflow,)))
CRON_WORKFLOW: Final = _with_defs(
    kind(
        {
            "spec": record(
                {
                    "concurrencyPolicy": choice("Allow", "Forbid", "Replace"),
                    "failedJobsHistoryLimit": number(0),
                    "schedules": listing(spelt(syntax.CRON), least=1, unique=True),
                    "startingDeadlineSeconds": number(0),
                    "stopStrategy": record({"expression": FILLED}, ["expression"]),
                    "successfulJobsHistoryLimit": number(0),
                    "suspend": FLAG,
                    "timezone": FILLED,
                    "when": TEXT,
                    "workflowMetadata": META,
                    "workflowSpec": _SPEC,
                },
                ["schedules", "workflowSpec"],
            )
        },
        name=spelt(syntax.DNS_SUBDOMAIN, 52),
        rules=(rules.cron,),
    )
)
