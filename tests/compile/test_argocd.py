"""What Argo CD is told of a tenant: who sees it, what it may hold, when it is synced."""

from __future__ import annotations

from typing import Any

import pytest

from tests.estates import BARE, PROFILE, estate, files_of, objects_of

PLATFORM = 'sync: {repo: "https://git.example.com/estate.git"}\n'
OWNED = "owner: ana@example.com\n"
JOBS = """hardware: {cpu-small: {}}
jobs: {train: {image: r.example/m:1, hardware: cpu-small, script: echo, runs: [{id: first}]}}
"""
HARDWARE = "nodes: 2\nallocatable: {cpu: 7910m, memory: 28Gi}\nnodeSelector: {a: b}\n"


def synced(tenant: str = OWNED, cluster: str = "", **files: str) -> dict[str, Any]:
    engine = cluster or "sync: argocd\n"
    return objects_of(estate({**files, "hardware/cpu-small.yaml": HARDWARE}, tenant=tenant,
                             cluster=PROFILE + engine + "engines: {tekton: true, trainer: none}\n",
                             platform=PLATFORM))


def project(found: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = found["AppProject/prod.vision@argocd"]["spec"]
    return spec


@pytest.mark.parametrize(("owner", "groups"), [
    ("ana@example.com", ["ana@example.com"]),
    ("{group: research}", ["research-owners"]),
    ("{group: without-claim}", ["without-claim"]),
])
def test_the_owner_sees_the_project_under_the_name_that_the_token_has(
        owner: str, groups: list[str]) -> None:
    found = synced(f"owner: {owner}\n", **{
        "groups/research.yaml": "claim: research-owners\nmembers: [{user: a@example.com}]\n",
        "groups/without-claim.yaml": "members: [{user: bob@example.com}]\n"})
    assert project(found)["roles"][0]["groups"] == groups


@pytest.mark.parametrize("tenant", [
    "owner: {serviceAccount: ci/bot}\n", OWNED + "frozen: closed\n"])
def test_machines_and_owners_of_the_frozen_have_no_role(tenant: str) -> None:
    assert "roles" not in project(synced(tenant))


def test_a_role_is_for_its_own_project_and_changes_nothing_but_when() -> None:
    policies = project(synced())["roles"][0]["policies"]
    assert policies == [
        f"p, proj:prod.vision:owner, applications, {verb}, prod.vision/*, allow"
        for verb in ("get", "sync")]


def test_a_tenant_has_nothing_outside_namespaces_and_only_its_own() -> None:
    spec = project(synced())
    assert spec["clusterResourceWhitelist"] == []
    assert [one["namespace"] for one in spec["destinations"]] == ["vision"]
    kinds = {one["kind"] for one in spec["namespaceResourceWhitelist"]}
    assert "RoleBinding" in kinds
    assert not kinds & {"Namespace", "Profile", "ClusterRole", "Secret", "Role", "*"}
    assert spec["clusterResourceBlacklist"] == [{"group": "*", "kind": "*"}]
    assert spec["namespaceResourceBlacklist"] == [
        {"group": "argoproj.io", "kind": kind}
        for kind in ("AppProject", "Application", "ApplicationSet")]


def test_windows_are_for_jobs_and_runs_and_never_for_access() -> None:
    window = "{kind: deny, schedule: \"@daily\", duration: 1h}"
    engine = f"sync: {{engine: argocd, windows: [{window}]}}\n"
    (made,) = project(synced(OWNED + JOBS, engine))["syncWindows"]
    assert made["applications"] == ["prod.vision.jobs", "prod.vision.runs"]
    assert "syncWindows" not in project(synced(OWNED, engine))


def test_runs_outlive_their_application_and_access_does_not() -> None:
    found = synced(OWNED + JOBS)
    for name, kept in (("prod.vision", False), ("prod.vision.runs", True)):
        spec = found[f"ApplicationSet/{name}@argocd"]["spec"]
        assert spec["syncPolicy"]["preserveResourcesOnDeletion"] is kept
        assert spec["template"]["spec"]["syncPolicy"]["automated"]["prune"] is not kept


def test_only_a_namespace_that_nobody_froze_is_kept_from_deletion() -> None:
    key = "argocd.argoproj.io/sync-options"
    found = synced(OWNED + JOBS)
    kept = {name: data["metadata"]["annotations"][key] for name, data in found.items()
            if key in data["metadata"].get("annotations", {})}
    assert kept.pop("Namespace/vision") == "Delete=false,Prune=false"
    assert {name.partition("/")[0] for name in kept} == {"RoleBinding", "ServiceAccount"}
    assert all("-sync" in name for name in kept)
    frozen = synced(OWNED + "frozen: closed\n")["Namespace/vision"]["metadata"]["annotations"]
    assert key not in frozen


def test_a_units_account_is_bound_to_every_role_of_the_tenants_units() -> None:
    bound = {name.partition("@")[0].partition("/")[2]: data["subjects"][0]["name"]
             for name, data in synced(OWNED + JOBS).items()
             if name.startswith("RoleBinding/gitops-tenancy-sync")}
    assert bound == dict.fromkeys(
        (f"gitops-tenancy-sync-{kind}" for kind in ("access", "jobs", "runs")), "vision-sync")


def test_the_platforms_project_names_every_kind_it_holds_and_could_hold() -> None:
    found = synced()
    spec = found["AppProject/prod.gitops-tenancy-platform@argocd"]["spec"]
    wide = {one["kind"] for one in spec["clusterResourceWhitelist"]}
    assert {"Namespace", "Profile", "ValidatingAdmissionPolicy", "ClusterRole"} <= wide
    assert not {"*", "RoleBinding", "ClusterRoleBinding"} & wide


def test_settings_are_no_units_and_stand_in_no_list() -> None:
    files = files_of(estate(cluster=PROFILE + "sync: argocd\n", platform=PLATFORM))
    assert "settings" not in files["prod/kustomization.yaml"].text
    (settings,) = files["prod/settings/argocd-cm.yaml"].objects
    assert "labels" not in settings["metadata"]
    (role,) = [data for data in files["prod/sync/accounts.yaml"].objects
               if data["metadata"]["name"] == "gitops-tenancy-sync-platform"
               and data["kind"] == "ClusterRole"]
    assert not [rule for rule in role["rules"] if "configmaps" in rule["resources"]]


def test_a_cluster_with_nothing_to_add_has_no_settings() -> None:
    files = files_of(estate(cluster=BARE + "sync: argocd\n", platform=PLATFORM))
    assert not [path for path in files if "settings" in path]
