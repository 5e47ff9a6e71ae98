"""Findings as text for people and JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitops.foundation.findings import Finding, Position

_RED, _YELLOW, _BOLD, _DIM, _END = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def text(findings: Sequence[Finding], *, color: bool = False) -> str:
    """Every finding in full, then how many there are."""
    lines = [_colored(finding) if color else str(finding) for finding in findings]
    return "\n".join([*lines, counted(findings)])


def counted(findings: Sequence[Finding]) -> str:
    """``3 errors, 1 warning``."""
    errors = sum(finding.severity == "error" for finding in findings)
    parts = [f"{number} {word}{'s' if number != 1 else ''}"
             for number, word in ((errors, "error"), (len(findings) - errors, "warning")) if number]
    return ", ".join(parts) or "no findings"


def _colored(finding: Finding) -> str:
    first, *rest = str(finding).split("\n")
    hue = _RED if finding.severity == "error" else _YELLOW
    where, said = str(finding.position), first[len(str(finding.position)):]
    head = f"{_BOLD}{where}{_END}{said.replace(finding.severity, hue + finding.severity + _END, 1)}"
    return "\n".join([head, *(f"{_DIM}{line}{_END}" for line in rest)])


def as_data(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON values, one object each."""
    return [{"rule": finding.rule, "severity": finding.severity, **_place(finding.position),
             "message": finding.message, "hint": finding.hint,
             "related": [{**_place(item.position), "message": item.message}
                         for item in finding.related]}
            for finding in findings]


def _place(position: Position) -> dict[str, Any]:
    return {"file": position.file, "line": position.line, "column": position.column}
