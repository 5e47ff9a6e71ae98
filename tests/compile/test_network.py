"""Default-deny, with exactly the flows that the mesh, Kubeflow and the declarations need."""

from __future__ import annotations

from typing import Any

from tests.estates import AMBIENT, BARE, PROFILE, estate, mistakes_of, objects_of


def policy(tenant: str = "", **options: Any) -> dict[str, Any]:
    files = options.pop("files", None)
    found = objects_of(estate(files, tenant=f"owner: ana@example.com\n{tenant}", **options))
    spec: dict[str, Any] = found["NetworkPolicy/workspace"]["spec"]
    return spec


def ports_to(spec: dict[str, Any], namespace: str, label: str) -> list[int]:
    """The ports that are open to pods of a namespace with a label's value, either way."""
    found = []
    for rule in (*spec["ingress"], *spec["egress"]):
        for peer in (*rule.get("from", ()), *rule.get("to", ())):
            home = peer.get("namespaceSelector", {}).get("matchLabels", {})
            labels = peer.get("podSelector", {}).get("matchLabels", {})
            if home.get("kubernetes.io/metadata.name") == namespace and label in labels.values():
                found += [port["port"] for port in rule["ports"]]
    return sorted(found)


def blocks(spec: dict[str, Any]) -> dict[str, list[str]]:
    return {peer["ipBlock"]["cidr"]: peer["ipBlock"].get("except", [])
            for rule in spec["egress"] for peer in rule["to"] if "ipBlock" in peer}


def test_both_directions_are_closed_by_name() -> None:
    assert policy()["policyTypes"] == ["Ingress", "Egress"]
    assert policy()["podSelector"] == {}


def test_the_gateway_reaches_container_ports_and_pods_reach_the_platform() -> None:
    spec = policy()
    assert 8888 in ports_to(spec, "istio-system", "istio-ingressgateway")
    assert ports_to(spec, "istio-system", "istiod") == [15012]
    assert ports_to(spec, "kubeflow", "seaweedfs") == [8333]
    assert ports_to(spec, "kube-system", "kube-dns") == [53, 53]


def test_amazons_agent_sees_the_port_of_the_service_too() -> None:
    spec = policy(cluster=PROFILE + "cloud: eks\n")
    assert ports_to(spec, "kubeflow", "seaweedfs") == [8333, 9000]


def test_in_ambient_mode_mesh_traffic_comes_and_goes_by_hbone() -> None:
    spec = policy(cluster=AMBIENT)
    assert 15008 in ports_to(spec, "istio-system", "istio-ingressgateway")
    assert ports_to(spec, "kubeflow", "seaweedfs") == [8333, 15008]
    assert {"ipBlock": {"cidr": "169.254.7.127/32"}} in spec["ingress"][0]["from"]


def test_open_egress_leaves_out_the_cluster_link_local_and_metadata_addresses() -> None:
    cluster = PROFILE.replace("}\n", ", ranges: [10.0.0.0/8, 10.1.0.0/16]}\n")
    found = blocks(policy(cluster=cluster))
    assert found["0.0.0.0/0"] == ["10.0.0.0/8", "169.254.0.0/16"]
    assert found["::/0"] == ["64:ff9b::/96", "fe80::/10"]


def test_without_declared_ranges_every_private_range_is_left_out() -> None:
    assert blocks(policy())["0.0.0.0/0"] == [
        "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]


def test_listed_egress_opens_what_is_listed_and_no_more() -> None:
    spec = policy("egress: listed\nallow: [{cidr: 203.0.113.0/24, ports: [443]}]\n")
    assert "0.0.0.0/0" not in blocks(spec)
    assert {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}],
            "ports": [{"port": 443, "protocol": "TCP"}]} in spec["egress"]


def test_a_listed_range_never_opens_link_local_or_the_metadata_address() -> None:
    found = blocks(policy("egress: listed\nallow: [{cidr: 169.0.0.0/8}]\n"))
    assert found["169.0.0.0/8"] == ["169.254.0.0/16"]
    assert mistakes_of(estate(tenant="owner: ana@example.com\n"
                                     "allow: [{cidr: 169.254.169.254/32}]\n")) == [
        "tenants/vision.yaml:2:16: 169.254.169.254/32 leads to the node's own credentials on "
        "prod [node-credentials]"]


def test_a_listed_range_that_holds_the_clusters_own_leaves_them_out() -> None:
    found = blocks(policy("egress: listed\nallow: [{cidr: 0.0.0.0/0}, {cidr: 10.0.0.0/8}]\n"))
    assert found["0.0.0.0/0"] == [
        "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]
    assert found["10.0.0.0/8"] == []


def test_a_cloud_identity_opens_the_way_to_its_own_agent() -> None:
    tenant = "cloudIdentity: {gcpServiceAccount: vision@example-ml.iam.gserviceaccount.com}\n"
    assert "169.254.169.252/32" in blocks(policy(tenant, cluster=PROFILE + "cloud: gke\n"))
    assert "169.254.169.252/32" not in blocks(policy(tenant))


PEER = {"tenants/nlp.yaml": "owner: b@example.com\ntalks-to: [vision]\n"}


def test_tenants_talk_when_both_sides_say_so() -> None:
    found = objects_of(estate(PEER, tenant="owner: ana@example.com\nadmits: [nlp]\n"))
    assert {"from": [namespace("nlp")]} in found["NetworkPolicy/workspace"]["spec"]["ingress"]
    assert {"to": [namespace("vision")]} in found["NetworkPolicy/workspace@nlp"]["spec"]["egress"]
    assert "vision/*" in found["Sidecar/default@nlp"]["spec"]["egress"][0]["hosts"]


def namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def test_the_called_side_admits_the_caller_in_the_mesh_too() -> None:
    found = objects_of(estate(PEER, tenant="owner: ana@example.com\nadmits: [nlp]\n"))
    assert found["AuthorizationPolicy/admits-nlp"]["spec"]["rules"] == [
        {"from": [{"source": {"namespaces": ["nlp"]}}]}]


def test_talking_needs_consent() -> None:
    assert mistakes_of(estate(PEER)) == [
        "tenants/nlp.yaml:2:12: vision does not admit nlp [peer-not-admitted]"]


def test_admitting_alone_opens_nothing() -> None:
    spec = policy("admits: [nlp]\n", files={"tenants/nlp.yaml": "owner: b@example.com\n"})
    assert "nlp" not in str(spec)


def test_without_a_mesh_nothing_is_open_but_the_workspace_itself() -> None:
    assert policy(cluster=BARE)["ingress"] == [{"from": [{"podSelector": {}}]}]


def test_mutual_tls_is_strict_and_sidecars_see_what_they_may_call() -> None:
    found = objects_of(estate())
    assert found["PeerAuthentication/default"]["spec"] == {"mtls": {"mode": "STRICT"}}
    assert found["Sidecar/default"]["spec"]["egress"] == [{"hosts": [
        "./*", "istio-system/*", "knative-serving/*", "kubeflow/*", "kubeflow-system/*"]}]
