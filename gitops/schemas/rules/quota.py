"""ResourceQuota: keys the API server refuses, and keys it takes that do nothing or harm.

Sources: ``pkg/apis/core/validation`` (ValidateResourceQuotaResourceName, validateScopes)
and ``pkg/apis/core/helper`` (standardQuotaResources, IsResourceQuotaScopeValidForResource);
what is accepted without effect was seen on Kubernetes 1.37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.foundation.quantity import BadQuantity
from gitops.model.limits import HUGE_PAGES, QUOTA_KEYS
from gitops.schemas.nearest import nearest
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import amount
from gitops.schemas.violation import Violation

_COMPUTE: Final = frozenset(
    {
        "cpu",
        "memory",
        "requests.cpu",
        "requests.memory",
        "limits.cpu",
        "limits.memory",
    }
)
_SPACE: Final = frozenset(
    {
        "ephemeral-storage",
        "requests.ephemeral-storage",
        "limits.ephemeral-storage",
        "requests.storage",
    }
)
_PODS: Final = frozenset({"pods", "count/pods"})
_CLASS_SPACE: Final = ".storageclass.storage.k8s.io/requests.storage"
_CLASS_CLAIMS: Final = ".storageclass.storage.k8s.io/persistentvolumeclaims"
_DEVICE_CLASS: Final = ".deviceclass.resource.k8s.io/devices"
_OPPOSITES: Final = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_SELECTABLE: Final = frozenset({"PriorityClass", "VolumeAttributesClass"})


def quota(document: Document) -> list[Violation]:
    """Every wrong key, amount and scope of a ResourceQuota."""
    spec = document["spec"]
    return [*hard(spec["hard"], ("spec", "hard")), *_scopes(spec)]


def hard(limits: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    """Wrong keys and amounts of a quota's ``hard``, whatever its scope."""
    for key, written in limits.items():
        if key in QUOTA_KEYS or "/" in key or key.startswith(HUGE_PAGES):
            if "/" in key:
                yield from _qualified(key, (*where, key))
            yield from _amount(key, written, (*where, key))
        else:
            guess = nearest(key, sorted(QUOTA_KEYS))
            yield Violation((*where, key), f'"{key}" is not a quota key{guess}')


def _qualified(key: str, where: Path) -> Iterator[Violation]:
    if key.endswith((_CLASS_SPACE, _CLASS_CLAIMS, _DEVICE_CLASS)):
        return
    if key.startswith("count/"):
        if not key.removeprefix("count/").replace(".", "").replace("-", "").isalnum():
            yield Violation(where, f'"{key}" names no resource', "write count/<plural>.<group>")
    elif not key.startswith("requests."):
        device = key.removeprefix("limits.")
        yield Violation(
            where,
            f'"{key}" is accepted and never enforced',
            f'write "requests.{device}": quota counts the requests of devices only',
        )


def _amount(key: str, written: str | float, where: Path) -> Iterator[Violation]:
    try:
        value = amount(written)
    except BadQuantity as problem:
        yield Violation(where, str(problem))
        return
    sized = key in _COMPUTE or key in _SPACE or key.endswith(_CLASS_SPACE) or "hugepages-" in key
    if not sized and not value.whole:
        harm = "; it would block every pod that asks for one" if "/" in key else ""
        yield Violation(where, f"counts whole things, so {written} is no limit{harm}")


def _scopes(spec: Mapping[str, Any]) -> Iterator[Violation]:
    selector = spec.get("scopeSelector", {}).get("matchExpressions", ())
    scopes = [*spec.get("scopes", ()), *(term["scopeName"] for term in selector)]
    if not scopes:
        return
    for first, second in _OPPOSITES:
        if first in scopes and second in scopes:
            yield Violation(("spec", "scopes"), f"no pod is both {first} and {second}")
    for index, term in enumerate(selector):
        yield from _term(term, ("spec", "scopeSelector", "matchExpressions", index))
    for key in spec["hard"]:
        if wrong := next((scope for scope in scopes if not _counts(scope, key)), None):
            yield Violation(
                ("spec", "hard", key),
                f'"{key}" cannot be limited within the scope {wrong}',
                "move it to a ResourceQuota without that scope",
            )


def _term(term: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    operator, values = term["operator"], term.get("values")
    if operator in {"In", "NotIn"} and not values:
        yield Violation(where, f"the operator {operator} needs values")
    elif operator in {"Exists", "DoesNotExist"} and values:
        yield Violation((*where, "values"), f"the operator {operator} takes no values")
    if operator != "Exists" and term["scopeName"] not in _SELECTABLE:
        yield Violation((*where, "operator"), f"the scope {term['scopeName']} takes only Exists")


def _counts(scope: str, key: str) -> bool:
    if scope == "VolumeAttributesClass":
        return "storage" in key or "persistentvolumeclaims" in key
    if key in _PODS:
        return True
    return scope != "BestEffort" and (
        key in _COMPUTE or (key.startswith("requests.") and "/" in key)
    )
