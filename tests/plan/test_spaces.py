"""Tekton's workspaces: what runs bind, and the pod that holds tasks on one node."""

from __future__ import annotations

from gitops.plan.jobs import JobPlan
from tests.plan.hardware import CLUSTER, planned

FROM = 'from: {repo: "https://git.example.com/a.git", revision: v1, path: a.yaml, kind: task}'


def job(text: str, cluster: str = CLUSTER) -> JobPlan:
    tenant = f"hardware: {{gpu-t4: 2, cpu: {{}}}}\njobs: {{a: {{{text}}}}}\n"
    return planned(tenant, cluster=cluster).jobs[0]


def test_a_run_binds_claims_and_empty_directories() -> None:
    plan = job("image: r.example/x:1, hardware: cpu, volumes: ["
               "{name: d, path: /d, claim: c, readOnly: true}, {name: e, path: /e, empty: 1Gi}]")
    assert plan.bindings == ({"name": "d", "persistentVolumeClaim": {"claimName": "c"}},
                             {"name": "e", "emptyDir": {"sizeLimit": "1Gi"}})
    assert (plan.tasks[0].volumes, plan.tasks[0].steps[0].mounts) == ((), ())


def test_what_a_task_from_elsewhere_may_only_read_is_bound_so() -> None:
    plan = job(f"hardware: cpu, {FROM}, volumes: [{{name: d, claim: c, readOnly: true}}]")
    assert plan.bindings == (
        {"name": "d", "persistentVolumeClaim": {"claimName": "c", "readOnly": True}},)


def test_the_pod_that_holds_a_claims_tasks_finds_the_hardwares_nodes() -> None:
    plan = job("image: r.example/x:1, hardware: gpu-t4, volumes: [{name: d, path: /d, claim: c}]")
    assert {key: plan.holder[key] for key in ("nodeSelector", "tolerations")} == \
        {key: plan.tasks[0].pod[key] for key in ("nodeSelector", "tolerations")}
    assert plan.labels == {"hardware": "gpu-t4", "gitops-tenancy/job": "a"}


def test_nothing_is_held_without_a_claim_or_where_tekton_holds_nothing() -> None:
    disabled = CLUSTER.replace("tekton: true", "tekton: {coschedule: disabled}")
    work = "image: r.example/x:1, hardware: gpu-t4, volumes: [{name: d, path: /d"
    for plan in (job(f"{work}}}]"), job(f"{work}, claim: c}}]", disabled)):
        assert (plan.holder, plan.labels) == ({}, {"gitops-tenancy/job": "a"})


def test_where_tekton_holds_whole_runs_no_claim_is_needed() -> None:
    runs = CLUSTER.replace("tekton: true", "tekton: {coschedule: pipelineruns}")
    assert "nodeSelector" in job("image: r.example/x:1, hardware: gpu-t4", runs).holder
