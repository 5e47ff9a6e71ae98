"""NetworkPolicy: what the API server refuses, and what it takes for the opposite of its look.

Source: ``pkg/apis/networking/validation`` (ValidateNetworkPolicySpec, ValidateIPBlock) and
``pkg/apis/networking/v1`` (SetDefaults_NetworkPolicy); seen on Kubernetes 1.37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


_SIDES: Final = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))
_UNTYPED: Final = Violation(
    ("spec",),
    'the field "policyTypes" is missing; without it, an empty egress denies nothing',
    "name what the policy isolates: [Ingress], [Egress] or [Ingress, Egress]",
)


def policy(document: Document) -> list[Violation]:
    """Every rule of a NetworkPolicy that is refused, or that does not do what it says."""
    spec = document["spec"]
    types = spec.get("policyTypes")
    found: list[Violation] = [] if types else [_UNTYPED]
    for direction, side, peers in _SIDES:
        rules = spec.get(side)
        if not rules:
            continue
        if types and direction not in types:
            message = f"is ignored, because policyTypes does not name {direction}"
            found.append(Violation(("spec", side), message))
        for index, rule in enumerate(rules):
            found += _rule(rule, peers, ("spec", side, index))
    return found


def _rule(rule: Mapping[str, Any], side: str, where: Path) -> list[Violation]:
    found: list[Violation] = []
    for index, peer in enumerate(rule.get(side, ())):
        if not peer or "ipBlock" in peer:
            found += _peer(peer, (*where, side, index))
    for index, port in enumerate(rule.get("ports", ())):
        if "endPort" in port:
            found += _range(port, (*where, "ports", index))
    if side in rule and not rule[side]:
        hint = f'leave "{side}" out to say everybody, or leave the rule out to say nobody'
        message = "an empty list means everybody, not nobody"
        found.append(Violation((*where, side), message, hint))
    return found


def _range(port: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    first = port.get("port")
    if not isinstance(first, int):
        yield Violation((*where, "endPort"), "needs a port number that the range begins with")
    elif port["endPort"] < first:
        yield Violation((*where, "endPort"), f"must be {first} at least, where the range begins")


def _peer(peer: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    if not peer:
        yield Violation(where, "needs a podSelector, a namespaceSelector or an ipBlock")
        return
    block = peer["ipBlock"]
    if len(peer) > 1:
        yield Violation((*where, "ipBlock"), "may not stand beside a selector; make it its own")
    cidr, excepted = block["cidr"], block.get("except", ())
    if (problem := cidr_problem(cidr)) is not None:
        yield Violation((*where, "ipBlock", "cidr"), problem)
        return
    for index, inner in enumerate(excepted):
        problem = cidr_problem(inner) or _outside(inner, cidr)
        if problem is not None:
            yield Violation((*where, "ipBlock", "except", index), problem)


@lru_cache(maxsize=4096)
def cidr_problem(text: str) -> str | None:
    """Why this is no address range that every Kubernetes takes, or None."""
    from ipaddress import IPv6Interface, ip_interface

    address, _, length = text.partition("/")
    try:
        interface = ip_interface(text)
    except ValueError:
        return f'"{text}" is not an address range such as 10.0.0.0/8'
    network = interface.network
    if not length:
        return f'"{text}" is an address, not a range; write {network}'
    if interface.ip != network.network_address:
        return f'"{text}" has bits beyond its length; write {network}'
    if isinstance(interface, IPv6Interface) and interface.ip.ipv4_mapped is not None:
        return f'"{text}" is an IPv4 range in IPv6 spelling; write it as IPv4'
    if str(network.prefixlen) != length or (":" not in text and address != str(interface.ip)):
        return f'"{text}" is not spelt as a range; write {network}'
    return None


@lru_cache(maxsize=4096)
def _outside(inner: str, outer: str) -> str | None:
    small, large = _network(inner), _network(outer)
    if small.version == large.version and small != large and _within(small, large):
        return None
    return f'"{inner}" is not a smaller part of {outer}'


def _within(small: IPv4Network | IPv6Network, large: IPv4Network | IPv6Network) -> bool:
    return small.prefixlen > large.prefixlen and small.network_address in large


def _network(text: str) -> IPv4Network | IPv6Network:
    from ipaddress import ip_network

    return ip_network(text)
