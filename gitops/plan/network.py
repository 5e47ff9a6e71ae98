"""What may flow in and out of a workspace under default-deny.

Ports are container ports: a NetworkPolicy stands on the node, behind the Service's
translation and, with sidecars, outside the pod's interception. In ambient mode mesh
traffic arrives on the destination's HBONE port instead, so both are opened.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Mistake, Origin
from gitops.foundation.shared import SharedList
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate, Platform
from gitops.model.limits import EgressRule
from gitops.model.tenant import Tenant
from gitops.plan.quotas import plan_of
from gitops.plan.selection import accepts

Peer = Mapping[str, Any]
Port = Mapping[str, Any]
HBONE = 15008
PROBES = ("169.254.7.127/32", "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128")
"""Where ambient's node proxy sends the kubelet's probes from."""
LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
NAT64 = "64:ff9b::/96"
"""IPv6 spelling of IPv4 addresses, which would walk around every IPv4 exception."""


class Flow(Struct, frozen=True):
    """One rule: these peers on these ports. No ports means every port."""

    peers: tuple[Peer, ...]
    ports: tuple[Port, ...] = ()

    def rule(self, side: str) -> dict[str, Any]:
        """The rule of a NetworkPolicy; ``side`` is ``from`` or ``to``."""
        ports = {"ports": list(self.ports)} if self.ports else {}
        return {side: list(self.peers), **ports}


class NetworkPlan(Struct, frozen=True):
    """A workspace's rules, the tenants that may call it, and the hosts its sidecars know."""

    ingress: SharedList
    egress: SharedList
    callers: tuple[str, ...]
    visible_hosts: SharedList
    origins: Mapping[str, tuple[Origin, ...]]


class ClusterNetwork(Struct, frozen=True):
    """What every workspace of a cluster has in common, worked out once.

    ``open`` are the rules out for egress ``open``, ``listed`` those without it; ``plain``
    are whole plans of tenants that declare nothing of their own, by egress mode and plan.
    """

    ingress: tuple[Flow, ...]
    egress: tuple[Flow, ...]
    outside: Flow
    hosts: tuple[str, ...]
    plain: dict[tuple[str, str], tuple[SharedList, SharedList, SharedList]]


