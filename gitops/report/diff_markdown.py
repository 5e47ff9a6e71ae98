"""Differences for a pull request or a job summary: what goes first, and never too long.

Whatever is declared stands in code, where GitHub reads no mention, HTML or markup. The
text is built to fit into :data:`BUDGET`; what does not fit is counted, never cut short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gitops.foundation.findings import Position, visible
from gitops.report.changes import (
    alike,
    headline,
    kinds_text,
    many,
    names_text,
    object_text,
    path_text,
    value_text,
    what_goes,
)
from gitops.report.findings import counted
from gitops.review.estates import EstateDiff, FieldChange, ManifestChange, UnitChange
from gitops.review.revisions import Base

BUDGET = 60_000
"""Bytes of UTF-8. GitHub takes comments of 65,536 characters."""
_TAIL = 300
_MOST_LINES = 100
_MARKS = {"added": "+", "removed": "-", "changed": "!"}


def markdown(diff: EstateDiff, base: Base, budget: int = BUDGET) -> str:
    """The report, at most ``budget`` bytes of UTF-8."""
    page = _Page(budget)
    page.add(f"### {headline(diff).capitalize()}\n")
    page.add(f"Compared with {code(str(base))}.\n")
    for block in _incomplete(diff):
        page.add(block)
    removed = [unit for unit in diff.units if unit.op == "removed"]
    if removed:
        page.add("#### Deleted\n")
        page.add_all([(_removed(unit), 1) for unit in removed], "workspace", "deleted")
    page.add_all([(f"- **refused**: {code(finding.message)}; {code(finding.hint)}", 1)
                  for finding in diff.refused], "removal", "refused")
    page.add_all([(f"- {code(old)} was not renamed: {code(old)} is deleted and {code(new)} begins "
                   "empty", 1) for old, new in diff.renames], "tenant", "not renamed")
    rest = [unit for unit in diff.units if unit.op != "removed"]
    if rest:
        page.add("\n#### Added and changed\n")
        page.add_all([(_details(unit, others), 1 + len(others)) for unit, others in alike(rest)],
                     "workspace", "added or changed")
    if diff.form:
        page.add(f"\n{many(len(diff.form), 'file')} written differently, meaning the same.")
    return page.text


class _Page:
    """Text that grows while it fits; there is always room left to say what did not."""

    def __init__(self, budget: int) -> None:
        self._left = budget - _TAIL
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(self._parts) + "\n"

    def add(self, block: str) -> bool:
        """Whether the block was added."""
        size = len(block.encode()) + 1
        if size > self._left:
            return False
        self._parts.append(block)
        self._left -= size
        return True

    def add_all(self, blocks: Iterable[tuple[str, int]], word: str, what: str) -> None:
        """Add blocks, each of which tells so many things, in order while they fit.

        Then say how many things did not.
        """
        missing = 0
        for block, things in blocks:
            if missing or not self.add(block):
                missing += things
        if missing:
            self._parts.append(f"\nand {many(missing, word)} more {what}")
            self._left -= len(self._parts[-1].encode()) + 1


def code(text: str) -> str:
    """A code span: nothing in it is read as Markdown, HTML or a mention."""
    text = visible(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _incomplete(diff: EstateDiff) -> Iterator[str]:
    if diff.incomplete:
        yield f"> [!CAUTION]\n> Incomplete: {diff.incomplete} ({counted(diff.findings)} there).\n"
        for finding in diff.findings[:3]:
            yield f"- {code(str(finding.position))} {code(value_text(finding.message, 300))}"


def _removed(unit: UnitChange) -> str:
    name = f"{code(unit.tenant)} on {code(unit.cluster)}" if unit.tenant else \
        f"cluster {code(unit.cluster)}"
    return f"- 🗑️ {name}: **{what_goes(unit)}** ({kinds_text(unit.manifests)})"


def _details(unit: UnitChange, others: Sequence[str]) -> str:
    """One workspace, folded, and the names of those that change alike."""
    name = f"{_html_code(unit.tenant)} on" if unit.tenant else "the cluster itself,"
    counts = {op: sum(manifest.op == op for manifest in unit.manifests) for op in _MARKS}
    tally = "new" if unit.op == "added" else \
        f"+{counts['added']} ~{counts['changed']} −{counts['removed']}"
    lines = [visible(line) for line in _lines(unit)]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"# and {many(len(lines) - _MOST_LINES, 'line')} more"]
    body = "\n".join(lines)
    fence = "`" * max(3, max(map(len, re.findall("`+", body)), default=0) + 1)
    return (f"<details><summary>{name} {_html_code(unit.cluster)}: {tally}"
            f"{_likewise(others)}</summary>\n\n"
            f"{fence}diff\n{body}\n{fence}\n</details>\n")


def _likewise(others: Sequence[str]) -> str:
    return f"; likewise {_html_code(names_text(others))}" if others else ""


def _html_code(text: str) -> str:
    return f"<code>{escape(visible(text))}</code>"


def _lines(unit: UnitChange) -> Iterator[str]:
    for manifest in unit.manifests:
        yield f"{_MARKS[manifest.op]} {object_text(manifest, unit.tenant)}{_at(manifest.cause)}"
        yield from _fields(manifest)


def _fields(manifest: ManifestChange) -> Iterator[str]:
    for entry in manifest.fields:
        yield from _field(entry)


def _field(entry: FieldChange) -> Iterator[str]:
    change = entry.change
    path = path_text(change.path)
    if change.op != "added":
        yield f"-     {path}: {value_text(change.old)}" + (
            _at(entry.cause) if change.op == "removed" else "")
    if change.op != "removed":
        yield f"+     {path}: {value_text(change.new)}{_at(entry.cause)}"


def _at(position: Position | None) -> str:
    return f"   # {position}" if position else ""
