"""A cluster's sync windows, and those that Argo CD would take and that mean nothing."""

from __future__ import annotations

import re
from typing import Any

from gitops.declarations.jobs_spec import Cron
from gitops.declarations.reader import Reader
from gitops.declarations.records import Field, ListOf, Record
from gitops.declarations.types import Choice, Text
from gitops.foundation.findings import Path
from gitops.model.sync import Window

LONGEST = 7 * 24 * 60
"""Minutes. What lasts longer than a week is a way of working, not a window."""
_EVERY: dict[str, int] = {"@hourly": 60, "@daily": 24 * 60, "@midnight": 24 * 60,
                          "@weekly": LONGEST}
_UNITS = {"h": 60, "m": 1}
_LENGTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
"""The days of the shorter months."""


def _window(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    window = Window(**values)
    lasts = sum(int(number) * _UNITS[unit]
                for number, unit in re.findall(r"([0-9]+)([hm])", window.duration))
    if not 0 < lasts <= LONGEST:
        return reader.wrong("sync-window", (*at, "duration"),
                            f"{window.duration} is no window's length",
                            "write from 1m to 168h")
    if (again := _between(window.schedule)) and lasts >= again:
        return reader.wrong("sync-window", (*at, "duration"), f"{window.duration} never ends: "
                            f"{window.schedule} begins anew every {again} minutes",
                            "shorten it, or let it begin less often")
    if _never(window.schedule):
        return reader.wrong("sync-window", (*at, "schedule"), f"{window.schedule} never comes: "
                            "that month has no such day", "correct the day or the month")
    return window


def _between(schedule: str) -> int:
    """At most how many minutes pass from one start to the next, where that is plain to see."""
    if schedule in _EVERY:
        return _EVERY[schedule]
    if schedule.startswith("@"):
        return 0
    minute, hour, *days = schedule.split()
    if days != ["*", "*", "*"]:
        return 0
    if hour == "*":
        return 1 if minute == "*" else _step(minute) or 60
    return _step(hour) * 60 or 24 * 60


def _step(field: str) -> int:
    match = re.fullmatch(r"\*/([0-9]+)", field)
    return int(match[1]) if match else 0


def _never(schedule: str) -> bool:
    """Whether the only day named is one that its month never has, as 31 April."""
    if schedule.startswith("@"):
        return False
    _, _, day, month, weekday = schedule.split()
    if not (day.isdigit() and month.isdigit() and weekday == "*"):
        return False
    return int(day) > _LENGTHS.get(int(month), 31)


WINDOWS = ListOf(Record("window", (
    Field("kind", Choice({"allow": "synced then only", "deny": "not synced then"}),
          "Whether jobs and runs are synced only in this time, or not in it.", required=True),
    Field("schedule", Cron(), "When it begins.", required=True),
    Field("duration", Text("hours and minutes, such as 30m, 8h or 1h30m",
                           r"([0-9]+h)?([0-9]+m)?(?<=[hm])", 16, "8h"),
          "How long it lasts, up to a week.", required=True),
    Field("timeZone", Text("a time zone's name", r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*", 64,
                           "Europe/Lisbon"),
          "Whose clock it goes by.", "time_zone", default="UTC"),
), _window))
