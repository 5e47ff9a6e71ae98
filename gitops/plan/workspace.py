"""One workspace, planned: everything that the templates of a tenant are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate, Platform
from gitops.model.tenant import Tenant
from gitops.plan.access import (
    Binding,
    Owner,
    Policy,
    bindings,
    owner_binding,
    owner_of,
    policies,
)
from gitops.plan.network import NetworkPlan, network_plan
from gitops.plan.quotas import (
    ContainerRange,
    Hard,
    NamedQuota,
    compute,
    container_range,
    further,
    quotas_of,
)
from gitops.plan.selection import tenants_of

WAYPOINT = "waypoint"


@dataclass(frozen=True, slots=True)
class Machine:
    """A ServiceAccount that stands in the workspace, and the role it has there."""

    name: str
    annotations: Mapping[str, str]
    role: str
    bound: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant on one cluster. A frozen one keeps its Namespace and nothing that gives access.

    ``origins`` names, by attribute, the declared lines that an attribute came from.
    """

    name: str
    frozen: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner: Owner
    plugins: tuple[Mapping[str, Any], ...]
    bindings: tuple[Binding, ...]
    policies: tuple[Policy, ...]
    machines: tuple[Machine, ...]
    quota: Hard
    quotas: tuple[NamedQuota, ...]
    containers: ContainerRange
    network: NetworkPlan
    origins: Mapping[str, tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the workspaces of one estate as of one day (none: no grant has ended)."""

    estate: Estate
    as_of: date | None = None

    def workspaces(self, cluster: Cluster) -> Iterator[Workspace]:
        """The workspaces of a cluster, in order of their names."""
        return (self.workspace(tenant, cluster) for tenant in tenants_of(cluster, self.estate))

    def workspace(self, tenant: Tenant, cluster: Cluster) -> Workspace:
        """A tenant's workspace on a cluster."""
        estate, frozen = self.estate, bool(tenant.frozen)
        platform, groups = estate.platform, estate.groups
        quota, lines = compute(quotas_of(tenant, platform))
        extra = owner_binding(tenant, cluster, groups)
        return Workspace(
            name=tenant.name,
            frozen=frozen,
            labels=_labels(tenant, cluster, platform),
            annotations=_annotations(tenant, cluster, platform, self.estate),
            owner=owner_of(tenant, cluster, groups),
            plugins=tuple(_plugins(tenant, cluster)),
            bindings=() if frozen else (*((extra,) if extra else ()),
                                        *bindings(tenant, cluster, groups, self.as_of)),
            policies=() if frozen else tuple(policies(tenant, cluster, groups, self.as_of)),
            machines=() if frozen else tuple(_machines(tenant, cluster)),
            quota=quota,
            quotas=tuple(further(quotas_of(tenant, platform))),
            containers=container_range(tenant, platform, quota),
            network=network_plan(tenant, cluster, platform, estate),
            origins=_origins(tenant, platform, lines),
        )


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


def _annotations(tenant: Tenant, cluster: Cluster, platform: Platform,
                 estate: Estate) -> dict[str, str]:
    """The Namespace's annotations; the profile controller adopts it by ``owner``."""
    annotations = {**platform.defaults.annotations, **tenant.annotations,
                   "owner": owner_of(tenant, cluster, estate.groups).annotation}
    if tenant.purpose:
        annotations["gitops-tenancy/purpose"] = tenant.purpose
    if tenant.frozen:
        annotations["gitops-tenancy/frozen"] = tenant.frozen
    return {key: annotations[key] for key in sorted(annotations)}


def _plugins(tenant: Tenant, cluster: Cluster) -> Iterator[Mapping[str, Any]]:
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


def _origins(tenant: Tenant, platform: Platform,
             lines: Mapping[str, tuple[Origin, ...]]) -> dict[str, tuple[Origin, ...]]:
    at, defaults = tenant.origin, platform.defaults.origin
    return {
        "name": (at,),
        "frozen": (at.at("frozen"),),
        "labels": (at.at("labels"), defaults.at("labels"), at.at("podSecurity")),
        "annotations": (at.at("owner"), at.at("purpose"), at.at("annotations"),
                        defaults.at("annotations")),
        "plugins": (at.at("cloudIdentity"), at.at("plugins")),
        "bindings": (at.at("contributors"),),
        "policies": (at.at("contributors"),),
        "machines": (at.at("cloudIdentity"),),
        "quota": lines["hard"],
        "network": (at.at("egress"), at.at("allow")),
    }
