"""Kueue: what its CRDs refuse by CEL, and what they take and Kueue then never admits.

Source: the CEL rules of Kueue 0.19; what is accepted all the same was seen on Kubernetes 1.37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.foundation.findings import Path
from gitops.foundation.quantity import BadQuantity
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import amount, extended
from gitops.schemas.violation import Violation

_HOSTNAME = "kubernetes.io/hostname"


def flavor(document: Document) -> Iterator[Violation]:
    """A ResourceFlavor whose topology has no nodes."""
    spec = document["spec"]
    if "topologyName" in spec and not spec.get("nodeLabels"):
        yield Violation(("spec", "nodeLabels"), "needs a label, because topologyName is set")


def queue(document: Document) -> Iterator[Violation]:
    """A ClusterQueue whose groups do not add up, or that borrows from nobody."""
    spec = document["spec"]
    yield from _groups(spec, "cohortName" in spec)
    preemption = spec.get("preemption", {})
    reclaim = preemption.get("reclaimWithinCohort", "Never")
    borrow = preemption.get("borrowWithinCohort", {}).get("policy", "Never")
    if reclaim == "Never" and borrow != "Never":
        yield Violation(
            ("spec", "preemption", "borrowWithinCohort"),
            "needs reclaimWithinCohort other than Never",
        )


def cohort(document: Document) -> Iterator[Violation]:
    """A Cohort whose groups do not add up."""
    spec = document.get("spec", {})
    yield from _groups(spec, "parentName" in spec)
    if spec.get("parentName") == document["metadata"]["name"]:
        yield Violation(("spec", "parentName"), "a cohort is not its own parent")


def topology(document: Document) -> Iterator[Violation]:
    """A Topology that goes on below a single host."""
    levels = document["spec"]["levels"]
    for index, level in enumerate(levels[:-1]):
        if level["nodeLabel"] == _HOSTNAME:
            yield Violation(
                ("spec", "levels", index, "nodeLabel"), f"{_HOSTNAME} can only be the lowest level"
            )


def _groups(spec: Mapping[str, Any], shares: bool) -> Iterator[Violation]:
    flavors: set[str] = set()
    resources: set[str] = set()
    for index, group in enumerate(spec.get("resourceGroups", ())):
        where: Path = ("spec", "resourceGroups", index)
        covered = set(group["coveredResources"])
        for name in sorted(covered & resources):
            yield Violation((*where, "coveredResources"), f"{name} is in two groups")
        resources |= covered
        for number, item in enumerate(group["flavors"]):
            place: Path = (*where, "flavors", number)
            if item["name"] in flavors:
                yield Violation((*place, "name"), f'the flavor "{item["name"]}" stands here twice')
            flavors.add(item["name"])
            yield from _covered(item, covered, place)
            for count, resource in enumerate(item["resources"]):
                yield from _limits(resource, shares, (*place, "resources", count))


def _covered(item: Mapping[str, Any], covered: set[str], where: Path) -> Iterator[Violation]:
    names = [resource["name"] for resource in item["resources"]]
    if set(names) != covered or len(names) != len(covered):
        yield Violation(
            (*where, "resources"),
            f"must be the covered resources, each once: {', '.join(sorted(covered))}",
        )


def _limits(resource: Mapping[str, Any], shares: bool, where: Path) -> Iterator[Violation]:
    for field in ("borrowingLimit", "lendingLimit"):
        if field in resource and not shares:
            yield Violation((*where, field), "means nothing without a cohort")
    try:
        nominal = amount(resource["nominalQuota"])
        lending = amount(resource.get("lendingLimit", 0))
    except BadQuantity as problem:
        yield Violation(where, str(problem))
        return
    if nominal < lending:
        yield Violation((*where, "lendingLimit"), "lends more than the nominal quota")
    if extended(resource["name"]) and not nominal.whole:
        yield Violation((*where, "nominalQuota"), "counts whole things")
