"""One workspace, planned: everything that the templates of a tenant are given."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate, Platform
from gitops.model.tenant import Tenant
from gitops.plan.access import (
    Binding,
    Owner,
    owner_binding,
    owner_of,
    shared_with,
)
from gitops.plan.hardware import NOTHING, Equipment, Known, equipment
from gitops.plan.job_engines import fitted
from gitops.plan.jobs import JobPlan, jobs_of
from gitops.plan.menu import NO_MENU, Menu, menu
from gitops.plan.names import GRANTS
from gitops.plan.network import ClusterNetwork, NetworkPlan, cluster_network, network_plan
from gitops.plan.overlays import Overlay, overlays_of
from gitops.plan.queues import Queue, queues_of
from gitops.plan.quota_lines import further_lines, quota_lines, range_lines
from gitops.plan.quotas import (
    Budget,
    ContainerRange,
    Hard,
    NamedQuota,
    alike,
    budget,
    within,
)
from gitops.plan.sync_guards import namespace_guard

WAYPOINT = "waypoint"


class Machine(Struct, frozen=True):
    """A ServiceAccount that stands in the workspace, and the role it has there."""

    name: str
    annotations: Mapping[str, str]
    role: str
    bound: bool


class Workspace(Struct, frozen=True):
    """A tenant on one cluster. A frozen one keeps its Namespace and nothing that gives access.

    ``origins`` names, by attribute, the declared lines that it came from; they are made
    when somebody asks, since only explaining does.
    """

    name: str
    frozen: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner: Owner
    plugins: tuple[Mapping[str, Any], ...]
    bindings: tuple[Binding, ...]
    machines: tuple[Machine, ...]
    quota: Hard
    quotas: tuple[NamedQuota, ...]
    containers: ContainerRange
    network: NetworkPlan
    tenant: Tenant
    platform: Platform
    hardware: Equipment = NOTHING
    jobs: tuple[JobPlan, ...] = ()
    menu: Menu = NO_MENU

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Its queues, by hardware; none without Kueue."""
        return queues_of(self.name, self.hardware)

    @property
    def origins(self) -> Mapping[str, tuple[Origin, ...]]:
        """The declared lines behind each attribute."""
        return _origins(self.tenant, self.platform)


class Planner(Struct, frozen=True, eq=False):
    """Plans the workspaces of one estate as of one day (none: no grant has ended).

    What many workspaces have in common is worked out once and kept.
    """

    estate: Estate
    as_of: date | None = None
    _networks: dict[str, ClusterNetwork] = field(default_factory=dict)
    _budgets: dict[Hashable, Budget] = field(default_factory=dict)
    _equipment: Known = field(default_factory=dict)
    _menus: dict[Hashable, Menu] = field(default_factory=dict)
    _overlays: dict[str, dict[str, Overlay]] = field(default_factory=dict)

    def workspace(self, tenant: Tenant, cluster: Cluster) -> Workspace:
        """A tenant's workspace on a cluster."""
        estate, frozen = self.estate, bool(tenant.frozen)
        platform, groups = estate.platform, estate.groups
        owner, spent = owner_of(tenant, cluster, groups), self._budget(tenant)
        extra = owner_binding(tenant, owner, cluster, groups)
        hardware = NOTHING if not tenant.hardware else \
            equipment(tenant, cluster, estate, self.overlays(cluster), self._equipment)
        return Workspace(
            name=tenant.name,
            frozen=frozen,
            labels=_labels(tenant, cluster, platform),
            annotations=_annotations(tenant, owner, cluster, platform, hardware),
            owner=owner,
            plugins=tuple(plugins_of(tenant, cluster)),
            bindings=() if frozen else (*((extra,) if extra else ()),
                                        *shared_with(tenant, cluster, groups, self.as_of)),
            machines=() if frozen else tuple(_machines(tenant, cluster)),
            quota=spent.hard,
            quotas=spent.further,
            containers=spent.containers,
            network=network_plan(tenant, cluster, self._network(cluster), estate),
            tenant=tenant,
            platform=platform,
            hardware=hardware,
            jobs=fitted(jobs_of(tenant, cluster, hardware), tenant, cluster),
            menu=self._menu(cluster, hardware),
        )

    def overlays(self, cluster: Cluster) -> dict[str, Overlay]:
        """The overlays of a cluster's hardware, by name in order."""
        if cluster.name not in self._overlays:
            self._overlays[cluster.name] = overlays_of(cluster, self.estate)
        return self._overlays[cluster.name]

    def _menu(self, cluster: Cluster, hardware: Equipment) -> Menu:
        """What engines offer of a workspace's hardware; workspaces with the same share it."""
        if not hardware.allowed:
            return NO_MENU
        key = (cluster.name, *[one.overlay.name for one in hardware.allowed])
        if key not in self._menus:
            self._menus[key] = menu(cluster, [one.overlay for one in hardware.allowed])
        return self._menus[key]

    def _network(self, cluster: Cluster) -> ClusterNetwork:
        if cluster.name not in self._networks:
            self._networks[cluster.name] = cluster_network(cluster)
        return self._networks[cluster.name]

    def _budget(self, tenant: Tenant) -> Budget:
        """A tenant's budget; those that have the same plan and main quota share it."""
        if tenant.containers:
            return budget(tenant, self.estate.platform)
        if not tenant.quota:
            if tenant.plan not in self._budgets:
                self._budgets[tenant.plan] = budget(tenant, self.estate.platform)
            return self._budgets[tenant.plan]
        key = alike(tenant)
        if key is None or key not in self._budgets:
            made = within(self._budget(replace(tenant, quota=None)), tenant, self.estate.platform)
            if key is None:
                return made
            self._budgets[key] = made
        return self._budgets[key]


