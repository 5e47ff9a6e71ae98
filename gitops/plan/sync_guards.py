"""What keeps a workspace's data when its declaration goes without having been frozen.

Only the Namespace is kept. Access is pruned all the same, and so the account that prunes
it, with its bindings, must outlive its unit there. A frozen workspace carries no guard: its
declaration may go, and the Namespace with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitops.model.cluster import Cluster

NAMESPACE: Mapping[str, Mapping[str, str]] = {
    "argocd": {"argocd.argoproj.io/sync-options": "Delete=false,Prune=false"},
    "flux": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
}
"""By engine, the annotations of a Namespace that it must not delete. Argo CD could ask first
(``Prune=confirm``), but then the whole sync waits for the answer, and every other tenant's
Namespace and Profile with it."""
ACCOUNT: Mapping[str, Mapping[str, str]] = {
    "argocd": {"argocd.argoproj.io/sync-options": "Prune=false"},
    "flux": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
}
"""Those of a sync account and its bindings. Flux prunes what a deleted Kustomization applied
as its account, and leaves all of it where the account went first; but it would try for ever
where the account is there and its binding went with the Namespace.
Source: fluxcd kustomize-controller 1.9, kustomization_controller.go, finalize."""


def namespace_guard(cluster: Cluster, frozen: str) -> Mapping[str, str]:
    """The annotations that keep a workspace's Namespace."""
    return {} if frozen else NAMESPACE.get(cluster.synced, {})


def account_guard(cluster: Cluster, frozen: str) -> Mapping[str, str]:
    """The annotations that keep a workspace's sync accounts, and their bindings."""
    return {} if frozen else ACCOUNT.get(cluster.synced, {})
