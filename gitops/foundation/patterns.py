"""Regular expressions from declarations, matched in time linear in the text.

Python's own engine backtracks: a pattern of a few characters can take it longer than
anybody waits. Rust's ``regex`` crate, which jsonschema-rs brings, has no backtracking, and
so neither look-around nor back-references.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator as JsonSchema

SIZE = 1 << 20
"""Most bytes that a compiled pattern may take; the engine's own bound is ten times that."""


class BadPattern(ValueError):
    """A text that is no pattern for this engine; the message says why."""


def require_pattern(pattern: str) -> None:
    """Refuse a text that cannot be matched.

    Raises:
        BadPattern: no regular expression, one that needs backtracking, or too large a one.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(f"is not a regular expression: {error}") from error
    try:
        _validator(pattern)
    except ValueError as error:
        raise BadPattern("cannot be matched in linear time: it looks around, refers back, holds "
                         r"comments or \Z, or repeats too much") from error


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of a text matches a pattern that :func:`require_pattern` accepts."""
    return _validator(f"^(?:{pattern})$").is_valid(text)


@lru_cache(maxsize=16)
def _validator(pattern: str) -> JsonSchema:
    from jsonschema_rs import Draft202012Validator, RegexOptions

    return Draft202012Validator({"pattern": pattern},
                                pattern_options=RegexOptions(size_limit=SIZE))
