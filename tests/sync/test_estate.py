"""The life of tenants in an estate that Flux syncs, from the bootstrap on.

Each test has a tenant of its own. Flux looks for commits every second here, so that the
times are those of everything but looking.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.cluster.client import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.sync.estate import BINDING, CLUSTERWIDE, Estate, versions
from tests.sync.flux import KUSTOMIZATION, NAMESPACE, ready
from tests.sync.gitserver import GitServer, Repository

pytestmark = pytest.mark.cluster

CLAIM = ("v1", "PersistentVolumeClaim")
CLUSTERS = ("gitops-tenancy-platform", "gitops-tenancy-sync")
JOB = """owner: ana@example.com
contributors: [{user: rui@example.com, role: edit}]
jobs:
  train: {image: "r.example/train:1", command: [train], cpu: 1, runs: [{id: first}]}
"""


@pytest.fixture(scope="module")
def estate(plane: ControlPlane, served: Path, git_server: GitServer) -> Estate:
    repository = Repository(served, "estate")
    found = Estate(plane, repository)
    found.begin(f"{git_server.url}/estate.git")
    found.settled(repository.push("Nothing"), *CLUSTERS)
    return found


def pod(namespace: str) -> Object:
    return {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "first", "namespace": namespace},
            "spec": {"containers": [{"name": "main", "image": "r.example/x:1",
                                     "resources": {"requests": {"cpu": "1"}}}]}}


def test_from_git_push_to_a_pod_of_the_owners(estate: Estate, plane: ControlPlane,
                                              record_property: pytest.FixtureRequest) -> None:
    estate.tenant("swift", "owner: eva@example.com\n")
    assert estate.render().returncode == 0
    began = time.monotonic()
    estate.repository.push("A tenant")
    until(lambda: plane.kubectl("create", "-f", "-", user="eva@example.com",
                                text=json.dumps(pod("swift"))).returncode == 0,
          "a pod of the owner's", 60)
    took = time.monotonic() - began
    record_property("seconds", round(took, 1))  # type: ignore[operator]
    print(f"\nfrom git push to a pod: {took:.1f} s")
    assert took < 30


def test_a_tenant_arrives_in_order_and_everything_is_ready(estate: Estate,
                                                           plane: ControlPlane) -> None:
    estate.tenant("orderly", JOB)
    estate.settled(estate.commit("A tenant with a job"), *CLUSTERS, "orderly-access",
                   "orderly-jobs", "orderly-runs")
    created = {name: int(version) for name, version in versions(plane, "orderly").items()}
    last_of_access = max(version for name, version in created.items()
                         if name.startswith(("RoleBinding", "ServiceAccount", "LimitRange")))
    assert last_of_access < created["Task/train"]
    assert created["Pipeline/train"] < int(plane.admin.get(
        "tekton.dev/v1", "PipelineRun", "train-first", "orderly").object()
        ["metadata"]["resourceVersion"])


def test_nothing_is_applied_twice(estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("still", JOB)
    units = (*CLUSTERS, "still-access", "still-jobs", "still-runs")
    estate.settled(estate.commit("A tenant"), *units)
    before = versions(plane, "still")
    assert {"PipelineRun", "Pipeline", *(kind for _, kind in CLUSTERWIDE)} <= {
        name.partition("/")[0] for name in before}
    estate.again("still-1", units)
    assert versions(plane, "still") == before


def test_a_changed_quota_arrives(estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("grown")
    estate.settled(estate.commit("A tenant"), "grown-access")
    estate.tenant("grown", "owner: ana@example.com\nquota: {requests: {cpu: 7}}\n")
    estate.settled(estate.commit("A quota"), "grown-access")
    quotas = plane.admin.find("v1", "ResourceQuota", "grown")
    assert [quota["spec"]["hard"]["requests.cpu"] for quota in quotas] == ["7"]


def test_who_is_shared_with_gets_in_and_who_is_revoked_is_out(estate: Estate,
                                                              plane: ControlPlane) -> None:
    grant = "owner: ana@example.com\ncontributors: [{user: zoe@example.com, role: edit}]\n"
    zoe = plane.as_user("zoe@example.com")
    estate.tenant("shared", grant)
    estate.settled(estate.commit("Shared"), "shared-access")
    assert zoe.create(pod("shared"), dry_run=True).ok
    estate.tenant("shared")
    estate.settled(estate.commit("Revoked"), "shared-access")
    assert estate.people("shared") == {"ana@example.com"}
    assert zoe.create(pod("shared"), dry_run=True).status == 403


def test_a_hand_edit_is_undone(estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("edited")
    estate.settled(estate.commit("A tenant"), "edited-access")
    name = plane.admin.find("v1", "ResourceQuota", "edited")[0]["metadata"]["name"]
    plane.admin.merge("v1", "ResourceQuota", name, {"spec": {"hard": {"requests.cpu": "99"}}},
                      "edited").object()
    plane.admin.delete(*BINDING, "namespaceAdmin", "edited")
    estate.again("edited-1", ["edited-access"])
    quota = plane.admin.get("v1", "ResourceQuota", name, "edited").object()
    assert quota["spec"]["hard"]["requests.cpu"] == "2"
    assert plane.admin.get(*BINDING, "namespaceAdmin", "edited").ok


def test_freezing_revokes_at_the_first_reconcile_though_a_job_fails(
        estate: Estate, plane: ControlPlane) -> None:
    failing = JOB + "purpose: reach out\n"
    estate.tenant("failing", failing)
    estate.settled(estate.commit("A job that cannot be applied"), "failing-access")
    refused(plane, "failing-jobs")
    plane.admin.create(volume("failing")).object()
    estate.tenant("failing", failing + "frozen: closed\n")
    frozen = estate.commit("Frozen")
    estate.settled(frozen, "failing-access")
    assert estate.people("failing") == set()
    assert estate.outcomes("failing-access", frozen) == ["ReconciliationSucceeded"]
    assert plane.admin.get(*CLAIM, "data", "failing").ok
    until(lambda: plane.admin.get(*KUSTOMIZATION, "failing-jobs", NAMESPACE).status == 404,
          "the end of the jobs unit")
    assert plane.admin.find("tekton.dev/v1", "Task", "failing") == []


def test_freezing_keeps_the_volume_that_flux_made_for_a_job(estate: Estate,
                                                            plane: ControlPlane) -> None:
    saving = JOB.replace("cpu: 1,", "cpu: 1, volumes: [{name: data, path: /data, size: 1Gi}],")
    estate.tenant("saving", saving)
    estate.settled(estate.commit("A job with a volume"), "saving-jobs")
    made = plane.admin.get(*CLAIM, "train-data", "saving").object()["metadata"]
    assert made["labels"]["kustomize.toolkit.fluxcd.io/name"] == "saving-jobs"
    estate.tenant("saving", saving + "frozen: closed\n")
    estate.settled(estate.commit("Frozen"), "saving-access")
    until(lambda: plane.admin.get(*KUSTOMIZATION, "saving-jobs", NAMESPACE).status == 404,
          "the end of the jobs unit")
    assert plane.admin.find("tekton.dev/v1", "Task", "saving") == []
    kept = plane.admin.get(*CLAIM, "train-data", "saving").object()["metadata"]
    assert kept["uid"] == made["uid"]
    assert "deletionTimestamp" not in kept


def refused(plane: ControlPlane, unit: str) -> None:
    """Wait until the API server has refused a unit's account something."""

    def told() -> bool:
        status, message = ready(plane, KUSTOMIZATION, unit)
        return status == "False" and "forbidden" in message \
            and f"system:serviceaccount:{NAMESPACE}:{unit}" in message

    until(told, f"a refusal of {unit}", 60)


