"""Names that Kubeflow's access management must find again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.model.access import Subject
from gitops.plan.names import binding_name, grant_name


@pytest.mark.parametrize(("user", "role", "name"), [
    ("lalith.vaka@zq.msds.kp.org", "edit", "user-lalith-vaka-zq-msds-kp-org-clusterrole-edit"),
    ("a.+b@x.org", "edit", "user-a-b-x-org-clusterrole-edit"),
    ("A.B@x.org", "admin", "user-a-b-x-org-clusterrole-admin"),
    ("jörg@x.org", "view", "user-j-rg-x-org-clusterrole-view"),
    ("İ@x.org", "view", "user-x-org-clusterrole-view"),
    ("_x_@y", "view", "user-x-y-clusterrole-view"),
])
def test_people(user: str, role: str, name: str) -> None:
    assert binding_name("User", user, role) == name  # type: ignore[arg-type]


def test_a_machine_is_named_after_its_token() -> None:
    account = Subject("ServiceAccount", "bot", "ci")
    assert grant_name(account, "edit") == \
        "serviceaccount-system-serviceaccount-ci-bot-clusterrole-edit"


@given(st.text(min_size=1))
def test_any_name_is_a_valid_object_name(user: str) -> None:
    name = binding_name("User", user, "view")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name[0] != "-" != name[-1]
