"""The CRDs a cluster has beside our own schemas: converted when a kind is first met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, Position
from gitops.schemas.convert import document_schema
from gitops.schemas.crdfiles import CustomKind, read_file
from gitops.schemas.shapes import Schema

__all__ = ["CustomSchemas"]


class CustomSchemas:
    """The kinds that CRD files define, by group and kind."""

    __slots__ = ("_kinds",)

    def __init__(self, kinds: Mapping[tuple[str, str], CustomKind]) -> None:
        self._kinds = dict(kinds)

    @classmethod
    def read(cls, files: Mapping[str, bytes], cache: Path | None = None) -> CustomSchemas:
        """CRDs from YAML or JSON files by name, several documents and Lists included.

        ``cache`` is a folder in which parsed files are kept by their content: YAML of this
        size takes longer to parse than an estate to render.

        Raises Refused with every file that is not readable or holds something else, and
        every kind that two files define.
        """
        kinds: dict[tuple[str, str], CustomKind] = {}
        findings: list[Finding] = []
        for name in sorted(files):
            for item in read_file(name, files[name], cache):
                if isinstance(item, Finding):
                    findings.append(item)
                elif item.key in kinds:
                    findings.append(_twice(item, kinds[item.key]))
                else:
                    kinds[item.key] = item
        if findings:
            raise Refused(findings)
        return cls(kinds)

    def schema(self, api_version: str, kind: str) -> Schema | None:
        """The strict schema of a kind's documents; None if no CRD serves it.

        Raises ValueError if what the CRD holds is no structural schema.
        """
        group, _, version = api_version.rpartition("/")
        found = self._kinds.get((group, kind))
        if found is None or version not in found.versions:
            return None
        try:
            return document_schema(found.versions[version], found.namespaced)
        except (AttributeError, KeyError, TypeError, RecursionError) as error:
            raise ValueError("no structural schema") from error

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


def _twice(item: CustomKind, first: CustomKind) -> Finding:
    where = "this file" if first.file == item.file else first.file
    return Finding(
        "crd-defined-twice",
        Position(item.file),
        f"defines {item.kind} ({item.group}), which {where} defines already",
        "keep one of the two",
    )
