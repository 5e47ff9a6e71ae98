"""A finding is told in its own lines, whatever the declarations hold."""

from __future__ import annotations

from gitops.foundation.findings import Finding, Position, Related, visible

HOSTILE = "a\x1b[2J\n::error::\u202eb\udcff"


def test_no_text_makes_a_line_of_its_own_or_moves_the_cursor() -> None:
    finding = Finding("some-rule", Position(HOSTILE), HOSTILE, HOSTILE,
                      (Related(Position(HOSTILE), HOSTILE),))
    lines = str(finding).split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_printable_text_is_shown_as_it_is() -> None:
    assert visible("visão → 😀") == "visão → 😀"


def test_a_text_of_any_length_is_shown_in_part() -> None:
    shown = visible("9" * 1_000_000)
    assert len(shown) == 2000
    assert shown.endswith("9…")
