"""A cluster as declared, its presets already filled in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import force_setattr

from gitops.foundation.findings import Origin
from gitops.foundation.shared import SharedList
from gitops.model.sync import Syncing

POLICIES_SINCE = 30
"""The minor version that brought ValidatingAdmissionPolicy v1."""


class Kubernetes(Struct, frozen=True):
    """The API server: its version (``1.37``) and how it spells user and group names."""

    version: str
    user_prefix: str = ""
    group_prefix: str = ""

    @property
    def minor(self) -> int:
        """The minor version, for features that begin with one."""
        return int(self.version.split(".")[1])


class Roles(Struct, frozen=True):
    """The ClusterRoles that the three declared roles are bound to."""

    admin: str
    edit: str
    view: str


def _nobody() -> tuple[SharedList, SharedList]:
    return SharedList(), SharedList()


class Mesh(Struct, frozen=True):
    """Istio as installed: ``mode`` is ``sidecar``, ``ambient`` or ``none``.

    Principals are SPIFFE identities without ``spiffe://``. ``user_id_prefix`` stands before
    the e-mail address in the user-id header.
    """

    mode: str
    origin: Origin
    cni: bool = True
    trust_domain: str = "cluster.local"
    root_namespace: str = "istio-system"
    gateway_namespace: str = "istio-system"
    gateway_labels: Mapping[str, str] = field(default_factory=dict)
    gateway_principal: str = ""
    pipelines_principal: str = ""
    notebook_controller_principal: str = ""
    user_id_header: str = "kubeflow-userid"
    user_id_prefix: str = ""
    default_deny: bool = False
    """Whether we render the mesh-wide policy that allows nothing by itself."""
    visible_namespaces: tuple[str, ...] = ()
    people_and_viewers: tuple[SharedList, SharedList] = field(default_factory=_nobody)
    """The identities that bring people's requests, and those that may bring viewers'; made
    of the principals."""

    def __post_init__(self) -> None:
        callers = (self.gateway_principal, self.pipelines_principal)
        force_setattr(self, "people_and_viewers", (SharedList(filter(None, callers)),
                                                   SharedList(filter(None, callers[1:]))))

    @property
    def on(self) -> bool:
        """Whether there is a mesh at all."""
        return self.mode != "none"

    @property
    def user_id_key(self) -> str:
        """The user-id header as a condition of an AuthorizationPolicy names it."""
        return f"request.headers[{self.user_id_header}]"


class Network(Struct, frozen=True):
    """What default-deny policies must know of the cluster's network.

    ``api_server`` holds the addresses of the API server's endpoints, ``ranges`` the
    cluster's own pod, Service and node ranges, ``metadata`` the addresses that hand out
    node credentials. All are CIDRs.
    """

    origin: Origin
    policies: bool = True
    dns_namespace: str = "kube-system"
    dns_labels: Mapping[str, str] = field(default_factory=dict)
    dns_ports: tuple[int, ...] = (53,)
    dns_addresses: tuple[str, ...] = ()
    api_server: tuple[str, ...] = ()
    api_server_ports: tuple[int, ...] = (443, 6443)
    ranges: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    monitoring_namespace: str = ""


class IdentityProvider(Struct, frozen=True):
    """How people are authenticated at the ingress gateway, where we render it.

    ``provider`` is ``kubeflow`` (shipped with the release; nothing is rendered), ``none``,
    ``oauth2-proxy``, ``iap``, ``alb`` or ``entra``. ``header`` is the request header that
    carries the token when it is not ``Authorization``; ``external`` the mesh's external
    authorizer that logs people in.
    """

    provider: str
    origin: Origin
    issuer: str = ""
    jwks_uri: str = ""
    audiences: tuple[str, ...] = ()
    header: str = ""
    user_claim: str = "email"
    groups_claim: str = ""
    external: str = ""
    exempt_paths: tuple[str, ...] = ()
    request_authentication: bool = True
    require_token: bool = True
    login: bool = True

    @property
    def rendered(self) -> bool:
        """Whether the gateway's authentication is ours to render."""
        return self.provider not in ("kubeflow", "none")


class Kubeflow(Struct, frozen=True):
    """The installed release (``26.03.1``, or empty) and the facts that differ by release."""

    release: str = ""
    namespace: str = "kubeflow"
    sharing_account: str = ""
    """The account the dashboard's sharing page acts as, ``namespace/name``."""
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    artifact_port: int = 8333

    @property
    def on(self) -> bool:
        """Whether Kubeflow runs there."""
        return bool(self.release)


