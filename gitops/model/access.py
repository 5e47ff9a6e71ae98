"""Who may do what in a workspace: subjects, grants and groups."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.foundation.row import Row

Role: TypeAlias = Literal["admin", "edit", "view"]
SubjectKind: TypeAlias = Literal["User", "Group", "ServiceAccount"]
ROLES: tuple[Role, ...] = ("admin", "edit", "view")


class Subject(Row, frozen=True):
    """A person, a declared group or a machine account, as the declaration names it.

    ``name`` is an e-mail address for a User, the name of a file in ``groups/`` for a
    Group, and the account's name for a ServiceAccount, whose ``namespace`` is set too.
    """

    kind: SubjectKind
    name: str
    namespace: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two subjects the same: people are compared without regard to case."""
        name = self.name.casefold() if self.kind == "User" else self.name
        return (self.kind, self.namespace, name)

    @property
    def machine_name(self) -> str:
        """The name a ServiceAccount's token carries, on kubectl and in the user-id header."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Grant(Row, frozen=True):
    """One subject's role in a tenant's workspaces, and until when (that day included)."""

    subject: Subject
    role: Role
    origin: Origin
    until: date | None = None
    notebooks: bool = False
    """Whether a viewer may open running notebooks, which lets them run code there."""


class Group(Struct, frozen=True):
    """A named set of people and groups. ``claim`` is its name in the identity provider."""

    name: str
    origin: Origin
    description: str = ""
    claim: str = ""
    members: tuple[Subject, ...] = ()
