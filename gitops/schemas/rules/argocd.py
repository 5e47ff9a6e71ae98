"""Argo CD: roles of another project, windows that cover nothing, projects chosen by a template.

Source: argo-cd ``pkg/apis/application/v1alpha1`` (ValidateProject); its CRDs take all of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gitops.foundation.findings import Path
from gitops.schemas.rules import Document
from gitops.schemas.violation import Violation

_POLICY: Final = re.compile(
    r"p,\s*proj:([^:,\s]+):([^:,\s]+),\s*[a-z*]+,\s*[a-z*/.A-Z]+,\s*([^,\s]+),\s*(allow|deny)"
)
_COVERED: Final = ("applications", "clusters", "namespaces")


def project(document: Document) -> Iterator[Violation]:
    """An AppProject whose roles or windows do not do what they say."""
    spec, name = document["spec"], document["metadata"]["name"]
    for index, role in enumerate(spec.get("roles", ())):
        for number, policy in enumerate(role.get("policies", ())):
            where: Path = ("spec", "roles", index, "policies", number)
            yield from _policy(policy, name, role["name"], where)
    for index, window in enumerate(spec.get("syncWindows", ())):
        if not any(window.get(field) for field in _COVERED):
            yield Violation(
                ("spec", "syncWindows", index), f"covers nothing; set {', '.join(_COVERED)}"
            )


def _policy(policy: str, project_name: str, role: str, where: Path) -> Iterator[Violation]:
    match = _POLICY.fullmatch(policy.strip())
    if match is None:
        yield Violation(
            where,
            "is not a policy of a project",
            f"write p, proj:{project_name}:{role}, applications, ACTION, {project_name}/*, allow",
        )
    elif (match[1], match[2]) != (project_name, role):
        yield Violation(where, f"grants to proj:{match[1]}:{match[2]}, not to its own role {role}")
    elif match[3].partition("/")[0] != project_name:
        yield Violation(where, f'"{match[3]}" is not in the project {project_name}')


def application(document: Document) -> Iterator[Violation]:
    """Metadata of a namespace that Argo CD does not create."""
    policy = document["spec"].get("syncPolicy", {})
    options = policy.get("syncOptions", ())
    if "managedNamespaceMetadata" in policy and "CreateNamespace=true" not in options:
        yield Violation(
            ("spec", "syncPolicy", "managedNamespaceMetadata"),
            "does nothing without the sync option CreateNamespace=true",
        )


def application_set(document: Document) -> Iterator[Violation]:
    """An ApplicationSet whose data choose the project, or where a typo renders as nothing."""
    spec = document["spec"]
    if "{{" in spec["template"]["spec"]["project"]:
        yield Violation(
            ("spec", "template", "spec", "project"),
            "must be written out: whoever can write the data could choose any project",
        )
    if "name" not in spec["template"]["metadata"]:
        yield Violation(("spec", "template", "metadata"), 'the field "name" is missing')
    if spec.get("goTemplate") and "missingkey=error" not in spec.get("goTemplateOptions", ()):
        yield Violation(
            ("spec", "goTemplateOptions"),
            "needs missingkey=error, or a misspelt name renders as <no value>",
        )
