"""Gateway: waypoints above all."""

from __future__ import annotations

from .said import GONE, said

WAYPOINT = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: vision, labels: {istio.io/waypoint-for: service}}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
"""
INGRESS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ingress, namespace: istio-system}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    hostname: "*.example.com"
    tls: {mode: Terminate, certificateRefs: [{name: cert}]}
    allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}
"""


def test_usual_gateways_are_valid() -> None:
    assert said(WAYPOINT) == []
    assert said(INGRESS) == []


def test_a_waypoint_listens_on_one_port() -> None:
    assert said(WAYPOINT, ("spec listeners 0 port", 15009)) == [
        "spec.listeners[0]: a waypoint listens on port 15008 with HBONE, and nothing else"
    ]


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec gatewayClass", "x"),
        ("spec listeners 0 protocol", "HBON"),
        ("spec listeners 0 hostnames", []),
        ("spec infrastructure", {"label": {}}),
    ]
    assert said(WAYPOINT, *edits) == [
        'spec.gatewayClass: unknown field "gatewayClass"; did you mean "gatewayClassName"?',
        'spec.infrastructure.label: unknown field "label"; did you mean "labels"?',
        'spec.listeners[0].hostnames: unknown field "hostnames"; did you mean "hostname"?',
        'spec.listeners[0].protocol: must be "HTTP", "HTTPS", "TLS", "TCP", "UDP" or "HBONE", '
        'not "HBON"; did you mean "HBONE"?',
    ]


def test_listeners_have_names_of_their_own() -> None:
    listener = {"name": "http", "port": 80, "protocol": "HTTP"}
    twice = [listener, listener | {"port": 81}]
    assert said(INGRESS, ("spec listeners", twice)) == [
        'spec.listeners[1].name: "http" stands here twice'
    ]


def test_a_gateway_listens() -> None:
    assert said(INGRESS, ("spec listeners", [])) == ["spec.listeners: must not be empty"]
    assert said(INGRESS, ("spec listeners", GONE)) == ['spec: the field "listeners" is missing']


def test_tls_goes_with_some_protocols_only() -> None:
    assert said(INGRESS, ("spec listeners 0 protocol", "HTTP")) == [
        "spec.listeners[0].tls: does not go with the protocol HTTP"
    ]
