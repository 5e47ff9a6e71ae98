"""What our strict schemas leave out of the CRDs, each with the reason."""

from __future__ import annotations

from typing import Final

_OLD_SPELLING = "an older spelling of another field"
_NO_OBJECT = "a template has labels and annotations; the objects made from it are named by others"
_PLUGINS = "containers of anybody's choice beside every executor; never rendered"
_STARTED_LATER = "ephemeral containers are added to a pod that runs, never declared"
_ANOTHERS = "set by the trainer from the TrainJob, which has a field of its own for it"


def _template_metadata(*places: str) -> dict[str, str]:
    names = ("finalizers", "name", "namespace")
    return {
        f"{place}.metadata.{name} is only in the CRD": _NO_OBJECT
        for place in places
        for name in names
    }


_PATCH = ".spec.runtimePatches[].trainingRuntimeSpec.template"
_PATCHED_JOB = f"{_PATCH}.spec.replicatedJobs[].template"
_RUNTIME = {
    **_template_metadata(".spec.template"),
    ".spec.template.spec.managedBy is only in the CRD": _ANOTHERS,
    ".spec.template.spec.suspend is only in the CRD": _ANOTHERS,
}

UNSUPPORTED: Final[dict[str, dict[str, str]]] = {
    "Sidecar": {
        ".spec.egress[].port.targetPort is only in the CRD": "Istio ignores it in a Sidecar",
        ".spec.ingress[].port.targetPort is only in the CRD": "Istio ignores it in a Sidecar",
    },
    "AppProject": {
        ".spec.roles[].jwtTokens is only in the CRD": "tokens are issued, not declared",
    },
    "Application": {
        ".operation is only in the CRD": "a sync that runs at once is no declaration",
    },
    "InferenceService": {
        ".spec.canary[].predictor.ephemeralContainers is only in the CRD": _STARTED_LATER,
        ".spec.predictor.workerSpec.ephemeralContainers is only in the CRD": _STARTED_LATER,
    },
    "CronWorkflow": {
        **{
            f".spec.workflowMetadata.{name} is only in the CRD": _NO_OBJECT
            for name in ("finalizers", "generateName", "name", "namespace")
        },
        ".spec.workflowSpec.executorPlugins is only in the CRD": _PLUGINS,
    },
    "Workflow": {".spec.executorPlugins is only in the CRD": _PLUGINS},
    "WorkflowTemplate": {".spec.executorPlugins is only in the CRD": _PLUGINS},
    "ClusterTrainingRuntime": _RUNTIME,
    "TrainingRuntime": _RUNTIME,
    "TrainJob": {
        **_template_metadata(_PATCH, _PATCHED_JOB, f"{_PATCHED_JOB}.spec.template"),
        ".spec.podSpecOverrides is only in ours": "release 2.0's; this CRD is a later one's",
        ".spec.podTemplateOverrides is only in ours": "release 2.1's; this CRD is a later one's",
    },
    "RequestAuthentication": {
        ".spec.jwtRules[].jwks_uri is only in the CRD": _OLD_SPELLING,
    },
}
