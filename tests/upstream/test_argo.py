"""Argo Workflows' own verdict on every workflow that the valid cases are rendered to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.estates import objects_of
from tests.examples.cases import Case, cases
from tests.upstream.asking import Asked

pytestmark = pytest.mark.cluster

KINDS = ("CronWorkflow", "Workflow", "WorkflowTemplate")


def judged(argo: Asked, document: Mapping[str, Any], *templates: Mapping[str, Any]) -> list[str]:
    """What Argo has against a document, in a namespace with these templates."""
    return list(argo.ask({"templates": templates, "document": document})["errors"])


def workflows(case: Case) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Each document that Argo validates, and the templates beside it."""
    objects = objects_of(case.files)
    made = {name: one for name, one in objects.items()
            if one["apiVersion"] == "argoproj.io/v1alpha1" and one["kind"] in KINDS}
    for name, one in made.items():
        yield name, one, [each for each in made.values() if each["kind"] == "WorkflowTemplate"]


ALL = [(f"{case.path.stem}: {name}", document, templates)
       for case in cases("valid") if "argo" in case.path.stem
       for name, document, templates in workflows(case)]


@pytest.mark.parametrize(("document", "templates"), [each[1:] for each in ALL],
                         ids=[each[0] for each in ALL])
def test_what_is_rendered_argo_takes(argo: Asked, document: dict[str, Any],
                                     templates: list[dict[str, Any]]) -> None:
    assert judged(argo, document, *templates) == []


TEMPLATE = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: train, namespace: vision}
spec:
  entrypoint: train
  arguments: {parameters: [{name: epochs}]}
  templates:
  - name: train
    container: {image: r.example/x, args: ["{{workflow.parameters.epochs}}"]}
"""
RUN = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: train-a, namespace: vision}
spec: {workflowTemplateRef: {name: train}}
"""


def test_a_run_without_a_value_is_refused(argo: Asked) -> None:
    template, run = yaml.safe_load(TEMPLATE), yaml.safe_load(RUN)
    assert judged(argo, template, template) == []
    assert "epochs" in judged(argo, run, template)[0]


def test_a_container_of_several_takes_no_file(argo: Asked) -> None:
    template = yaml.safe_load(TEMPLATE)
    template["spec"]["templates"] = [{
        "name": "train",
        "inputs": {"artifacts": [{"name": "script", "path": "/s", "raw": {"data": "echo"}}]},
        "containerSet": {"containers": [{"name": "fit", "image": "x", "command": ["/s"]}]}}]
    assert 'must have a container named "main"' in judged(argo, template, template)[0]
