"""Cron schedules, as the engines read them."""

from __future__ import annotations

import pytest

from gitops.declarations.cron import cron_mistake


@pytest.mark.parametrize("text", ["0 3 * * *", "*/15 0-6 1,15 * mon-fri", "59 23 31 12 7",
                                  "@daily", "0 0 1 JAN sun", "0-30/5 * * * *"])
def test_a_schedule_is_taken(text: str) -> None:
    assert cron_mistake(text) == ""


@pytest.mark.parametrize(("text", "said"), [
    ("0 3 * *", "it has 4 fields, not 5"),
    ("60 3 * * *", "'60' is no minute (0 to 59)"),
    ("0 3 0 * *", "'0' is no day of month (1 to 31)"),
    ("0 3 * foo *", "'foo' is no month (1 to 12)"),
    ("0 6-3 * * *", "'6-3' runs backwards"),
    ("*/0 * * * *", "'*/0' is no minute"),
    ("0 3 * * * ?", "it has 6 fields, not 5"),
    ("@sometimes", "it has 1 fields, not 5"),
])
def test_a_mistake_is_told(text: str, said: str) -> None:
    assert cron_mistake(text) == said
