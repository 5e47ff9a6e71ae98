"""Freezing revokes everybody and keeps the data."""

from __future__ import annotations

from tests.estates import AMBIENT, NATIVE, PROFILE, estate, objects_of

TENANT = """
owner: ana@example.com
contributors:
  - {user: a@example.com, role: edit}
quota: {requests: {cpu: 8}}
frozen: left, keep the data
"""


def test_nothing_gives_access_any_more() -> None:
    for cluster in (PROFILE, NATIVE, AMBIENT):
        found = objects_of(estate(tenant=TENANT, cluster=cluster))
        own = {name for name, data in found.items()
               if data["metadata"].get("labels", {}).get("gitops-tenancy/tenant") == "vision"}
        assert own == {"Namespace/vision", "ResourceQuota/workspace-frozen",
                       "NetworkPolicy/workspace", "PeerAuthentication/default"}


def test_the_namespace_says_why() -> None:
    namespace = objects_of(estate(tenant=TENANT))["Namespace/vision"]
    assert namespace["metadata"]["annotations"]["gitops-tenancy/frozen"] == "left, keep the data"


def test_no_pod_starts_and_no_packet_passes() -> None:
    found = objects_of(estate(tenant=TENANT))
    assert found["ResourceQuota/workspace-frozen"]["spec"] == {"hard": {"pods": "0"}}
    assert found["NetworkPolicy/workspace"]["spec"] == {
        "podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