class Engines(Struct, frozen=True):
    """What runs jobs here. ``trainer`` is Kubeflow Trainer's release (``2.2``), or empty.

    ``coschedule`` is Tekton's feature flag of that name. ``argo_account`` is the
    ServiceAccount that workflows run as. ``spawner`` asks for the notebook form's
    settings too. ``default`` runs the jobs that name no engine.
    """

    origin: Origin
    tekton: bool = False
    argo: bool = False
    trainer: str = ""
    katib: bool = False
    pipelines: bool = False
    notebooks: bool = False
    default: str = ""
    coschedule: str = "workspaces"
    argo_account: str = "default-editor"
    spawner: bool = False

    @property
    def installed(self) -> tuple[str, ...]:
        """The engines that are there, by name, in a fixed order."""
        names = ("tekton", "argo", "trainer", "katib", "pipelines", "notebooks")
        return tuple(name for name in names if getattr(self, name))

    @property
    def patch_field(self) -> str:
        """The TrainJob field that changes a runtime's pods, by Trainer's release.

        Source: kubeflow/trainer changelogs of 2.1.0 and 2.2.0.
        """
        return {"2.0": "podSpecOverrides", "2.1": "podTemplateOverrides"}.get(
            self.trainer, "runtimePatches")


class Queueing(Struct, frozen=True):
    """Whether Kueue holds jobs back until there is room. ``cohort`` is who lends to whom."""

    origin: Origin
    manager: str = "none"
    cohort: str = ""
    fair_sharing: bool = True
    preemption: bool = True

    @property
    def on(self) -> bool:
        """Whether there are queues."""
        return self.manager == "kueue"


class DefaultClass(Struct, frozen=True):
    """The PriorityClass that the cluster gives to pods which name none; no name, no such class.

    Hardware's own classes have its value and preemption, so that a pod which names hardware
    is neither more nor less important than it was.
    """

    name: str = ""
    value: int = 0
    preemption: str = "PreemptLowerPriority"


class Cluster(Struct, frozen=True):
    """One cluster and how it is run. Its name is its file's."""

    name: str
    origin: Origin
    kubernetes: Kubernetes
    kubeflow: Kubeflow
    workspaces: str
    roles: Roles
    mesh: Mesh
    network: Network
    identity: IdentityProvider
    cloud: str = "onprem"
    accepts: str = "all"
    platform_namespaces: tuple[str, ...] = ()
    guardrails: bool = True
    sync: Syncing | None = None
    """What applies the manifests; none where the cluster does not say."""
    engines: Engines | None = None
    queueing: Queueing | None = None
    mutation: str = "auto"
    """What puts hardware's settings on pods: ``auto``, ``policy``, ``kyverno`` or ``none``."""
    default_class: DefaultClass = field(default_factory=DefaultClass)
    hardware_rules: bool = True
    """Whether pods are refused that ask for hardware their workspace was not given."""
    preset: Mapping[str, str] = field(default_factory=dict)
    """Data paths (``mesh.trustDomain``) that a preset filled in, and the preset's name."""

    @property
    def profiles(self) -> bool:
        """Whether Kubeflow's profile controller makes the workspaces here."""
        return self.workspaces == "profile"

    @property
    def synced(self) -> str:
        """What applies the manifests here: ``argocd``, ``flux`` or nothing known."""
        return self.sync.name if self.sync and self.sync.on else ""

    @property
    def homes(self) -> tuple[str, ...]:
        """The namespaces of the platform: those declared, and the engine's own."""
        own = self.sync.homes if self.sync else ()
        return tuple(sorted({*self.platform_namespaces, *own}))

    @property
    def queues(self) -> bool:
        """Whether Kueue decides when a workload starts."""
        return self.queueing is not None and self.queueing.on

    @property
    def policed(self) -> bool:
        """Whether the hardware of pods is decided at admission, by validating policies."""
        return self.hardware_rules and self.kubernetes.minor >= POLICIES_SINCE

    @property
    def mutating(self) -> str:
        """What changes pods: ``v1`` or ``v1beta1`` of the mutating policy, ``kyverno``, or
        nothing.

        The policy is served and on from 1.36, and from 1.34 where its feature gate and
        API were turned on, which ``mutation: policy`` says.
        """
        if self.mutation == "kyverno":
            return "kyverno"
        if self.mutation in ("auto", "policy") and self.kubernetes.minor >= 36:
            return "v1"
        if self.mutation == "policy" and self.kubernetes.minor >= 34:
            return "v1beta1"
        return ""
