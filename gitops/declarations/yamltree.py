"""YAML text to a plain tree: mappings, lists and scalars, and their positions on demand.

Reads a strict subset: one document, no anchors, aliases, merges or tags, no duplicate
keys. A scalar stays text; a plain (unquoted) one is a :class:`Plain`, and the field that
takes it decides what it means, so ``0.5`` is never rounded, ``no`` is never false and
``2027-01-31`` is never a timestamp.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import yaml
from msgspec import Struct, field
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from gitops.foundation.findings import Finding, Origin, Path, Position
from gitops.foundation.yamlloader import safe_loader

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"
MAX_BYTES = 1 << 20
MAX_DEPTH = 40
LONGEST_NUMBER = 1000
_UNTAGGED = (None, "!")


class Plain(str):
    """An unquoted scalar."""

    __slots__ = ()


class Unread(Plain):
    """Stands for what is not read, since a declaration must not hold it: that has been told."""

    __slots__ = ()


class Where(Struct, frozen=True):
    """Where the values and keys of one file stand, by data path."""

    file: str
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def position(self, origin: Origin) -> Position:
        """The position of an origin, or of the nearest thing around it that is written."""
        path, key = origin.path, origin.key
        while path:
            table = self.keys if key and path in self.keys else self.values
            if path in table:
                return Position(self.file, *table[path])
            path, key = path[:-1], False
        return Position(self.file)


def read(file: str, data: bytes) -> tuple[Tree | None, list[Finding]]:
    """The tree in a file (None where it could not be read at all), and what is wrong."""
    tree = _unremarkable(data)
    return _Walker(file).read(data) if tree is None else (tree, [])


def where(file: str, data: bytes) -> Where:
    """Read a file again for its positions."""
    marks = Where(file)
    _Walker(file, marks).read(data)
    return marks


def _unremarkable(data: bytes) -> Tree | None:
    """The tree of a file about which there is nothing to say; None for any other.

    A large estate is read by this, at half the price of the walk that knows where it is.
    """
    if len(data) > MAX_BYTES:
        return None
    try:
        following = _loader(data.decode("utf-8-sig")).get_event
        following()
        if type(following()) is not DocumentStartEvent:
            return None
        tree = _built(following(), following, 0)
        following()
        return tree if type(following()) is StreamEndEvent else None
    except (yaml.YAMLError, UnicodeDecodeError, _GiveUp):
        return None


def _built(event: Any, following: Callable[[], Any], depth: int) -> Tree:
    """The tree that begins with an event. Raises :class:`_GiveUp` for what may be a mistake."""
    if event.anchor is not None or event.tag not in _UNTAGGED or depth == MAX_DEPTH:
        raise _GiveUp
    kind = type(event)
    if kind is ScalarEvent:
        if not event.implicit[0]:
            return str(event.value)
        if len(event.value) > LONGEST_NUMBER:
            raise _GiveUp
        return Plain(event.value)
    below = depth + 1
    if kind is MappingStartEvent:
        tree: dict[str, Tree] = {}
        while type(key := following()) is not MappingEndEvent:
            if type(key) is not ScalarEvent or key.anchor is not None or key.value == "<<" \
                    or key.tag not in _UNTAGGED or key.value in tree:
                raise _GiveUp
            tree[key.value] = _built(following(), following, below)
        return tree
    items: list[Tree] = []
    while type(item := following()) is not SequenceEndEvent:
        items.append(_built(item, following, below))
    return items


def _loader(text: str) -> Any:
    return safe_loader()(text)


class _Walker:
    """One reading of one file: events from libyaml into dicts, mistakes collected."""

    def __init__(self, file: str, marks: Where | None = None) -> None:
        self.file = file
        self.marks = marks
        self.findings: list[Finding] = []
        self.text = ""

    def read(self, data: bytes) -> tuple[Tree | None, list[Finding]]:
        if len(data) > MAX_BYTES:
            self._say("file-too-large", (1, 1), f"the file is larger than {MAX_BYTES} bytes",
                      "split it: one declaration a file")
            return None, self.findings
        try:
            return self._document(self._events(data)), self.findings
        except yaml.YAMLError as error:
            self._syntax(error)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self._say("not-utf-8", (line, 1), "the file is not UTF-8 text", "save it as UTF-8")
        except _GiveUp:
            pass
        return None, self.findings

    def _events(self, data: bytes) -> Iterator[Event]:
        self.text = data.decode("utf-8-sig")
        return yaml.parse(self.text, safe_loader())

    def _document(self, events: Iterator[Event]) -> Tree | None:
        next(events)
        start = next(events)
        if isinstance(start, StreamEndEvent):
            return None
        tree = self._node(next(events), events, (), 0)
        next(events)
        following = next(events)
        if isinstance(following, DocumentStartEvent):
            self._at(following, "second-document", "a second YAML document begins here",
                     "one declaration a file: move it to a file of its own")
        return tree

    def _node(self, event: Event, events: Iterator[Event], path: Path, depth: int) -> Tree:
        if isinstance(event, AliasEvent):
            self._at(event, "alias", f"the alias *{event.anchor} stands for text elsewhere",
                     "write the value out; a declaration has no anchors")
            return Unread("")
        if self.marks is not None:
            self.marks.values[path] = _place(event)
        self._plain_only(event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if depth == MAX_DEPTH:
            self._at(event, "too-deep", f"this is nested more than {MAX_DEPTH} levels deep",
                     "no declaration is; look for a stray indentation or bracket")
            raise _GiveUp
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path, depth + 1)
        return self._sequence(events, path, depth + 1)

    def _scalar(self, event: ScalarEvent) -> str:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if len(text) > LONGEST_NUMBER and _INT.fullmatch(text):
            self._at(event, "too-long", f"a number of {len(text)} digits is more than anything "
                     "here counts", "put text that only looks like a number in quotes")
            return Plain("0")
        return Plain(text)

    def _plain_only(self, event: Event) -> None:
        """Refuse anchors and tags: what is written is what is meant."""
        if event.anchor is not None:  # type: ignore[attr-defined]
            self._at(event, "anchor", f"the anchor &{event.anchor} is not allowed here",  # type: ignore[attr-defined]
                     "write the value out where it is needed")
        if event.tag not in (None, "!"):  # type: ignore[attr-defined]
            self._at(event, "tag", f"the tag {event.tag} is not allowed here",  # type: ignore[attr-defined]
                     "drop it; the field says what kind of value it takes")

    def _sequence(self, events: Iterator[Event], path: Path, depth: int) -> list[Tree]:
        items: list[Tree] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items)), depth))
        return items

    def _mapping(self, events: Iterator[Event], path: Path, depth: int) -> Tree:
        """A mapping; below the top, one with a key that cannot be read says nothing as a whole."""
        tree: dict[str, Tree] = {}
        whole = True
        first: dict[str, Event] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event)
            if key is None:
                _pass_over(event, events)
                _pass_over(next(events), events)
                whole = False
                continue
            if key in tree:
                line = _place(first[key])[0]
                self._at(event, "duplicate-key", f"the key {key!r} is here a second time",
                         f"it stands on line {line} already; keep one")
            first.setdefault(key, event)
            below = (*path, str(key))
            if self.marks is not None:
                self.marks.keys.setdefault(below, _place(event))
            value = self._node(next(events), events, below, depth)
            tree.setdefault(key, value)
        return tree if whole or not path else Unread("")

    def _key(self, event: Event) -> str | None:
        """A key; None for one that has no place here, which is told."""
        if not isinstance(event, ScalarEvent):
            self._at(event, "complex-key", "a key must be plain text",
                     "a brace begins a mapping in YAML; put text that begins with one in quotes")
            return None
        if event.value == "<<" and event.implicit[0]:
            self._at(event, "merge-key", "the merge key << is not allowed here",
                     "write the values out; share them through a plan or the defaults instead")
            return None
        self._plain_only(event)
        return str(event.value)

    def _at(self, event: Event, rule: str, message: str, hint: str) -> None:
        self._say(rule, _place(event), message, hint)

    def _say(self, rule: str, place: tuple[int, int], message: str, hint: str) -> None:
        self.findings.append(Finding(rule, Position(self.file, *place), message, hint))

    def _unreadable_at(self, index: int) -> tuple[int, int]:
        """The place of a character that YAML cannot hold, by its index in the text."""
        before = self.text[:index]
        return before.count("\n") + 1, index - before.rfind("\n")

    def _syntax(self, error: Exception) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = (mark.line + 1, mark.column + 1) if mark is not None else \
            self._unreadable_at(getattr(error, "position", 0))
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        context = getattr(error, "context", None)
        message = f"this is not YAML: {problem}" + (f" {context}" if context else "")
        self._say("yaml-syntax", place, message,
                  "check the indentation, colons and quotes on this line and the one above")


class _GiveUp(Exception):
    """The rest of the file cannot be read with any sense; its finding is already made."""


def _pass_over(event: Event, events: Iterator[Event]) -> None:
    """Go on behind the node that begins with an event."""
    inside = 0
    while True:
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            inside += 1
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            inside -= 1
        if not inside:
            return
        event = next(events)


def _place(event: Event) -> tuple[int, int]:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|"
                    r"\.(nan|NaN|NAN)")


def resolve(text: str) -> bool | int | float | str | None:
    """What a scalar means by the YAML 1.2 core schema; quoted text means itself."""
    if not isinstance(text, Plain):
        return text
    if text in _BOOL:
        return _BOOL[text]
    if _NULL.fullmatch(text):
        return None
    if _INT.fullmatch(text):
        return int(text, 0) if text.startswith("0") and not text.isdigit() else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan").lower()
                     if "." in text and text[-1].isalpha() else text)
    return str(text)


def plain_data(tree: Tree) -> Any:
    """A tree as plain data by the YAML 1.2 core schema, for values handed on as given."""
    if isinstance(tree, dict):
        return {str(key): plain_data(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain_data(item) for item in tree]
    return resolve(tree)
