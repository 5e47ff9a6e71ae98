"""Kubernetes quantities, exactly: ``500m``, ``0.5``, ``1Ti``, ``1e3``.

Source: k8s.io/apimachinery pkg/api/resource, ParseQuantity and CanonicalizeBytes. The
canonical text is the one the API server stores, so a rendered quota never differs from
what is read back. What the API server would round (a part of a byte, more than nine
decimals) is refused instead.
"""

from __future__ import annotations

import re
from fractions import Fraction

from gitops.foundation.row import Row

NANO = 10**9
_FORM = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?:(?P<binary>[KMGTPE]i)|(?P<exponent>[eE][+-]?[0-9]{1,2})|(?P<decimal>[numkMGTPE]?))"
)
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
LARGEST = 2**63 - 1


class BadQuantity(ValueError):
    """The text is no quantity; the message says why, without a full stop."""


LONGEST = 100
"""Characters: the largest amount with nine decimals has some thirty."""


class Quantity(Row, frozen=True):
    """An amount in billionths, and whether it was written with a binary suffix.

    The whole part and the billionths that are left over stand apart: each is an integer of
    64 bits, as far as what was declared goes, and can be sent to another process as such.
    """

    units: int
    rest: int = 0
    binary: bool = False

    @classmethod
    def nanos(cls, nano: int, binary: bool = False) -> Quantity:
        """So many billionths."""
        return cls(*divmod(nano, NANO), binary)

    @property
    def nano(self) -> int:
        """All of it in billionths."""
        return self.units * NANO + self.rest

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a quantity.

        Raises:
            BadQuantity: not a quantity, or one that Kubernetes would round or overflow.
        """
        if len(text) < 19 and text.isascii() and text.isdigit():
            return cls(int(text))
        match = _FORM.fullmatch(text) if len(text) <= LONGEST else None
        if match is None:
            raise BadQuantity(f"{text!r} is not a quantity such as 500m, 2, 0.5 or 16Gi")
        value = Fraction(match["number"]) * _factor(match)
        if value.denominator != 1 and NANO % value.denominator:
            raise BadQuantity(f"{text!r} has more than nine decimals")
        if abs(value) > LARGEST:
            raise BadQuantity(f"{text!r} is more than Kubernetes can count")
        binary = match["binary"] is not None and abs(value) >= 1024
        if binary and value.denominator != 1:
            raise BadQuantity(f"{text!r} is not a whole number of bytes")
        return cls.nanos(int(value * NANO), binary)

    @classmethod
    def of(cls, number: int) -> Quantity:
        """A whole number as a quantity."""
        return cls(number)

    @property
    def value(self) -> Fraction:
        """The amount itself, in cores, bytes or pieces."""
        return Fraction(self.nano, NANO)

    @property
    def whole(self) -> bool:
        """Whether this counts whole things, as devices and pods must be."""
        return self.rest == 0

    def __str__(self) -> str:
        if not (self.units or self.rest):
            return "0"
        if self.binary:
            return _shortest(self.units, 1024, _BINARY)
        return _shortest(self.nano, 1000, _DECIMAL)

    def __lt__(self, other: Quantity) -> bool:
        return self.nano < other.nano

    def __le__(self, other: Quantity) -> bool:
        return self.nano <= other.nano


def _factor(match: re.Match[str]) -> Fraction:
    if match["binary"]:
        return Fraction(1024 ** _BINARY.index(match["binary"]))
    if match["exponent"]:
        return Fraction(10) ** int(match["exponent"][1:])
    return Fraction(1000) ** (_DECIMAL.index(match["decimal"]) - _DECIMAL.index(""))


def _shortest(number: int, base: int, suffixes: tuple[str, ...]) -> str:
    """The number with the largest suffix that leaves it whole."""
    for suffix in suffixes[:-1]:
        if number % base:
            return f"{number}{suffix}"
        number //= base
    return f"{number}{suffixes[-1]}"
