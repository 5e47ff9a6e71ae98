"""LimitRange: bounds that contradict each other, and the traps of devices.

Source: ``pkg/apis/core/validation`` (ValidateLimitRange) and ``pkg/apis/core/v1``
(SetDefaults_LimitRangeItem: a container's ``max`` becomes its ``default``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.foundation.quantity import BadQuantity
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import amount, extended
from gitops.schemas.violation import Violation

_RISING: Final = ("min", "defaultRequest", "default", "max")
_FIELDS: Final = (*_RISING, "maxLimitRequestRatio")


def limit_range(document: Document) -> Iterator[Violation]:
    """Every contradiction in a LimitRange."""
    seen: set[str] = set()
    for index, item in enumerate(document["spec"]["limits"]):
        where: Path = ("spec", "limits", index)
        if item["type"] in seen:
            yield Violation((*where, "type"), f"limits for {item['type']} stand here twice")
        seen.add(item["type"])
        yield from _TYPES[item["type"]](item, where)
        yield from _order(item, where)


def _order(item: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    resources = dict.fromkeys(name for field in _FIELDS for name in item.get(field, ()))
    for name in resources:
        try:
            bounds = [(f, amount(item[f][name])) for f in _RISING if name in item.get(f, ())]
        except BadQuantity as problem:
            yield Violation(where, f"{name}: {problem}")
            continue
        for (low, less), (high, more) in pairwise(bounds):
            if more < less:
                yield Violation(
                    (*where, low, name), f"{low} ({less}) is above {high} ({more}) for {name}"
                )


def _pod(item: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    for field in ("default", "defaultRequest"):
        if field in item:
            yield Violation((*where, field), "a Pod has no defaults; put them under Container")
    for name in item.get("max", ()):
        if extended(name):
            yield Violation(
                (*where, "max", name),
                f"refuses every pod that asks for no {name}",
                "put the maximum under Container, with default and defaultRequest of 0",
            )


def _container(item: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    default, request = item.get("default", {}), item.get("defaultRequest", {})
    for name in filter(extended, dict.fromkeys([*item.get("max", ()), *default, *request])):
        if name not in default:
            yield Violation(
                (*where, "max" if name in item.get("max", ()) else "defaultRequest", name),
                f"gives every container without {name} as many as this",
                f'add default: {{{name}: "0"}} and defaultRequest: {{{name}: "0"}}',
            )
        elif name in request and str(request[name]) != str(default[name]):
            yield Violation((*where, "defaultRequest", name), f"must equal the default of {name}")


def _claim(item: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    if "storage" not in item.get("min", {}) and "storage" not in item.get("max", {}):
        yield Violation(where, "limits for claims need min or max of storage")


_TYPES: Final = {"Pod": _pod, "Container": _container, "PersistentVolumeClaim": _claim}
