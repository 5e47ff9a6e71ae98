"""Roles and bindings."""

from __future__ import annotations

from typing import Any

from .said import GONE, hints, said

BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: user-ana-clusterrole-edit, namespace: vision}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-edit}
subjects: [{kind: User, name: ana@example.com}]
"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: sync, namespace: vision}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
GROUP = "rbac.authorization.k8s.io"


def subject(**fields: Any) -> tuple[str, Any]:
    return ("subjects", [fields])


def test_subjects_of_every_kind() -> None:
    assert said(BINDING) == []
    assert said(BINDING, subject(apiGroup=GROUP, kind="Group", name="ml")) == []
    assert said(BINDING, subject(kind="ServiceAccount", name="bot", namespace="ci")) == []
    account = subject(apiGroup="", kind="ServiceAccount", name="bot", namespace="ci")
    assert said(BINDING, account) == []


def test_a_service_account_is_in_the_core_group() -> None:
    edit = subject(apiGroup=GROUP, kind="ServiceAccount", name="bot", namespace="ci")
    assert said(BINDING, edit) == [
        f'subjects[0].apiGroup: a ServiceAccount is in the core group, not "{GROUP}"'
    ]
    assert hints(BINDING, edit) == ["leave apiGroup out"]


def test_users_and_groups_are_in_the_rbac_group() -> None:
    assert said(BINDING, subject(apiGroup="", kind="Group", name="ml")) == [
        f'subjects[0].apiGroup: the apiGroup of a Group is "{GROUP}"'
    ]


def test_users_stand_in_no_namespace() -> None:
    assert said(BINDING, subject(kind="User", name="ana", namespace="vision")) == [
        "subjects[0].namespace: a User is in no namespace"
    ]


def test_a_cluster_role_binding_needs_the_namespace_of_an_account() -> None:
    edits = [
        ("kind", "ClusterRoleBinding"),
        ("metadata namespace", GONE),
        subject(kind="ServiceAccount", name="bot"),
    ]
    assert said(BINDING, *edits) == ['subjects[0]: the field "namespace" is missing']


def test_a_cluster_role_binding_hands_out_cluster_roles() -> None:
    edits = [("kind", "ClusterRoleBinding"), ("metadata namespace", GONE), ("roleRef kind", "Role")]
    assert said(BINDING, *edits) == ['roleRef.kind: must be "ClusterRole", not "Role"']


def test_names_are_not_empty() -> None:
    assert said(BINDING, subject(kind="User", name=""), ("roleRef name", "")) == [
        'roleRef.name: "" is not a name',
        "subjects[0].name: must not be empty",
    ]


def test_kinds_are_guessed() -> None:
    assert said(BINDING, subject(kind="user", name="ana"), ("roleRef kind", "Clusterrole")) == [
        'roleRef.kind: must be "ClusterRole" or "Role", not "Clusterrole"; '
        'did you mean "ClusterRole"?',
        'subjects[0].kind: must be "User", "Group" or "ServiceAccount", not "user"; '
        'did you mean "User"?',
    ]


def test_a_rule_names_groups_resources_and_verbs() -> None:
    assert said(ROLE, ("rules", [{"verbs": ["get"]}])) == [
        'rules[0]: the field "apiGroups" is missing or empty',
        'rules[0]: the field "resources" is missing or empty',
    ]
    assert said(ROLE, ("rules 0 verbs", [])) == ["rules[0].verbs: must not be empty"]


def test_a_role_grants_no_urls() -> None:
    assert said(ROLE, ("rules", [{"nonResourceURLs": ["/x"], "verbs": ["get"]}])) == [
        "rules[0].nonResourceURLs: only a ClusterRole can grant URLs"
    ]


def test_a_cluster_role_grants_urls_or_resources() -> None:
    edits = [("kind", "ClusterRole"), ("metadata namespace", GONE)]
    urls = {"nonResourceURLs": ["/x"], "verbs": ["get"]}
    assert said(ROLE, *edits, ("rules", [urls])) == []
    assert said(ROLE, *edits, ("rules", [urls | {"resources": ["pods"]}])) == [
        "rules[0]: grants URLs or resources, not both in one rule"
    ]


def test_rules_of_an_aggregating_role_are_overwritten() -> None:
    edits = [("kind", "ClusterRole"), ("metadata namespace", GONE)]
    aggregation = {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}
    assert said(ROLE, *edits, ("aggregationRule", aggregation)) == [
        "rules: are overwritten, because the role aggregates others"
    ]
    assert said(ROLE, *edits, ("aggregationRule", aggregation), ("rules", [])) == []
