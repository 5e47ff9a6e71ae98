"""What is added to Kubeflow's roles for each engine, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.estates import BARE, PROFILE, estate, objects_of

TO = "rbac.authorization.kubeflow.org/aggregate-to-kubeflow-"


def roles(engines: str, cluster: str = PROFILE) -> dict[str, dict[str, Any]]:
    objects = objects_of(estate(cluster=cluster + engines))
    return {name.partition("/")[2]: one for name, one in objects.items()
            if name.startswith("ClusterRole/")}


@pytest.mark.parametrize(("engines", "group", "runs"), [
    ("engines: {tekton: true}\n", "tekton.dev", ["pipelineruns", "taskruns"]),
    ("engines: {argo: true}\n", "argoproj.io", ["workflows"])])
def test_editors_run_and_change_no_definition(engines: str, group: str, runs: list[str]) -> None:
    (edit,) = [one for name, one in roles(engines).items() if name.endswith("-edit")]
    assert edit["metadata"]["labels"][TO + "edit"] == "true"
    assert edit["rules"][0]["resources"] == runs
    assert {one for rule in edit["rules"] for one in rule["apiGroups"]} == {group}
    assert "create" in edit["rules"][0]["verbs"]


def test_viewers_only_read() -> None:
    (view,) = [one for name, one in roles("engines: {tekton: true}\n").items()
               if name.endswith("-view")]
    assert view["metadata"]["labels"][TO + "view"] == "true"
    assert {verb for rule in view["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}


def test_a_workflows_containers_report_their_results() -> None:
    rules = roles("engines: {argo: true}\n")["gitops-tenancy-argo-edit"]["rules"]
    assert rules[1] == {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"],
                        "verbs": ["create", "patch"]}


def test_a_queue_is_there_to_be_seen() -> None:
    found = roles("queueing: kueue\n")
    assert list(found) == ["gitops-tenancy-kueue-view"]
    assert found["gitops-tenancy-kueue-view"]["rules"][0]["resources"] == [
        "localqueues", "workloads"]


def test_a_role_has_one_label_of_aggregation() -> None:
    for role in roles("engines: {tekton: true, argo: true}\n").values():
        assert len([key for key in role["metadata"]["labels"] if key.startswith(TO)]) == 1


@pytest.mark.parametrize("cluster", [PROFILE, BARE + "engines: {tekton: true}\n"])
def test_without_engines_or_without_kubeflow_no_role_is_added(cluster: str) -> None:
    assert roles("", cluster) == {}


@pytest.mark.parametrize(("engine", "definitions", "runs"), [
    ("tekton", {"pipelines", "tasks"}, "pipelineruns"),
    ("argo", {"cronworkflows", "workflowtemplates"}, "workflows"),
    ("katib", {"configmaps"}, "experiments"), ("pipelines", {"configmaps"}, "workflows")])
def test_members_may_not_change_definitions(engine: str, definitions: set[str],
                                            runs: str) -> None:
    objects = objects_of(estate(cluster=PROFILE + f"engines: {{{engine}: true}}\n"))
    spec = objects["ValidatingAdmissionPolicy/gitops-tenancy-declared"]["spec"]
    guarded = [one for rule in spec["matchConstraints"]["resourceRules"]
               for one in rule["resources"]]
    assert definitions <= set(guarded)
    assert runs not in guarded
