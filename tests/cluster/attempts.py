"""Attempts against the guardrails, as dry runs, and what came of them."""

from __future__ import annotations

from typing import Any

from tests.cluster.client import Answer, Client, Manifest, Object

RBAC = "rbac.authorization.k8s.io"
MANAGED_BY = "app.kubernetes.io/managed-by"
OURS = "gitops-tenancy"
DECLARED = "declared in git; change tenants/vision.yaml instead"
RESERVED = "is for objects declared in git; leave it out"
ONLY_GIT = "git is the only way"
TRIED = {"dryRun": "All"}


def account(name: str, labels: dict[str, str] | None = None) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "vision", "labels": labels or {}},
    }


def binding(name: str, place: str = "vision") -> Object:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": place},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "kubeflow-view"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "guest@example.com"}],
    }


def open_policy(place: str = "vision") -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "open", "namespace": place},
        "spec": {"podSelector": {}, "ingress": [{}]},
    }


def removed(client: Client, document: Manifest | Object) -> Answer:
    """A deletion that is only tried."""
    api_version, kind, place, name = _identity(document)
    return client.delete(api_version, kind, name, place, {"dryRun": ["All"]})


def patched(client: Client, document: Manifest | Object, patch: Object) -> Answer:
    """A change that is only tried."""
    api_version, kind, place, name = _identity(document)
    return client.request(
        "PATCH",
        client.path(api_version, kind, place, name),
        patch,
        content_type="application/merge-patch+json",
        query=TRIED,
    )


def _identity(document: Manifest | Object) -> tuple[str, str, str, str]:
    return (document if isinstance(document, Manifest) else Manifest("", document)).identity


def passed(answers: dict[Any, Answer], message: str) -> list[Any]:
    """Which attempts were not refused with the message; none should be left."""
    return [
        (what, answer.status, answer.message)
        for what, answer in answers.items()
        if answer.status not in (403, 422) or message not in answer.message
    ]


def refused(answers: dict[Any, Answer]) -> list[Any]:
    """Which attempts were refused."""
    return [(what, answer.message) for what, answer in answers.items() if not answer.ok]
