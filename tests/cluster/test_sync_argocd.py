"""What Argo CD is told, for a real API server with its CRDs: one bootstrap, taken whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.rendered import EXAMPLES, end_namespaces, sweep
from tests.cluster.surroundings import kustomized, namespace
from tests.estates import PROFILE, estate, files_of

pytestmark = pytest.mark.cluster

BOOTSTRAP = EXAMPLES / "kubeflow/rendered/prod/sync"
SETTINGS = EXAMPLES / "kubeflow/rendered/prod/settings"
OWN_SETTING = "application.instanceLabelKey"


@pytest.fixture
def bootstrap(plane: ControlPlane) -> Iterator[list[Manifest]]:
    documents = kustomized(plane, BOOTSTRAP)
    yield documents
    sweep(plane, documents)


def test_one_command_bootstraps_and_a_second_changes_nothing(
        plane: ControlPlane, bootstrap: list[Manifest]) -> None:
    first = plane.kubectl("apply", "-k", str(BOOTSTRAP))
    assert first.returncode == 0, first.stderr
    assert len(first.stdout.splitlines()) == len(bootstrap)
    second = plane.kubectl("apply", "-k", str(BOOTSTRAP))
    assert {line.rpartition(" ")[2] for line in second.stdout.splitlines()} == {"unchanged"}


def test_the_self_applied_tree_is_what_was_bootstrapped(
        plane: ControlPlane, bootstrap: list[Manifest]) -> None:
    plane.apply(bootstrap, manager="argocd-controller")
    for document in bootstrap:
        api_version, kind, place, name = document.identity
        stored = plane.admin.get(api_version, kind, name, place).object()
        assert stored.get("spec") == document.data.get("spec")


def test_each_unit_is_applied_by_its_own_account_and_no_other(
        plane: ControlPlane, bootstrap: list[Manifest]) -> None:
    root = BOOTSTRAP.parent
    documents = [*kustomized(plane, root / "platform"), *kustomized(plane, root / "tenants")]
    plane.apply(bootstrap, manager="argocd-controller")
    try:
        assert applied(plane, BOOTSTRAP, "gitops-tenancy-sync") == ""
        assert applied(plane, root / "platform", "gitops-tenancy-platform") == ""
        assert applied(plane, root / "tenants/vision", "vision-sync") == ""
        assert "forbidden" in applied(plane, root / "tenants/nlp", "vision-sync")
        assert "forbidden" in applied(plane, root / "platform", "vision-sync")
    finally:
        sweep(plane, documents)
        end_namespaces(plane, [document.identity[3] for document in documents
                               if document.data["kind"] == "Namespace"])


def applied(plane: ControlPlane, folder: Path, account: str) -> str:
    """What is wrong when an account applies a folder as Argo CD does; nothing when all is well."""
    done = plane.kubectl("apply", "--server-side", "--force-conflicts",
                         "--field-manager=argocd-controller", "-k", str(folder),
                         user=f"system:serviceaccount:argocd:{account}")
    return done.stderr if done.returncode else ""


def test_a_wrong_project_is_refused_by_the_real_schema(plane: ControlPlane) -> None:
    files = files_of(estate(cluster=PROFILE + "sync: argocd\n",
                            platform='sync: {repo: "https://git.example.com/estate.git"}'))
    project = next(dict(one) for one in files["prod/sync/tenants/vision.yaml"].objects
                   if one["kind"] == "AppProject")
    wrong = {**project["spec"]["destinationServiceAccounts"][0]}
    del wrong["defaultServiceAccount"]
    spec = {**project["spec"], "destinationServiceAccounts": [wrong]}
    answer = plane.admin.create({**project, "spec": spec}, dry_run=True)
    assert not answer.ok
    assert "defaultServiceAccount" in answer.message


def test_settings_are_merged_into_the_installations_own(plane: ControlPlane) -> None:
    own = {"apiVersion": "v1", "kind": "ConfigMap", "data": {OWN_SETTING: "theirs"},
           "metadata": {"name": "argocd-cm", "namespace": "argocd"}}
    plane.apply([namespace("argocd")], manager="platform")
    plane.apply([own], manager="their-installation")
    done = plane.kubectl("apply", "--server-side", "--field-manager=gitops", "-k", str(SETTINGS))
    assert done.returncode == 0, done.stderr
    stored = plane.admin.get("v1", "ConfigMap", "argocd-cm", "argocd").object()["data"]
    assert stored[OWN_SETTING] == "theirs"
    assert "resource.customizations.health.kubeflow.org_Profile" in stored
    plane.admin.delete("v1", "ConfigMap", "argocd-cm", "argocd")


def test_settings_are_a_kustomize_patch_too(plane: ControlPlane, tmp_path: Path) -> None:
    (tmp_path / "argocd-cm.yaml").write_text((SETTINGS / "argocd-cm.yaml").read_text())
    (tmp_path / "own.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\n"
        f"data: {{{OWN_SETTING}: theirs}}\n")
    (tmp_path / "kustomization.yaml").write_text(
        "resources: [own.yaml]\npatches: [{path: argocd-cm.yaml}]\n")
    (document,) = kustomized(plane, tmp_path)
    assert document.data["data"][OWN_SETTING] == "theirs"
    assert len(document.data["data"]) > 1
