"""In profile mode the owner's objects equal what the profile controller makes.

Otherwise the controller and the GitOps engine would write over each other for ever.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.estates import PROFILE, estate, objects_of, without_ours

GATEWAY = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
PIPELINES = "cluster.local/ns/kubeflow/sa/ml-pipeline-ui"
NOTEBOOKS = "cluster.local/ns/kubeflow/sa/notebook-controller-service-account"
RBAC = "rbac.authorization.k8s.io"


def owner_policy(name: str, header: str) -> dict[str, Any]:
    """``ns-owner-access-istio`` of the namespace vision, as the controller makes it."""
    return {
        "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
        "metadata": {"name": "ns-owner-access-istio", "namespace": "vision",
                     "annotations": {"role": "admin", "user": name}},
        "spec": {"rules": [
            {"from": [{"source": {"principals": [GATEWAY, PIPELINES]}}],
             "when": [{"key": "request.headers[kubeflow-userid]", "values": [header]}]},
            {"when": [{"key": "source.namespace", "values": ["vision"]}]},
            {"to": [{"operation": {"paths": ["/healthz", "/metrics", "/wait-for-drain"]}}]},
            {"from": [{"source": {"principals": [NOTEBOOKS]}}],
             "to": [{"operation": {"methods": ["GET"], "paths": ["*/api/kernels"]}}]},
        ]},
    }


OWNERS = [
    ("ana@example.com", {"apiGroup": RBAC, "kind": "User", "name": "ana@example.com"}),
    ("o'neil+ml@example.com", {"apiGroup": RBAC, "kind": "User",
                               "name": "o'neil+ml@example.com"}),
    ("a.+b_c-d!#$%&*/=?^{}~@sub-1.example.com", {
        "apiGroup": RBAC, "kind": "User", "name": "a.+b_c-d!#$%&*/=?^{}~@sub-1.example.com"}),
    ("{group: leads}", {"apiGroup": RBAC, "kind": "Group", "name": "leads"}),
    ("{serviceAccount: ci/bot}", {"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}),
]


def of_owner(declared: str, **options: Any) -> dict[str, dict[str, Any]]:
    quoted = declared if declared.startswith("{") else f'"{declared}"'
    return objects_of(estate({"groups/leads.yaml": "members: [ana@example.com]\n"},
                             tenant=f"owner: {quoted}\n", **options))


@pytest.mark.parametrize(("declared", "subject"), OWNERS)
def test_the_owners_binding(declared: str, subject: dict[str, str]) -> None:
    found = without_ours(of_owner(declared)["RoleBinding/namespaceAdmin"])
    assert found == {
        "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding",
        "metadata": {"name": "namespaceAdmin", "namespace": "vision",
                     "annotations": {"role": "admin", "user": subject["name"]}},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "kubeflow-admin"},
        "subjects": [subject],
    }


@pytest.mark.parametrize(("declared", "subject"), OWNERS)
def test_the_owners_policy(declared: str, subject: dict[str, str]) -> None:
    found = without_ours(of_owner(declared)["AuthorizationPolicy/ns-owner-access-istio"])
    assert found == owner_policy(subject["name"], subject["name"])


def test_the_header_carries_the_gateways_prefix() -> None:
    cluster = PROFILE + 'mesh: {userIdPrefix: "accounts.google.com:"}\n'
    found = without_ours(of_owner("ana@example.com", cluster=cluster)
                         ["AuthorizationPolicy/ns-owner-access-istio"])
    assert found == owner_policy("ana@example.com", "accounts.google.com:ana@example.com")


def test_the_namespace_is_what_the_controller_would_make_and_adopts_it() -> None:
    assert without_ours(of_owner("ana@example.com")["Namespace/vision"]) == {
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "vision", "annotations": {"owner": "ana@example.com"}, "labels": {
            "app.kubernetes.io/part-of": "kubeflow-profile",
            "istio-injection": "enabled",
            "katib.kubeflow.org/metrics-collector-injection": "enabled",
            "pipelines.kubeflow.org/enabled": "true",
            "pod-security.kubernetes.io/enforce": "baseline",
            "serving.kubeflow.org/inferenceservice": "enabled"}},
    }


@pytest.mark.parametrize(("declared", "subject"), OWNERS)
def test_the_profile_names_the_owner_and_has_an_empty_quota(declared: str,
                                                           subject: dict[str, str]) -> None:
    profile = without_ours(of_owner(declared)["Profile/vision"])
    assert profile == {"apiVersion": "kubeflow.org/v1", "kind": "Profile",
                       "metadata": {"name": "vision"},
                       "spec": {"owner": subject, "resourceQuotaSpec": {}}}


def test_the_quota_goes_into_the_profile() -> None:
    found = objects_of(estate(tenant="owner: ana@example.com\nquota: {requests: {cpu: 8}, "
                                     "devices: {nvidia.com/gpu: 1}}\n"))
    assert found["Profile/vision"]["spec"]["resourceQuotaSpec"] == {
        "hard": {"requests.cpu": "8", "requests.nvidia.com/gpu": "1"}}
    assert "ResourceQuota/kf-resource-quota" not in found


def test_the_controllers_own_machines_are_left_to_it() -> None:
    found = of_owner("ana@example.com")
    assert not [name for name in found if "default-editor" in name or "default-viewer" in name]


def test_a_groups_people_reach_the_browser_through_a_second_policy() -> None:
    policy = of_owner("{group: leads}")["AuthorizationPolicy/tenant-owner"]
    assert policy["spec"]["rules"] == [{
        "from": [{"source": {"principals": [GATEWAY, PIPELINES]}}],
        "when": [{"key": "request.headers[kubeflow-userid]", "values": ["ana@example.com"]}]}]


def test_a_machines_token_reaches_the_gateway_through_a_second_policy() -> None:
    policy = of_owner("{serviceAccount: ci/bot}")["AuthorizationPolicy/tenant-owner"]
    assert policy["spec"]["rules"][0]["when"] == [
        {"key": "request.headers[kubeflow-userid]", "values": ["system:serviceaccount:ci:bot"]}]


def test_kubectl_sees_the_owner_under_the_api_servers_prefix() -> None:
    cluster = PROFILE.replace('kubernetes: "1.37"',
                              'kubernetes: {version: "1.37", userPrefix: "oidc:"}')
    found = of_owner("ana@example.com", cluster=cluster)
    assert found["RoleBinding/namespaceAdmin"]["subjects"][0]["name"] == "ana@example.com"
    assert found["RoleBinding/tenant-owner"]["subjects"] == [
        {"apiGroup": RBAC, "kind": "User", "name": "oidc:ana@example.com"}]
