"""Flux: settings that its controllers ignore or stumble over.

Source: fluxcd kustomize-controller and source-controller; what their CRDs take was seen on a
real API server.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_CLOUDS = ("aws", "azure")


def kustomization(document: Document) -> Iterator[Violation]:
    """A Kustomization that waits for itself, leaves its source, or whose checks are ignored."""
    spec, metadata = document["spec"], document["metadata"]
    if spec.get("wait") and "healthChecks" in spec:
        yield Violation(("spec", "healthChecks"), "is ignored, because wait is true")
    if ".." in spec.get("path", "").split("/"):
        yield Violation(("spec", "path"), "may not leave the source with ..")
    home = metadata.get("namespace")
    for index, item in enumerate(spec.get("dependsOn", ())):
        if item["name"] == metadata["name"] and item.get("namespace", home) == home:
            yield Violation(("spec", "dependsOn", index), "the Kustomization waits for itself")


def git(document: Document) -> Iterator[Violation]:
    """A GitRepository whose account its provider does not use."""
    spec = document["spec"]
    if "serviceAccountName" in spec and spec.get("provider") not in _CLOUDS:
        yield Violation(
            ("spec", "serviceAccountName"), f"needs a provider of {' or '.join(_CLOUDS)}"
        )
