"""Notebook and PodDefault."""

from __future__ import annotations

from .said import said

NOTEBOOK = """
apiVersion: kubeflow.org/v1
kind: Notebook
metadata: {name: explore, namespace: vision, labels: {gpu-t4: "true"}}
spec:
  template:
    spec:
      serviceAccountName: default-editor
      containers:
      - name: explore
        image: registry.example.com/jupyter:1
        resources: {limits: {nvidia.com/gpu: "1"}}
"""
DEFAULT = """
apiVersion: kubeflow.org/v1alpha1
kind: PodDefault
metadata: {name: gpu-t4, namespace: vision}
spec:
  desc: NVIDIA T4
  selector: {matchLabels: {gpu-t4: "true"}}
  tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
  labels: {hardware: gpu-t4}
  env: [{name: HARDWARE, value: gpu-t4}]
"""
ALL = [NOTEBOOK, DEFAULT]
POD = "spec template spec"


def test_usual_documents_are_valid() -> None:
    assert said(NOTEBOOK) == []
    assert said(DEFAULT) == []


def test_the_pod_of_a_notebook_is_read() -> None:
    edits = [
        (f"{POD} nodeselector", {}),
        (f"{POD} containers 0 resource", {}),
        ("spec template metadata", {}),
    ]
    assert said(NOTEBOOK, *edits) == [
        'spec.template.metadata: unknown field "metadata"',
        'spec.template.spec.containers[0].resource: unknown field "resource"; '
        'did you mean "resources"?',
        'spec.template.spec.nodeselector: unknown field "nodeselector"; '
        'did you mean "nodeSelector"?',
    ]


def test_the_name_of_a_notebook_becomes_a_service() -> None:
    edits = [("metadata name", "1st"), (f"{POD} containers 0 name", "1st")]
    assert said(NOTEBOOK, *edits) == [
        'metadata.name: "1st" is not a DNS label that begins with a letter'
    ]


def test_a_container_has_the_name_of_its_notebook() -> None:
    assert said(NOTEBOOK, (f"{POD} containers 0 name", "main")) == [
        'spec.template.spec.containers[0].name: no container is named "explore", as the notebook is'
    ]


def test_a_pod_default_has_one_label() -> None:
    message = "spec.selector: needs matchLabels with exactly one label, or the notebook form breaks"
    assert said(DEFAULT, ("spec selector", {})) == [message]
    assert said(DEFAULT, ("spec selector matchLabels b", "true")) == [message]


def test_the_form_sets_the_label_to_true() -> None:
    assert said(DEFAULT, ("spec selector matchLabels", {"gpu-t4": "yes"})) == [
        'spec.selector.matchLabels.gpu-t4: never matches a notebook: the form sets gpu-t4 to "true"'
    ]


def test_a_pod_default_cannot_set_everything() -> None:
    edits = [("spec nodeSelector", {}), ("spec resources", {}), ("spec securityContext", {})]
    assert said(DEFAULT, *edits) == [
        'spec.nodeSelector: unknown field "nodeSelector"; did you mean "selector"?',
        'spec.resources: unknown field "resources"',
        'spec.securityContext: unknown field "securityContext"',
    ]
