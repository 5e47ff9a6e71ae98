"""Which changes of declared runs a render refuses."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from gitops.compile.runs import Declared, is_runs, refused_runs
from gitops.declarations.load import load
from tests.estates import estate

PATH = "prod/tenants/vision/runs/tekton.yaml"
TENANT = """owner: ana@example.com
jobs:
  train:
    image: r.example/x:1
    runs:
    - {id: one}
    - {id: two}
"""
ONE = "kind: PipelineRun\nmetadata: {name: train-one}\nspec: {params: [1], timeouts: {}}\n"
TWO = ONE.replace("one", "two")


def refused(before: str, after: str, *, path: str = PATH, allowed: Collection[str] = (),
            platform: str = "{}") -> list[str]:
    """What is said of one file's change: ``file:line:column: message``."""
    files = estate(tenant=TENANT, platform=platform)
    found = refused_runs({path: before.encode()}, {path: after.encode()},
                         Declared(load(files).estate, files, allowed))
    assert {one.rule for one in found} <= {"run-changed"}
    return [f"{one.position}: {one.message}" for one in found]


def test_another_spec_is_told_at_the_runs_line() -> None:
    said, = refused(f"{ONE}---\n{TWO}", f"{ONE}---\n{TWO.replace('[1]', '[2]')}")
    assert said == ("tenants/vision.yaml:7:7: the PipelineRun train-two on prod was rendered "
                    "before, and spec.params would change under its name")


def test_keys_that_come_and_go_are_changes() -> None:
    said, = refused(ONE, ONE.replace("timeouts: {}", "status: x"))
    assert "spec.status, spec.timeouts would change" in said


@pytest.mark.parametrize(("before", "after"), [
    (ONE, TWO), (f"{ONE}---\n{TWO}", TWO), (TWO, f"{ONE}---\n{TWO}"),
    (f"{ONE}---\n{TWO}", f"{TWO}---\n{ONE}"),
    (ONE, ONE.replace("train-one", "train-one, labels: {a: b}")),
    (ONE, ONE.replace("[1]", "[2]").replace("PipelineRun", "Workflow")),
    ("<<<<<<< ours\n- {", ONE), ("- no object\n", ONE)])
def test_other_differences_are_fine(before: str, after: str) -> None:
    assert refused(before, after) == []


def test_a_run_that_nobody_declares_is_told_at_the_tenants_file() -> None:
    own = ONE.replace("train-one", "from-a-template")
    said, = refused(own, own.replace("[1]", "[2]"))
    assert said.startswith("tenants/vision.yaml:1:1: ")


def test_a_run_on_two_clusters_is_told_once() -> None:
    files = estate(tenant=TENANT)
    before = {PATH: ONE.encode(), PATH.replace("prod", "lab"): ONE.encode()}
    after = {path: ONE.replace("[1]", "[2]").encode() for path in before}
    said, = refused_runs(before, after, Declared(load(files).estate, files))
    assert "on lab, prod was" in said.message


@pytest.mark.parametrize("name", ["vision", "prod"])
def test_named_tenants_and_clusters_may_change_theirs(name: str) -> None:
    changed = ONE.replace("[1]", "[2]")
    assert refused(ONE, changed, allowed=["other"]) != []
    assert refused(ONE, changed, allowed=[name]) == []
    assert refused(ONE, changed, platform=f"removals: {{allow: [{name}]}}\n") == []


def test_files_of_runs_are_told_by_their_path() -> None:
    assert is_runs(PATH)
    assert not is_runs("prod/tenants/vision/runs/kustomization.yaml")
    assert not is_runs("prod/tenants/vision/jobs/tekton.yaml")
