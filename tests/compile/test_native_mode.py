"""In native mode we render what the profile controller would make, and no Profile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compile.test_profile_mode import OWNERS, RBAC, of_owner, owner_policy
from tests.estates import BARE, NATIVE, estate, objects_of, without_ours


def native(tenant: str = "owner: ana@example.com\n", **options: Any) -> dict[str, dict[str, Any]]:
    return objects_of(estate(tenant=tenant, cluster=options.pop("cluster", NATIVE), **options))


def test_there_is_no_profile_and_the_namespace_is_the_same() -> None:
    found = native()
    assert "Profile/vision" not in found
    assert found["Namespace/vision"] == objects_of(estate())["Namespace/vision"]


def test_the_machines_and_their_bindings() -> None:
    found = native()
    for machine, role in (("default-editor", "kubeflow-edit"), ("default-viewer", "kubeflow-view")):
        assert without_ours(found[f"ServiceAccount/{machine}"]) == {
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": machine, "namespace": "vision"}}
        assert without_ours(found[f"RoleBinding/{machine}"]) == {
            "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding",
            "metadata": {"name": machine, "namespace": "vision"},
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": machine, "namespace": "vision"}]}


@pytest.mark.parametrize(("declared", "subject"), OWNERS)
def test_the_owners_objects_are_the_controllers(declared: str, subject: dict[str, str]) -> None:
    found = of_owner(declared, cluster=NATIVE)
    assert without_ours(found["AuthorizationPolicy/ns-owner-access-istio"]) == \
        owner_policy(subject["name"], subject["name"])
    assert found["RoleBinding/namespaceAdmin"] == of_owner(declared)["RoleBinding/namespaceAdmin"]


def test_the_quota_is_the_controllers() -> None:
    found = native("owner: ana@example.com\nquota: {requests: {cpu: 8}, "
                   "devices: {nvidia.com/gpu: 1}}\n")
    assert without_ours(found["ResourceQuota/kf-resource-quota"]) == {
        "apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": {"name": "kf-resource-quota", "namespace": "vision"},
        "spec": {"hard": {"requests.cpu": "8", "requests.nvidia.com/gpu": "1"}}}


def test_without_a_quota_there_is_none() -> None:
    assert "ResourceQuota/kf-resource-quota" not in native()


def test_cloud_identities_go_to_the_editor_of_their_own_cloud() -> None:
    tenant = ("owner: ana@example.com\ncloudIdentity:\n"
              "  gcpServiceAccount: vision@example-ml.iam.gserviceaccount.com\n"
              "  awsRole: arn:aws:iam::123456789012:role/vision\n"
              "  azureClientId: 6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d\n")
    for cloud, expected in (
        ("gke", {"iam.gke.io/gcp-service-account": "vision@example-ml.iam.gserviceaccount.com"}),
        ("eks", {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/vision"}),
        ("aks", {"azure.workload.identity/client-id": "6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d"}),
    ):
        found = native(tenant, cluster=f"{NATIVE}cloud: {cloud}\n")
        machine = found["ServiceAccount/default-editor"]
        assert machine["metadata"]["annotations"] == expected
    assert "annotations" not in native(tenant)["ServiceAccount/default-editor"]["metadata"]


def test_in_profile_mode_the_clouds_plugin_or_the_azure_annotation_says_it() -> None:
    from tests.estates import PROFILE

    tenant = ("owner: ana@example.com\ncloudIdentity:\n"
              "  gcpServiceAccount: vision@example-ml.iam.gserviceaccount.com\n"
              "  azureClientId: 6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d\n"
              "plugins: [{kind: MyPlugin, spec: {zone: 1}}]\n")
    gke = objects_of(estate(tenant=tenant, cluster=f"{PROFILE}cloud: gke\n"))
    assert gke["Profile/vision"]["spec"]["plugins"] == [
        {"kind": "WorkloadIdentity",
         "spec": {"gcpServiceAccount": "vision@example-ml.iam.gserviceaccount.com"}},
        {"kind": "MyPlugin", "spec": {"zone": 1}}]
    aks = objects_of(estate(tenant=tenant, cluster=f"{PROFILE}cloud: aks\n"))
    assert aks["ServiceAccount/default-editor"]["metadata"]["annotations"] == {
        "azure.workload.identity/client-id": "6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d"}


def test_plain_kubernetes_has_neither_mesh_nor_kubeflow_objects() -> None:
    found = native(cluster=BARE)
    groups = {data["apiVersion"].partition("/")[0] for data in found.values()}
    assert groups == {"v1", RBAC, "networking.k8s.io", "admissionregistration.k8s.io"}
    assert found["RoleBinding/namespaceAdmin"]["roleRef"]["name"] == "admin"
    assert "istio-injection" not in found["Namespace/vision"]["metadata"]["labels"]
