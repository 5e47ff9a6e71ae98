"""Values written as CEL, for the admission policies that are put together here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def cel(text: str) -> str:
    """A text as a CEL string literal.

    Source: the CEL language definition, lexis of string literals: a single-quoted string
    with backslash escapes; everything but plain ASCII is written as a code point.
    """
    escaped = "".join(char if char.isascii() and char.isprintable() and char not in "'\\" else
                      f"\\U{ord(char):08x}" for char in text)
    return f"'{escaped}'"


def literal(value: Any) -> str:
    """A JSON value as a CEL expression.

    What stands in a map or a list is dynamic: Kubernetes' CEL wants all entries of a
    literal to have one type otherwise.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return cel(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{cel(key)}: dyn({literal(one)})"
                               for key, one in value.items()) + "}"
    return "[" + ", ".join(f"dyn({literal(one)})" for one in value) + "]"


def texts(values: Iterable[str]) -> str:
    """A list of texts."""
    return "[" + ", ".join(map(cel, values)) + "]"


def table(entries: Mapping[str, Iterable[str]]) -> str:
    """A map from a text to a list of texts, in order of its keys.

    An empty map is no map of lists to CEL, so it has an entry for the empty text, which names
    nothing.
    """
    if not entries:
        return "{'': ['']}"
    return "{" + ", ".join(f"{cel(key)}: {texts(entries[key])}" for key in sorted(entries)) + "}"


def first_few(items: str, name: str) -> str:
    """The first three of a list, for a sentence: the API server tells the expression in the
    place of one that is longer than 5 KiB."""
    return f"{items}.filter({name}, {items}.indexOf({name}) < 3)"


def add(path: str, value: str, tail: str = "") -> str:
    """A JSON patch that adds a CEL value at a path, or replaces what is there.

    ``tail`` is a CEL expression for the path's end.
    """
    end = f" + {tail}" if tail else ""
    return f"JSONPatch{{op: 'add', path: {cel(path)}{end}, value: {value}}}"
