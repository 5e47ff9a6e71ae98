"""The types of single values: each decodes, and describes itself to editors and the docs."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Protocol

from msgspec import Struct

from gitops.declarations.reader import Reader, describe, did_you_mean, field_name
from gitops.declarations.yamltree import Plain, Tree, plain_data, resolve
from gitops.foundation.findings import Path
from gitops.foundation.quantity import BadQuantity, Quantity

Schema = dict[str, Any]


class Type(Protocol):
    """What a field takes."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        """The value, or INVALID with the mistake noted."""

    def schema(self) -> Schema:
        """JSON Schema for editors."""

    def words(self) -> str:
        """What it is, in a few words for the reference page."""


class Text(Struct, frozen=True):
    """Any text, or text of a form: ``form`` is a pattern, ``what`` says it in words."""

    what: str = "text"
    form: str = ""
    max_length: int = 4096
    example: str = ""
    any_plain: bool = False
    """Whether an unquoted number is taken as its text (for versions)."""
    advice: str = ""
    """What to do instead, where the form does not say it."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        text = _text(tree, self.any_plain)
        if text is None:
            return reader.expected(self.what, tree, at, self._advice)
        if len(text) > self.max_length:
            return reader.wrong("too-long", at, f"{field_name(at)} is longer than "
                                f"{self.max_length} characters", "shorten it")
        if self.form and not _pattern(self.form).fullmatch(text):
            return reader.wrong("bad-form", at, f"{text!r} is not {self.what}", self._advice)
        if not text.replace("\n", "").isprintable():
            return reader.wrong("unprintable-text", at,
                                f"{field_name(at)} holds characters that cannot be seen: {text!r}",
                                "write plain text")
        return text

    @property
    def _advice(self) -> str:
        return self.advice or (f"for example {self.example}" if self.example else "")

    def schema(self) -> Schema:
        schema: Schema = {"type": ["string", "number"] if self.any_plain else "string"}
        if self.form:
            schema["pattern"] = f"^({self.form})$"
        return schema

    def words(self) -> str:
        return self.what


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """A form's pattern, made when a text of that form is first read."""
    return re.compile(form)


def _text(tree: Tree, any_plain: bool) -> str | None:
    if not isinstance(tree, str):
        return None
    if type(tree) is str or (any_plain and tree not in ("", "~", "null")):
        return str(tree)
    value = resolve(tree)
    return value if isinstance(value, str) else None


class Choice(Struct, frozen=True):
    """One word of a few; each with what it means."""

    options: Mapping[str, str]
    any_plain: bool = False

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, str):
            return reader.expected(self.words(), tree, at)
        text = str(tree)
        if text in self.options:
            return text
        return reader.wrong("unknown-choice", at, f"{field_name(at)} cannot be {text!r}",
                            did_you_mean(text, self.options))

    def schema(self) -> Schema:
        options: list[Any] = list(self.options)
        if self.any_plain:
            options += [number for option in self.options
                        if isinstance(number := resolve(Plain(option)), float)]
        return {"enum": options, "markdownEnumDescriptions": list(self.options.values())}

    def words(self) -> str:
        return "one of " + ", ".join(f"`{option}`" for option in self.options)


