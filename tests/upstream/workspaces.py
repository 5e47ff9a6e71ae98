"""Rendered workspaces as a mesh in real Envoys, with what Kubeflow ships beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cluster.rendered import Rendering
from tests.upstream.asking import Asked
from tests.upstream.istio import Workload, filters
from tests.upstream.mesh import Mesh, MeshWorkload

SHIPPED = {
    "apiVersion": "security.istio.io/v1",
    "kind": "AuthorizationPolicy",
    "metadata": {"name": "global-deny-all", "namespace": "istio-system"},
    "spec": {},
}
"""Kubeflow's own mesh-wide policy, on which its workspaces rely."""


def meshed(istio: Asked, rendering: Rendering, tokens: Mapping[str, str]) -> Mesh:
    """A workload for each workspace of a cluster, named after it.

    With sidecars it is a pod, in ambient mode the workspace's waypoint. ``tokens`` maps a
    bearer token to the user that the gateway makes of it.
    """
    mesh = rendering.cluster.mesh
    return Mesh(
        [workload(istio, rendering, place) for place in rendering.workspaces],
        tokens,
        header=mesh.user_id_header,
        gateway_identity=mesh.gateway_principal,
    )


def workload(istio: Asked, rendering: Rendering, place: str) -> MeshWorkload:
    """One workspace's pod or waypoint, with istiod's filters for all that was rendered."""
    waypoint = rendering.cluster.mesh.mode == "ambient"
    said = filters(
        istio,
        policies(rendering),
        Workload(place, waypoint=waypoint),
        root_namespace=rendering.cluster.mesh.root_namespace,
        trust_domain=rendering.cluster.mesh.trust_domain,
    )
    return MeshWorkload(
        place, place, said.http, waypoint=waypoint, permissive=not _strict(rendering, place)
    )


def policies(rendering: Rendering) -> list[Mapping[str, Any]]:
    """Every AuthorizationPolicy that istiod would know."""
    shipped = [SHIPPED] if rendering.cluster.kubeflow.on else []
    return [*shipped, *(one.data for one in rendering.of("AuthorizationPolicy"))]


def _strict(rendering: Rendering, place: str) -> bool:
    return any(
        one.data["spec"]["mtls"]["mode"] == "STRICT"
        for one in rendering.of("PeerAuthentication")
        if one.data["metadata"]["namespace"] == place
    )
