"""How one scalar is written so that every YAML reader takes it for the same value.

The readers are YAML 1.1 (PyYAML, the go-yaml of kubectl and kustomize) and YAML 1.2.
Text stands plain only where all of them agree that it is text; the patterns below are
therefore a superset of what any of them resolves to something else (sources: the implicit
resolvers of PyYAML, ``resolve.go`` of go-yaml 2 and 3, chapter 10 of YAML 1.2.2).
"""

from __future__ import annotations

import math
import re
from enum import Enum
from functools import cache

INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1

_WORD = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)")
_NUMERIC = "0123456789+-."
_NUMBER = re.compile(
    r"""[-+]?(?: 0[bB][01]* | 0[oO][0-7]* | 0[xX][0-9a-fA-F]*
        | [0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]*)?
        | [0-9]+(?::[0-9]*)+(?:\.[0-9]*)? )
      | [0-9]{4}-[0-9:.TtZz+\ -]* """,
    re.VERBOSE,
)
is_plain = re.compile(
    rf"(?!{_WORD.pattern}\Z)[A-Za-z][A-Za-z0-9_@./-]*\Z").match
"""Whether a text certainly stands plain, as most names, addresses and paths do; says None of
many others that do."""
# Letters, digits, _ / $ ( \\ and all from U+00A1: said by what they are not, since a class of
# a million characters takes as long to compile as a whole module.
_PLAIN_START = re.compile(
    "[^\x00-#%-'\\)-.:-@\\[\\]^`{-\xa0]|\\.(?!(?i:inf|nan)$)[A-Za-z/]|--?[A-Za-z]"
)
# A fixed list and not str.isprintable(): that one changes with Python's Unicode tables.
_UNPRINTABLE = (
    "\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u1680\u17b4\u17b5"
    "\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
_BLOCK_UNPRINTABLE = _UNPRINTABLE.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f")
_UNCARRIED = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHORT = {"\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Unrenderable(Exception):
    """A value that YAML or Kubernetes cannot hold: ``rule``, the message, and a hint."""

    def __init__(self, message: str, hint: str = "", rule: str = "unrenderable-value") -> None:
        super().__init__(message)
        self.message, self.hint, self.rule = message, hint, rule


def scalar(value: object) -> str:
    """One scalar on one line: None, bool, int, float or str.

    Raises :class:`Unrenderable` for anything else, for numbers that are not finite or
    need more than 64 bits, and for text with characters that kustomize cannot carry.
    """
    if isinstance(value, Enum):
        raise Unrenderable(f"{kind_of(value)} is not a scalar", "name its value: `.value`")
    if isinstance(value, str):
        return inline(str.__str__(value))
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _float(value)
    raise Unrenderable(f"{kind_of(value)} is not a scalar")


def inline(text: str) -> str:
    """Text on one line: plain, else in single quotes, else in double quotes."""
    if not (text.isascii() and text.isprintable()) and _one_of(_UNPRINTABLE).search(text):
        return _in_double_quotes(text)
    if _reads_as_text(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def block(text: str, indent: str) -> str:
    """Text as a mapping's or list's value: with its leading space, its lines at ``indent``.

    Several printable lines become a literal block where that reads back the same in every
    parser; anything else stands on one line.
    """
    if "\n" not in text or not _fits_a_block(text):
        return " " + inline(text)
    body = text.rstrip("\n")
    kept = len(text) - len(body)
    lines = "".join(f"\n{indent}{line}" if line else "\n" for line in body.split("\n"))
    return f" |{('-', '', '+')[min(kept, 2)]}{lines}" + "\n" * (kept - 1)


@cache
def _one_of(characters: str) -> re.Pattern[str]:
    """Made when a text first asks for it: hardly any has such characters."""
    return re.compile(f"[{characters}]")


def kind_of(value: object) -> str:
    """A value's kind in words: "a mapping", "a Workspace"."""
    names = {
        type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "text",
        dict: "a mapping", list: "a list", tuple: "a list",
    }  # fmt: skip
    name = type(value).__name__
    article = "an" if name[:1] in "AEIOUaeiou" else "a"
    return names.get(type(value), f"{article} {name}")


def field_names(value: object) -> tuple[str, ...]:
    """The fields of a structure or data class; none for any other value."""
    kind = type(value)
    return tuple(getattr(kind, "__struct_fields__", getattr(kind, "__dataclass_fields__", ())))


def _reads_as_text(text: str) -> bool:
    """Whether every reader takes the plain text for this very string."""
    return (
        _PLAIN_START.match(text) is not None
        and text[-1] not in ": "
        and ": " not in text
        and " #" not in text
        and not _WORD.fullmatch(text)
        # go-yaml drops underscores wherever they stand: 0_x1 is a number to it.
        and not (text[0] in _NUMERIC and _NUMBER.fullmatch(text.replace("_", "")))
    )


def _fits_a_block(text: str) -> bool:
    # Leading blanks would need an indentation indicator, trailing ones are easily lost by
    # editors, and both are read differently by at least one parser.
    return (
        text[0] not in " \n"
        and " \n" not in text
        and text[-1] != " "
        and not _one_of(_BLOCK_UNPRINTABLE).search(text)
    )


def _in_double_quotes(text: str) -> str:
    if uncarried := _UNCARRIED.search(text):
        raise _not_carried(text, ord(uncarried[0]))
    return '"' + _one_of(_UNPRINTABLE + '"\\\\').sub(_escape, text) + '"'


def _not_carried(text: str, code: int) -> Unrenderable:
    # Seen with kubectl 1.37: kustomize passes values through JSON, which does not escape
    # these; then one such text stops the whole build, and U+0085 silently becomes a blank.
    what = "half of a surrogate pair" if 0xD800 <= code <= 0xDFFF else "a control character"
    return Unrenderable(
        f"the text {text[:40]!a} holds U+{code:04X}, {what}, which kustomize cannot carry",
        "take the character out",
    )


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _integer(value: int) -> str:
    if not INTEGER_MIN <= value <= INTEGER_MAX:
        raise Unrenderable(
            "the number needs more than 64 bits; Kubernetes would round it", "write it as text"
        )
    return int.__repr__(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise Unrenderable(f"{value} is not a finite number; JSON has no such value")
    text = float.__repr__(value)
    # YAML 1.1 takes a number with an exponent for text unless it has a point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text
