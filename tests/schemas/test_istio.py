"""Istio policies: a typo must not become another policy."""

from __future__ import annotations

from typing import Any

import pytest

from .said import GONE, said

POLICY = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ns-owner-access-istio, namespace: vision}
spec:
  rules:
  - from: [{source: {principals: [cluster.local/ns/istio-system/sa/gateway]}}]
    when: [{key: "request.headers[kubeflow-userid]", values: [ana@example.com]}]
  - when: [{key: source.namespace, values: [vision]}]
  - to: [{operation: {paths: [/healthz, "*/api/kernels"], methods: [GET], ports: ["8888"]}}]
"""
PEER = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: vision}
spec: {mtls: {mode: STRICT}}
"""
REQUEST = """
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: dex-jwt, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istio-ingressgateway}}
  jwtRules:
  - issuer: http://dex.auth.svc.cluster.local:5556/dex
    forwardOriginalToken: true
    fromHeaders: [{name: Authorization, prefix: "Bearer "}]
    outputClaimToHeaders: [{header: kubeflow-userid, claim: email}]
"""
SIDECAR = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: vision}
spec: {egress: [{hosts: ["./*", "istio-system/*", "*/example.com", "~/*"]}]}
"""
ALL = [POLICY, PEER, REQUEST, SIDECAR]
SOURCE = "spec rules 0 from 0 source"
GATEWAY = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "waypoint"}


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("spec", [{}, {"rules": [{}]}, {"rules": []}])
def test_policies_that_deny_or_allow_everything(spec: dict[str, Any]) -> None:
    assert said(POLICY, ("spec", spec)) == []


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec rule", []),
        ("spec rules 0 form", []),
        (f"{SOURCE} principal", ["x"]),
        ("spec rules 0 when 0 value", ["x"]),
        ("spec rules 2 to 0 operation path", ["/x"]),
    ]
    assert said(POLICY, *edits) == [
        'spec.rule: unknown field "rule"; did you mean "rules"?',
        'spec.rules[0].form: unknown field "form"; did you mean "from"?',
        'spec.rules[0].from[0].source.principal: unknown field "principal"; '
        'did you mean "principals"?',
        'spec.rules[0].when[0].value: unknown field "value"; did you mean "values"?',
        'spec.rules[2].to[0].operation.path: unknown field "path"; did you mean "paths"?',
    ]


@pytest.mark.parametrize("place", ["from 0 source", "to 0 operation", "from", "to", "when"])
def test_an_empty_clause_would_match_everything(place: str) -> None:
    rule = {"from": [{"source": {"namespaces": ["a"]}}], "to": [{"operation": {"ports": ["1"]}}]}
    empty: Any = {} if " " in place else []
    assert len(said(POLICY, ("spec rules", [rule]), (f"spec rules 0 {place}", empty))) == 1


@pytest.mark.parametrize(
    "key",
    [
        "request.headers[x-a]",
        "request.auth.claims[a][b]",
        "request.auth.principal",
        "source.ip",
        "remote.ip",
        "destination.port",
        "connection.sni",
    ],
)
def test_conditions_that_istio_knows(key: str) -> None:
    assert said(POLICY, ("spec rules 1 when 0", {"key": key, "values": ["1"]})) == []


@pytest.mark.parametrize("key", ["request.header[x]", "source.names", "request.headers", ""])
def test_conditions_that_never_match(key: str) -> None:
    assert said(POLICY, ("spec rules 1 when 0 key", key)) == [
        f'spec.rules[1].when[0].key: "{key}" is not a condition Istio knows'
    ]


def test_a_condition_compares_with_something() -> None:
    assert said(POLICY, ("spec rules 1 when 0 values", GONE)) == [
        "spec.rules[1].when[0]: needs values or notValues"
    ]


def test_operations_that_never_match() -> None:
    operation = {"paths": ["healthz"], "methods": ["get"], "ports": ["http", 80]}
    assert said(POLICY, ("spec rules 2 to 0 operation", operation)) == [
        'spec.rules[2].to[0].operation.methods[0]: "get" is not an HTTP method',
        'spec.rules[2].to[0].operation.paths[0]: "healthz" is not a path',
        'spec.rules[2].to[0].operation.ports[0]: "http" is not a port number in quotes',
        "spec.rules[2].to[0].operation.ports[1]: must be a string, not 80",
    ]


def test_a_principal_is_written_without_its_scheme() -> None:
    assert said(POLICY, (f"{SOURCE} principals", ["spiffe://cluster.local/ns/a/sa/b"])) == [
        "spec.rules[0].from[0].source.principals[0]: "
        '"spiffe://cluster.local/ns/a/sa/b" is not a principal'
    ]


def test_service_accounts_take_no_wildcards() -> None:
    assert said(POLICY, (SOURCE, {"serviceAccounts": ["a/*"]})) == [
        'spec.rules[0].from[0].source.serviceAccounts[0]: "a/*" is not a service account'
    ]


def test_service_accounts_stand_alone() -> None:
    assert said(POLICY, (f"{SOURCE} serviceAccounts", ["a/b"])) == [
        "spec.rules[0].from[0].source.principals: may not stand beside serviceAccounts"
    ]


def test_a_policy_aims_once() -> None:
    assert said(POLICY, ("spec selector", {}), ("spec targetRefs", [GATEWAY])) == [
        'spec: may have at most one of "selector", "targetRef" or "targetRefs", '
        'not "selector" and "targetRefs"'
    ]


def test_targets_that_istio_knows() -> None:
    service = {"kind": "Service", "name": "server"}
    assert said(POLICY, ("spec targetRefs", [GATEWAY, service])) == []


def test_targets_that_match_nothing() -> None:
    assert said(POLICY, ("spec targetRefs", [GATEWAY | {"kind": "Deployment"}])) == [
        'spec.targetRefs[0].kind: must be "Gateway", "GatewayClass", "Service" or "ServiceEntry", '
        'not "Deployment"'
    ]
    assert said(POLICY, ("spec targetRefs", [{"kind": "Gateway", "name": "a"}])) == [
        'spec.targetRefs[0]: the group of a Gateway is "gateway.networking.k8s.io", not ""'
    ]
    assert said(POLICY, ("spec targetRefs", [GATEWAY | {"namespace": "vision"}])) == [
        "spec.targetRefs[0].namespace: is refused: a policy acts in its own namespace"
    ]


def test_custom_needs_a_provider_and_only_custom() -> None:
    rules = [{"to": [{"operation": {"notPaths": ["/dex/*"]}}]}]
    custom = [("spec rules", rules), ("spec action", "CUSTOM")]
    assert said(POLICY, *custom, ("spec provider", {"name": "oauth2-proxy"})) == []
    assert said(POLICY, *custom) == ["spec: CUSTOM needs a provider"]
    assert said(POLICY, ("spec provider", {"name": "oauth2-proxy"})) == [
        "spec: a provider needs action: CUSTOM"
    ]


def test_custom_is_decided_before_identities_are_known() -> None:
    edits = [("spec action", "CUSTOM"), ("spec provider", {"name": "x"})]
    assert said(POLICY, *edits) == [
        "spec.rules[0].from[0].source.principals: "
        "is not known yet where CUSTOM policies are decided",
        "spec.rules[1].when[0].key: is not known yet where CUSTOM policies are decided",
    ]


def test_port_modes_need_a_selector() -> None:
    ports = ("spec portLevelMtls", {"8080": {"mode": "DISABLE"}})
    assert said(PEER, ports) == ["spec.portLevelMtls: needs a selector with matchLabels"]
    assert said(PEER, ports, ("spec selector", {"matchLabels": {"app": "x"}})) == []


def test_port_modes_are_keyed_by_number() -> None:
    assert said(PEER, ("spec portLevelMtls", {"http": {"mode": "STRICT"}})) == [
        'spec.portLevelMtls.http: as a key, "http" is not a port number in quotes'
    ]


def test_a_mode_is_one_of_four() -> None:
    assert said(PEER, ("spec mtls mode", "Strict")) == [
        'spec.mtls.mode: must be "UNSET", "DISABLE", "PERMISSIVE" or "STRICT", not "Strict"; '
        'did you mean "STRICT"?'
    ]


def test_keys_come_from_one_place() -> None:
    edits = [("spec jwtRules 0 jwks", "{}"), ("spec jwtRules 0 jwksUri", "https://a/b")]
    assert said(REQUEST, *edits) == [
        'spec.jwtRules[0]: may have at most one of "jwks" or "jwksUri", not "jwks" and "jwksUri"'
    ]


def test_typos_of_a_token_rule_are_guessed() -> None:
    edits = [
        ("spec jwtRules 0 issuer", GONE),
        ("spec jwtRules 0 audience", []),
        ("spec jwtRules 0 jwksUri", "dex/keys"),
        ("spec jwtRules 0 outputClaimToHeaders 0 claims", "x"),
    ]
    assert said(REQUEST, *edits) == [
        'spec.jwtRules[0].audience: unknown field "audience"; did you mean "audiences"?',
        'spec.jwtRules[0].jwksUri: "dex/keys" is not a URL',
        'spec.jwtRules[0].outputClaimToHeaders[0].claims: unknown field "claims"; '
        'did you mean "claim"?',
        'spec.jwtRules[0]: the field "issuer" is missing',
    ]


@pytest.mark.parametrize("host", ["*", "example.com", "a/b/c", "/x", "A/*"])
def test_hosts_of_a_sidecar_name_a_namespace(host: str) -> None:
    assert said(SIDECAR, ("spec egress 0 hosts", [host])) == [
        f'spec.egress[0].hosts[0]: "{host}" is not a host of a Sidecar'
    ]


def test_typos_of_a_sidecar_are_guessed() -> None:
    edits = [("spec egres", []), ("spec egress 0 host", []), ("spec outboundTrafficPolicy", {})]
    assert said(SIDECAR, *edits, ("spec outboundTrafficPolicy mode", "REGISTRYONLY")) == [
        'spec.egres: unknown field "egres"; did you mean "egress"?',
        'spec.egress[0].host: unknown field "host"; did you mean "hosts"?',
        'spec.outboundTrafficPolicy.mode: must be "REGISTRY_ONLY" or "ALLOW_ANY", '
        'not "REGISTRYONLY"; did you mean "REGISTRY_ONLY"?',
    ]
