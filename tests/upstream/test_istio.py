"""The Istio program answers with istiod's own filters."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.cluster.rendered import rendering, sample
from tests.upstream.asking import Asked
from tests.upstream.istio import PolicyRefused, Workload, filters
from tests.upstream.workspaces import policies

pytestmark = pytest.mark.cluster


def policy(spec: str, namespace: str = "vision") -> dict[str, Any]:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "p", "namespace": namespace},
        "spec": yaml.safe_load(spec),
    }


def rules(found: dict[str, Any]) -> dict[str, Any]:
    policies: dict[str, Any] = found["typedConfig"]["rules"]["policies"]
    return policies


def test_a_policy_becomes_a_filter_of_its_namespace_only(istio: Asked) -> None:
    declared = [policy('rules: [{when: [{key: "request.headers[user]", values: [ana]}]}]')]
    here = filters(istio, declared, Workload("vision"))
    assert list(rules(here.http[0])) == ["ns[vision]-policy[p]-rule[0]"]
    assert filters(istio, declared, Workload("nlp")).http == []


def test_the_root_namespace_reaches_every_workload(istio: Asked) -> None:
    found = filters(istio, [policy("{}", "istio-system")], Workload("nlp"))
    assert list(rules(found.http[0])) == ["ns[istio-system]-policy[p]-rule[0]"]


def test_a_waypoint_ignores_a_policy_without_target(istio: Asked) -> None:
    selecting = policy("rules: [{}]")
    target = "{group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}"
    targeting = policy(f"targetRefs: [{target}]\nrules: [{{}}]")
    waypoint = Workload("vision", waypoint=True)
    assert filters(istio, [selecting], waypoint).http == []
    assert len(filters(istio, [targeting], waypoint).http) == 1


def test_a_waypoint_knows_its_callers_by_filter_state(istio: Asked) -> None:
    target = "{group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}"
    source = "[{source: {principals: [cluster.local/ns/a/sa/b]}}]"
    declared = policy(f"targetRefs: [{target}]\nrules: [{{from: {source}}}]")
    found = filters(istio, [declared], Workload("vision", waypoint=True))
    assert "io.istio.peer_principal" in str(found.http)


def test_the_gateways_own_policies_ask_for_a_token_first(istio: Asked) -> None:
    found = rendering(sample("native"), "aws")
    mesh = found.cluster.mesh
    gateway = Workload(mesh.gateway_namespace, {"app": "istio-ingressgateway"})
    deny, allow = filters(istio, policies(found), gateway, mesh.root_namespace).http
    assert deny["typedConfig"]["rules"]["action"] == "DENY"
    assert list(rules(deny)) == ["ns[istio-system]-policy[people-need-a-token]-rule[0]"]
    assert allow["typedConfig"]["rules"].get("action", "ALLOW") == "ALLOW"
    assert list(rules(allow)) == [
        "ns[istio-system]-policy[default-deny]-rule[0]",
        "ns[istio-system]-policy[ingress-gateway]-rule[0]",
    ]


def test_what_istiod_refuses_is_told(istio: Asked) -> None:
    with pytest.raises(PolicyRefused, match="unknown value"):
        filters(istio, [policy("action: FOO")], Workload("vision"))
