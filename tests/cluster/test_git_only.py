"""With ``sharing: git`` nobody gives access in a workspace but git, not even the sharing page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.accounts import (
    ENGINES,
    MIGHTY,
    SHARING_PAGE,
    as_machine,
    bound_to_everything,
    machine,
)
from tests.cluster.attempts import (
    DECLARED,
    ONLY_GIT,
    RBAC,
    account,
    binding,
    open_policy,
    passed,
    patched,
    refused,
    removed,
)
from tests.cluster.client import Answer, Client, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, rendering, standing
from tests.cluster.surroundings import namespace
from tests.estates import NATIVE, PROFILE, estate

pytestmark = pytest.mark.cluster

TENANT = """
owner: ana@example.com
contributors: [{user: bo@example.com, role: edit}]
"""
BY_THE_PAGE = "access is given in git only"


def istio(kind: str, place: str = "vision", spec: Object | None = None) -> Object:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": kind,
        "metadata": {"name": "another", "namespace": place},
        "spec": spec or {},
    }


def role(place: str = "vision") -> Object:
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": {"name": "another", "namespace": place},
        "rules": rules,
    }


def ways_in(place: str = "vision") -> list[Object]:
    """Everything that could give somebody access."""
    return [
        binding("another", place),
        role(place),
        open_policy(place),
        istio("AuthorizationPolicy", place, {"rules": [{}]}),
        istio("PeerAuthentication", place, {"mtls": {"mode": "PERMISSIVE"}}),
        istio("RequestAuthentication", place),
    ]


@pytest.fixture(scope="module", params=[PROFILE, NATIVE], ids=["profile", "native"])
def declared(plane: ControlPlane, request: pytest.FixtureRequest) -> Iterator[Rendering]:
    robot = machine("vision", "default-editor")
    plane.apply([bound_to_everything(MIGHTY, robot, SHARING_PAGE, *ENGINES)])
    files = estate(cluster=request.param, tenant=TENANT, platform="sharing: git\n")
    with standing(plane, rendering(files)) as found:
        plane.admin.create(account("default-editor"))
        plane.apply([binding("from-before")], manager="dashboard")
        plane.apply([namespace("elsewhere")], manager="platform")
        mighty, page = plane.as_user(MIGHTY), as_machine(plane, SHARING_PAGE)
        until(lambda: ONLY_GIT in mighty.create(role(), dry_run=True).message, "the guardrails")
        until(lambda: BY_THE_PAGE in page.create(binding("x"), dry_run=True).message, "the page's")
        yield found
        plane.admin.delete(f"{RBAC}/v1", "RoleBinding", "from-before", "vision")
    plane.admin.delete(f"{RBAC}/v1", "ClusterRoleBinding", "tests-everything")


@pytest.fixture(params=["person", "machine"])
def member(request: pytest.FixtureRequest, plane: ControlPlane, declared: Rendering) -> Client:
    if request.param == "person":
        return plane.as_user(MIGHTY)
    return plane.as_service_account("vision", "default-editor")


def tries(client: Client, documents: list[Object]) -> dict[Any, Answer]:
    return {one["kind"]: client.create(one, dry_run=True) for one in documents}


def test_members_open_no_way_in(member: Client) -> None:
    assert passed(tries(member, ways_in()), ONLY_GIT) == []


def test_members_widen_no_way_that_was_there_before(member: Client) -> None:
    wider = {"subjects": [{"apiGroup": RBAC, "kind": "User", "name": MIGHTY}]}
    assert passed({"": patched(member, binding("from-before"), wider)}, ONLY_GIT) == []


def test_members_close_ways_that_git_does_not_declare(member: Client) -> None:
    assert refused({"": removed(member, binding("from-before"))}) == []


def test_members_work_as_ever(member: Client) -> None:
    assert refused(tries(member, [account("another")])) == []


def test_outside_workspaces_nothing_is_closed(member: Client) -> None:
    assert refused(tries(member, ways_in("elsewhere"))) == []


def test_the_sharing_page_gives_no_access(plane: ControlPlane, declared: Rendering) -> None:
    page = as_machine(plane, SHARING_PAGE)
    grants = [binding("another"), istio("AuthorizationPolicy", spec={"rules": [{}]})]
    assert passed(tries(page, grants), BY_THE_PAGE) == []


def test_the_sharing_page_takes_no_declared_access(
    plane: ControlPlane, declared: Rendering
) -> None:
    page = as_machine(plane, SHARING_PAGE)
    own = ("default-editor", "default-viewer", "namespaceAdmin", "ns-owner-access-istio")
    grants = [
        one
        for one in declared.of("RoleBinding", "AuthorizationPolicy")
        if one.identity[3] not in own
    ]
    assert len(grants) == 2
    assert passed({one.identity: removed(page, one) for one in grants}, DECLARED) == []


def test_the_profile_controller_makes_and_ends_its_own(
    plane: ControlPlane, declared: Rendering
) -> None:
    controller = as_machine(plane, SHARING_PAGE)
    there = {one.identity[3] for one in declared.documents}
    own = [binding(name) for name in ("namespaceAdmin", "default-editor", "default-viewer")]
    owners = istio("AuthorizationPolicy")
    owners["metadata"]["name"] = "ns-owner-access-istio"
    tried = {
        name: removed(controller, one) if name in there else controller.create(one, dry_run=True)
        for one in (*own, owners)
        if (name := one["metadata"]["name"])
    }
    assert refused(tried) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_gives_access(plane: ControlPlane, declared: Rendering, engine: str) -> None:
    client = as_machine(plane, engine)
    assert refused(tries(client, ways_in())) == []
