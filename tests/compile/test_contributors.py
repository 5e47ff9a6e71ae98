"""Contributors' bindings and policies are those that Kubeflow's access management makes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compile.test_profile_mode import GATEWAY, PIPELINES, RBAC
from tests.estates import AMBIENT, PROFILE, estate, objects_of, without_ours

GROUPS = {"groups/reviewers.yaml": "claim: ml/reviewers\nmembers: [b@example.com, {group: more}]\n",
          "groups/more.yaml": "members: [a@example.com]\n"}


def shared(contributor: str, **options: Any) -> dict[str, dict[str, Any]]:
    tenant = f"owner: ana@example.com\ncontributors:\n  - {{{contributor}}}\n"
    return objects_of(estate(GROUPS, tenant=tenant, **options))


@pytest.mark.parametrize(("address", "dashed"), [
    ("joao.costa@example.com", "joao-costa-example-com"),
    ("a.+b@x.org", "a-b-x-org"),
    ("o'neil@x.org", "o-neil-x-org"),
    ("josé@x.org", "jos-x-org"),
    ("x_y--z@a-b.org", "x-y-z-a-b-org"),
])
def test_a_person_gets_both_halves_under_one_name(address: str, dashed: str) -> None:
    found = shared(f'user: "{address}", role: edit')
    name = f"user-{dashed}-clusterrole-edit"
    annotations = {"user": address, "role": "edit"}
    assert without_ours(found[f"RoleBinding/{name}"]) == {
        "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": "vision", "annotations": annotations},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "kubeflow-edit"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": address}]}
    assert without_ours(found[f"AuthorizationPolicy/{name}"]) == {
        "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
        "metadata": {"name": name, "namespace": "vision", "annotations": annotations},
        "spec": {"rules": [{
            "from": [{"source": {"principals": [GATEWAY, PIPELINES]}}],
            "when": [{"key": "request.headers[kubeflow-userid]", "values": [address]}]}]}}


def test_a_viewer_does_not_get_through_the_gateway_to_notebooks() -> None:
    policy = shared("user: a@example.com, role: view")[
        "AuthorizationPolicy/user-a-example-com-clusterrole-view"]
    assert policy["spec"]["rules"][0]["from"] == [{"source": {"principals": [PIPELINES]}}]


def test_a_viewer_with_notebooks_does() -> None:
    policy = shared("user: a@example.com, role: view, notebooks: true")[
        "AuthorizationPolicy/user-a-example-com-clusterrole-view"]
    assert policy["spec"]["rules"][0]["from"][0]["source"]["principals"] == [GATEWAY, PIPELINES]


def test_a_group_is_a_group_for_kubectl_and_its_people_for_the_browser() -> None:
    found = shared("group: reviewers, role: edit")
    binding = found["RoleBinding/group-reviewers-clusterrole-edit"]
    assert binding["subjects"] == [{"apiGroup": RBAC, "kind": "Group", "name": "ml/reviewers"}]
    assert binding["metadata"]["annotations"] == {"group": "ml/reviewers", "role": "edit"}
    policy = found["AuthorizationPolicy/group-reviewers-clusterrole-edit"]
    assert policy["spec"]["rules"][0]["when"][0]["values"] == ["a@example.com", "b@example.com"]
    assert not [name for name in found if name.startswith("RoleBinding/user-")]


def test_a_machine_is_known_by_account_and_by_token() -> None:
    found = shared("serviceAccount: ci/bot, role: edit")
    name = "serviceaccount-system-serviceaccount-ci-bot-clusterrole-edit"
    assert found[f"RoleBinding/{name}"]["subjects"] == [
        {"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}]
    assert found[f"AuthorizationPolicy/{name}"]["spec"]["rules"][0]["when"][0]["values"] == [
        "system:serviceaccount:ci:bot"]


def test_a_co_admin_is_bound_to_the_admin_role() -> None:
    found = shared("user: a@example.com, role: admin")
    assert found["RoleBinding/user-a-example-com-clusterrole-admin"]["roleRef"]["name"] == \
        "kubeflow-admin"


def test_prefixes_differ_between_kubectl_and_the_browser() -> None:
    cluster = PROFILE.replace('"1.37"', '{version: "1.37", userPrefix: "oidc:", '
                              'groupPrefix: "grp:"}') + 'mesh: {userIdPrefix: "idp:"}\n'
    found = shared("user: a@example.com, role: edit", cluster=cluster)
    name = "user-a-example-com-clusterrole-edit"
    assert found[f"RoleBinding/{name}"]["subjects"][0]["name"] == "oidc:a@example.com"
    assert found[f"RoleBinding/{name}"]["metadata"]["annotations"]["user"] == "a@example.com"
    values = found[f"AuthorizationPolicy/{name}"]["spec"]["rules"][0]["when"][0]["values"]
    assert values == ["idp:a@example.com"]


def test_every_binding_that_access_management_lists_has_one_subject() -> None:
    found = shared("group: reviewers, role: view")
    bindings = [data for data in found.values() if data["kind"] == "RoleBinding"]
    assert bindings
    assert all(len(data["subjects"]) == 1 for data in bindings)


def test_a_grant_ends_with_the_day_that_the_platform_has_reached() -> None:
    tenant = ("owner: ana@example.com\ncontributors:\n"
              "  - {user: a@example.com, role: edit, until: 2027-01-31}\n")
    name = "RoleBinding/user-a-example-com-clusterrole-edit"
    on_the_day = estate(tenant=tenant, platform="asOf: 2027-01-31\n")
    after = estate(tenant=tenant, platform="asOf: 2027-02-01\n")
    assert name in objects_of(estate(tenant=tenant))
    assert name in objects_of(on_the_day)
    assert name not in objects_of(after)
    assert "AuthorizationPolicy/user-a-example-com-clusterrole-edit" not in objects_of(after)


def test_in_ambient_mode_policies_name_the_waypoint() -> None:
    found = shared("user: a@example.com, role: edit", cluster=AMBIENT)
    target = [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "waypoint"}]
    for name in ("user-a-example-com-clusterrole-edit", "tenant-owner"):
        assert found[f"AuthorizationPolicy/{name}"]["spec"]["targetRefs"] == target
    assert "targetRefs" not in found["AuthorizationPolicy/ns-owner-access-istio"]["spec"]
    assert found["Gateway/waypoint"]["spec"]["gatewayClassName"] == "istio-waypoint"
