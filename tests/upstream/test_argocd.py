"""ApplicationSets expanded by Go's own templates: an Application per tenant and unit, each
inside its project."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from gitops.compile.pipeline import RenderedFile
from tests.cluster.rendered import sample
from tests.estates import BARE, PROFILE, estate, files_of
from tests.upstream.argocd import documents, expanded, folders, refused, seen
from tests.upstream.asking import Asked

pytestmark = pytest.mark.cluster

SYNCED = PROFILE + "sync: argocd\nengines: {tekton: true, trainer: none}\n"
LAB = BARE + "accepts: named\nsync: {engine: argocd, namespace: gitops}\n"
JOB = """owner: ana@example.com
clusters: [prod, lab]
hardware: {cpu-small: {}}
jobs:
  train: {image: r.example/model:1, hardware: cpu-small, script: echo, runs: [{id: first}]}
"""
HARDWARE = "nodes: 2\nallocatable: {cpu: 7910m, memory: 28Gi}\nnodeSelector: {a: b}\n"
OWN = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: own
  namespace: {{ workspace.name }}
spec:
  project: default
  source: {repoURL: "https://git.example.com/own.git", path: ., targetRevision: main}
  destination: {server: "https://kubernetes.default.svc", namespace: default}
"""
PLATFORM = 'sync: {repo: "https://git.example.com/estate.git", path: gitops/rendered}\n'


@cache
def tree() -> Mapping[str, RenderedFile]:
    """Two clusters; a tenant on both with a job and a run, one on the first alone, one frozen."""
    return files_of(estate({
        "clusters/lab.yaml": LAB, "hardware/cpu-small.yaml": HARDWARE,
        "tenants/nlp.yaml": "owner: ana@example.com\n",
        "tenants/old.yaml": "owner: ana@example.com\nfrozen: closed\n",
    }, cluster=SYNCED, tenant=JOB, platform=PLATFORM.replace("gitops/rendered", "rendered")))


def units(names: Mapping[str, object], cluster: str) -> set[str]:
    return {name.removeprefix(f"{cluster}.") for name in names} - {
        "gitops-tenancy-platform", "gitops-tenancy-sync"}


def test_there_is_one_application_for_each_tenant_and_unit(argocd: Asked) -> None:
    prod, lab = (seen(argocd, tree(), name) for name in ("prod", "lab"))
    assert units(prod.applications, "prod") == {
        "vision.access", "vision.jobs", "vision.runs", "nlp.access", "old.access"}
    assert units(lab.applications, "lab") == {
        path.split("/")[2] + ".access" for path in tree() if path.startswith("lab/tenants/v")}


def test_no_application_reads_another_clusters_folder(argocd: Asked) -> None:
    for cluster in ("prod", "lab"):
        paths = [application["spec"]["source"]["path"]
                 for application in seen(argocd, tree(), cluster).applications.values()]
        assert paths
        assert all(path.startswith(f"rendered/{cluster}/") for path in paths)


@pytest.mark.parametrize("cluster", ["prod", "lab"])
def test_every_object_is_inside_its_project(argocd: Asked, cluster: str) -> None:
    found = seen(argocd, tree(), cluster)
    _inside(found.applications, found.projects, tree())


def test_every_object_of_the_sample_is_inside_its_project(argocd: Asked) -> None:
    files = files_of(sample("kubeflow"))
    found = seen(argocd, files, "prod")
    _inside(found.applications, found.projects, files)


def _inside(applications: Mapping[str, dict], projects: Mapping[str, dict],
            files: Mapping[str, RenderedFile]) -> None:
    # Overlays change what users list themselves: nothing applies them.
    left = {path for path in files if files[path].objects and "/overlays/" not in path}
    for application in applications.values():
        target = application["spec"]
        folder = target["source"]["path"].removeprefix("rendered/") + "/"
        own = {path: file for path, file in files.items() if path.startswith(folder)
               and (folder.count("/") < 4 or "/" not in path.removeprefix(folder))}
        own = {path: file for path, file in own.items() if file.objects}
        left -= set(own)
        assert own
        for document in documents(own, ""):
            assert not refused(application, projects[target["project"]], document), document
    here = next(iter(applications)).partition(".")[0]
    assert {path for path in left if path.startswith(f"{here}/")} <= {
        f"{here}/settings/argocd-cm.yaml"}


