"""Roles and bindings. Source: ``pkg/apis/rbac/validation``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_GROUP = "rbac.authorization.k8s.io"


def binding(document: Document) -> list[Violation]:
    """Subjects whose group or namespace does not fit their kind."""
    found: list[Violation] = []
    anywhere = document["kind"] == "ClusterRoleBinding"
    for index, subject in enumerate(document.get("subjects", ())):
        group = subject.get("apiGroup")
        if subject["kind"] == "ServiceAccount":
            if group or (anywhere and "namespace" not in subject):
                found += _account(subject, ("subjects", index))
        elif (group is not None and group != _GROUP) or "namespace" in subject:
            found += _member(subject, ("subjects", index))
    return found


def _account(subject: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    if subject.get("apiGroup"):
        yield Violation(
            (*where, "apiGroup"),
            f'a ServiceAccount is in the core group, not "{subject["apiGroup"]}"',
            "leave apiGroup out",
        )
    if "namespace" not in subject:
        yield Violation(where, 'the field "namespace" is missing')


def _member(subject: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    kind, group = subject["kind"], subject.get("apiGroup", _GROUP)
    if group != _GROUP:
        yield Violation((*where, "apiGroup"), f'the apiGroup of a {kind} is "{_GROUP}"')
    if "namespace" in subject:
        yield Violation((*where, "namespace"), f"a {kind} is in no namespace")


def role(document: Document) -> Iterator[Violation]:
    """Rules of a Role that name nothing, or what a Role cannot grant."""
    for index, rule in enumerate(document.get("rules", ())):
        if "nonResourceURLs" in rule:
            yield Violation(
                ("rules", index, "nonResourceURLs"), "only a ClusterRole can grant URLs"
            )
        else:
            yield from _resources(rule, ("rules", index))


def cluster_role(document: Document) -> Iterator[Violation]:
    """Rules of a ClusterRole that name nothing, or that aggregation would overwrite."""
    rules = document.get("rules", ())
    if rules and "aggregationRule" in document:
        yield Violation(("rules",), "are overwritten, because the role aggregates others")
    for index, rule in enumerate(rules):
        if "nonResourceURLs" not in rule:
            yield from _resources(rule, ("rules", index))
        elif "resources" in rule or "apiGroups" in rule:
            yield Violation(("rules", index), "grants URLs or resources, not both in one rule")


def _resources(rule: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    for field in ("apiGroups", "resources"):
        if not rule.get(field):
            yield Violation(where, f'the field "{field}" is missing or empty')
