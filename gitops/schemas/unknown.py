"""Documents of no known kind: what was meant, and how to make the kind known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gitops.schemas import strict
from gitops.schemas.core import CoreSchemas
from gitops.schemas.violation import Violation

if TYPE_CHECKING:
    from gitops.schemas.crds import CustomSchemas


def unknown(
    document: Mapping[str, Any], core: CoreSchemas, custom: CustomSchemas | None
) -> Violation:
    """Why a document has no schema: no kind, a version that is not served, or no CRD."""
    for name in ("apiVersion", "kind"):
        value = document.get(name)
        if not isinstance(value, str) or not value:
            return Violation((name,) if name in document else (), f"needs {name}, as a text")
    api_version, kind = document["apiVersion"], document["kind"]
    group = api_version.rpartition("/")[0]
    if custom and (served := custom.served(group, kind)):
        return _unserved(api_version, kind, f"its CRD ({custom.origin(group, kind)})", served)
    if served := core.served(group, kind):
        return _unserved(api_version, kind, f"Kubernetes {core.kubernetes}", served)
    if served := strict.served(group, kind):
        return _unserved(api_version, kind, "the releases rendered for", served)
    if not group:
        return Violation(("kind",), f"Kubernetes {core.kubernetes} has no {kind} {api_version}")
    name = f"{_plural(kind.lower())}.{group}"
    return Violation(
        ("kind",),
        f"there is no schema for {kind} {api_version}",
        f"put its CRD into the estate: kubectl get crd {name} -o yaml > schemas/{name}.yaml",
    )


def _unserved(api_version: str, kind: str, server: str, served: tuple[str, ...]) -> Violation:
    version = api_version.rpartition("/")[2]
    return Violation(
        ("apiVersion",),
        f"{kind} {version} is not served by {server}",
        f"served: {', '.join(served)}",
    )


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
