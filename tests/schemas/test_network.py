"""NetworkPolicy: what is refused, and what does the opposite of what it looks like."""

from __future__ import annotations

from typing import Any

import pytest

from gitops.schemas.rules.network import cidr_problem

from .said import GONE, hints, said

POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: workspace, namespace: vision}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {}}, {ipBlock: {cidr: 169.254.7.127/32}}]
  - from: [{namespaceSelector: {matchLabels: {a: b}}, podSelector: {matchLabels: {c: d}}}]
    ports: [{port: 6006}, {port: http}, {port: 8012, endPort: 8013}, {port: 53, protocol: UDP}]
  egress:
  - to:
    - ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.0.0/16]}
    - ipBlock: {cidr: "::/0", except: ["fc00::/7", "64:ff9b::/96"]}
"""


def egress(*rules: Any) -> tuple[str, Any]:
    return ("spec egress", list(rules))


def test_a_usual_policy_is_valid() -> None:
    assert said(POLICY) == []


def test_policy_types_must_be_named() -> None:
    edits = [("spec policyTypes", GONE), egress()]
    assert said(POLICY, *edits) == [
        'spec: the field "policyTypes" is missing; without it, an empty egress denies nothing'
    ]
    assert hints(POLICY, *edits) == [
        "name what the policy isolates: [Ingress], [Egress] or [Ingress, Egress]"
    ]


def test_rules_of_a_direction_that_is_not_named_are_ignored() -> None:
    assert said(POLICY, ("spec policyTypes", ["Ingress"])) == [
        "spec.egress: is ignored, because policyTypes does not name Egress"
    ]


def test_an_empty_list_of_peers_means_everybody() -> None:
    assert said(POLICY, egress({"to": []})) == [
        "spec.egress[0].to: an empty list means everybody, not nobody"
    ]


def test_a_peer_names_somebody() -> None:
    assert said(POLICY, egress({"to": [{}]})) == [
        "spec.egress[0].to[0]: needs a podSelector, a namespaceSelector or an ipBlock"
    ]


def test_an_address_range_stands_alone() -> None:
    peer = {"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}
    assert said(POLICY, egress({"to": [peer]})) == [
        "spec.egress[0].to[0].ipBlock: may not stand beside a selector; make it its own"
    ]


def test_a_quoted_port_number_is_a_name_and_no_valid_one() -> None:
    edit = egress({"ports": [{"port": "8080"}]})
    assert said(POLICY, edit) == ['spec.egress[0].ports[0].port: "8080" is not a port name']
    assert "without quotes" in hints(POLICY, edit)[0]


def test_port_ranges_rise_from_a_number() -> None:
    ports = [{"port": 5, "endPort": 4}, {"port": "http", "endPort": 9}, {"endPort": 9}]
    assert said(POLICY, egress({"ports": ports})) == [
        "spec.egress[0].ports[0].endPort: must be 5 at least, where the range begins",
        "spec.egress[0].ports[1].endPort: needs a port number that the range begins with",
        "spec.egress[0].ports[2].endPort: needs a port number that the range begins with",
    ]


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_ports_have_a_range(port: int) -> None:
    assert len(said(POLICY, egress({"ports": [{"port": port}]}))) == 1


def test_icmp_is_no_protocol_here() -> None:
    assert said(POLICY, egress({"ports": [{"protocol": "ICMP"}]})) == [
        'spec.egress[0].ports[0].protocol: must be "TCP", "UDP" or "SCTP", not "ICMP"'
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("10.0.0.0/8", None),
        ("fd16:9254::/32", None),
        ("10.0.0.1/8", '"10.0.0.1/8" has bits beyond its length; write 10.0.0.0/8'),
        ("10.0.0.1", '"10.0.0.1" is an address, not a range; write 10.0.0.1/32'),
        ("010.0.0.0/8", '"010.0.0.0/8" is not an address range such as 10.0.0.0/8'),
        ("10.0.0.0/08", '"10.0.0.0/08" is not spelt as a range; write 10.0.0.0/8'),
        ("10.0.0.0/255.0.0.0", '"10.0.0.0/255.0.0.0" is not spelt as a range; write 10.0.0.0/8'),
        ("10.0.0.0/33", '"10.0.0.0/33" is not an address range such as 10.0.0.0/8'),
        ("example.com", '"example.com" is not an address range such as 10.0.0.0/8'),
        (
            "::ffff:10.0.0.0/104",
            '"::ffff:10.0.0.0/104" is an IPv4 range in IPv6 spelling; write it as IPv4',
        ),
    ],
)
def test_address_ranges(text: str, problem: str | None) -> None:
    assert cidr_problem(text) == problem


@pytest.mark.parametrize("inner", ["10.0.0.0/8", "11.0.0.0/9", "::/0", "0.0.0.0/0"])
def test_exceptions_are_smaller_parts(inner: str) -> None:
    block = {"cidr": "10.0.0.0/8", "except": [inner]}
    assert said(POLICY, egress({"to": [{"ipBlock": block}]})) == [
        f'spec.egress[0].to[0].ipBlock.except[0]: "{inner}" is not a smaller part of 10.0.0.0/8'
    ]


def test_typos_are_guessed_at_every_level() -> None:
    rule = {"too": [], "to": [{"podselector": {}}], "ports": [{"prot": 1}]}
    assert said(POLICY, ("spec policytypes", []), egress(rule)) == [
        'spec.egress[0].ports[0].prot: unknown field "prot"; did you mean "port"?',
        'spec.egress[0].to[0].podselector: unknown field "podselector"; '
        'did you mean "podSelector"?',
        'spec.egress[0].too: unknown field "too"; did you mean "to"?',
        'spec.policytypes: unknown field "policytypes"; did you mean "policyTypes"?',
    ]
