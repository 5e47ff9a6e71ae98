"""The CRDs a cluster has beside ours: read from files, converted when a kind is first met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, Position
from gitops.schemas.convert import document_schema
from gitops.schemas.core import supported_kubernetes
from gitops.schemas.shapes import Schema

__all__ = ["CustomSchemas", "supported_kubernetes"]

_CRD = "apiextensions.k8s.io/v1"
_HINT = "write what `kubectl get crd NAME -o yaml` prints"
_Content: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class CustomKind:
    """One CRD: where it was read, its scope, and the schema of each served version."""

    file: str
    namespaced: bool
    versions: Mapping[str, Mapping[str, Any]]


class CustomSchemas:
    """The kinds that CRD files define, by group and kind."""

    __slots__ = ("_kinds",)

    def __init__(self, kinds: Mapping[tuple[str, str], CustomKind]) -> None:
        self._kinds = dict(kinds)

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> CustomSchemas:
        """CRDs from YAML or JSON files by name, several documents and Lists included.

        Raises Refused with every file that is not readable or holds something else, and
        every kind that two files define.
        """
        kinds: dict[tuple[str, str], CustomKind] = {}
        findings: list[Finding] = []
        for name in sorted(files):
            for item in _read(name, files[name]):
                if isinstance(item, Finding):
                    findings.append(item)
                elif item[0] in kinds:
                    findings.append(_twice(name, item[0], kinds[item[0]]))
                else:
                    kinds[item[0]] = item[1]
        if findings:
            raise Refused(findings)
        return cls(kinds)

    def schema(self, api_version: str, kind: str) -> Schema | None:
        """The strict schema of a kind's documents; None if no CRD serves it."""
        group, _, version = api_version.rpartition("/")
        found = self._kinds.get((group, kind))
        if found is None or version not in found.versions:
            return None
        return document_schema(found.versions[version], found.namespaced)

    def served(self, group: str, kind: str) -> tuple[str, ...]:
        """The versions its CRD serves; empty if there is no CRD of this kind."""
        found = self._kinds.get((group, kind))
        return tuple(sorted(found.versions)) if found else ()

    def origin(self, group: str, kind: str) -> str:
        """The file that defines a kind, or an empty text."""
        found = self._kinds.get((group, kind))
        return found.file if found else ""

    def kinds(self) -> Iterator[tuple[str, str]]:
        """Every (apiVersion, kind) that the CRDs serve."""
        for (group, kind), found in self._kinds.items():
            yield from ((f"{group}/{version}", kind) for version in found.versions)


def _read(name: str, content: bytes) -> Iterator[Finding | tuple[tuple[str, str], CustomKind]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.load_all(content, Loader=loader))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        yield _unreadable(name, error)
        return
    for document in documents:
        for item in _items(document):
            yield _definition(name, item)


def _unreadable(name: str, error: Exception) -> Finding:
    mark = getattr(error, "problem_mark", None)
    where = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name)
    problem = getattr(error, "problem", None) or "it is not text in UTF-8"
    return Finding("unreadable-crd", where, f"cannot be read as YAML: {problem}", _HINT)


def _items(document: Any) -> Iterator[Any]:
    if document is None:
        return
    if isinstance(document, dict) and str(document.get("kind")).endswith("List"):
        yield from document.get("items") or ()
    else:
        yield document


def _definition(name: str, item: Any) -> Finding | tuple[tuple[str, str], CustomKind]:
    where = Position(name)
    if not isinstance(item, dict) or item.get("kind") != "CustomResourceDefinition":
        kind = item.get("kind") if isinstance(item, dict) else None
        what = f"a {kind}" if kind else "something else"
        return Finding(
            "unreadable-crd", where, f"holds {what}, not a CustomResourceDefinition", _HINT
        )
    if item.get("apiVersion") != _CRD:
        return Finding(
            "unreadable-crd", where, f"is {item.get('apiVersion')}; only {_CRD} is read", _HINT
        )
    try:
        return _kind(name, item["spec"])
    except (KeyError, TypeError, AttributeError):
        return Finding("unreadable-crd", where, "is not a complete CustomResourceDefinition", _HINT)


def _kind(name: str, spec: _Content) -> tuple[tuple[str, str], CustomKind]:
    versions = {
        version["name"]: (version.get("schema") or {}).get("openAPIV3Schema") or _OPEN
        for version in spec["versions"]
        if version["served"]
    }
    key = (str(spec["group"]), str(spec["names"]["kind"]))
    return key, CustomKind(name, spec["scope"] == "Namespaced", versions)


_OPEN: Mapping[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _twice(name: str, key: tuple[str, str], first: CustomKind) -> Finding:
    group, kind = key
    return Finding(
        "crd-defined-twice",
        Position(name),
        f"defines {kind} ({group}), which {first.file} defines already",
        "keep one of the two files",
    )
