"""Documents of no known kind: what was meant, and how to make the kind known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gitops.schemas import strict
from gitops.schemas.core import CoreSchemas
from gitops.schemas.nearest import nearest
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
            return _unnamed(name, name in document)
    api_version, kind = document["apiVersion"], document["kind"]
    group = api_version.rpartition("/")[0]
    if custom and (served := custom.served(group, kind)):
        return _unserved(api_version, kind, f"its CRD ({custom.origin(group, kind)})", served)
    if served := core.served(group, kind):
        return _unserved(api_version, kind, f"Kubernetes {core.kubernetes}", served)
    if served := strict.served(group, kind):
        return _unserved(api_version, kind, "the releases rendered for", served)
    return _no_kind(api_version, kind, core.kinds(group), strict.kinds(group))


def _no_kind(
    api_version: str, kind: str, core_kinds: tuple[str, ...], strict_kinds: tuple[str, ...]
) -> Violation:
    guess = nearest(kind, [*core_kinds, *strict_kinds])
    group = api_version.rpartition("/")[0]
    if core_kinds or not group:
        return Violation(("kind",), f'Kubernetes has no kind "{kind}" in {api_version}{guess}')
    name = f"{_plural(kind.lower())}.{group}"
    return Violation(
        ("kind",),
        f"there is no schema for {kind} {api_version}{guess}",
        f"put its CRD into the estate: kubectl get crd {name} -o yaml > schemas/{name}.yaml",
    )


def _unnamed(name: str, present: bool) -> Violation:
    if not present:
        return Violation((), f'the field "{name}" is missing')
    what = "a kind" if name == "kind" else "an API version"
    return Violation((name,), f"must be the name of {what}, as a text")


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
