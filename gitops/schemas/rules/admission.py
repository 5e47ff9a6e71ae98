"""Admission policies and their bindings. Source: ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_PATCHES: Final = {"JSONPatch": "jsonPatch", "ApplyConfiguration": "applyConfiguration"}


def validating(document: Document) -> Iterator[Violation]:
    """A ValidatingAdmissionPolicy that checks nothing or matches nothing."""
    spec = document["spec"]
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        yield Violation(("spec",), "needs validations or auditAnnotations")
    yield from _common(spec)


def mutating(document: Document) -> Iterator[Violation]:
    """A MutatingAdmissionPolicy that changes nothing or matches nothing."""
    spec = document["spec"]
    if not spec["mutations"]:
        yield Violation(("spec", "mutations"), "needs at least one mutation")
    for index, mutation in enumerate(spec["mutations"]):
        wanted = _PATCHES[mutation["patchType"]]
        where: Path = ("spec", "mutations", index)
        if not mutation.get(wanted, {}).get("expression"):
            yield Violation(where, f"{mutation['patchType']} needs {wanted}.expression")
        yield from (
            Violation((*where, other), f"does not go with {mutation['patchType']}")
            for other in _PATCHES.values()
            if other != wanted and other in mutation
        )
    yield from _common(spec)


def binding(document: Document) -> Iterator[Violation]:
    """A binding whose actions or parameters contradict each other."""
    spec = document["spec"]
    actions = spec.get("validationActions", ())
    if "Deny" in actions and "Warn" in actions:
        yield Violation(("spec", "validationActions"), "may not hold both Deny and Warn")
    params = spec.get("paramRef")
    if params is not None and ("name" in params) == ("selector" in params):
        yield Violation(("spec", "paramRef"), "needs a name or a selector, and only one of them")


def _common(spec: Mapping[str, Any]) -> Iterator[Violation]:
    if not spec["matchConstraints"].get("resourceRules"):
        yield Violation(("spec", "matchConstraints"), "needs resourceRules, or nothing matches")
    for field in ("matchConditions", "variables"):
        seen: set[str] = set()
        for index, item in enumerate(spec.get(field, ())):
            if item["name"] in seen:
                yield Violation(
                    ("spec", field, index, "name"), f'"{item["name"]}" stands here twice'
                )
            seen.add(item["name"])
