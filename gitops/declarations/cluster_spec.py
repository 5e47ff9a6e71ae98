"""The keys of ``clusters/<name>.yaml``."""

from __future__ import annotations

from typing import Any

from gitops.declarations.common_spec import LABELS, file_stem
from gitops.declarations.engines_spec import ENGINES, QUEUEING
from gitops.declarations.limits_spec import CLASS_NAME
from gitops.declarations.reader import Reader
from gitops.declarations.records import Field, ListOf, Record, Shorthand, of
from gitops.declarations.sync_spec import SYNC
from gitops.declarations.tenant_spec import ACCOUNT
from gitops.declarations.types import DNS_NAME, Choice, Cidr, Flag, Integer, Name, Text
from gitops.foundation.findings import Path
from gitops.model.cluster import (
    Cluster,
    DefaultClass,
    IdentityProvider,
    Kubeflow,
    Kubernetes,
    Mesh,
    Network,
    Roles,
)

PREFIX = Text("a prefix without spaces", r"\S*", 128, "oidc:")
PRINCIPAL = Text("a mesh identity such as cluster.local/ns/istio-system/sa/gateway",
                 r"([a-z0-9.-]+/)?ns/[a-z0-9-]+/sa/[a-z0-9.-]+",
                 example="ns/istio-system/sa/istio-ingressgateway-service-account")
ROLE_NAME = Text("the name of a ClusterRole", r"[^/%\s]+", example="kubeflow-edit")
RELEASES = {"26.03": "Kubeflow 26.03 (dashboard 1.10)",
            "26.03.1": "Kubeflow 26.03.1 (dashboard 2.0)",
            "none": "no Kubeflow"}

KUBERNETES = Record("kubernetes", (
    Field("version", Text("a version such as 1.37", r"1\.[0-9]{1,2}(\.[0-9]+)?", example='"1.37"',
                          any_plain=True), "The API server's version.", required=True),
    Field("userPrefix", PREFIX, "What the API server puts before user names.", "user_prefix",
          default="nothing"),
    Field("groupPrefix", PREFIX, "What the API server puts before group names.", "group_prefix",
          default="nothing"),
), lambda values, _at, _reader: Kubernetes(
    **{**values, "version": ".".join(values["version"].split(".")[:2])}))

KUBEFLOW = Record("kubeflow", (
    Field("release", Choice(RELEASES, any_plain=True), "The installed release.", required=True),
    Field("namespace", Name, "Where its services run.", default="`kubeflow`"),
    Field("sharingAccount", ACCOUNT, "The account that the dashboard's sharing page acts as.",
          "sharing_account"),
    Field("namespaceLabels", LABELS, "Labels that the profile controller puts on a namespace.",
          "namespace_labels"),
    Field("artifactPort", Integer(1, 65535), "The container port of the artifact store.",
          "artifact_port", default="8333"),
), lambda values, _at, _reader: Kubeflow(
    **{**values, "release": "" if values["release"] == "none" else values["release"]}))

ROLES = Record("roles", tuple(
    Field(role, ROLE_NAME, f"The ClusterRole behind the declared role `{role}`.", required=True)
    for role in ("admin", "edit", "view")), of(Roles, origin=False))