def with_lines(workspace: Workspace) -> Workspace:
    """The workspace with the declared lines behind what it has in common with others."""
    tenant, platform = workspace.tenant, workspace.platform
    return replace(workspace, quotas=further_lines(tenant, platform), containers=replace(
        workspace.containers, origins=range_lines(tenant, platform)))


def _labels(tenant: Tenant, cluster: Cluster, platform: Platform) -> dict[str, str]:
    """The Namespace's labels: Kubeflow's, the mesh's, Pod Security, declared ones."""
    level = tenant.pod_security or platform.defaults.pod_security
    labels = {**platform.defaults.labels, **tenant.labels, **cluster.kubeflow.namespace_labels,
              "pod-security.kubernetes.io/enforce": level}
    if cluster.mesh.mode == "sidecar":
        labels["istio-injection"] = "enabled"
    elif cluster.mesh.mode == "ambient":
        labels |= {"istio-injection": "disabled", "istio.io/dataplane-mode": "ambient",
                   "istio.io/ingress-use-waypoint": "true", "istio.io/use-waypoint": WAYPOINT}
    return {key: labels[key] for key in sorted(labels)}


def _annotations(tenant: Tenant, owner: Owner, cluster: Cluster, platform: Platform,
                 hardware: Equipment) -> dict[str, str]:
    """The Namespace's annotations.

    The profile controller adopts it by ``owner``; the admission policies read there which
    hardware its pods may have, since nobody in a workspace can edit its Namespace.
    """
    annotations = {**platform.defaults.annotations, **tenant.annotations,
                   **namespace_guard(cluster, tenant.frozen),
                   "owner": owner.annotation}
    if hardware.allowed:
        annotations[GRANTS] = ",".join(one.overlay.name for one in hardware.allowed)
    if tenant.purpose:
        annotations["gitops-tenancy/purpose"] = tenant.purpose
    if tenant.frozen:
        annotations["gitops-tenancy/frozen"] = tenant.frozen
    return {key: annotations[key] for key in sorted(annotations)}


def plugins_of(tenant: Tenant, cluster: Cluster) -> Iterator[Mapping[str, Any]]:
    """The Profile's plugins: the cluster's own cloud identity, then those given."""
    identity = tenant.cloud_identity
    if identity and identity.gcp_service_account and cluster.cloud == "gke":
        yield {"kind": "WorkloadIdentity",
               "spec": {"gcpServiceAccount": identity.gcp_service_account}}
    if identity and identity.aws_role and cluster.cloud == "eks":
        yield {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": identity.aws_role}}
    for plugin in tenant.plugins:
        version = {"apiVersion": plugin.api_version} if plugin.api_version else {}
        spec = {"spec": plugin.spec} if plugin.spec else {}
        yield {**version, "kind": plugin.kind, **spec}


def _machines(tenant: Tenant, cluster: Cluster) -> Iterator[Machine]:
    """``default-editor`` and ``default-viewer``, where nobody else makes them as needed.

    The profile controller makes both and knows no Azure plugin, so on AKS the editor is
    rendered for its annotation, which the controller leaves alone.
    """
    identity, cloud = tenant.cloud_identity, cluster.cloud
    annotations = {}
    if identity and identity.gcp_service_account and cloud == "gke":
        annotations["iam.gke.io/gcp-service-account"] = identity.gcp_service_account
    if identity and identity.aws_role and cloud == "eks":
        annotations["eks.amazonaws.com/role-arn"] = identity.aws_role
    if identity and identity.azure_client_id and cloud == "aks":
        annotations["azure.workload.identity/client-id"] = identity.azure_client_id
    if not cluster.profiles:
        yield Machine("default-editor", annotations, cluster.roles.edit, bound=True)
        yield Machine("default-viewer", {}, cluster.roles.view, bound=True)
    elif cloud == "aks" and annotations:
        yield Machine("default-editor", annotations, cluster.roles.edit, bound=False)


def _origins(tenant: Tenant, platform: Platform) -> dict[str, tuple[Origin, ...]]:
    at, defaults = tenant.origin, platform.defaults.origin
    return {
        "name": (at,),
        "frozen": (at.at("frozen"),),
        "labels": (at.at("labels"), defaults.at("labels"), at.at("podSecurity")),
        "annotations": (at.at("owner"), at.at("purpose"), at.at("annotations"), at.at("hardware"),
                        defaults.at("annotations")),
        "plugins": (at.at("cloudIdentity"), at.at("plugins")),
        "bindings": (at.at("contributors"),),
        "machines": (at.at("cloudIdentity"),),
        "quota": quota_lines(tenant, platform),
        "hardware": (at.at("hardware"),),
        "menu": (at.at("hardware"),),
        "queues": (at.at("hardware"), at.at("fairShare")),
        "jobs": (at.at("jobs"),),
    }
