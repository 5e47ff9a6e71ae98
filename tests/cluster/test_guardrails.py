"""What git declares, members cannot change whatever RBAC allows them; those who must, can.

Everybody here has every right that RBAC can give, so a refusal is the guardrails'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.accounts import (
    BREAK_GLASS,
    ENGINES,
    MIGHTY,
    RESCUER,
    SHARING_PAGE,
    as_machine,
    bound_to_everything,
    machine,
)
from tests.cluster.attempts import (
    DECLARED,
    MANAGED_BY,
    ONLY_GIT,
    OURS,
    RBAC,
    RESERVED,
    TRIED,
    account,
    binding,
    open_policy,
    passed,
    patched,
    refused,
    removed,
)
from tests.cluster.client import Answer, Client, Manifest, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.nodes import Node, add_nodes
from tests.cluster.rendered import Rendering, rendering, sample, standing
from tests.cluster.surroundings import namespace

pytestmark = pytest.mark.cluster

WIDER: dict[str, Object] = {
    "AuthorizationPolicy": {"spec": {"rules": [{}]}},
    "ConfigMap": {"data": {"another": "{}"}},
    "LimitRange": {"spec": {"limits": []}},
    "NetworkPolicy": {"spec": {"ingress": [{}], "egress": [{}]}},
    "PeerAuthentication": {"spec": {"mtls": {"mode": "PERMISSIVE"}}},
    "Pipeline": {"spec": {"description": "another"}},
    "PodDefault": {"spec": {"tolerations": [{"operator": "Exists"}]}},
    "Profile": {"spec": {"owner": {"name": MIGHTY}, "resourceQuotaSpec": {"hard": None}}},
    "ResourceQuota": {"spec": {"hard": {"pods": "100"}}},
    "RoleBinding": {"subjects": [{"apiGroup": RBAC, "kind": "User", "name": MIGHTY}]},
    "Sidecar": {"spec": {"egress": [{"hosts": ["*/*"]}]}},
    "Task": {"spec": {"description": "another"}},
    "Namespace": {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}},
}
"""By kind, a change that would give members more."""

CONTROLLERS = (
    machine("kube-system", "generic-garbage-collector"),
    machine("kueue-system", "kueue-controller-manager"),
    machine("tekton-pipelines", "tekton-pipelines-controller"),
    machine("istio-system", "istiod"),
)
"""Those that hold on to objects that others made."""


@pytest.fixture(scope="module")
def declared(plane: ControlPlane) -> Iterator[Rendering]:
    """The sample estate with the production cluster's workspaces."""
    robot = machine("vision", "default-editor")
    machines = (SHARING_PAGE, *ENGINES, *CONTROLLERS)
    everything = bound_to_everything(MIGHTY, robot, *machines, groups=(BREAK_GLASS,))
    plane.apply([everything])
    with standing(plane, rendering(sample("kubeflow"))) as found:
        plane.apply([account("default-editor")], manager="profile-controller")
        plane.apply([binding("made-by-hand"), account("made-by-hand")], manager="dashboard")
        mighty = plane.as_user(MIGHTY)
        until(lambda: DECLARED in removed(mighty, workspace(found)[1]).message, "guardrails")
        until(lambda: ONLY_GIT in mighty.create(open_policy(), dry_run=True).message, "guardrails")
        yield found
    plane.admin.delete(f"{RBAC}/v1", "ClusterRoleBinding", "tests-everything")


@pytest.fixture(params=["person", "machine"])
def member(request: pytest.FixtureRequest, plane: ControlPlane, declared: Rendering) -> Client:
    """A person, and the workspace's own ServiceAccount with a real token of its own."""
    if request.param == "person":
        return plane.as_user(MIGHTY)
    return plane.as_service_account("vision", "default-editor")


