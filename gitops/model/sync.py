"""What applies the manifests, and where it finds them."""

from __future__ import annotations

from msgspec import Struct

from gitops.foundation.findings import Origin

HOMES = {"argocd": "argocd", "flux": "flux-system"}
"""Where an engine is installed unless the cluster says otherwise."""


class Source(Struct, frozen=True):
    """Where the engines find ``rendered/``.

    ``repo`` is a URL: ``https://``, ``ssh://`` or ``oci://``. ``path`` is relative to it,
    ``secret`` the name of a Secret in the engine's namespace. ``interval`` is a duration
    as Flux spells it (``1m``). ``output`` is where a render writes: empty for ``rendered/``
    beside the declarations, ``branch`` for that branch of their own repository, ``clone`` for
    a clone of ``repo``, which is named in each call.
    """

    origin: Origin
    repo: str
    branch: str = "main"
    tag: str = "latest"
    path: str = "rendered"
    secret: str = ""
    interval: str = "1m"
    output: str = ""

    @property
    def oci(self) -> bool:
        """Whether it is a registry, whose artifacts have tags, and no git repository."""
        return self.repo.startswith("oci://")


class Window(Struct, frozen=True):
    """A time at which jobs and runs are synced (``allow``) or are not (``deny``).

    ``schedule`` is a cron line of five fields, ``duration`` how long it lasts from then on,
    ``time_zone`` a name such as ``Europe/Lisbon`` (UTC, when empty).
    """

    kind: str
    schedule: str
    duration: str
    time_zone: str = ""


class Syncing(Struct, frozen=True):
    """What applies one cluster's manifests: ``name`` is ``argocd``, ``flux`` or ``none``.

    ``namespace`` is where its objects stand, ``accounts`` where the ServiceAccounts stand
    that it applies as. ``server`` is how Argo CD addresses the cluster; ``shards`` how many
    further Flux controllers share the work (0: none).
    """

    origin: Origin
    name: str = "none"
    namespace: str = ""
    accounts: str = ""
    server: str = "https://kubernetes.default.svc"
    shards: int = 0
    windows: tuple[Window, ...] = ()

    @property
    def on(self) -> bool:
        """Whether anything is rendered for it."""
        return self.name != "none"

    @property
    def homes(self) -> tuple[str, ...]:
        """The namespaces of the platform that it adds."""
        return tuple(sorted({self.namespace, self.accounts})) if self.on else ()
