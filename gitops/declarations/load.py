"""Declarations to an estate: reads every file, finds every mistake, decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from gitops.declarations.cluster_spec import CLUSTER
from gitops.declarations.hardware_spec import HARDWARE
from gitops.declarations.inputs import FOLDERS as READ
from gitops.declarations.inputs import meant
from gitops.declarations.loaded import Files, Loaded
from gitops.declarations.platform_spec import PLATFORM
from gitops.declarations.presets import under
from gitops.declarations.reader import INVALID, Reader
from gitops.declarations.records import Record
from gitops.declarations.removal_spec import TOMBSTONE
from gitops.declarations.tenant_spec import GROUP_FILE, TENANT
from gitops.declarations.types import DNS_LABEL
from gitops.declarations.yamltree import Tree, Where, read, where
from gitops.foundation.findings import Finding, Mistake, Origin, Position, Related
from gitops.model.estate import Defaults, Estate, Platform
from gitops.model.tenant import Tenant

PLATFORM_FILE = "platform.yaml"
_TENANTS = "tenants"
FOLDERS: Mapping[str, Record] = {"clusters": CLUSTER, "groups": GROUP_FILE, _TENANTS: TENANT,
                               "hardware": HARDWARE, "tombstones": TOMBSTONE}
_READ = tuple(f"{folder}/" for folder in READ)
SPECS: Mapping[str, Record] = {"platform": PLATFORM, "cluster": CLUSTER, "group": GROUP_FILE,
                               "tenant": TENANT, "hardware": HARDWARE, "tombstone": TOMBSTONE}
"""Every kind of declaration by name, for the schemas and the reference pages."""


def attribute_keys() -> dict[str, str]:
    """Every model attribute that a differently spelled key fills: ``talks_to: talks-to``."""
    found: dict[str, str] = {}
    waiting: list[object] = list(SPECS.values())
    while waiting:
        spec = waiting.pop()
        if isinstance(spec, Record):
            found |= {entry.target: entry.name for entry in spec.fields
                      if entry.target != entry.name}
            waiting += [entry.type for entry in spec.fields]
        waiting += [getattr(spec, part) for part in ("record", "item", "value")
                    if hasattr(spec, part)]
    return found


def load(files: Files) -> Loaded:
    """Read the declarations among the files of an estate."""
    loading = Loading(files)
    for _ in loading.tenants():
        pass
    return loading.done()


class Loading:
    """The declarations among the files of an estate, read at once but for the tenants.

    Those are read one by one, so that somebody can take them while others are still to come.
    """

    __slots__ = ("_files", "_findings", "_found", "_platform")

    def __init__(self, files: Files) -> None:
        self._files = files
        self._findings: list[Finding] = []
        self._platform = _one(files, PLATFORM_FILE, PLATFORM, self._findings)
        if PLATFORM_FILE not in files:
            self._findings.append(Finding("missing-platform", Position(PLATFORM_FILE),
                                          "the estate has no platform.yaml",
                                          'an empty one ("{}") takes every default'))
        self._findings += _misspelt(files)
        self._found = {folder: dict(_folder(files, folder, record, self._findings))
                       if folder != _TENANTS else {} for folder, record in FOLDERS.items()}

    def tenants(self) -> Iterator[tuple[str, Tenant]]:
        """Read the tenants, and give each that can be read, in order of the names."""
        for name, value in _folder(self._files, _TENANTS, TENANT, self._findings):
            self._found[_TENANTS][name] = value
            if value is not INVALID:
                yield name, value

    def with_some(self, most: int) -> Estate:
        """The estate with at most so many of its tenants, from the shortest to the longest."""
        names = sorted((name for name in self._files if name.startswith(f"{_TENANTS}/")),
                       key=lambda name: (len(self._files[name]), name))
        kept = names[::max(1, len(names) // most)][:most]
        some = _folder({name: self._files[name] for name in kept}, _TENANTS, TENANT, [])
        return self._estate({**self._found, _TENANTS: dict(some)})

    def done(self) -> Loaded:
        """All that was read."""
        plans = None if self._platform is INVALID else frozenset(self._platform.plans)
        return Loaded(self._estate(self._found), self._findings,
                      {folder: frozenset(names) for folder, names in self._found.items()}, plans)

    def _estate(self, found: Mapping[str, Mapping[str, Any]]) -> Estate:
        platform = self._platform if self._platform is not INVALID else _no_platform()
        return Estate(platform, *({name: value for name, value in found[folder].items()
                                   if value is not INVALID} for folder in FOLDERS))


def _misspelt(files: Files) -> Iterator[Finding]:
    """Files in folders that are not read, and have almost the name of one that is."""
    for file in [file for file in files if not file.startswith(_READ)]:
        folder, below, _ = file.partition("/")
        if below and (near := meant(folder)):
            yield Finding("misplaced-file", Position(file), f"{file} would not be read",
                          f"no folder {folder} is read; did you mean {near!r}?")


def _no_platform() -> Platform:
    origin = Origin(PLATFORM_FILE)
    return Platform(origin, Defaults(origin))


def _folder(files: Files, folder: str, record: Record,
            findings: list[Finding]) -> Iterator[tuple[str, Any]]:
    """Each declaration of a folder by name, in order of the names."""
    prefix = folder + "/"
    for file in sorted(name for name in files if name.startswith(prefix)):
        stem, dot, suffix = file[len(prefix):].rpartition(".")
        if suffix == "yml" or ("/" in stem and suffix == "yaml"):
            findings.append(Finding(
                "misplaced-file", Position(file), f"{file} would not be read",
                f"declarations are files {folder}/<name>.yaml; move it there"))
        elif dot and suffix == "yaml":
            if not re.fullmatch(DNS_LABEL, stem):
                findings.append(Finding(
                    "bad-name", Position(file), f"{stem!r} cannot be a name",
                    "rename the file: small letters, digits and dashes, at most 63, "
                    "a letter or digit first and last"))
            yield stem, _one(files, file, record, findings)


def _one(files: Files, file: str, record: Record, findings: list[Finding]) -> Any:
    """One declaration, or INVALID; its mistakes are added to the findings."""
    if file not in files:
        return INVALID
    tree, mistakes = read(file, files[file])
    findings += mistakes
    if tree is None or tree == "":
        if not mistakes:
            findings.append(Finding("empty-file", Position(file), "the file is empty",
                                    f"{record.title} needs at least {_least(record)}"))
        return INVALID
    reader = Reader(file)
    value = _decode(record, tree, reader)
    if reader.mistakes:
        findings += located(reader.mistakes, files)
    return value


def _least(record: Record) -> str:
    return ", ".join(entry.name for entry in record.required) or "{}"


def _decode(record: Record, tree: Tree, reader: Reader) -> Any:
    if record is not CLUSTER or not isinstance(tree, dict):
        return record.decode(tree, (), reader)
    tree, preset = under(tree)
    value = record.decode(tree, (), reader)
    return value if value is INVALID else replace(value, preset=preset)


def located(mistakes: Iterable[Mistake], files: Files) -> list[Finding]:
    """Mistakes with their positions looked up; a file is read again once, however many."""
    places: dict[str, Where] = {}

    def position(origin: Origin) -> Position:
        if origin.file not in places:
            places[origin.file] = where(origin.file, files.get(origin.file, b""))
        return places[origin.file].position(origin)

    return [Finding(item.rule, position(item.origin), item.message, item.hint,
                    tuple(Related(position(at), text) for at, text in item.related),
                    item.severity)
            for item in mistakes]
