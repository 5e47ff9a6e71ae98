"""The schemas of Kubernetes itself, read from the files that kubernetes-validate installs.

The package keeps one small file per type beside its large collection, so a kind costs the
files it refers to and nothing else. Its code is never run: importing it takes longer than
all validation, and its search by name takes ``rbac.example.com/v1`` for
``rbac.authorization.k8s.io/v1``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from gitops.schemas import metadata, stricter
from gitops.schemas.installed import installed, supported_kubernetes
from gitops.schemas.shapes import Schema, says
from gitops.schemas.simplify import REFERENCE, simplified
from gitops.schemas.stricter_types import WHOLE

_GVK: Final = "x-kubernetes-group-version-kind"
_PREFIX: Final = "io.k8s."
_ODD: Final = {"io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity-resource"}


def file_of(definition: str) -> str:
    """The file of a type: ``io.k8s.api.rbac.v1.Subject`` is in ``subject-rbac-v1.json``."""
    parts = definition.split(".")
    if parts[:4] == ["io", "k8s", "api", "core"]:
        return f"{parts[-1].lower()}-{parts[-2]}.json"
    usual = f"{parts[-1].lower()}-{parts[-3]}-{parts[-2]}"
    return f"{_ODD.get(definition, usual)}.json"


class CoreSchemas(Struct, frozen=True, eq=False):
    """The types of one Kubernetes version (``"1.33"``), each read once, when first asked for.

    Raises ValueError for a version that is not in :func:`supported_kubernetes`.
    """

    kubernetes: str
    _read: dict[str, Schema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kubernetes not in supported_kubernetes():
            raise ValueError(f"no schemas for Kubernetes {self.kubernetes}")

    def kind(self, api_version: str, kind: str) -> Schema | None:
        """The schema of a kind's documents, without the definitions it refers to."""
        if not (kind.isalnum() and kind.isascii()):
            return None
        group, _, version = api_version.rpartition("/")
        stem = "-".join(filter(None, [kind.lower(), group.partition(".")[0], version]))
        raw = self._file(f"{stem}.json") if _plain(stem) else None
        if raw is None or not _is(raw, group, version, kind):
            return None
        schema = simplified(raw)
        schema["properties"]["metadata"] = metadata.core_top_level(kind)
        schema["properties"]["apiVersion"] = schema["properties"]["kind"] = {"type": "string"}
        schema["required"] = sorted({"metadata", *schema.get("required", ())})
        return stricter.kind(kind, schema)

    def served(self, group: str, kind: str) -> tuple[str, ...]:
        """The versions in which this Kubernetes has the kind; empty if it does not know it."""
        first = group.partition(".")[0]
        stem = f"{kind.lower()}-{first}-" if first else f"{kind.lower()}-"
        names = (path.stem for path in self.folder.glob(f"{stem}*.json")) if _plain(stem) else ()
        versions = [name.removeprefix(stem) for name in names]
        slash = f"{group}/" if group else ""
        return tuple(sorted(v for v in versions if self.kind(f"{slash}{v}", kind)))

    def kinds(self, group: str) -> tuple[str, ...]:
        """Every kind of a group, in any version; empty if the group is not Kubernetes' own."""
        first = group.partition(".")[0]
        files = self.folder.glob(f"*-{first}-v*.json" if first else "*-v*.json")
        known = (json.loads(path.read_bytes()) for path in files)
        names = (name for raw in known for name in raw.get(_GVK, ()) if _object(raw))
        return tuple(sorted({name["kind"] for name in names if name["group"] == group}))

    def definitions(self, *schemas: Schema) -> dict[str, Schema]:
        """Every type of Kubernetes that the schemas refer to, directly or not, by its name."""
        found: dict[str, Schema] = {}
        waiting = [name for schema in schemas for name in references(schema)]
        while waiting:
            name = waiting.pop()
            if name not in found and name.startswith(_PREFIX):
                found[name] = self._definition(name)
                waiting += references(found[name])
        return found

    @property
    def folder(self) -> Path:
        """Where the files of this version stand."""
        return installed() / f"v{self.kubernetes}.0-local-strict"

    def _definition(self, name: str) -> Schema:
        if name not in self._read:
            raw = None if name in WHOLE else self._file(file_of(name))
            if raw is not None:
                self._read[name] = stricter.definition(name, simplified(raw))
            else:
                newer = says({"not": {}}, f"is not known to Kubernetes {self.kubernetes}")
                self._read[name] = WHOLE.get(name, newer)
        return self._read[name]

    def _file(self, name: str) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = json.loads((self.folder / name).read_bytes())
        except FileNotFoundError:
            return None
        return content


def _plain(stem: str) -> bool:
    return stem.replace("-", "").isalnum() and stem.isascii()


def _is(raw: dict[str, Any], group: str, version: str, kind: str) -> bool:
    wanted = {"group": group, "version": version, "kind": kind}
    return wanted in raw.get(_GVK, ()) and _object(raw)


def _object(raw: dict[str, Any]) -> bool:
    return metadata.OBJECT_META in str(raw.get("properties", {}).get("metadata"))


def references(schema: Any) -> list[str]:
    """The names under ``$defs`` that a schema refers to."""
    if isinstance(schema, list):
        return [name for item in schema for name in references(item)]
    if not isinstance(schema, dict):
        return []
    found = [name for value in schema.values() for name in references(value)]
    if isinstance(ref := schema.get("$ref"), str):
        found.append(ref.removeprefix(REFERENCE))
    return found
