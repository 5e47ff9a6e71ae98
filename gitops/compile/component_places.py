"""Where each kind of workload keeps its pods, for a hardware's kustomize Component.

Sources: the kinds' own types (Kubernetes 1.37, Notebook v1, PyTorchJob v1, KServe v1beta1,
Argo Workflows 4, Tekton v1). Where Kueue reads a queue's name: Kueue's pages on running each kind
of workload, and its own manager, 0.19.2, run on Kubernetes 1.37.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

Path: TypeAlias = tuple[str, ...]
DEVICES = "gitops-tenancy/devices"
"""A workload's annotation: how many devices its first container gets."""
SCHEDULED = frozenset({"affinity", "nodeSelector", "tolerations"})
LABELS: Path = ("metadata", "labels")


class Place(Struct, frozen=True):
    """The pods of a kind.

    ``spec`` is where a pod's fields go, ``labels`` where its labels do, and ``limits`` where
    devices are asked for; empty is what another place of the kind says, or nothing does.
    ``queue`` is where Kueue reads a queue's name: at the workload, where Kueue knows the kind,
    else at its pods; never at both, so that nothing is counted twice.
    ``only`` are the pod's fields that go there, where not all do.
    ``parts`` is a selector over the names of those parts that kustomize is shown (``PARTED``).
    """

    group: str
    kind: str
    spec: Path = ()
    labels: Path = ()
    limits: Path = ()
    queue: Path = LABELS
    only: frozenset[str] = frozenset()
    parts: str = ""


def _template(group: str, kind: str, *at: str, parts: str = "", queue: Path = LABELS) -> Place:
    return Place(group, kind, (*at, "spec"), (*at, *LABELS),
                 (*at, "spec", "containers", "0", "resources", "limits"), queue, parts=parts)


_PYTORCH = ("kubeflow.org", "PyTorchJob")
_SERVICE = ("serving.kserve.io", "InferenceService")
_PREDICTOR: Path = ("spec", "predictor")
_REPLICAS: Path = ("spec", "pytorchReplicaSpecs")
PLACES: tuple[Place, ...] = (
    _template("apps", "Deployment", "spec", "template"),
    _template("apps", "StatefulSet", "spec", "template"),
    _template("batch", "Job", "spec", "template"),
    _template("batch", "CronJob", "spec", "jobTemplate", "spec", "template",
              queue=("spec", "jobTemplate", *LABELS)),
    _template("", "Pod"),
    Place("kubeflow.org", "Notebook", ("spec", "template", "spec"), LABELS,
          ("spec", "template", "spec", "containers", "0", "resources", "limits")),
    _template(*_PYTORCH, *_REPLICAS, "Master", "template", parts="Master", queue=()),
    _template(*_PYTORCH, *_REPLICAS, "Worker", "template", parts="Worker", queue=()),
    Place(*_SERVICE, _PREDICTOR, (*_PREDICTOR, "labels"), queue=(*_PREDICTOR, "labels")),
    Place(*_SERVICE, (*_PREDICTOR, "workerSpec"), parts="workerSpec", queue=()),
    Place(*_SERVICE, limits=(*_PREDICTOR, "model", "resources", "limits"), parts="model"),
    Place(*_SERVICE, limits=(*_PREDICTOR, "containers", "0", "resources", "limits"),
          parts="!model,containers"),
    Place("argoproj.io", "Workflow", ("spec", "templateDefaults"),
          ("spec", "podMetadata", "labels"), queue=("spec", "podMetadata", "labels"),
          only=SCHEDULED | {"priorityClassName", "schedulerName"}),
    Place("tekton.dev", "PipelineRun", ("spec", "taskRunTemplate", "podTemplate"),
          LABELS,
          ("spec", "taskRunSpecs", "0", "stepSpecs", "0", "computeResources", "limits")),
)
"""Every kind but TrainJob."""
WORKFLOW = Place("argoproj.io", "Workflow")
TRAIN_JOB = Place("trainer.kubeflow.org", "TrainJob",
                  limits=("spec", "trainer", "resourcesPerNode", "limits"))
"""Its pods are those of its runtime, which it changes by a list of patches."""
PARTED: tuple[tuple[Place, Path], ...] = (
    (Place(*_PYTORCH), _REPLICAS),
    (Place(*_SERVICE, queue=()), _PREDICTOR),
)
"""Kinds with parts that a workload may have or not, and the map that has them."""
UNCOUNTABLE = (
    Place(*_SERVICE, limits=(*_PREDICTOR, "model", "resources", "limits"),
          parts="!model,!containers"),
)
"""Where devices cannot be put: kustomize says so, rather than make what KServe refuses."""
