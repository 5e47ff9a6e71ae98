"""What a cluster needs once: guardrails and, where nobody ships it, the gateway's login.

The guardrails' expressions are CEL. They are put together here, from names that the
declarations checked, with every text escaped as a CEL string.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster
from gitops.model.estate import Platform
from gitops.plan.cel import cel, texts
from gitops.plan.names import MANAGED_BY, MANAGER, PLATFORM_TENANT, TENANT_LABEL

GUARDED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", "v1", ("limitranges", "namespaces", "resourcequotas", "serviceaccounts")),
    ("rbac.authorization.k8s.io", "v1", ("rolebindings",)),
    ("networking.k8s.io", "v1", ("networkpolicies",)),
    ("security.istio.io", "v1", ("authorizationpolicies", "peerauthentications")),
    ("networking.istio.io", "v1", ("sidecars",)),
    ("gateway.networking.k8s.io", "v1", ("gateways",)),
    ("kubeflow.org", "v1", ("profiles",)),
)
"""The kinds we render, as (group, version, plurals): a literal list. A policy on every
kind stopped quota status and the kubelet when it was tried."""
KUBERNETES = "kube-system"
"""Where the accounts of Kubernetes' own controllers live. Without it a Namespace never went:
its controller was refused the declared objects in it (seen on Kubernetes 1.37)."""
CONTROLLER_MAKES = ("default-editor", "default-viewer", "namespaceAdmin", "ns-owner-access-istio")
"""What the profile controller makes under the account that also serves the sharing page."""


RBAC, ISTIO, NETWORKING = "rbac.authorization.k8s.io", "security.istio.io", "networking.k8s.io"


class Guardrails(Struct, frozen=True):
    """The parts of the admission policies, as CEL expressions and rule lists.

    ``kinds`` is what members may not change once declared, ``access_kinds`` what the
    dashboard's sharing page may not undo, ``closed_kinds`` what members may not make at
    all in a workspace (``sharing: git``, and NetworkPolicies, which add up).
    """

    kinds: tuple[Mapping[str, Any], ...]
    access_kinds: tuple[Mapping[str, Any], ...]
    closed_kinds: tuple[Mapping[str, Any], ...]
    member: str
    not_break_glass: str
    declared: str
    not_declared: str
    claims: str
    declared_message: str
    closed_message: str
    sharing_account: str
    not_own_names: str
    git_only: bool
    origins: Mapping[str, tuple[Origin, ...]]


def _in(value: str, names: tuple[str, ...]) -> str:
    return f"{value} in {texts(names)}"


def _carries(which: str) -> str:
    """Whether an object (possibly null) carries our label."""
    return (f"{which} != null && {which}.metadata.?labels[?{cel(MANAGED_BY)}].orValue('') == "
            f"{cel(MANAGER)}")


def guardrails(cluster: Cluster, platform: Platform,
               further: tuple[Mapping[str, Any], ...] = ()) -> Guardrails | None:
    """The guardrails of one cluster; None where it has none. ``further`` are rules for the
    kinds that only some clusters have.

    A member is anybody but Kubernetes' own accounts and the platform's: controllers must
    be able to write what git declares, or quotas would stand still and namespaces never go.
    """
    if not admission_policies(cluster):
        return None
    account = cluster.kubeflow.sharing_account.replace("/", ":")
    at = platform.origin
    return Guardrails(
        kinds=(*(_rule(*kind, "CREATE", "UPDATE", "DELETE") for kind in GUARDED), *further),
        access_kinds=(_rule(RBAC, "v1", ("rolebindings",), "CREATE", "DELETE"),
                      _rule(ISTIO, "v1", ("authorizationpolicies",), "CREATE", "DELETE")),
        closed_kinds=tuple(_closed(platform)),
        member=_member(cluster),
        not_break_glass=_not_in(platform.break_glass_group),
        declared=_carries("oldObject"),
        not_declared=f"!({_carries('oldObject')})",
        claims=_carries("object"),
        declared_message=_DECLARED,
        closed_message=_CLOSED,
        sharing_account=f"{_USER} == {cel('system:serviceaccount:' + account)}" if account else "",
        not_own_names=f"!({_in('request.name', CONTROLLER_MAKES)})",
        git_only=platform.sharing == "git",
        origins={"member": (cluster.origin.at("platformNamespaces"),),
                 "not_break_glass": (at.at("breakGlassGroup"),),
                 "git_only": (at.at("sharing"),),
                 "closed_kinds": (at.at("sharing"), at.at("memberNetworkPolicies"))},
    )


_USER = "request.userInfo.username"
_TENANT = f"oldObject.metadata.?labels[?{cel(TENANT_LABEL)}].orValue('')"
_DECLARED = (f"{_TENANT} in ['', {cel(PLATFORM_TENANT)}] ? "
             "'this object is declared in git by the platform; change it there' "
             f": 'this object is declared in git; change tenants/' + {_TENANT} + '.yaml instead'")
_CLOSED = ("'on this platform git is the only way to make ' + request.resource.resource + "
           "' in a workspace; change tenants/' + request.namespace + '.yaml instead'")


def _rule(group: str, version: str, plurals: tuple[str, ...],
          *operations: str) -> Mapping[str, Any]:
    return {"apiGroups": [group], "apiVersions": [version], "operations": list(operations),
            "resources": list(plurals), "scope": "*"}


def _closed(platform: Platform) -> Iterator[Mapping[str, Any]]:
    """What members may not make or change in a workspace, declared or not."""
    if platform.sharing == "git":
        yield _rule(RBAC, "v1", ("rolebindings", "roles"), "CREATE", "UPDATE")
        yield _rule(ISTIO, "v1", ("authorizationpolicies", "peerauthentications",
                                  "requestauthentications"), "CREATE", "UPDATE")
    if not platform.member_network_policies:
        yield _rule(NETWORKING, "v1", ("networkpolicies",), "CREATE", "UPDATE")


def _member(cluster: Cluster) -> str:
    homes = tuple(sorted({KUBERNETES, *cluster.homes}))
    ours = _in(f"{_USER}.split(':')[2]", homes)
    return (f"!{_USER}.startsWith('system:') || "
            f"({_USER}.startsWith('system:serviceaccount:') && !({ours}))")


def _not_in(group: str) -> str:
    """Neither the break-glass group nor Kubernetes' own group of superusers.

    Nobody can be put into ``system:masters`` through the cluster, and whoever is in it
    applies the first manifests by hand.
    """
    groups = " || ".join(f"{cel(name)} in request.userInfo.?groups.orValue([])"
                         for name in ("system:masters", group) if name)
    return f"!({groups})"


def admission_policies(cluster: Cluster) -> bool:
    """Whether this API server has ValidatingAdmissionPolicy v1 (1.30), and it is wanted."""
    return cluster.guardrails and cluster.kubernetes.minor >= 30


class Login(Struct, frozen=True):
    """How the gateway authenticates people, where we render it."""

    jwt: Mapping[str, Any]
    exempt_paths: tuple[str, ...]
    origins: Mapping[str, tuple[Origin, ...]]


def login(cluster: Cluster) -> Login:
    """The RequestAuthentication's rule, as Istio spells it.

    The user-id header is always overwritten from the token, so a client cannot forge it;
    a request without a valid token is refused by the policy beside it.
    """
    provider = cluster.identity
    headers = [{"claim": provider.user_claim, "header": cluster.mesh.user_id_header}]
    if provider.groups_claim:
        headers.append({"claim": provider.groups_claim, "header": "kubeflow-groups"})
    jwt: dict[str, Any] = {"issuer": provider.issuer}
    if provider.jwks_uri:
        jwt["jwksUri"] = provider.jwks_uri
    if provider.audiences:
        jwt["audiences"] = list(provider.audiences)
    if provider.header:
        jwt["fromHeaders"] = [{"name": provider.header}]
    jwt |= {"forwardOriginalToken": True, "outputClaimToHeaders": headers}
    return Login(jwt, provider.exempt_paths, {"jwt": (provider.origin,),
                                              "exempt_paths": (provider.origin.at("exemptPaths"),)})
