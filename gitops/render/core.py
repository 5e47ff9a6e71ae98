"""What a plain scalar in a template means: the core schema of YAML 1.2.2, chapter 10.3.

So ``yes``, ``on`` and ``2026-01-31`` are text, as a reader of the template expects.
"""

from __future__ import annotations

import re
from typing import TypeVar

from gitops.render.scalars import Unrenderable, scalar

_Number = TypeVar("_Number", int, float)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False,
             "FALSE": False}  # fmt: skip
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OTHER_INTEGER = re.compile(r"0o([0-7]+)|0x([0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve(text: str) -> object:
    """None, a boolean, a number or the text itself.

    Raises :class:`Unrenderable` for numbers that JSON cannot hold and for decimal numbers
    with leading zeros, which YAML 1.1 (and so kubectl) reads as octal.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    if other := _OTHER_INTEGER.fullmatch(text):
        return _in_range(int(other[1], 8) if other[1] else int(other[2], 16))
    if _FLOAT.fullmatch(text):
        return _in_range(float(text))
    if _NOT_FINITE.fullmatch(text):
        raise Unrenderable(f"{text} is not a finite number; JSON has no such value")
    return text


def _decimal(text: str) -> int:
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        raise Unrenderable(
            f"kubectl reads {text} as octal, YAML 1.2 as decimal",
            "write 0o… or the decimal number without leading zeros, or quote it as text",
            "ambiguous-number",
        )
    if len(digits) > 19:  # more than 64 bits, and int() refuses thousands of digits
        return _in_range(10**20)
    return _in_range(int(text))


def _in_range(number: _Number) -> _Number:
    scalar(number)
    return number