def test_another_tenants_object_is_outside_the_project(argocd: Asked) -> None:
    found = seen(argocd, tree(), "prod")
    theirs = next(documents(tree(), "prod/tenants/nlp/"))
    own = found.applications["prod.vision.access"]
    assert refused(own, found.projects["prod.vision"], theirs) == "nothing in nlp"
    space = next(documents(tree(), "prod/platform/tenants/vision"))
    assert refused(own, found.projects["prod.vision"], space) == "no Namespace"


def test_a_template_of_the_estates_gives_no_tenant_an_application(argocd: Asked) -> None:
    files = files_of(estate({"templates/tenant/own.yaml.j2": OWN}, cluster=SYNCED,
                            platform=PLATFORM.replace("gitops/rendered", "rendered")))
    found = seen(argocd, files, "prod")
    project = found.projects["prod.vision"]
    (made,) = [one for one in documents(files, "prod/tenants/") if one["kind"] == "Application"]
    assert {"group": "argoproj.io", "kind": "Application"} in project["spec"][
        "namespaceResourceWhitelist"]
    assert refused(found.applications["prod.vision.access"], project, made) == "no Application"


def test_an_application_is_synced_as_an_account_outside_the_workspaces(argocd: Asked) -> None:
    for cluster, home in (("prod", "argocd"), ("lab", "gitops")):
        found = seen(argocd, tree(), cluster)
        accounts = {f"{one['metadata']['namespace']}:{one['metadata']['name']}"
                    for one in documents(tree(), f"{cluster}/sync/")
                    if one["kind"] == "ServiceAccount"}
        for application in found.applications.values():
            target = application["spec"]["destination"]
            (account,) = [one["defaultServiceAccount"] for one in found.projects[
                application["spec"]["project"]]["spec"]["destinationServiceAccounts"]
                if (one["server"], one["namespace"]) == (target["server"], target["namespace"])]
            assert account in accounts
            assert account.startswith(f"{home}:")


def test_a_deeper_folder_of_the_repository_makes_no_difference(argocd: Asked) -> None:
    files = files_of(estate(cluster=SYNCED, platform=PLATFORM))
    (document,) = [one for one in documents(files, "prod/sync/") if one["kind"] == "ApplicationSet"]
    paths = [f"gitops/{path}" for path in folders(files)]
    (application,) = expanded(argocd, document, paths)
    assert application["metadata"]["name"] == "prod.vision.access"
    assert application["spec"]["destination"]["namespace"] == "vision"
    assert application["spec"]["source"]["path"] == "gitops/rendered/prod/tenants/vision"


def test_a_folder_that_is_gone_is_no_application(argocd: Asked) -> None:
    files = {path: file for path, file in tree().items() if not path.startswith("prod/tenants/")}
    assert units(seen(argocd, files, "prod").applications, "prod") == set()


def _ignored(kind: str, cluster: str = "prod") -> list[str]:
    (platform,) = [one for one in documents(tree(), f"{cluster}/sync/")
                   if one["metadata"]["name"] == f"{cluster}.gitops-tenancy-platform"
                   and one["kind"] == "Application"]
    return [path for one in platform["spec"]["ignoreDifferences"] if one["kind"] == kind
            for path in one.get("jqPathExpressions", ())]


def test_only_an_aggregated_roles_rules_are_not_compared(argocd: Asked) -> None:
    (path,) = _ignored("ClusterRole")
    made = {"aggregationRule": {"clusterRoleSelectors": []}, "rules": [{"verbs": ["get"]}]}
    assert argocd.ask({"jq": path, "object": made})["object"] == {
        "aggregationRule": {"clusterRoleSelectors": []}}
    own = {"rules": [{"verbs": ["get"]}]}
    assert argocd.ask({"jq": path, "object": own})["object"] == own


def test_a_profiles_plugins_are_compared_where_git_declares_any(argocd: Asked) -> None:
    tenant = "owner: ana@example.com\nplugins: [{kind: Vault, spec: {role: a}}]\n"
    files = files_of(estate({"tenants/nlp.yaml": "owner: ana@example.com\n"}, cluster=SYNCED,
                            tenant=tenant, platform=PLATFORM))
    (platform,) = [one for one in documents(files, "prod/sync/cluster")
                   if one["kind"] == "Application" and "ignoreDifferences" in one["spec"]]
    (path,) = [path for one in platform["spec"]["ignoreDifferences"] if one["kind"] == "Profile"
               for path in one["jqPathExpressions"] if "plugins" in path]
    for name, kept in (("vision", True), ("nlp", False)):
        profile = {"metadata": {"name": name}, "spec": {"plugins": [{"kind": "Added"}]}}
        left = argocd.ask({"jq": path, "object": profile})["object"]
        assert ("plugins" in left["spec"]) == kept