def _pods(namespace: str, labels: Mapping[str, str] | None = None) -> Peer:
    peer: dict[str, Any] = {"namespaceSelector": {
        "matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    if labels is not None:
        peer["podSelector"] = {"matchLabels": dict(labels)}
    return peer


def _block(cidr: str, without: Iterable[str] = ()) -> Peer:
    block: dict[str, Any] = {"cidr": cidr}
    if excepted := list(without):
        block["except"] = excepted
    return {"ipBlock": block}


def _ports(*ports: int | tuple[int, int], protocol: str = "TCP") -> tuple[Port, ...]:
    return tuple({"port": port, "protocol": protocol} if isinstance(port, int) else
                 {"endPort": port[1], "port": port[0], "protocol": protocol} for port in ports)


OWN: Peer = {"podSelector": {}}


def cluster_network(cluster: Cluster) -> ClusterNetwork:
    """The common part of a cluster's network plans."""
    closed = _closed(cluster)
    outside = Flow(tuple(_block(cidr, _inside(cidr, closed)) for cidr in ("0.0.0.0/0", "::/0")))
    return ClusterNetwork(
        (*_own(cluster), *_mesh_in(cluster), *_kubeflow_in(cluster), *_monitoring(cluster)),
        (Flow((OWN,)), *_dns(cluster), *_mesh_out(cluster), *_api_server(cluster),
         *_kubeflow_out(cluster)),
        outside, ("./*", *(f"{name}/*" for name in cluster.mesh.visible_namespaces)), {})


def network_plan(tenant: Tenant, cluster: Cluster, common: ClusterNetwork,
                 estate: Estate) -> NetworkPlan:
    """What a tenant's workspace on a cluster may hear and say."""
    callers = tuple(name for name in tenant.admits if _talks(name, tenant, cluster, estate))
    called = tuple(name for name in tenant.talks_to
                   if _talks(tenant.name, estate.tenants.get(name), cluster, estate))
    mode, rules = egress_of(tenant, estate.platform)
    own = callers or called or tenant.allow or tenant.cloud_identity
    key = (mode, tenant.plan)
    if own or key not in common.plain:
        ingress = (*common.ingress, *(Flow((_pods(name),)) for name in callers))
        egress = (*common.egress, *(Flow((_pods(name),)) for name in called),
                  *_cloud(tenant, cluster), *_listed(rules, cluster),
                  *((common.outside,) if mode == "open" else ()))
        hosts = (*common.hosts, *(f"{name}/*" for name in called))
        made = (SharedList([flow.rule("from") for flow in ingress]),
                SharedList([flow.rule("to") for flow in egress]), SharedList(hosts))
        if not own:
            common.plain[key] = made
    else:
        made = common.plain[key]
    return NetworkPlan(made[0], made[1], callers, made[2],
                       _origins(tenant, rules, cluster.network.origin))


def _origins(tenant: Tenant, rules: tuple[EgressRule, ...], network: Origin
             ) -> dict[str, tuple[Origin, ...]]:
    """The declared lines behind the rules in and out, the tenant's own first."""
    at = tenant.origin
    called = (at.at("talks-to"),) if tenant.talks_to else ()
    cloud = (tenant.cloud_identity.origin,) if tenant.cloud_identity else ()
    mode = (at.at("egress"),) if tenant.egress else ()
    return {"ingress": (*((at.at("admits"),) if tenant.admits else ()), network),
            "egress": (*mode, *called, *cloud, *(rule.origin for rule in rules), network),
            "callers": (at.at("admits"),), "visible_hosts": called}


def _talks(caller: str, called: Tenant | None, cluster: Cluster, estate: Estate) -> bool:
    """Whether both sides agree, stand on this cluster and are not frozen."""
    other = estate.tenants.get(caller)
    if other is None or called is None or other.frozen or called.frozen:
        return False
    return (called.name in other.talks_to and caller in called.admits
            and accepts(cluster, other) and accepts(cluster, called))


def _meshed(cluster: Cluster, *ports: int | tuple[int, int]) -> tuple[Port, ...]:
    return _ports(*ports, *((HBONE,) if cluster.mesh.mode == "ambient" else ()))


def _own(cluster: Cluster) -> Iterator[Flow]:
    probes = PROBES if cluster.mesh.mode == "ambient" else ()
    yield Flow((OWN, *map(_block, probes)))


def _mesh_in(cluster: Cluster) -> Iterator[Flow]:
    """The gateway to notebooks, tensorboards, volume viewers and inference services."""
    mesh = cluster.mesh
    if mesh.on:
        serving: tuple[int | tuple[int, int], ...] = ((8012, 8013), 8112) if cluster.kubeflow.on \
            else ()
        yield Flow((_pods(mesh.gateway_namespace, mesh.gateway_labels),),
                   _meshed(cluster, 6006, 8080, 8888, *serving))


def _kubeflow_in(cluster: Cluster) -> Iterator[Flow]:
    if not cluster.kubeflow.on:
        return
    home, mesh = cluster.kubeflow.namespace, cluster.mesh.gateway_namespace
    yield Flow((_pods(mesh, {"app": "cluster-local-gateway"}),
                _pods("knative-serving", {"app": "activator"})),
               _meshed(cluster, (8012, 8013), 8112))
    yield Flow((_pods("knative-serving", {"app": "autoscaler"}),), _meshed(cluster, 9090))
    yield Flow((_pods(home, {"app": "notebook-controller"}),), _meshed(cluster, 8888))
    yield Flow((_pods(home, {"katib.kubeflow.org/component": "controller"}),),
               _meshed(cluster, (6788, 6789)))


def _monitoring(cluster: Cluster) -> Iterator[Flow]:
    if namespace := cluster.network.monitoring_namespace:
        yield Flow((_pods(namespace),), _meshed(cluster, 9091, 15020, 15090))


def _dns(cluster: Cluster) -> Iterator[Flow]:
    network = cluster.network
    peers = (_pods(network.dns_namespace, network.dns_labels), *map(_block, network.dns_addresses))
    yield Flow(peers, (*_ports(*network.dns_ports, protocol="UDP"), *_ports(*network.dns_ports)))


def _mesh_out(cluster: Cluster) -> Iterator[Flow]:
    """istiod, for certificates and configuration: sidecars and waypoints ask it."""
    if cluster.mesh.on:
        yield Flow((_pods(cluster.mesh.root_namespace, {"app": "istiod"}),), _ports(15012))


def _api_server(cluster: Cluster) -> Iterator[Flow]:
    network = cluster.network
    if network.api_server:
        yield Flow(tuple(map(_block, network.api_server)), _ports(*network.api_server_ports))


def _kubeflow_out(cluster: Cluster) -> Iterator[Flow]:
    if not cluster.kubeflow.on:
        return
    home = cluster.kubeflow.namespace
    for labels, ports in (
        ({"app": "ml-pipeline"}, ((8887, 8888),)),
        ({"component": "metadata-grpc-server"}, (8080,)),
        ({"app": "seaweedfs"}, _store_ports(cluster)),
        ({"katib.kubeflow.org/component": "db-manager"}, (6789,)),
        ({"app.kubernetes.io/name": "model-catalog"}, (8080,)),
    ):
        yield Flow((_pods(home, labels),), _meshed(cluster, *ports))


def _store_ports(cluster: Cluster) -> tuple[int, ...]:
    """Artifacts: the container's port, and where AWS's agent judges, which sees a Service's
    address and its port, that one too.
    """
    listens = cluster.kubeflow.artifact_port
    return (listens, 9000) if cluster.cloud == "eks" and listens != 9000 else (listens,)


def _cloud(tenant: Tenant, cluster: Cluster) -> Iterator[Flow]:
    """The node's agent that hands out the workspace's own cloud identity."""
    identity = tenant.cloud_identity
    if identity is None:
        return
    if cluster.cloud == "gke" and identity.gcp_service_account:
        yield Flow((_block("169.254.169.252/32"),), _ports((987, 988)))
        yield Flow((_block("169.254.169.254/32"),), _ports(80, 8080))
    if cluster.cloud == "eks" and identity.aws_role:
        yield Flow((_block("169.254.170.23/32"), _block("fd00:ec2::23/128")), _ports(80))


def egress_of(tenant: Tenant, platform: Platform) -> tuple[str, tuple[EgressRule, ...]]:
    """Open or listed, and every listed range: the tenant's, its plan's and the default."""
    plan = plan_of(tenant, platform)
    mode = tenant.egress or (plan.egress if plan else "") or platform.defaults.egress
    return mode, (*platform.defaults.allow, *(plan.allow if plan else ()), *tenant.allow)


def _listed(rules: Iterable[EgressRule], cluster: Cluster) -> Iterator[Flow]:
    """The declared ranges; one that holds what egress never opens leaves that out."""
    closed = _closed(cluster)
    for rule in rules:
        yield Flow((_block(rule.cidr, _inside(rule.cidr, closed)),),
                   _ports(*rule.ports))


def _closed(cluster: Cluster) -> tuple[str, ...]:
    """What is not outside the cluster: its own ranges, link-local and what stands for either."""
    return (*(cluster.network.ranges or PRIVATE), *LINK_LOCAL, NAT64, *cluster.network.metadata)


def _inside(cidr: str, ranges: Iterable[str]) -> list[str]:
    """The ranges that lie inside another and are smaller, merged, in order."""
    outer = ipaddress.ip_network(cidr)
    inner = [network for network in map(ipaddress.ip_network, ranges)
             if network.version == outer.version and network != outer
             and network.subnet_of(outer)]  # type: ignore[arg-type]
    return [str(network) for network in ipaddress.collapse_addresses(inner)]  # type: ignore[type-var]


def check_egress(estate: Estate) -> Iterator[Mistake]:
    """Ranges that would open what hands out node credentials, on a cluster they reach."""
    metadata = {cidr: name for name, cluster in sorted(estate.clusters.items())
                for cidr in (*cluster.network.metadata, *LINK_LOCAL)}
    for rule in _all_rules(estate):
        network = ipaddress.ip_network(rule.cidr)
        for cidr, name in metadata.items():
            other = ipaddress.ip_network(cidr)
            if network.version == other.version and network.subnet_of(other):  # type: ignore[arg-type]
                yield Mistake("node-credentials", rule.origin.at("cidr"),
                              f"{rule.cidr} leads to the node's own credentials on {name}",
                              "take it out; a workspace gets its own identity through "
                              "cloudIdentity")
                break


def _all_rules(estate: Estate) -> Iterator[EgressRule]:
    platform = estate.platform
    yield from platform.defaults.allow
    for plan in platform.plans.values():
        yield from plan.allow
    for tenant in estate.tenants.values():
        yield from tenant.allow
