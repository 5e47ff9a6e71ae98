"""Tekton's own verdict on Tasks, Pipelines and their runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.upstream.asking import Asked


@dataclass(frozen=True, slots=True)
class Verdict:
    """``defaulted`` is the document as Tekton's webhook would store it; empty when unreadable."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    defaulted: dict[str, Any]


def judged(tekton: Asked, document: dict[str, Any]) -> Verdict:
    """Strict decoding, then SetDefaults, then Validate, as at creation."""
    answer = tekton.ask(document)
    return Verdict(
        tuple(answer["errors"]), tuple(answer["warnings"]), answer.get("defaulted") or {}
    )
