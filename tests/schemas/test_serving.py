"""InferenceService."""

from __future__ import annotations

from typing import Any

import pytest

from .said import GONE, said

MODEL = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: resnet, namespace: vision, annotations: {sidecar.istio.io/inject: "true"}}
spec:
  predictor:
    minReplicas: 1
    maxReplicas: 3
    scaleMetric: concurrency
    labels: {hardware: gpu-t4}
    nodeSelector: {accelerator: t4}
    tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
    model:
      modelFormat: {name: pytorch, version: "2"}
      protocolVersion: v2
      storageUri: s3://models/resnet
      resources: {limits: {nvidia.com/gpu: "1"}}
  transformer:
    containers: [{name: kserve-container, image: registry.example.com/vision/resize:1}]
"""
CUSTOM = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: own, namespace: vision}
spec:
  predictor:
    serviceAccountName: default-editor
    containers: [{name: kserve-container, image: registry.example.com/vision/serve:1}]
    autoScaling:
      metrics:
      - type: PodMetric
        podmetric:
          metric: {backend: opentelemetry, metricNames: [requests], query: avg(requests)}
          target: {type: Value, value: "4"}
      behavior: {scaleDown: {stabilizationWindowSeconds: 300}}
"""
OLD = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris, namespace: vision}
spec: {predictor: {sklearn: {storageUri: pvc://models/iris, resources: {limits: {cpu: "1"}}}}}
"""
CANARY = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: two, namespace: vision, annotations: {serving.kserve.io/deploymentMode: Standard}}
spec:
  predictor: {model: {modelFormat: {name: onnx}, storageUri: s3://models/one}}
  canary:
  - trafficPercent: 10
    predictor:
      name: next
      model: {name: kserve-container, modelFormat: {name: onnx}, storageUri: s3://models/two}
"""
ALL = [MODEL, CUSTOM, OLD, CANARY]
PREDICTOR = "spec predictor"


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_fields_of_each_component_are_read() -> None:
    edits: list[tuple[str, Any]] = [
        (f"{PREDICTOR} nodeselector", {}), (f"{PREDICTOR} model storageURI", "s3://a/b"),
        ("spec transformer model", {}), ("spec transformer containers 0 resource", {})]
    assert said(MODEL, *edits) == [
        'spec.predictor.model.storageURI: unknown field "storageURI"; '
        'did you mean "storageUri"?',
        'spec.predictor.nodeselector: unknown field "nodeselector"; '
        'did you mean "nodeSelector"?',
        'spec.transformer.containers[0].resource: unknown field "resource"; '
        'did you mean "resources"?',
        'spec.transformer.model: unknown field "model"',
    ]


def test_a_model_says_its_format_and_no_name() -> None:
    assert said(MODEL, (f"{PREDICTOR} model modelFormat", GONE)) == [
        'spec.predictor.model: the field "modelFormat" is missing']
    assert said(MODEL, (f"{PREDICTOR} model name", "main")) == [
        "spec.predictor.model.name: is refused by KServe: the container of a model has a name "
        "already"]


def test_a_predictor_has_one_thing_to_run() -> None:
    assert said(OLD, (f"{PREDICTOR} model", {"modelFormat": {"name": "sklearn"}})) == [
        "spec.predictor.model: stands beside sklearn: a predictor has one"]
    assert said(MODEL, (f"{PREDICTOR} containers", [{"name": "kserve-container"}])) == [
        "spec.predictor.containers[0]: a predictor with model has a container of this name already"]


@pytest.mark.parametrize(("part", "what"), [
    ("predictor", "a model or containers"), ("transformer", "containers")])
def test_a_component_of_nothing_but_a_selector_is_refused(part: str, what: str) -> None:
    assert said(MODEL, (f"spec {part}", {"nodeSelector": {"accelerator": "t4"}})) == [
        f"spec.{part}: has nothing to run: give it {what}"]


def test_a_model_that_says_nothing_is_one() -> None:
    assert said(OLD, (f"{PREDICTOR} sklearn", {})) == []


def test_fewest_replicas_are_not_above_most() -> None:
    assert said(MODEL, (f"{PREDICTOR} minReplicas", 4)) == [
        "spec.predictor.minReplicas: is above maxReplicas, 3"]


def test_a_canary_is_read_as_a_predictor_is() -> None:
    edits: list[tuple[str, Any]] = [("spec canary 0 predictor name", GONE),
                                    ("spec canary 0 predictor workerSpec", {}),
                                    ("spec canary 0 predictor model name", GONE)]
    assert said(CANARY, *edits) == [
        'spec.canary[0].predictor.model: the field "name" is missing',
        "spec.canary[0].predictor.workerSpec: is refused by KServe: a canary has one node",
        'spec.canary[0].predictor: the field "name" is missing',
    ]