def workspace(rendering: Rendering) -> list[Manifest]:
    """Everything that git declares of the workspace vision. Runs are their people's, and what
    an engine syncs by stands elsewhere."""
    return [
        one
        for one in rendering.documents
        if one.data["metadata"].get("labels", {}).get("gitops-tenancy/tenant") == "vision"
        and not one.source.startswith("prod/sync/")
        and "/runs/" not in one.source
    ]


class TestMembers:
    def test_delete_nothing_that_is_declared(self, member: Client, declared: Rendering) -> None:
        tried = {one.identity: removed(member, one) for one in workspace(declared)}
        assert len(tried) > 10
        assert passed(tried, DECLARED) == []

    def test_delete_nothing_by_collection(self, member: Client, declared: Rendering) -> None:
        kinds = {one.identity[:2] for one in workspace(declared) if one.identity[2]}
        tried = {
            kind: member.request("DELETE", member.path(*kind, "vision"), query=TRIED)
            for kind in kinds
        }
        assert passed(tried, DECLARED) == []

    def test_take_no_label_off(self, member: Client, declared: Rendering) -> None:
        patch = {"metadata": {"labels": {MANAGED_BY: None, "gitops-tenancy/tenant": None}}}
        tried = {one.identity: patched(member, one, patch) for one in workspace(declared)}
        assert passed(tried, DECLARED) == []

    def test_widen_nothing(self, member: Client, declared: Rendering) -> None:
        tried = {
            one.identity: patched(member, one, WIDER[one.data["kind"]])
            for one in workspace(declared)
        }
        assert passed(tried, DECLARED) == []

    def test_replace_nothing(self, member: Client, declared: Rendering) -> None:
        tried = {
            one.identity: member.apply(one, manager="member", dry_run=True)
            for one in workspace(declared)
            if one.data["kind"] != "Namespace"
        }
        # The very same document changes who owns its fields.
        assert passed(tried, DECLARED) == []

    def test_claim_no_object_of_their_own(self, member: Client) -> None:
        tried = {
            "new": member.create(account("claimed", {MANAGED_BY: OURS}), dry_run=True),
            "old": patched(
                member, account("made-by-hand"), {"metadata": {"labels": {MANAGED_BY: OURS}}}
            ),
        }
        assert passed(tried, RESERVED) == []

    def test_open_no_network(self, member: Client) -> None:
        assert passed({"policy": member.create(open_policy(), dry_run=True)}, ONLY_GIT) == []

    def test_do_as_they_like_with_their_own(self, member: Client) -> None:
        tried = {
            "account": member.create(account("another"), dry_run=True),
            "binding": member.create(binding("another"), dry_run=True),
            "changed": patched(
                member, account("made-by-hand"), {"metadata": {"labels": {"a": "b"}}}
            ),
            "gone": removed(member, account("made-by-hand")),
        }
        assert refused(tried) == []

    def test_elsewhere_nothing_is_closed(self, plane: ControlPlane, member: Client) -> None:
        plane.apply([namespace("elsewhere")], manager="platform")
        assert refused({"policy": member.create(open_policy("elsewhere"), dry_run=True)}) == []


class TestTheSharingPage:
    """Kubeflow's sharing page and its profile controller act as one account."""

    @pytest.fixture
    def page(self, plane: ControlPlane, declared: Rendering) -> Client:
        return as_machine(plane, SHARING_PAGE)

    def test_undoes_no_declared_grant(self, page: Client, declared: Rendering) -> None:
        own = ("namespaceAdmin", "ns-owner-access-istio")
        grants = [
            one
            for one in workspace(declared)
            if one.data["kind"] in ("RoleBinding", "AuthorizationPolicy")
            and one.identity[3] not in own
        ]
        assert len(grants) > 3
        assert passed({one.identity: removed(page, one) for one in grants}, DECLARED) == []

    def test_gives_and_takes_what_git_does_not_declare(self, page: Client) -> None:
        tried = {
            "given": page.create(binding("user-guest-example-com-clusterrole-view"), dry_run=True),
            "taken": removed(page, binding("made-by-hand")),
        }
        assert refused(tried) == []

    def test_keeps_what_the_controller_makes(self, page: Client, declared: Rendering) -> None:
        own = [
            one
            for one in workspace(declared)
            if one.identity[3] in ("namespaceAdmin", "ns-owner-access-istio")
        ]
        assert len(own) == 2
        tried: dict[Any, Answer] = {one.identity: removed(page, one) for one in own}
        tried |= {(one.identity, "kept"): page.apply(one, dry_run=True) for one in own}
        tried["editor"] = page.create(binding("default-editor"), dry_run=True)
        assert refused(tried) == []


