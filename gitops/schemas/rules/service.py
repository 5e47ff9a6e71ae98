"""Service and PersistentVolumeClaim. Source: ``pkg/apis/core/validation``."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.foundation.quantity import BadQuantity, Quantity
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import amount
from gitops.schemas.violation import Violation


def service(document: Document) -> Iterator[Violation]:
    """A Service without ports, or with ports of one name or one number."""
    spec = document["spec"]
    ports = spec.get("ports", ())
    if not ports and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None":
        yield Violation(("spec",), 'the field "ports" is missing or empty')
    seen: set[object] = set()
    for index, port in enumerate(ports):
        where = ("spec", "ports", index)
        if len(ports) > 1 and "name" not in port:
            yield Violation(where, "needs a name, because the Service has several ports")
        name, number = port.get("name"), (port["port"], port.get("protocol", "TCP"))
        if name in seen or number in seen:
            yield Violation(where, "has the name or the number of another port")
        seen |= {number} if name is None else {name, number}


def claim(document: Document) -> Iterator[Violation]:
    """A claim of no space."""
    where = ("spec", "resources", "requests", "storage")
    try:
        wanted = amount(document["spec"]["resources"]["requests"]["storage"])
    except BadQuantity as problem:
        yield Violation(where, str(problem))
        return
    if wanted <= Quantity.of(0):
        yield Violation(where, "must be above 0")
