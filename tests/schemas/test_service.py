"""Services, claims and budgets: kinds that templates add."""

from __future__ import annotations

import pytest

from .said import GONE, said

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: server, namespace: vision}
spec: {selector: {app: server}, ports: [{name: http, port: 80, targetPort: 8080}]}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: vision}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}, storageClassName: ""}
"""
BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: server, namespace: vision}
spec: {minAvailable: 50%, selector: {matchLabels: {app: server}}}
"""


@pytest.mark.parametrize("text", [SERVICE, CLAIM, BUDGET])
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_a_service_has_ports() -> None:
    assert said(SERVICE, ("spec ports", GONE)) == ['spec: the field "ports" is missing or empty']
    assert said(SERVICE, ("spec", {"type": "ExternalName", "externalName": "a.b"})) == []
    assert said(SERVICE, ("spec ports", GONE), ("spec clusterIP", "None")) == []


def test_several_ports_are_told_apart() -> None:
    ports = [{"name": "a", "port": 80}, {"name": "a", "port": 81}, {"port": 80}]
    assert said(SERVICE, ("spec ports", ports)) == [
        "spec.ports[1]: has the name or the number of another port",
        "spec.ports[2]: has the name or the number of another port",
        "spec.ports[2]: needs a name, because the Service has several ports",
    ]


def test_a_claim_says_how_much_and_by_whom() -> None:
    assert said(CLAIM, ("spec resources requests", {}), ("spec accessModes", [])) == [
        "spec.accessModes: must not be empty",
        'spec.resources.requests: the field "storage" is missing',
    ]


def test_a_claim_is_of_some_space() -> None:
    assert said(CLAIM, ("spec resources requests storage", 0)) == [
        "spec.resources.requests.storage: must be above 0"
    ]


def test_a_budget_is_a_number_or_a_percentage() -> None:
    assert said(BUDGET, ("spec minAvailable", 1)) == []
    assert said(BUDGET, ("spec minAvailable", "1")) == ['spec.minAvailable: "1" is not a share']
