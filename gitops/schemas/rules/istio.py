"""Istio policies that are stored without a word and then do something else.

Sources: istio ``pkg/config/validation`` and the translation of policies into Envoy RBAC;
what the CRDs accept was seen on a real API server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_GROUPS: Final = {
    "Gateway": ("gateway.networking.k8s.io",),
    "GatewayClass": ("gateway.networking.k8s.io",),
    "Service": ("", "core"),
    "ServiceEntry": ("networking.istio.io",),
}
_ACCOUNT: Final = ("serviceAccounts", "notServiceAccounts")
_IDENTITY: Final = ("principals", "notPrincipals", "namespaces", "notNamespaces")
_LATER: Final = (*_IDENTITY, "requestPrincipals", "notRequestPrincipals", *_ACCOUNT)
_LATER_KEYS: Final = ("request.auth.", "source.principal", "source.namespace")


def authorization(document: Document) -> Iterator[Violation]:
    """Combinations in an AuthorizationPolicy that Istio refuses or does not apply."""
    spec = document["spec"]
    custom = spec.get("action") == "CUSTOM"
    if custom != ("provider" in spec):
        missing = "CUSTOM needs a provider" if custom else "a provider needs action: CUSTOM"
        yield Violation(("spec",), missing)
    for index, rule in enumerate(spec.get("rules", ())):
        where: Path = ("spec", "rules", index)
        for number, item in enumerate(rule.get("from", ())):
            yield from _source(item["source"], custom, (*where, "from", number, "source"))
        for number, item in enumerate(rule.get("when", ())):
            yield from _condition(item, custom, (*where, "when", number))


def _source(source: Mapping[str, Any], custom: bool, where: Path) -> Iterator[Violation]:
    if any(name in source for name in _ACCOUNT):
        for name in _IDENTITY:
            if name in source:
                yield Violation((*where, name), "may not stand beside serviceAccounts")
    if custom:
        for name in _LATER:
            if name in source:
                yield Violation(
                    (*where, name), "is not known yet where CUSTOM policies are decided"
                )


def _condition(item: Mapping[str, Any], custom: bool, where: Path) -> Iterator[Violation]:
    key = item["key"]
    if "values" not in item and "notValues" not in item:
        yield Violation(where, "needs values or notValues")
    if custom and key.startswith(_LATER_KEYS):
        yield Violation((*where, "key"), "is not known yet where CUSTOM policies are decided")


def targets(document: Document) -> Iterator[Violation]:
    """Target references whose group is not the one of their kind."""
    spec = document["spec"]
    if "targetRef" in spec:
        yield from _target(spec["targetRef"], ("spec", "targetRef"))
    for index, target in enumerate(spec.get("targetRefs", ())):
        yield from _target(target, ("spec", "targetRefs", index))


def _target(target: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    kind, group = target["kind"], target.get("group", "")
    if group not in _GROUPS[kind]:
        wanted = _GROUPS[kind][0]
        place = (*where, "group") if "group" in target else where
        yield Violation(place, f'the group of a {kind} is "{wanted}", not "{group}"')


def peer(document: Document) -> Iterator[Violation]:
    """Ports of a PeerAuthentication without the workloads they belong to."""
    spec = document["spec"]
    if "portLevelMtls" in spec and not spec.get("selector", {}).get("matchLabels"):
        yield Violation(("spec", "portLevelMtls"), "needs a selector with matchLabels")
