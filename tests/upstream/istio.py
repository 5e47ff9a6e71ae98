"""istiod's own Envoy filters for a workload under given AuthorizationPolicies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.upstream.asking import Asked

Filter = dict[str, Any]
WAYPOINT = {"gateway.networking.k8s.io/gateway-name": "waypoint"}


class PolicyRefused(Exception):
    """istiod does not read or does not accept a policy."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Whose proxy is configured: a sidecar's pod, or a waypoint (with the Service it guards)."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    waypoint: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """In the order of the chain; empty means that nothing is checked."""

    http: Sequence[Filter]
    tcp: Sequence[Filter]


def filters(
    istio: Asked,
    policies: Sequence[Mapping[str, Any]],
    workload: Workload,
    root_namespace: str = "istio-system",
    trust_domain: str = "cluster.local",
) -> Filters:
    """What istiod would send. Raises PolicyRefused with istiod's words."""
    labels = {**WAYPOINT, **workload.labels} if workload.waypoint else dict(workload.labels)
    answer = istio.ask(
        {
            "policies": list(policies),
            "namespace": workload.namespace,
            "labels": labels,
            "waypoint": workload.waypoint,
            "service": workload.service,
            "rootNamespace": root_namespace,
            "trustDomain": trust_domain,
        }
    )
    if answer.get("error"):
        raise PolicyRefused(answer["error"])
    return Filters(answer["http"], answer["tcp"])
