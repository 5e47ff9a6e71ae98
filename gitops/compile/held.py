"""What rendered files hold, as far as the rights to apply them depend on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import msgspec

from gitops.compile.kustomize import COMPONENTS
from gitops.plan.sync import PLATFORM, SELF, SETTINGS, kind_of
from gitops.plan.sync_rights import Held
from gitops.render.documents import Documents
from gitops.render.identity import Identity
from gitops.render.templates import Template

_HEAD = re.compile(r"^apiVersion: ([^\s{}]+)\r?\nkind: (\w+)\r?$", re.MULTILINE)


class File(Protocol):
    """What is asked of a rendered file."""

    @property
    def path(self) -> str:
        """Its path below the output."""

    @property
    def documents(self) -> Documents:
        """The objects in it."""

    @property
    def identities(self) -> Collection[Identity]:
        """Which they are."""


def folder_of(path: str) -> str | None:
    """The folder below a tenant's that a rendered file stands in, ``""`` for its own.

    None for files of the cluster.
    """
    _, top, *rest = path.split("/")
    return "/".join(rest[1:-1]) if top == "tenants" else None


def unit_of_file(path: str) -> str:
    """The kind of the unit that applies a rendered file."""
    folder = folder_of(path)
    if folder is not None:
        return kind_of(folder)
    top = path.split("/")[1]
    return top if top in (SELF, SETTINGS) else PLATFORM


def held(files: Iterable[File]) -> Held:
    """What some files hold. Those below ``sync/`` are left out, as they come of it, and
    settings and Components, as nothing applies them."""
    kinds, handed, rules, wide = set(), set(), set(), set()
    for file in files:
        unit = unit_of_file(file.path)
        if unit in (SELF, SETTINGS) or file.path.split("/")[1] in COMPONENTS:
            continue
        for data, (group, kind, namespace, _) in zip(file.documents.passing(), file.identities,
                                                strict=True):
            kinds.add((unit, group, kind))
            if not namespace:
                wide.add((group, kind))
            if kind in ("RoleBinding", "ClusterRoleBinding"):
                role = data.get("roleRef")
                if isinstance(role, Mapping):
                    handed.add((unit, str(role.get("kind")), str(role.get("name"))))
            elif kind in ("Role", "ClusterRole"):
                rules |= {(unit, msgspec.json.encode(rule, order="sorted"))
                          for rule in data.get("rules") or ()}
    return Held(frozenset(kinds), frozenset(handed), frozenset(rules), frozenset(wide))


def can_hold(templates: Mapping[str, Template]) -> Held:
    """The kinds that templates can make, by the unit that their files belong to."""
    kinds = set()
    for name, template in templates.items():
        folder, _, rest = name.partition("/")
        if folder in (SELF, SETTINGS, "overlay", "spawner"):
            continue
        unit = kind_of(rest.rpartition("/")[0]) if folder == "tenant" else PLATFORM
        for version, kind in _HEAD.findall(template.text):
            group, slash, _ = version.partition("/")
            kinds.add((unit, group if slash else "", kind))
    return Held(frozenset(kinds))