def test_the_api_server_understands_every_expression(
    plane: ControlPlane, declared: Rendering
) -> None:
    def status(policy: Manifest) -> Object:
        found = plane.admin.get(*policy.identity[:2], policy.identity[3]).object()
        checked: Object = found.get("status") or {}
        return checked if checked.get("observedGeneration") else {}

    for policy in declared.of("ValidatingAdmissionPolicy"):
        until(lambda policy=policy: status(policy), "the check of the policy")  # type: ignore[misc]
        assert status(policy).get("typeChecking", {}).get("expressionWarnings", []) == []


class TestThoseWhoMust:
    @pytest.mark.parametrize("engine", ENGINES)
    def test_the_engine_syncs_and_prunes(
        self, plane: ControlPlane, declared: Rendering, engine: str
    ) -> None:
        client = as_machine(plane, engine)
        tried: dict[Any, Answer] = {
            (one.identity, "sync"): client.apply(one, dry_run=True) for one in declared.documents
        }
        tried |= {(one.identity, "prune"): removed(client, one) for one in declared.documents}
        assert refused(tried) == []

    @pytest.mark.parametrize("who", CONTROLLERS)
    def test_finalizers_come_and_go(
        self, plane: ControlPlane, declared: Rendering, who: str
    ) -> None:
        client = as_machine(plane, who)

        def held(one: Manifest, by: list[str] | None) -> Answer:
            api_version, kind, place, name = one.identity
            patch = {"metadata": {"finalizers": by}}
            return client.merge(api_version, kind, name, patch, place)

        tried = {
            (one.identity, str(by)): held(one, by)
            for one in workspace(declared)
            for by in (["example.com/held"], None)
        }
        assert len(tried) > 20
        assert refused(tried) == []

    @pytest.mark.parametrize("group", [BREAK_GLASS, "system:masters"])
    def test_administrators_in_an_emergency(
        self, plane: ControlPlane, declared: Rendering, group: str
    ) -> None:
        client = plane.as_user(RESCUER, (group, "system:authenticated"))
        assert refused({one.identity: removed(client, one) for one in declared.documents}) == []

    def test_controllers_write_the_status_of_a_quota(
        self, plane: ControlPlane, declared: Rendering
    ) -> None:
        def used() -> Object:
            quota = plane.admin.get("v1", "ResourceQuota", "workspace-objects", "vision").object()
            found: Object = quota.get("status", {}).get("used", {})
            return found

        until(lambda: used().get("services.loadbalancers") == "0", "the status of the quota")

    def test_a_pod_runs_and_a_namespace_goes_to_the_end(
        self, plane: ControlPlane, declared: Rendering
    ) -> None:
        add_nodes(plane, [Node("guardrails-0", {"pool": "guardrails"})])
        pod = ("v1", "Pod", "held", "robots")
        until(lambda: plane.admin.get("v1", "ServiceAccount", "default", "robots").ok, "account")
        plane.admin.create(held_pod()).object()
        until(lambda: plane.admin.get(*pod).body["status"]["phase"] == "Running", "a running pod")
        assert as_machine(plane, ENGINES[0]).delete("v1", "Namespace", "robots").ok
        until(lambda: plane.admin.get("v1", "Namespace", "robots").status == 404, "the end", 60)


def held_pod() -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "held", "namespace": "robots"},
        "spec": {
            "nodeSelector": {"pool": "guardrails"},
            "containers": [{"name": "main", "image": "example.com/none"}],
        },
    }
