"""The Tekton program says what Tekton says."""

from __future__ import annotations

import pytest
import yaml

from tests.upstream.asking import Asked
from tests.upstream.tekton import judged

pytestmark = pytest.mark.cluster


def test_a_good_task_is_accepted_and_given_defaults(tekton: Asked) -> None:
    document = yaml.safe_load("""
      apiVersion: tekton.dev/v1
      kind: Task
      metadata: {name: train}
      spec:
        params: [{name: epochs}]
        steps: [{name: run, image: example.com/train, args: ["$(params.epochs)"]}]
    """)
    verdict = judged(tekton, document)
    assert verdict.errors == ()
    assert verdict.defaulted["spec"]["params"][0]["type"] == "string"


def test_an_unknown_field_is_refused(tekton: Asked) -> None:
    document = yaml.safe_load("""
      apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {name: train}
      spec: {pipelineRef: {name: train}, podTemplate: {}}
    """)
    assert judged(tekton, document).errors == ('json: unknown field "podTemplate"',)


def test_an_undeclared_parameter_is_refused(tekton: Asked) -> None:
    document = yaml.safe_load("""
      apiVersion: tekton.dev/v1
      kind: Task
      metadata: {name: train}
      spec: {steps: [{name: run, image: example.com/train, args: ["$(params.nope)"]}]}
    """)
    assert "non-existent variable" in judged(tekton, document).errors[0]


def test_a_foreign_kind_is_refused(tekton: Asked) -> None:
    document = {"apiVersion": "tekton.dev/v1beta1", "kind": "ClusterTask", "metadata": {}}
    assert "is no kind that Tekton validates" in judged(tekton, document).errors[0]
