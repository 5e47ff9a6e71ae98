"""Diagnostics as values: what is wrong, where, and what to do about it.

A user's mistake is never an exception. The layers that read files yield a
:class:`Finding`, which stands at a position; the layers that know no files (the
model, the plan) yield a :class:`Mistake`, which stands at an :class:`Origin`, and
the compiler looks its position up.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from gitops.foundation.row import Row

Severity: TypeAlias = Literal["error", "warning"]
Path: TypeAlias = tuple[str | int, ...]
"""A data path: keys and list indexes from a document's root, as in ("contributors", 2, "role")."""


LONGEST = 2000
"""Characters of a text that is shown to somebody; the largest declaration is a megabyte."""


def visible(text: str) -> str:
    """The text in one line of bearable length, with nothing that a terminal would act on."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST - 1]}…"
    if text.isprintable():
        return text
    import json

    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


class Position(Struct, frozen=True, order=True):
    """A place in a file: line and column count from 1, the column in characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{visible(self.file)}:{self.line}:{self.column}"


class Origin(Row, frozen=True):
    """A declared value, named by its file (relative to the estate) and data path.

    ``key`` asks for the position of the mapping key rather than of its value.
    Positions are looked up only when somebody asks, so a large estate carries none.
    """

    file: str
    path: Path = ()
    key: bool = False

    def at(self, *steps: str | int) -> Origin:
        """The origin of something below this one."""
        return Origin(self.file, (*self.path, *steps))

    def key_at(self, *steps: str | int) -> Origin:
        """The origin of a mapping key below this one."""
        return Origin(self.file, (*self.path, *steps), key=True)

    def is_in(self, other: Origin) -> bool:
        """Whether this is another origin's value, or a part of it."""
        return self.file == other.file and self.path[:len(other.path)] == other.path

    def giving(self, member: str) -> MemberOrigin:
        """This origin, as what gives one member of a mapping that many origins make."""
        return MemberOrigin(self.file, self.path, self.key, member)


class MemberOrigin(Origin, frozen=True):
    """A declared value behind one ``member`` of a rendered mapping and behind no other."""

    member: str = ""


class Mistake(Struct, frozen=True):
    """A diagnostic about declared values, before its position is known."""

    rule: str
    origin: Origin
    message: str
    hint: str = ""
    related: tuple[tuple[Origin, str], ...] = ()
    severity: Severity = "error"


class Related(Struct, frozen=True):
    """A second place that contributed to a finding, and what stands there."""

    position: Position
    message: str


class Finding(Struct, frozen=True):
    """One diagnostic, ready to be reported.

    ``rule`` names the defect in kebab-case (``unknown-key``), ``message`` says what is
    wrong in one sentence without a full stop, ``hint`` says what to do.
    """

    rule: str
    position: Position
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are reported by file, then line, then rule."""
        where = self.position
        return (where.file, where.line, where.column, self.rule, self.message)

    def __str__(self) -> str:
        """``file:line:column: severity: message [rule]``, then the hint and related places."""
        lines = [f"{self.position}: {self.severity}: {visible(self.message)} [{self.rule}]"]
        if self.hint:
            lines.append(f"    {visible(self.hint)}")
        lines += [f"    {item.position}: {visible(item.message)}" for item in self.related]
        return "\n".join(lines)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Findings sorted for reporting, each said once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)
