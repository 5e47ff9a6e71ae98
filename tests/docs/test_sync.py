"""What docs/sync.md tells to start Flux with is what the tests with the real Flux start."""

from __future__ import annotations

from pathlib import Path

from tests.sync.flux import LOCKDOWN, PROMPT

PAGE = Path(__file__).parents[2] / "docs" / "sync.md"


def test_the_flags_told_are_the_flags_tested() -> None:
    told = [line for line in PAGE.read_text().splitlines() if line.startswith("--")]
    assert told == [*LOCKDOWN, *PROMPT]
