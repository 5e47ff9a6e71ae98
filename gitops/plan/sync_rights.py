"""The least rights with which each kind of unit can be applied, pruned and looked at.

Whoever creates a role or a binding must hold what it gives or have the verb ``bind`` or
``escalate`` for it, so what was rendered says what the accounts need. Every kind that a unit's
templates can make is in, since what no tenant has any more must still be pruned: were it left
out, closing the last workspace would take away the right to close it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.model.cluster import Cluster
from gitops.plan.sync import ACCESS, JOBS, PLATFORM, PREFIX, RUNS, SELF, role_name

RBAC = "rbac.authorization.k8s.io"
WRITE = ("create", "delete", "get", "list", "patch", "update", "watch")
ENGINES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "argocd": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet"),
               ("argoproj.io", "AppProject")),
    "flux": (("kustomize.toolkit.fluxcd.io", "Kustomization"),
             ("source.toolkit.fluxcd.io", "GitRepository"),
             ("source.toolkit.fluxcd.io", "OCIRepository")),
}
"""What stands below ``sync/``, beside accounts and roles."""
_OF_SOME_VERSION = {("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
                    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding")}
"""What the platform's templates make of a version that only the cluster decides."""
_VOWELS = "aeiou"


class Held(Struct, frozen=True):
    """What the files of some units hold, as (kind of unit, …): kinds of objects, the roles
    that bindings hand out, and the rules of roles (as JSON)."""

    kinds: frozenset[tuple[str, str, str]] = frozenset()
    handed: frozenset[tuple[str, str, str]] = frozenset()
    rules: frozenset[tuple[str, bytes]] = frozenset()
    wide: frozenset[tuple[str, str]] = frozenset()
    """The (API group, kind) pairs of objects without a namespace."""

    def with_(self, others: Iterable[Held]) -> Held:
        """These and others together."""
        every = (self, *others)
        return Held(frozenset().union(*(one.kinds for one in every)),
                    frozenset().union(*(one.handed for one in every)),
                    frozenset().union(*(one.rules for one in every)),
                    frozenset().union(*(one.wide for one in every)))

    def units(self) -> set[str]:
        """The kinds of units that hold anything."""
        return {kind for kind, _, _ in self.kinds}

    def of(self, unit: str) -> set[tuple[str, str]]:
        """The (API group, kind) pairs that units of a kind hold."""
        return {(group, kind) for of, group, kind in self.kinds if of == unit}


class AccountRole(Struct, frozen=True):
    """A ClusterRole for the accounts of one kind of unit.

    ``bound_to`` is the account that has it everywhere; empty where a RoleBinding in each
    workspace gives it.
    """

    name: str
    kind: str
    rules: tuple[Mapping[str, Any], ...]
    bound_to: str = ""


def plural(kind: str) -> str:
    """A kind's plural as API servers spell it: ``NetworkPolicy``, ``networkpolicies``."""
    word = kind.lower()
    if word.endswith(("s", "x", "ch", "sh")) and word != "endpoints":
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word if word == "endpoints" else word + "s"


def account_roles(cluster: Cluster, held: Held, can: Held) -> tuple[AccountRole, ...]:
    """The ClusterRoles of a cluster's accounts.

    Args:
        held: what was rendered for it.
        can: what its templates can make.
    """
    tenants = sorted({ACCESS, *({JOBS, RUNS} if cluster.engines else ()),
                      *held.units()} - {PLATFORM, SELF})
    roles = [AccountRole(role_name(kind), kind, tuple(_rules(
        held.of(kind) | can.of(kind), _handed(kind, held), _given(kind, held))))
        for kind in tenants]
    handed = (*_handed(PLATFORM, held), *(role.name for role in roles))
    platform = AccountRole(role_name(PLATFORM), PLATFORM, tuple(_rules(
        platform_kinds(can.with_([held])), handed,
        _given(PLATFORM, held))), f"{PREFIX}-{PLATFORM}")
    return (*roles, platform, _self(cluster))


def platform_kinds(can: Held) -> set[tuple[str, str]]:
    """The (API group, kind) pairs that the platform's unit holds or could hold."""
    return can.of(PLATFORM) | _OF_SOME_VERSION


def _rules(kinds: Iterable[tuple[str, str]], handed: Iterable[str],
           given: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    groups: dict[str, set[str]] = {}
    for group, kind in kinds:
        groups.setdefault(group, set()).add(plural(kind))
    for group in sorted(groups):
        yield {"apiGroups": [group], "resources": sorted(groups[group]), "verbs": list(WRITE)}
    if names := sorted(set(handed)):
        yield {"apiGroups": [RBAC], "resources": ["clusterroles"], "resourceNames": names,
               "verbs": ["bind"]}
    yield from given


def _handed(unit: str, held: Held) -> list[str]:
    return [name for of, kind, name in held.handed if of == unit and kind == "ClusterRole"]


def _given(unit: str, held: Held) -> list[Mapping[str, Any]]:
    """The rules that roles in a unit's files give: their author must hold them too."""
    import msgspec

    return [msgspec.json.decode(text) for of, text in sorted(held.rules) if of == unit]


def _self(cluster: Cluster) -> AccountRole:
    """Who applies ``sync/`` decides what all other accounts may do, so it may escalate.

    No names stand here: a role that is new would have to be allowed by this one first,
    and both are in one unit, which is applied whole or not at all.
    """
    rules: list[Mapping[str, Any]] = list(_rules(
        [*ENGINES[cluster.synced], ("", "ServiceAccount")], (), ()))
    rules += [{"apiGroups": [RBAC], "resources": ["clusterrolebindings", "clusterroles"],
               "verbs": sorted((*WRITE, "bind", "escalate"))}]
    return AccountRole(role_name(SELF), SELF, tuple(rules), f"{PREFIX}-{SELF}")
