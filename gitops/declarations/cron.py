"""Cron schedules of five fields, as the engines read them."""

from __future__ import annotations

import re

SHORT = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
FIELDS = (("minute", 0, 59, ()), ("hour", 0, 23, ()), ("day of month", 1, 31, ()),
          ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
                            "nov", "dec")),
          ("day of week", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")))
PART = re.compile(r"(?P<any>\*)|(?P<low>[0-9]+|[a-z]{3})(?:-(?P<high>[0-9]+|[a-z]{3}))?")


def cron_mistake(text: str) -> str:
    """What is wrong with a schedule, or nothing."""
    if text in SHORT:
        return ""
    parts = text.split()
    if len(parts) != len(FIELDS):
        return f"it has {len(parts)} fields, not 5"
    return next((said for part, field in zip(parts, FIELDS, strict=True)
                 for item in part.lower().split(",") if (said := _wrong(item, *field))), "")


def _wrong(item: str, name: str, least: int, most: int, words: tuple[str, ...]) -> str:
    said, _, every = item.partition("/")
    match = PART.fullmatch(said)
    if match is None or ("/" in item and not (every.isdigit() and int(every))):
        return f"{item!r} is no {name}"
    if match["any"]:
        return ""
    ends = [_number(end, least, words) for end in (match["low"], match["high"]) if end]
    if any(not least <= end <= most for end in ends):
        return f"{item!r} is no {name} ({least} to {most})"
    return f"{said!r} runs backwards" if ends != sorted(ends) else ""


def _number(text: str, least: int, words: tuple[str, ...]) -> int:
    """A field's number; -1, which no field takes, for a word that is none of its."""
    if text.isdigit():
        return int(text)
    return words.index(text) + least if text in words else -1
