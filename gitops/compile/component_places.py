"""Where each kind of workload keeps its pods, for a hardware's kustomize Component.

Sources: the kinds' own types (Kubernetes 1.37, Notebook v1, PyTorchJob v1, KServe v1beta1,
Argo Workflows 4, Tekton v1).
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

Path: TypeAlias = tuple[str, ...]
DEVICES = "gitops-tenancy/devices"
"""A workload's annotation: how many devices its first container gets."""
PARTS = "gitops-tenancy/parts"
"""A workload's annotation where it has only one of the parts that its kind may have."""
SCHEDULED = frozenset({"affinity", "nodeSelector", "tolerations"})


class Place(Struct, frozen=True):
    """The pods of a kind.

    ``spec`` is where a pod's fields go, ``labels`` where its labels do, and ``limits`` where
    devices are asked for; empty is what another place of the kind says, or nothing does.
    ``queued``: Kueue reads the workload's own label,
    else its pods'. ``only`` are the pod's fields that go there, where not all do.
    ``parts`` is a selector over annotations.
    """

    group: str
    kind: str
    spec: Path = ()
    labels: Path = ()
    limits: Path = ()
    queued: bool = True
    only: frozenset[str] = frozenset()
    parts: str = ""


def _template(group: str, kind: str, *at: str, parts: str = "") -> Place:
    return Place(group, kind, (*at, "spec"), (*at, "metadata", "labels"),
                 (*at, "spec", "containers", "0", "resources", "limits"), parts=parts)


_SERVING = "serving.kserve.io"
_PREDICTOR: Path = ("spec", "predictor")
_REPLICAS: Path = ("spec", "pytorchReplicaSpecs")
PLACES: tuple[Place, ...] = (
    _template("apps", "Deployment", "spec", "template"),
    _template("apps", "StatefulSet", "spec", "template"),
    _template("batch", "Job", "spec", "template"),
    _template("batch", "CronJob", "spec", "jobTemplate", "spec", "template"),
    _template("", "Pod"),
    Place("kubeflow.org", "Notebook", ("spec", "template", "spec"), ("metadata", "labels"),
          ("spec", "template", "spec", "containers", "0", "resources", "limits")),
    _template("kubeflow.org", "PyTorchJob", *_REPLICAS, "Master", "template",
              parts=f"{PARTS} notin (Worker)"),
    _template("kubeflow.org", "PyTorchJob", *_REPLICAS, "Worker", "template",
              parts=f"{PARTS} notin (Master)"),
    Place(_SERVING, "InferenceService", _PREDICTOR, (*_PREDICTOR, "labels"), queued=False),
    Place(_SERVING, "InferenceService", limits=(*_PREDICTOR, "model", "resources", "limits"),
          parts=f"{PARTS} notin (containers)"),
    Place(_SERVING, "InferenceService", parts=f"{PARTS} in (containers)",
          limits=(*_PREDICTOR, "containers", "0", "resources", "limits")),
    Place("argoproj.io", "Workflow", ("spec", "templateDefaults"),
          ("spec", "podMetadata", "labels"), queued=False,
          only=SCHEDULED | {"priorityClassName", "schedulerName"}),
    Place("tekton.dev", "PipelineRun", ("spec", "taskRunTemplate", "podTemplate"),
          ("metadata", "labels"),
          ("spec", "taskRunSpecs", "0", "stepSpecs", "0", "computeResources", "limits")),
)
"""Every kind but TrainJob."""
WORKFLOW = Place("argoproj.io", "Workflow")
TRAIN_JOB = Place("trainer.kubeflow.org", "TrainJob",
                  limits=("spec", "trainer", "resourcesPerNode", "limits"))
"""Its pods are those of its runtime, which it changes by a list of patches."""
