"""What the checker says of a document: YAML in, sentences out."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import yaml

from gitops.schemas.check import Schemas, Violation

GONE: Final = object()


@cache
def schemas(kubernetes: str = "1.37") -> Schemas:
    return Schemas(kubernetes)


def said(text: str, *edits: tuple[str, Any], kubernetes: str = "1.37") -> list[str]:
    """Sorted messages for the document after the edits: ("spec hard pods", "1.5") sets a value."""
    document = yaml.safe_load(text)
    for place, value in edits:
        _edit(document, [_step(step) for step in place.split()], value)
    return sorted(sentence(one) for one in schemas(kubernetes).check(document))


def hints(text: str, *edits: tuple[str, Any]) -> list[str]:
    """The hints of the same messages."""
    document = yaml.safe_load(text)
    for place, value in edits:
        _edit(document, [_step(step) for step in place.split()], value)
    return [one.hint for one in schemas().check(document)]


def sentence(violation: Violation) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in violation.path)
    return f"{place.lstrip('.')}: {violation.message}".lstrip(": ")


def _step(step: str) -> str | int:
    return int(step) if step.isdigit() else step


def _edit(node: Any, path: list[str | int], value: Any) -> None:
    for step in path[:-1]:
        node = node.setdefault(step, {}) if isinstance(node, dict) else node[step]
    if value is GONE:
        del node[path[-1]]
    else:
        node[path[-1]] = value
