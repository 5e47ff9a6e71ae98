"""What an engine needs before it can sync anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gitops.foundation.findings import Mistake
from gitops.model.cluster import Cluster
from gitops.model.estate import Platform

OWN: Final = re.compile(r"https://kubernetes\.default(\.svc(\.[a-z0-9-]+)*)?(:[0-9]+)?/?")
"""The address of the API server from within its own cluster."""


def check_sync(cluster: Cluster, platform: Platform) -> Iterator[Mistake]:
    """An engine that is not told where ``rendered/`` is, or cannot read it there."""
    if not cluster.synced:
        return
    at = cluster.origin.at("sync")
    if platform.sync is None:
        yield Mistake("sync-without-repo", at,
                      f"{cluster.synced} is not told where it finds rendered/",
                      "say so in platform.yaml: "
                      "sync: {repo: https://git.example.com/platform/estate.git}")
    elif cluster.synced == "argocd" and platform.sync.oci:
        yield Mistake("sync-without-repo", at,
                      "Argo CD finds tenants in folders of a git repository, not in a registry",
                      "name a git repository in platform.yaml under sync.repo",
                      ((platform.sync.origin.at("repo"), "a registry is named here"),))
    if cluster.sync and cluster.synced == "argocd" and not OWN.fullmatch(cluster.sync.server):
        yield Mistake("sync-elsewhere", at.at("server"),
                      f"{cluster.sync.server} is not how the Argo CD in this cluster addresses it",
                      "leave server out and run Argo CD in this cluster: from another one, its "
                      "projects would stand there and the accounts that they name here")
