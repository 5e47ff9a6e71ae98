"""Patterns from declarations end, or are refused with the reason."""

from __future__ import annotations

import time

import pytest

from gitops.foundation.patterns import BadPattern, matches, require_pattern


def test_a_pattern_that_would_take_a_backtracking_engine_years_ends_at_once() -> None:
    began = time.monotonic()
    assert not matches("(a+)+", "a" * 4000 + "!")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(("pattern", "text", "fits"), [
    ("team-.*", "team-a", True), ("team-.*", "a-team-a", False), ("a|b", "b", True),
    ("a|b", "ab", False), ("[a-z]{2,3}", "abc", True), ("[a-z]{2,3}", "abcd", False),
    ("^a$", "a", True), (r"\d+", "12", True), (r"\d+", "٣", False), ("(?:x|y)z", "yz", True),
])
def test_the_whole_of_a_text_must_match(pattern: str, text: str, fits: bool) -> None:
    require_pattern(pattern)
    assert matches(pattern, text) is fits


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(?!a)b", r"a\Z", "(a{1000}){1000}"])
def test_what_needs_backtracking_or_much_memory_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match="cannot be matched in linear time"):
        require_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(team", "a)|(b", "*", "a{99999999999}"])
def test_what_is_no_regular_expression_is_told_so(pattern: str) -> None:
    with pytest.raises(BadPattern, match="is not a regular expression"):
        require_pattern(pattern)