class Flag(Struct, frozen=True):
    """True or false, spelled so."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        value = resolve(tree) if isinstance(tree, Plain) else None
        if isinstance(value, bool):
            return value
        if isinstance(tree, str) and tree.lower() in ("yes", "no", "on", "off", "y", "n"):
            return reader.wrong("wrong-type", at, f"{field_name(at)} must be true or false, "
                                f"not {describe(tree)}", "write true or false")
        return reader.expected("true or false", tree, at)

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def words(self) -> str:
        return "true or false"


class Integer(Struct, frozen=True):
    """A whole number between two bounds, both included."""

    least: int = 0
    most: int = 2**31 - 1

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        value = resolve(tree) if isinstance(tree, Plain) else None
        if isinstance(value, bool) or not isinstance(value, int):
            return reader.expected("a whole number", tree, at)
        if not self.least <= value <= self.most:
            return reader.wrong("out-of-range", at, f"{field_name(at)} must be between "
                                f"{self.least} and {self.most}, not {value}")
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def words(self) -> str:
        return "whole number"


class Amount(Struct, frozen=True):
    """A Kubernetes quantity, not negative; ``whole`` for things that come in pieces."""

    whole: bool = False

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, str):
            return reader.expected("a quantity such as 2, 500m or 16Gi", tree, at)
        try:
            amount = Quantity.parse(str(tree))
        except BadQuantity as error:
            return reader.wrong("bad-quantity", at, str(error), _unit_hint(str(tree)))
        if amount.nano < 0:
            return reader.wrong("bad-quantity", at, f"{str(tree)!r} is negative")
        if self.whole and not amount.whole:
            return reader.wrong("fraction-of-a-whole", at,
                                f"{field_name(at)} counts whole things, not {tree}",
                                "use a whole number; Kubernetes would refuse every pod otherwise")
        return amount

    def schema(self) -> Schema:
        return {"type": ["string", "number"]}

    def words(self) -> str:
        return "whole quantity" if self.whole else "quantity"


def _unit_hint(text: str) -> str:
    match = re.fullmatch(r"([0-9.]+)\s*([KMGT])i?[bB]", text)
    if match:
        return f"did you mean {match[1]}{match[2]}i?"
    match = re.fullmatch(r"([0-9.]+)\s*(g|t|mi|gi|ti|ki|K)", text)
    return f"did you mean {match[1]}{match[2][0].upper()}i?" if match else ""


class Day(Struct, frozen=True):
    """A date, ``2027-01-31``."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, str):
            return reader.expected("a date such as 2027-01-31", tree, at)
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", tree):
                return date.fromisoformat(str(tree))
        except ValueError:
            pass
        return reader.wrong("bad-date", at, f"{str(tree)!r} is not a day of the calendar",
                            "write year-month-day, for example 2027-01-31")

    def schema(self) -> Schema:
        return {"type": "string", "format": "date"}

    def words(self) -> str:
        return "date"


class Cidr(Struct, frozen=True):
    """An address range in CIDR form, without host bits."""

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, str):
            return reader.expected("an address range such as 203.0.113.0/24", tree, at)
        text = str(tree)
        try:
            if "/" in text:
                return str(ipaddress.ip_network(text))
            ipaddress.ip_address(text)
            hint = f"write {text}/{32 if '.' in text else 128} for this one address"
        except ValueError:
            hint = _network_hint(text)
        return reader.wrong("bad-cidr", at, f"{text!r} is not an address range", hint)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[0-9a-fA-F:.]+/[0-9]+$"}

    def words(self) -> str:
        return "address range (CIDR)"


def _network_hint(text: str) -> str:
    try:
        return f"did you mean {ipaddress.ip_network(text, strict=False)}?"
    except ValueError:
        return "write a network and a prefix length, for example 203.0.113.0/24"


class Anything(Struct, frozen=True):
    """Free-form data, handed on as given."""

    what: str = "any mapping"

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, dict):
            return reader.expected("a mapping", tree, at)
        data = plain_data(tree)
        for place in _not_finite(data, at):
            reader.wrong("out-of-range", place, f"{field_name(place)} is no finite number",
                         "manifests cannot hold it; put text in quotes")
        return data

    def schema(self) -> Schema:
        return {"type": "object"}

    def words(self) -> str:
        return self.what


def _not_finite(data: Any, at: Path) -> Iterator[Path]:
    if isinstance(data, float):
        if not math.isfinite(data):
            yield at
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _not_finite(value, (*at, key))


DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
DNS_NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
Name = Text("a name of small letters, digits and dashes (at most 63)", DNS_LABEL,
            example="vision-2")
Email = Text("an e-mail address", r"[^@\s,:<>\"*][^@\s,:<>\"]*@[^@\s,:<>\"'`|*]+", 254,
             "ana.silva@example.com")
"""RFC 5321's atoms before the @. Istio takes a value that begins or ends with ``*`` for a
pattern, and then everybody of a domain would be let in; a name with a colon may be one of
Kubernetes' own (``system:``)."""
