"""Schemas written here for kinds that are not Kubernetes' own.

They refuse unknown fields everywhere, also where a CRD keeps them unread, and what the
kind's controller ignores or chokes on.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from gitops.schemas.strict.kind import Strict

_KUBEFLOW: Final = "kubeflow.org/v1"
_ARGO: Final = "argoproj.io/v1alpha1"
_FLUX: Final = "source.toolkit.fluxcd.io/v1"
_KUEUE: Final = "kueue.x-k8s.io/v1beta2"
_TEKTON: Final = "tekton.dev/v1"
_TRAINER: Final = "trainer.kubeflow.org/v1alpha1"
_SECURITY: Final = "security.istio.io/v1"

KINDS: Final[dict[tuple[str, str], str]] = {
    (_ARGO, "AppProject"): "appproject.APP_PROJECT",
    (_ARGO, "Application"): "argocd.APPLICATION",
    (_ARGO, "ApplicationSet"): "applicationset.APPLICATION_SET",
    (_ARGO, "ClusterWorkflowTemplate"): "workflows.CLUSTER_WORKFLOW_TEMPLATE",
    (_ARGO, "CronWorkflow"): "workflows.CRON_WORKFLOW",
    (_ARGO, "Workflow"): "workflows.WORKFLOW",
    (_ARGO, "WorkflowTemplate"): "workflows.WORKFLOW_TEMPLATE",
    (_FLUX, "GitRepository"): "flux.GIT_REPOSITORY",
    (_FLUX, "OCIRepository"): "flux.OCI_REPOSITORY",
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"): "flux.KUSTOMIZATION",
    (_KUBEFLOW, "Notebook"): "notebook.NOTEBOOK",
    (_KUBEFLOW, "Profile"): "profile.PROFILE",
    (_KUBEFLOW, "PyTorchJob"): "pytorch.PYTORCH_JOB",
    ("kubeflow.org/v1alpha1", "PodDefault"): "notebook.POD_DEFAULT",
    ("kubeflow.org/v1beta1", "Experiment"): "katib.EXPERIMENT",
    (_KUEUE, "ClusterQueue"): "kueue.CLUSTER_QUEUE",
    (_KUEUE, "Cohort"): "kueue.COHORT",
    (_KUEUE, "LocalQueue"): "kueue.LOCAL_QUEUE",
    (_KUEUE, "ResourceFlavor"): "kueue.RESOURCE_FLAVOR",
    (_KUEUE, "Topology"): "kueue.TOPOLOGY",
    (_KUEUE, "WorkloadPriorityClass"): "kueue.WORKLOAD_PRIORITY_CLASS",
    ("policies.kyverno.io/v1", "MutatingPolicy"): "kyverno.MUTATING_POLICY",
    ("serving.kserve.io/v1beta1", "InferenceService"): "serving.INFERENCE_SERVICE",
    (_TEKTON, "Pipeline"): "tekton.PIPELINE",
    (_TEKTON, "PipelineRun"): "tekton.PIPELINE_RUN",
    (_TEKTON, "Task"): "tekton.TASK",
    (_TEKTON, "TaskRun"): "tekton.TASK_RUN",
    ("tekton.dev/v1beta1", "StepAction"): "tekton.STEP_ACTION",
    (_TRAINER, "ClusterTrainingRuntime"): "trainer.CLUSTER_TRAINING_RUNTIME",
    (_TRAINER, "TrainJob"): "trainer.TRAIN_JOB",
    (_TRAINER, "TrainingRuntime"): "trainer.TRAINING_RUNTIME",
    (_SECURITY, "AuthorizationPolicy"): "istio.AUTHORIZATION_POLICY",
    (_SECURITY, "PeerAuthentication"): "istio.PEER_AUTHENTICATION",
    (_SECURITY, "RequestAuthentication"): "istio.REQUEST_AUTHENTICATION",
    ("networking.istio.io/v1", "Sidecar"): "sidecar.SIDECAR",
    ("gateway.networking.k8s.io/v1", "Gateway"): "gateway.GATEWAY",
    ("kustomize.config.k8s.io/v1beta1", "Kustomization"): "kustomize.KUSTOMIZATION",
    ("kustomize.config.k8s.io/v1alpha1", "Component"): "kustomize.COMPONENT",
}
"""Where the schema of a kind stands: a module of this package, and a name in it."""


def find(api_version: str, kind: str) -> Strict | None:
    """Our schema of a kind, built when it is first asked for."""
    place = KINDS.get((api_version, kind))
    if place is None:
        return None
    module, name = place.split(".")
    found: Strict = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def served(group: str, kind: str) -> tuple[str, ...]:
    """The versions of a kind that there is a schema of ours for."""
    known = (api_version.rpartition("/") for api_version, name in KINDS if name == kind)
    return tuple(sorted(version for its_group, _, version in known if its_group == group))


def kinds(group: str) -> tuple[str, ...]:
    """The kinds of a group that there are schemas of ours for."""
    return tuple(sorted({name for version, name in KINDS if version.rpartition("/")[0] == group}))
