"""Files of CRDs: parsed once, and kept as JSON for the next process if a folder is given."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, to_builtins

from gitops.foundation.findings import Finding, Position
from gitops.foundation.yamlloader import safe_loader

_CRD: Final = "apiextensions.k8s.io/v1"
_HINT: Final = "write what `kubectl get crd NAME -o yaml` prints"
_OPEN: Final[Mapping[str, Any]] = {
    "type": "object",
    "x-kubernetes-preserve-unknown-fields": True,
}
_LAYOUT: Final = b"1"
"""Part of every cache key: another layout of the cached files is another file."""


class CustomKind(Struct, frozen=True):
    """One CRD: where it was read, its scope, and the schema of each served version."""

    file: str
    group: str
    kind: str
    namespaced: bool
    versions: Mapping[str, Mapping[str, Any]]

    @property
    def key(self) -> tuple[str, str]:
        """What documents name it by."""
        return self.group, self.kind


def read_file(name: str, content: bytes, cache: Path | None) -> list[CustomKind | Finding]:
    """Every CRD of a file, and a finding for each thing in it that is none."""
    if cache is None:
        return list(_parsed(name, content))
    place = cache / f"crds-{_digest(content)}.json"
    kept = _kept(name, place)
    if kept is not None:
        return [*kept]
    found = list(_parsed(name, content))
    if not any(isinstance(item, Finding) for item in found):
        _keep(place, [item for item in found if isinstance(item, CustomKind)])
    return found


def _digest(content: bytes) -> str:
    from hashlib import sha256

    return sha256(_LAYOUT + content).hexdigest()


def _kept(name: str, place: Path) -> list[CustomKind] | None:
    try:
        return [CustomKind(**{**item, "file": name}) for item in json.loads(place.read_bytes())]
    except (OSError, ValueError, TypeError):
        return None


def _keep(place: Path, kinds: list[CustomKind]) -> None:
    """Write beside and rename, so that no reader ever sees half a file; a full disk is no error."""
    beside = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(to_builtins(kinds), separators=(",", ":")))
        beside.replace(place)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _parsed(name: str, content: bytes) -> Iterator[CustomKind | Finding]:
    import yaml

    try:
        documents = list(yaml.load_all(content, Loader=safe_loader()))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        yield _unreadable(name, error)
        return
    if _repeats(documents):
        yield _none(name, "holds an alias, which stands for text elsewhere")
        return
    for document in documents:
        for item in _items(document):
            yield _definition(name, item)


def _repeats(documents: list[Any]) -> bool:
    """Whether a value stands in two places, as aliases make it: a few lines may be billions."""
    seen: set[int] = set()
    waiting: list[Any] = [documents]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            if id(value) in seen:
                return True
            seen.add(id(value))
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return False


def _unreadable(name: str, error: Exception) -> Finding:
    mark = getattr(error, "problem_mark", None)
    where = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name)
    problem = getattr(error, "problem", None) or "it is not text in UTF-8"
    return Finding("unreadable-crd", where, f"cannot be read as YAML: {problem}", _HINT)


def _items(document: Any) -> Iterator[Any]:
    if document is None:
        return
    if isinstance(document, dict) and str(document.get("kind")).endswith("List"):
        items = document.get("items") or ()
        yield from items if isinstance(items, list) else [items]
    else:
        yield document


def _definition(name: str, item: Any) -> CustomKind | Finding:
    if not isinstance(item, dict) or item.get("kind") != "CustomResourceDefinition":
        kind = item.get("kind") if isinstance(item, dict) else None
        what = f"a {kind}" if isinstance(kind, str) and kind else "something else"
        return _none(name, f"holds {what}, not a CustomResourceDefinition")
    if item.get("apiVersion") != _CRD:
        return _none(name, f"is of {item.get('apiVersion')}; only {_CRD} is read")
    try:
        return _kind(name, item["spec"])
    except (KeyError, TypeError, AttributeError):
        return _none(name, "is not a complete CustomResourceDefinition")


def _none(name: str, message: str) -> Finding:
    return Finding("unreadable-crd", Position(name), message, _HINT)


def _kind(name: str, spec: dict[str, Any]) -> CustomKind:
    versions = {
        version["name"]: (version.get("schema") or {}).get("openAPIV3Schema") or _OPEN
        for version in spec["versions"]
        if version["served"]
    }
    return CustomKind(
        name,
        str(spec["group"]),
        str(spec["names"]["kind"]),
        spec["scope"] == "Namespaced",
        versions,
    )