def _mesh(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    """Principals without a trust domain get the mesh's."""
    domain = values.get("trust_domain", "cluster.local")
    for name in ("gateway_principal", "pipelines_principal", "notebook_controller_principal"):
        if values.get(name, "").startswith("ns/"):
            values[name] = f"{domain}/{values[name]}"
    return Mesh(origin=reader.origin(at), **values)


MESH = Record("mesh", (
    Field("mode", Choice({
        "sidecar": "a proxy in every pod",
        "ambient": "a proxy on every node, and a waypoint in every workspace",
        "none": "no mesh: no policies for the browser are rendered",
    }), "How Istio runs.", required=True),
    Field("cni", Flag(), "Whether Istio's CNI node agent is installed. Without it sidecars need "
          "Pod Security `privileged`.", default="true"),
    Field("trustDomain", Text("a trust domain", DNS_NAME), "The mesh's trust domain.",
          "trust_domain", default="`cluster.local`"),
    Field("rootNamespace", Name, "Istio's root namespace.", "root_namespace",
          default="`istio-system`"),
    Field("gatewayNamespace", Name, "Where the ingress gateway runs.", "gateway_namespace",
          default="`istio-system`"),
    Field("gatewayLabels", LABELS, "What selects the ingress gateway's pods.", "gateway_labels"),
    Field("gatewayPrincipal", PRINCIPAL, "The ingress gateway's identity; without a trust domain, "
          "the mesh's is put before it.", "gateway_principal"),
    Field("pipelinesPrincipal", PRINCIPAL, "The identity of Kubeflow Pipelines' UI.",
          "pipelines_principal"),
    Field("notebookControllerPrincipal", PRINCIPAL, "The identity of the notebook controller.",
          "notebook_controller_principal"),
    Field("userIdHeader", Text("a header name", "[a-z0-9-]+"), "The header that names the user.",
          "user_id_header", default="`kubeflow-userid`"),
    Field("userIdPrefix", PREFIX, "What stands before the e-mail address in that header.",
          "user_id_prefix", default="nothing"),
    Field("defaultDeny", Flag(), "Whether to render the mesh-wide policy that allows nothing by "
          "itself. Kubeflow ships it.", "default_deny"),
    Field("visibleNamespaces", ListOf(Name), "Namespaces whose services a sidecar is told of, "
          "beside its own.", "visible_namespaces"),
), _mesh)

NETWORK = Record("network", (
    Field("policies", Flag(), "Whether to render NetworkPolicies.", default="true"),
    Field("dnsNamespace", Name, "Where cluster DNS runs.", "dns_namespace"),
    Field("dnsLabels", LABELS, "What selects its pods.", "dns_labels"),
    Field("dnsPorts", ListOf(Integer(1, 65535)), "The container ports of cluster DNS.",
          "dns_ports", default="`[53]`"),
    Field("dnsAddresses", ListOf(Cidr()), "Addresses of node-local or cloud DNS.",
          "dns_addresses"),
    Field("apiServer", ListOf(Cidr()), "The addresses of the API server's endpoints (`kubectl get "
          "endpointslice kubernetes`).", "api_server"),
    Field("apiServerPorts", ListOf(Integer(1, 65535)), "Its ports.", "api_server_ports",
          default="`[443, 6443]`"),
    Field("ranges", ListOf(Cidr()), "The cluster's pod, Service and node ranges, which open "
          "egress leaves out."),
    Field("metadata", ListOf(Cidr()), "Addresses that hand out node credentials; never opened."),
    Field("monitoringNamespace", Name, "Where Prometheus runs, if it may scrape workspaces.",
          "monitoring_namespace"),
), of(Network))

IDENTITY = Record("identity", (
    Field("provider", Choice({
        "kubeflow": "what the Kubeflow release ships; nothing is rendered",
        "none": "nothing is rendered",
        "oauth2-proxy": "oauth2-proxy logs people in, an OIDC issuer such as Dex signs",
        "iap": "Google's Identity-Aware Proxy",
        "alb": "an AWS load balancer with OIDC",
        "entra": "Microsoft Entra ID",
    }), "Who authenticates people at the gateway.", required=True),
    Field("issuer", Text("a URL", r"https?://\S+"), "Who signs the tokens."),
    Field("jwksUri", Text("a URL", r"https?://\S+"), "Where the signing keys are.", "jwks_uri"),
    Field("audiences", ListOf(Text()), "For whom the tokens must be made out."),
    Field("header", Text("a header name", "[a-z0-9-]+"), "The header that carries the token.",
          default="`authorization`"),
    Field("userClaim", Text(), "The claim that becomes the user-id header.", "user_claim",
          default="`email`"),
    Field("groupsClaim", Text(), "The claim that becomes the `kubeflow-groups` header.",
          "groups_claim"),
    Field("external", Text(), "The mesh's extension provider that logs people in."),
    Field("exemptPaths", ListOf(Text("a path", r"/\S*")), "Paths that need no login.",
          "exempt_paths"),
    Field("requestAuthentication", Flag(), "Whether to render the RequestAuthentication.",
          "request_authentication", default="true"),
    Field("requireToken", Flag(), "Whether to render the policy that refuses requests without a "
          "valid token.", "require_token", default="true"),
    Field("login", Flag(), "Whether to render the policy that sends people to the login.",
          default="true"),
), of(IdentityProvider))
DEFAULT_CLASS = Shorthand(
    CLASS_NAME, lambda values, _at, _reader: DefaultClass(values["word"]),
    Record("a default class", (
        Field("name", CLASS_NAME, "Its name.", required=True),
        Field("value", Integer(-2_147_483_648, 1_000_000_000), "Its value, which hardware's "
              "classes get too.", default="0"),
        Field("preemption", Choice({
            "PreemptLowerPriority": "its pods may displace pods of a lower class",
            "Never": "they wait"}), "Its `preemptionPolicy`.", default="`PreemptLowerPriority`"),
    ), of(DefaultClass, origin=False)))


def _cluster(values: dict[str, Any], _at: Path, reader: Reader) -> Any:
    return Cluster(name=file_stem(reader), origin=reader.origin(()), **values)


CLUSTER = Record("a cluster", (
    Field("kubernetes", KUBERNETES, "The API server; a version alone will do.", required=True),
    Field("kubeflow", KUBEFLOW, "The Kubeflow release; its name alone will do.", required=True),
    Field("workspaces", Choice({
        "profile": "Kubeflow's profile controller makes the workspace from a Profile",
        "native": "everything the controller would make is rendered",
    }), "Who makes the workspaces.", required=True),
    Field("cloud", Choice({"gke": "Google", "eks": "Amazon", "aks": "Microsoft",
                           "onprem": "machines of your own"}), "Where the cluster runs."),
    Field("roles", ROLES, "The ClusterRoles behind the declared roles.", required=True),
    Field("mesh", MESH, "The service mesh; its mode alone will do.", required=True),
    Field("network", NETWORK, "What default-deny policies must know.", required=True),
    Field("identity", IDENTITY, "Who authenticates people; a provider alone will do.",
          required=True),
    Field("accepts", Choice({"all": "every tenant that names no clusters",
                             "named": "only tenants that name this cluster"}),
          "Which tenants have a workspace here.", default="`all`"),
    Field("platformNamespaces", ListOf(Name), "Namespaces of the platform: their accounts may "
          "change what git declares, and no tenant may have their name.", "platform_namespaces"),
    Field("guardrails", Flag(), "Whether to render the admission policy that protects what git "
          "declares from members (Kubernetes 1.30 and later).", default="true"),
    Field("sync", SYNC, "What applies the manifests; its name alone will do.",
          default="`none`"),
    Field("engines", ENGINES, "What runs jobs."),
    Field("queueing", QUEUEING, "Whether jobs wait in queues; the manager alone will do.",
          default="`none`"),
    Field("mutation", Choice({
        "auto": "an admission policy, from Kubernetes 1.36",
        "policy": "likewise, and on 1.34 and 1.35, where its feature gate and API are turned on",
        "kyverno": "a MutatingPolicy of Kyverno 1.17 or later, which must run there",
        "none": "nothing: jobs rendered from git alone are placed",
    }), "What puts a hardware's settings on pods that carry its label.", default="`auto`"),
    Field("defaultPriorityClass", DEFAULT_CLASS, "The PriorityClass with `globalDefault: true`, "
          "where there is one; its name alone will do.", "default_class", default="none"),
    Field("hardwareRules", Flag(), "Whether pods are refused that ask for hardware which their "
          "workspace was not given (Kubernetes 1.30 and later).", "hardware_rules",
          default="`true`"),
), _cluster)
