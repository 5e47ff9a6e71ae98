"""The health checks that we write for Argo CD, on objects as their controllers leave them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.argocd.lua import health
from tests.estates import PROFILE, estate, files_of

CLUSTER = PROFILE + """sync: argocd
engines: {tekton: true, trainer: "2.2", notebooks: true}
queueing: {manager: kueue}
"""
PLATFORM = 'sync: {repo: "https://git.example.com/estate.git"}\n'
KEY = "resource.customizations.health."


@cache
def checks() -> Mapping[str, str]:
    """The scripts by kind."""
    files = files_of(estate(cluster=CLUSTER, platform=PLATFORM))
    (settings,) = files["prod/settings/argocd-cm.yaml"].objects
    return {name.removeprefix(KEY): text for name, text in settings["data"].items()}


def met(kind: str, status: str, reason: str = "", message: str = "said", **more: Any
        ) -> dict[str, Any]:
    return {"type": kind, "status": status, "reason": reason, "message": message,
            "lastTransitionTime": "2026-11-24T10:00:00Z", **more}


def shaped(*conditions: dict[str, Any], finalizers: list[str] | None = None,
           spec: dict[str, Any] | None = None, generation: int = 1, **status: Any
           ) -> dict[str, Any]:
    metadata = {"name": "one", "generation": generation, "resourceVersion": "7",
                **({"finalizers": finalizers} if finalizers else {})}
    found = {**({"conditions": list(conditions)} if conditions else {}), **status}
    return {"metadata": metadata, "spec": spec or {}, **({"status": found} if found else {})}


RUNNING = met("Succeeded", "Unknown", "Running", "Tasks Completed: 1, Incomplete: 2")
DONE = met("Succeeded", "True", "Completed", "Tasks Completed: 3")
FAILED = met("Succeeded", "False", "Failed", "Tasks Completed: 3 (Failed: 1)")
READY = met("Active", "True", "Ready", "Can admit new workloads", observedGeneration=1)
CASES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("kubeflow.org_Profile", "Healthy", shaped(finalizers=["profile-finalizer"])),
    ("kubeflow.org_Profile", "Healthy", shaped({"type": "Successful"})),
    ("kubeflow.org_Profile", "Progressing", shaped()),
    ("kubeflow.org_Profile", "Progressing", shaped(finalizers=["example.com/other"])),
    ("kubeflow.org_Profile", "Degraded", shaped(
        {"type": "Failed", "message": "namespace already exists"},
        finalizers=["profile-finalizer"])),
    ("kubeflow.org_Profile", "Healthy", shaped({"type": "Failed"}, {"type": "Successful"})),
    ("kubeflow.org_Notebook", "Healthy", shaped(
        readyReplicas=1, containerState={"running": {"startedAt": "2026-11-24T10:00:00Z"}})),
    ("kubeflow.org_Notebook", "Progressing", shaped(readyReplicas=0, containerState={})),
    ("kubeflow.org_Notebook", "Progressing", shaped(
        containerState={"waiting": {"reason": "ContainerCreating"}})),
    ("kubeflow.org_Notebook", "Degraded", shaped(
        readyReplicas=0, containerState={"waiting": {"reason": "ImagePullBackOff"}})),
    ("kubeflow.org_Notebook", "Suspended", {"metadata": {"annotations": {
        "kubeflow-resource-stopped": "2026-11-24T10:00:00Z"}}}),
    *((f"kueue.x-k8s.io_{kind}", said, one) for kind in ("ClusterQueue", "LocalQueue")
      for said, one in (
          ("Healthy", shaped(READY, pendingWorkloads=0)),
          ("Progressing", shaped()),
          ("Progressing", shaped(READY, generation=2)),
          ("Suspended", shaped(met("Active", "False", "Stopped", observedGeneration=1))),
          ("Degraded", shaped(met("Active", "False", "FlavorNotFound", observedGeneration=1))),
          ("Degraded", shaped(met("Active", "False", "ClusterQueueDoesNotExist"))))),
    ("kueue.x-k8s.io_Workload", "Progressing", shaped()),
    ("kueue.x-k8s.io_Workload", "Progressing", shaped(
        met("QuotaReserved", "False", "Pending", "couldn't assign flavors"))),
    ("kueue.x-k8s.io_Workload", "Degraded", shaped(
        met("QuotaReserved", "False", "Inadmissible", "LocalQueue gpu-t4 doesn't exist"))),
    ("kueue.x-k8s.io_Workload", "Healthy", shaped(
        met("QuotaReserved", "True"), met("Admitted", "True", "Admitted"))),
    ("kueue.x-k8s.io_Workload", "Healthy", shaped(
        met("Admitted", "True"), met("Finished", "True", "Succeeded"))),
    ("kueue.x-k8s.io_Workload", "Degraded", shaped(
        met("Admitted", "True"), met("Finished", "True", "Failed"))),
    ("kueue.x-k8s.io_Workload", "Suspended", shaped(
        met("Evicted", "True", "Deactivated"), spec={"active": False})),
    *((f"tekton.dev_{kind}", said, one) for kind in ("PipelineRun", "TaskRun")
      for said, one in (
          ("Progressing", shaped()), ("Progressing", shaped(RUNNING)),
          ("Healthy", shaped(DONE)), ("Degraded", shaped(FAILED)))),
    ("tekton.dev_PipelineRun", "Suspended", shaped(spec={"status": "PipelineRunPending"})),
    ("trainer.kubeflow.org_TrainJob", "Progressing", shaped()),
    ("trainer.kubeflow.org_TrainJob", "Progressing", shaped(
        met("Suspended", "False", "Resumed"),
        jobsStatus=[{"name": "node", "active": 1, "ready": 1, "failed": 0, "succeeded": 0}])),
    ("trainer.kubeflow.org_TrainJob", "Suspended", shaped(met("Suspended", "True", "Suspended"))),
    ("trainer.kubeflow.org_TrainJob", "Healthy", shaped(
        met("Suspended", "False"), met("Complete", "True", "JobsCompleted"))),
    ("trainer.kubeflow.org_TrainJob", "Degraded", shaped(met("Failed", "True", "BackoffLimit"))),
)


@pytest.mark.parametrize(("kind", "said", "document"), CASES)
def test_health_is_what_the_controller_left(kind: str, said: str,
                                            document: dict[str, Any]) -> None:
    status, message = health(checks()[kind], document)
    assert (status, type(message)) == (said, str)


def test_every_check_is_seen_healthy_progressing_and_failed() -> None:
    seen = {(kind, said) for kind, said, _ in CASES}
    assert not [(kind, said) for kind in checks()
                for said in ("Healthy", "Progressing", "Degraded") if (kind, said) not in seen]


def test_what_the_controller_says_of_a_failure_is_shown() -> None:
    _, message = health(checks()["tekton.dev_PipelineRun"], shaped(FAILED))
    assert message == "Tasks Completed: 3 (Failed: 1)"


def test_only_keys_of_ours_are_in_the_settings() -> None:
    files = files_of(estate(cluster=CLUSTER, platform=PLATFORM))
    (settings,) = files["prod/settings/argocd-cm.yaml"].objects
    assert settings["metadata"] == {"name": "argocd-cm", "namespace": "argocd"}
    assert all(key.startswith(KEY) for key in settings["data"])
