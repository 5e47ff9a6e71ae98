"""What a cluster needs once for its hardware: classes, flavors, and the admission policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster, DefaultClass
from gitops.plan.admission import Validation, Variable, given
from gitops.plan.claim_rules import CLAIMS_SINCE, claim_validations, claim_variables
from gitops.plan.hardware_mutation import patches
from gitops.plan.hardware_rules import validations, variables
from gitops.plan.overlays import Overlay


class Policy(Struct, frozen=True):
    """The parts of a ValidatingAdmissionPolicy. ``rules`` are its resourceRules."""

    name: str
    rules: tuple[Mapping[str, Any], ...]
    variables: tuple[Variable, ...]
    validations: tuple[Validation, ...]
    origins: Mapping[str, tuple[Origin, ...]]


class Mutation(Struct, frozen=True):
    """A mutating policy's name, and its JSON patches as one CEL expression."""

    name: str
    expression: str
    origins: Mapping[str, tuple[Origin, ...]]


class Fleet(Struct, frozen=True):
    """All hardware of a cluster. ``version`` is that of the mutating policy's API, and
    ``kyverno`` says that Kyverno's policy takes its place. ``usual`` is what the classes
    have in common with the cluster's default one."""

    overlays: tuple[Overlay, ...]
    version: str
    kyverno: bool
    mutations: tuple[Mutation, ...]
    usual: DefaultClass
    policies: tuple[Policy, ...]
    origins: Mapping[str, tuple[Origin, ...]]


def fleet(cluster: Cluster, overlays: Mapping[str, Overlay]) -> Fleet | None:
    """The hardware of a cluster; None where it has none."""
    if not overlays:
        return None
    ours = tuple(overlays.values())
    usual, kyverno = cluster.default_class, cluster.mutating == "kyverno"
    return Fleet(
        overlays=ours,
        version="" if kyverno else f"admissionregistration.k8s.io/{cluster.mutating}",
        kyverno=kyverno,
        mutations=tuple(Mutation(one.priority_class, patches(one, usual),
                                 {"expression": (one.origin,)})
                        for one in ours) if cluster.mutating else (),
        usual=usual,
        policies=tuple(_policies(cluster, ours)),
        origins={"usual": (cluster.origin.at("defaultPriorityClass"),)},
    )


def _policies(cluster: Cluster, ours: tuple[Overlay, ...]) -> Iterator[Policy]:
    if not cluster.policed:
        return
    origins = {"validations": tuple(one.origin for one in ours)}
    yield Policy("gitops-tenancy-hardware", (_rule("", "v1", "pods", "pods/resize"),),
                 tuple(variables(ours, bool(cluster.mutating))),
                 tuple(validations(ours, bool(cluster.mutating), cluster.default_class.name)),
                 origins)
    if cluster.kubernetes.minor >= CLAIMS_SINCE:
        rule = _rule("resource.k8s.io", "v1", "resourceclaims", "resourceclaimtemplates")
        yield Policy("gitops-tenancy-hardware-claims", (rule,),
                     (given(), *claim_variables(ours, cluster.guardrails)),
                     tuple(claim_validations(ours)), origins)


def _rule(group: str, version: str, *resources: str) -> Mapping[str, Any]:
    return {"apiGroups": [group], "apiVersions": [version], "operations": ["CREATE", "UPDATE"],
            "resources": list(resources), "scope": "*"}
