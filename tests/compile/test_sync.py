"""What every engine is told: units, accounts, and rights that are neither too many nor too few."""

from __future__ import annotations

from gitops.compile.pipeline import Unit
from gitops.compile.prepare import prepare
from tests.estates import PROFILE, estate, files_of, objects_of

PLATFORM = 'sync: {repo: "https://git.example.com/estate.git"}\n'
FLUX = PROFILE + "sync: flux\n"
ADDED = """apiVersion: example.com/v1
kind: Proxy
metadata: {name: one, namespace: {{ workspace.name }}}
"""


def synced(tenant: str = "owner: ana@example.com\n", **files: str) -> dict[str, bytes]:
    return estate(files, cluster=FLUX, platform=PLATFORM, tenant=tenant)


def test_nothing_is_made_for_an_engine_that_nobody_named() -> None:
    assert not [path for path in files_of(estate()) if "/sync/" in path]


def test_the_root_leaves_sync_out_and_sync_lists_itself() -> None:
    found = files_of(synced())
    assert "sync" not in found["prod/kustomization.yaml"].text
    assert "- accounts.yaml" in found["prod/sync/kustomization.yaml"].text
    assert "- tenants" in found["prod/sync/kustomization.yaml"].text


def test_no_account_stands_in_a_workspace() -> None:
    accounts = [data for name, data in objects_of(synced()).items() if "ServiceAccount/" in name]
    assert {data["metadata"]["namespace"] for data in accounts} == {"flux-system"}
    assert "vision-access" in {data["metadata"]["name"] for data in accounts}


def test_an_account_is_bound_in_its_own_workspace() -> None:
    binding = objects_of(synced())["RoleBinding/gitops-tenancy-sync-access"]
    assert binding["metadata"]["namespace"] == "vision"
    assert binding["roleRef"]["name"] == "gitops-tenancy-sync-access"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "vision-access",
                                    "namespace": "flux-system"}]


def test_access_may_bind_exactly_the_roles_that_are_handed_out() -> None:
    tenant = "owner: ana@example.com\ncontributors: [{user: b@example.com, role: view}]\n"
    role = objects_of(synced(tenant))["ClusterRole/gitops-tenancy-sync-access"]
    bind = [rule for rule in role["rules"] if rule["verbs"] == ["bind"]]
    assert [rule["resourceNames"] for rule in bind] == [["kubeflow-admin", "kubeflow-view"]]


def test_a_kind_that_a_template_adds_is_allowed_to_its_unit_alone() -> None:
    files = synced(**{"templates/tenant/boards/proxy.yaml.j2": ADDED})
    found = objects_of({**files, "schemas/proxy.yaml": CRD.encode()})
    groups = {name: {group for rule in data["rules"] for group in rule["apiGroups"]}
              for name, data in found.items() if name.startswith("ClusterRole/gitops-tenancy-sync")}
    assert [name for name, some in groups.items() if "example.com" in some] == \
        ["ClusterRole/gitops-tenancy-sync-boards"]


CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: proxies.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Proxy, plural: proxies}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""


def test_the_last_grant_of_a_cluster_can_still_be_pruned() -> None:
    role = objects_of(synced("owner: ana@example.com\nfrozen: closed\n"))[
        "ClusterRole/gitops-tenancy-sync-access"]
    assert any("rolebindings" in rule["resources"] and "delete" in rule["verbs"]
               for rule in role["rules"])


def test_a_clusters_page_rendered_alone_is_the_same() -> None:
    files = synced()
    alone = {file.path: file.text for file in prepare(files).render(Unit("prod"))}
    every = files_of(files)
    assert "prod/sync/accounts.yaml" in alone
    assert alone == {path: every[path].text for path in alone}


def test_every_account_that_flux_names_is_made() -> None:
    found = objects_of(synced())
    accounts = {(data["metadata"]["namespace"], data["metadata"]["name"])
                for data in found.values() if data["kind"] == "ServiceAccount"}
    named = {(data["metadata"]["namespace"], data["spec"]["serviceAccountName"])
             for data in found.values() if data["kind"] == "Kustomization"}
    assert len(named) == 3
    assert named <= accounts


def test_a_namespace_is_kept_until_its_tenant_is_frozen() -> None:
    guard = "kustomize.toolkit.fluxcd.io/prune"
    kept = objects_of(synced())["Namespace/vision"]["metadata"]["annotations"]
    frozen = objects_of(synced("owner: ana@example.com\nfrozen: closed\n"))
    assert kept[guard] == "disabled"
    assert guard not in frozen["Namespace/vision"]["metadata"]["annotations"]


def test_the_guardrails_let_the_accounts_pass() -> None:
    policy = objects_of(synced())["ValidatingAdmissionPolicy/gitops-tenancy-declared"]
    member = next(one["expression"] for one in policy["spec"]["matchConditions"]
                  if one["name"] == "by-a-member")
    assert "'flux-system'" in member
