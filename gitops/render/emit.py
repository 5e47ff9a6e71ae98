"""Canonical YAML of plain data: block style, two spaces, lists under their key, no folding.

The same writer serves whole values (``kustomization.yaml``) and what fills the holes of a
template, so there is one way in which a value is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any

from gitops.foundation.shared import SharedList, SharedMap
from gitops.render.scalars import (
    Unrenderable,
    block,
    field_names,
    inline,
    is_plain,
    kind_of,
    scalar,
)

__all__ = ["Unrenderable", "Writer", "emit", "plain", "scalar"]

MAX_DEPTH = 64
"""How many collections may stand in one another; more is a cycle or a mistake."""

_REMEMBERED = 5_000
_REMEMBERED_LENGTH = 200
_LONGEST_SIMPLE_KEY = 500
"""Readers give up on ``key: value`` after 1,024 characters; a longer key is marked by ``?``."""


def emit(value: object) -> str:
    """``value`` as one YAML document that ends with a newline.

    Mappings keep their order. Raises :class:`Unrenderable` for a value of another kind.
    """
    writer = Writer()
    if isinstance(value, Mapping) and value:
        return writer.entries(value, "", 0) + "\n"
    if isinstance(value, (list, tuple)) and value:
        return writer.items(value, "", 0) + "\n"
    return writer.after_key(value, "").removeprefix(" ") + "\n"


def plain(value: object) -> Any:
    """A value that :func:`emit` accepts as dict and list only: a deep copy, save shared parts."""
    kind = type(value)
    if kind is str:
        return value
    if kind is dict:
        return {key if type(key) is str else key_text(key):
                item if type(item) is str else plain(item)
                for key, item in value.items()}  # type: ignore[attr-defined]
    if kind is SharedMap or kind is SharedList:
        return _unshared(value)  # type: ignore[arg-type]
    return _plain(value)


def _unshared(value: SharedMap | SharedList) -> Any:
    """A shared value's data, made the first time it is asked for."""
    if "plain" not in value.derived:
        value.derived["plain"] = _plain(value)
    return value.derived["plain"]


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {key_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str.__str__(value) if isinstance(value, str) else value


def key_text(key: object) -> str:
    """The key itself where it is text; otherwise raises :class:`Unrenderable`."""
    if isinstance(key, str) and not isinstance(key, Enum):
        return str.__str__(key)
    raise Unrenderable(f"a key must be text, not {kind_of(key)} ({key!r})", rule="key-not-text")


class Writer:
    """Writes values at any indentation and remembers how short strings are written."""

    __slots__ = ("_keys", "_values", "one_line")

    def __init__(self) -> None:
        self._keys: dict[str, _Remembered] = {}
        self._values: dict[str, _Remembered] = {}
        self.one_line: Mapping[str, str] = _Remembered(_one_line)
        """Text to what :meth:`after_key` and :meth:`after_dash` write for it at any
        indentation; raises KeyError for a text of several lines."""

    def strings(self, indent: str) -> Mapping[str, str]:
        """Text to what :meth:`after_key` and :meth:`after_dash` write for it at ``indent``."""
        if indent not in self._values:
            self._values[indent] = _Remembered(partial(self._text, indent=indent + "  "))
        return self._values[indent]

    def _text(self, text: str, indent: str) -> str:
        # A text of one line is written alike everywhere, and a name stands in many places.
        return block(text, indent) if "\n" in text else self.one_line[text]

    def key_strings(self, indent: str) -> Mapping[str, str]:
        """Keys to what :meth:`key` writes for them at ``indent``."""
        if indent not in self._keys:
            self._keys[indent] = _Remembered(partial(_key, indent=indent))
        return self._keys[indent]

    def key(self, key: object, indent: str) -> str:
        """A key with its colon; the caller has written the ``indent`` before it."""
        return self.key_strings(indent)[key_text(key)]

    def after_key(self, value: object, indent: str, depth: int = 0) -> str:
        """What follows the colon of a key that stands at ``indent``."""
        kind = type(value)
        if kind is str:
            return self.strings(indent)[value]  # type: ignore[index]
        if kind is SharedMap or kind is SharedList:
            written: dict[str, str] = value.derived  # type: ignore[attr-defined]
            if indent not in written:
                written[indent] = self._after_key(value, indent, depth)
            return written[indent]
        return self._after_key(value, indent, depth)

    def _after_key(self, value: object, indent: str, depth: int) -> str:
        if isinstance(value, Mapping) and value:
            return "\n" + self.entries(value, indent + "  ", depth + 1)
        if isinstance(value, (list, tuple)) and value:
            return "\n" + self.items(value, indent, depth + 1)
        return self._simple(value, indent)

    def after_dash(self, value: object, indent: str, depth: int = 0) -> str:
        """What follows the dash of a list item that stands at ``indent``."""
        if type(value) is str:
            return self.strings(indent)[value]
        inner = indent + "  "
        if isinstance(value, Mapping) and value:
            return " " + self.entries(value, inner, depth + 1)[len(inner) :]
        if isinstance(value, (list, tuple)) and value:
            return " " + self.items(value, inner, depth + 1)[len(inner) :]
        return self._simple(value, indent)

    def entries(self, value: Mapping[Any, object], indent: str, depth: int) -> str:
        """A mapping with something in it, its keys at ``indent``, without the last newline."""
        _limit(depth)
        keys, strings = self.key_strings(indent), self.strings(indent)
        return "\n".join(
            [f"{indent}{keys[key] if type(key) is str else self.key(key, indent)}"
             f"{strings[item] if type(item) is str else self.after_key(item, indent, depth)}"
             for key, item in value.items()]
        )  # fmt: skip

    def items(self, value: list[Any] | tuple[Any, ...], indent: str, depth: int) -> str:
        """A list with something in it, its dashes at ``indent``, without the last newline."""
        _limit(depth)
        return "\n".join([f"{indent}-{self.after_dash(item, indent, depth)}" for item in value])

    def _simple(self, value: object, indent: str) -> str:
        if isinstance(value, str) and not isinstance(value, Enum):
            return self.strings(indent)[str.__str__(value)]
        if isinstance(value, Mapping):
            return " {}"
        if isinstance(value, (list, tuple)):
            return " []"
        if value is None or isinstance(value, (bool, int, float)):
            return " " + scalar(value)
        raise Unrenderable(f"{kind_of(value)} cannot be rendered", _way_out(value))


class _Remembered(dict[str, str]):
    """How strings are written, computed on first sight; forgets everything when it is full."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def __missing__(self, text: str) -> str:
        written = self._write(text)
        if len(text) <= _REMEMBERED_LENGTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = written
        return written


def _one_line(text: str) -> str:
    if "\n" in text:
        raise KeyError(text)
    return f" {text}" if is_plain(text) else f" {inline(text)}"


def _key(text: str, indent: str) -> str:
    if text == "<<":
        raise Unrenderable(
            'the key "<<" would be lost: kustomize takes it for a merge, even in quotes',
            "give it another name",
        )
    written = inline(text)
    return f"? {written}\n{indent}:" if len(written) > _LONGEST_SIMPLE_KEY else f"{written}:"


def _limit(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unrenderable(
            f"the value is nested deeper than {MAX_DEPTH} levels", "does it hold itself?"
        )


def _way_out(value: object) -> str:
    if isinstance(value, Enum):
        return "name its value: `.value`"
    if names := field_names(value):
        return f"name one of its fields: {', '.join(names)}"
    if hasattr(value, "__iter__"):
        return "end the expression with `| list`"
    return "a hole takes text, numbers, booleans, null, mappings and lists"
