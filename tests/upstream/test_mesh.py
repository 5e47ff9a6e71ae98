"""The mesh under test behaves like one: who is refused where, whatever the policies say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from tests.upstream.asking import Asked
from tests.upstream.istio import Filters, Workload, filters
from tests.upstream.mesh import GATEWAY, NO_CONNECTION, Mesh, MeshWorkload

pytestmark = pytest.mark.cluster

FRIEND = "cluster.local/ns/vision/sa/default-editor"
STRANGER = "cluster.local/ns/nlp/sa/default-editor"
RULES = f"""
- from: [{{source: {{principals: [{GATEWAY}]}}}}]
  when: [{{key: "request.headers[kubeflow-userid]", values: [ana@example.com]}}]
- when: [{{key: source.namespace, values: [vision]}}]
- to: [{{operation: {{paths: [/healthz], ports: ["8888"]}}}}]
"""


def translated(istio: Asked, waypoint: bool) -> Filters:
    spec = {"rules": yaml.safe_load(RULES)}
    if waypoint:
        gateway = "gateway.networking.k8s.io"
        spec["targetRefs"] = [{"group": gateway, "kind": "Gateway", "name": "waypoint"}]
    declared = {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "owner", "namespace": "vision"},
        "spec": spec,
    }
    return filters(istio, [declared], Workload("vision", waypoint=waypoint))


@pytest.fixture(scope="module")
def mesh(istio: Asked) -> Iterator[Mesh]:
    sidecar, waypoint = translated(istio, False).http, translated(istio, True).http
    workloads = [
        MeshWorkload("sidecar", "vision", sidecar),
        MeshWorkload("waypoint", "vision", waypoint, waypoint=True),
        MeshWorkload("permissive", "vision", sidecar, permissive=True),
        MeshWorkload("other-port", "vision", sidecar, port=9999),
    ]
    tokens = {"ana": "ana@example.com", "eve": "eve@example.com"}
    with Mesh(workloads, tokens) as running:
        yield running


@pytest.mark.parametrize("workload", ["sidecar", "waypoint"])
class TestEitherForm:
    def test_the_owner_passes_the_gateway(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/notebook/", token="ana") == 200

    def test_somebody_else_is_refused(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/notebook/", token="eve") == 403

    def test_nobody_is_sent_to_log_in(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/notebook/") == 401

    def test_the_gateway_overwrites_every_forged_header(self, mesh: Mesh, workload: str) -> None:
        forged = [("kubeflow-userid", "ana@example.com"), ("Kubeflow-UserID", "ana@example.com")]
        assert mesh.get(workload, "/notebook/", token="eve", headers=forged) == 403

    def test_a_pod_of_the_workspace_passes(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/notebook/", identity=FRIEND) == 200

    def test_a_pod_elsewhere_cannot_claim_to_be_the_owner(self, mesh: Mesh, workload: str) -> None:
        forged = [("kubeflow-userid", "ana@example.com")]
        assert mesh.get(workload, "/notebook/", identity=STRANGER, headers=forged) == 403

    def test_a_certificate_of_another_authority_is_no_identity(
        self, mesh: Mesh, workload: str
    ) -> None:
        assert mesh.get(workload, "/", identity=FRIEND, foreign=True) == NO_CONNECTION

    def test_plain_text_finds_no_listener(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/healthz", plaintext=True) == NO_CONNECTION

    def test_paths_are_matched_as_they_are(self, mesh: Mesh, workload: str) -> None:
        assert mesh.get(workload, "/healthz", identity=STRANGER) == 200
        assert mesh.get(workload, "/a/../healthz", identity=STRANGER) == 200
        assert mesh.get(workload, "//healthz", identity=STRANGER) == 403
        assert mesh.get(workload, "/%2Fhealthz", identity=STRANGER) == 403


def test_a_port_is_the_real_one(mesh: Mesh) -> None:
    assert mesh.get("other-port", "/healthz", identity=STRANGER) == 403


def test_plain_text_has_no_identity_where_it_is_accepted(mesh: Mesh) -> None:
    forged = [("kubeflow-userid", "ana@example.com")]
    assert mesh.get("permissive", "/notebook/", plaintext=True, headers=forged) == 403


def test_the_workload_sees_whom_the_gateway_knows(mesh: Mesh) -> None:
    assert mesh.reply("sidecar", "/", token="ana").seen_user == "ana@example.com"