def volume(namespace: str) -> Object:
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data", "namespace": namespace},
            "spec": {"accessModes": ["ReadWriteOnce"],
                     "resources": {"requests": {"storage": "1Gi"}}}}


def test_a_tenants_unit_cannot_write_outside_its_namespace(estate: Estate,
                                                           plane: ControlPlane) -> None:
    estate.tenant("prying", JOB + "purpose: reach out\n")
    estate.settled(estate.commit("An intruder"), "prying-access")
    refused(plane, "prying-jobs")
    assert not plane.admin.get("tekton.dev/v1", "Task", "intruder-prying", "kube-public").ok


def test_one_tenants_broken_manifest_stops_no_other(estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("broken")
    estate.tenant("whole")
    estate.settled(estate.commit("Two tenants"), "broken-access", "whole-access")
    estate.tenant("whole", "owner: ana@example.com\nquota: {requests: {cpu: 3}}\n")
    assert estate.render().returncode == 0
    limits = estate.tree / "rendered/prod/tenants/broken/access.yaml"
    limits.write_text(limits.read_text().replace("kind: RoleBinding", "kind: [", 1))
    estate.settled(estate.repository.push("A broken file"), "whole-access")
    until(lambda: ready(plane, KUSTOMIZATION, "broken-access")[0] == "False", "a complaint", 60)
    assert estate.people("broken") == {"ana@example.com"}
    estate.restore()


def test_a_broken_platform_holds_no_revocation_up(estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("stranger")
    grant = "owner: ana@example.com\ncontributors: [{user: zoe@example.com, role: edit}]\n"
    estate.tenant("urgent", grant)
    estate.settled(estate.commit("Shared"), "urgent-access")
    estate.tenant("urgent")
    assert estate.render().returncode == 0
    stranger = estate.tree / "rendered/prod/platform/tenants/stranger.yaml"
    stranger.write_text(stranger.read_text().replace("name: stranger", "name: Strange_", 1))
    estate.settled(estate.repository.push("Revoked, and a broken stranger"), "urgent-access")
    assert estate.people("urgent") == {"ana@example.com"}
    until(lambda: ready(plane, KUSTOMIZATION, "gitops-tenancy-platform")[0] == "False", "it told")
    estate.restore()


def test_a_tenant_that_nobody_froze_cannot_be_deleted(estate: Estate) -> None:
    estate.tenant("sudden")
    estate.commit("A tenant")
    estate.forget("sudden")
    done = estate.render()
    assert done.returncode == 1
    assert "first set `frozen: \"why\"`" in done.stdout + done.stderr
    assert (estate.tree / "rendered/prod/platform/tenants/sudden.yaml").exists()
    estate.tenant("sudden")


def test_in_two_steps_a_tenant_goes_and_its_namespace_with_it(estate: Estate,
                                                              plane: ControlPlane) -> None:
    estate.tenant("leaving", JOB)
    estate.settled(estate.commit("A tenant"), "leaving-jobs")
    estate.tenant("leaving", JOB + "frozen: closed\n")
    estate.settled(estate.commit("Frozen"), *CLUSTERS, "leaving-access")
    estate.forget("leaving")
    estate.write("tombstones/leaving.yaml", "removed: 2026-11-25\nreason: the project ended\n")
    estate.commit("Gone")
    until(lambda: plane.admin.get("v1", "Namespace", "leaving").status == 404, "the end", 90)
    until(lambda: not estate.units("leaving"), "the end of its units")
    assert plane.admin.get("v1", "ServiceAccount", "leaving-access", NAMESPACE).status == 404


def test_one_that_is_let_go_unfrozen_keeps_its_namespace_and_nobody_in_it(
        estate: Estate, plane: ControlPlane) -> None:
    estate.tenant("forced", JOB)
    estate.settled(estate.commit("A tenant"), "forced-runs")
    plane.admin.create(volume("forced")).object()
    estate.forget("forced")
    estate.settled(estate.commit("Let go", "--allow-removal", "forced"), "gitops-tenancy-platform")
    until(lambda: not estate.units("forced"), "the end of its units", 60)
    assert estate.people("forced") == set()
    assert plane.admin.get(*CLAIM, "data", "forced").ok


def test_whoever_deletes_a_unit_by_hand_deletes_no_workspace(estate: Estate,
                                                             plane: ControlPlane) -> None:
    estate.tenant("kept")
    commit = estate.commit("A tenant")
    estate.settled(commit, *CLUSTERS, "kept-access")
    plane.admin.delete(*KUSTOMIZATION, "gitops-tenancy-platform", NAMESPACE).object()
    until(lambda: not plane.admin.get(*KUSTOMIZATION, "gitops-tenancy-platform", NAMESPACE).ok,
          "its end")
    assert plane.admin.get("v1", "Namespace", "kept").body["status"]["phase"] == "Active"
    estate.again("kept-1", ["gitops-tenancy-sync"])
    estate.settled(commit, "gitops-tenancy-platform")
