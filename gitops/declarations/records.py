"""The types of composed values: lists, mappings, records and their shorthands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import force_setattr

from gitops.declarations.reader import INVALID, Reader, did_you_mean, field_name
from gitops.declarations.types import Schema, Type
from gitops.declarations.yamltree import Tree, Unread
from gitops.foundation.findings import Path


class ListOf(Struct, frozen=True):
    """A list; becomes a tuple. ``once`` says that no value may stand there twice, ``filled``
    that it may not be empty: where a key that is left out means all, none would mean all too.
    """

    item: Type
    once: bool = True
    filled: bool = False

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, list):
            return reader.expected("a list", tree, at)
        if self.filled and not tree:
            reader.wrong("empty-list", at, f"{field_name(at)} names nothing",
                         "name at least one, or leave the key out, which means all")
        found = []
        for index, item in enumerate(tree):
            value = INVALID if type(item) is Unread else \
                self.item.decode(item, (*at, index), reader)
            if value is INVALID:
                continue
            if self.once and value in found:
                reader.wrong("listed-twice", (*at, index),
                             f"{item} is in {field_name(at)} a second time", "keep one")
                continue
            found.append(value)
        return tuple(found)

    def schema(self) -> Schema:
        least = {"minItems": 1} if self.filled else {}
        return {"type": "array", "items": self.item.schema(), **least}

    def words(self) -> str:
        return f"list: {self.item.words()}"


class MapOf(Struct, frozen=True):
    """A mapping whose keys the user chooses; ``key`` says what they must be like."""

    key: Type
    value: Type

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, dict):
            return reader.expected("a mapping", tree, at)
        found = {}
        for name, item in tree.items():
            key = self.key.decode(str(name), (*at, name), reader)
            value = INVALID if type(item) is Unread else \
                self.value.decode(item, (*at, name), reader)
            if key is not INVALID and value is not INVALID:
                found[key] = value
        return found

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.value.schema(),
                "propertyNames": self.key.schema()}

    def words(self) -> str:
        return f"mapping of {self.key.words()} to {self.value.words()}"


class Field(Struct, frozen=True):
    """One key of a record. ``name`` is the key in YAML, ``attribute`` the model's."""

    name: str
    type: Type
    doc: str
    attribute: str = ""
    required: bool = False
    default: str = ""
    """What holds when it is absent, in words, where the model's default does not say it."""

    @property
    def target(self) -> str:
        """The model's attribute: the key itself unless they differ."""
        return self.attribute or self.name

    @property
    def described(self) -> str:
        """What it is for, and what holds when it is absent."""
        return f"{self.doc} Default: {self.default}." if self.default else self.doc


Finish = Callable[[dict[str, Any], Path, Reader], Any]


class Record(Struct, frozen=True):
    """A mapping with known keys, which becomes ``make(values, at, reader)``.

    A mistake in an optional field leaves that field at its default, so that the mistakes
    of other fields and files are found in the same run.
    """

    title: str
    fields: tuple[Field, ...]
    make: Finish
    by_name: Mapping[str, Field] = field(default_factory=dict)
    required: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "by_name", {entry.name: entry for entry in self.fields})
        force_setattr(self, "required", tuple(entry for entry in self.fields if entry.required))

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if not isinstance(tree, dict):
            return reader.expected("a mapping", tree, at)
        values = {}
        broken = False
        for name, item in tree.items():
            entry = self.by_name.get(name)
            if entry is None:
                reader.wrong("unknown-key", (*at, name), f"{self.title} has no key {name!r}",
                             did_you_mean(name, self.by_name), key=True)
                continue
            value = INVALID if type(item) is Unread else \
                entry.type.decode(item, (*at, name), reader)
            if value is not INVALID:
                values[entry.target] = value
            elif entry.required:
                broken = True
        for entry in self.required:
            if entry.name not in tree:
                reader.wrong("missing-key", at, f"{self.title} needs {entry.name!r}", entry.doc)
                broken = True
        return INVALID if broken else self.make(values, at, reader)

    def schema(self) -> Schema:
        properties = {entry.name: {**entry.type.schema(), "description": entry.described}
                      for entry in self.fields}
        schema: Schema = {"title": self.title, "type": "object", "additionalProperties": False,
                          "properties": properties}
        if self.required:
            schema["required"] = [entry.name for entry in self.required]
        return schema

    def words(self) -> str:
        return "mapping"


class Shorthand(Struct, frozen=True):
    """A record, or in its place one word that stands for it: ``owner: ana@example.com``.

    ``from_word`` takes what ``word`` decoded and makes what the record would have made.
    """

    word: Type
    from_word: Finish
    record: Record

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if isinstance(tree, dict):
            return self.record.decode(tree, at, reader)
        value = self.word.decode(tree, at, reader)
        return INVALID if value is INVALID else self.from_word({"word": value}, at, reader)

    def schema(self) -> Schema:
        return {"anyOf": [self.word.schema(), self.record.schema()]}

    def words(self) -> str:
        return f"{self.word.words()}, or a mapping"


def of(model: Callable[..., Any], *, origin: bool = True) -> Finish:
    """A record's ``make`` that calls a model class, with the record's origin if it takes one."""
    if not origin:
        return lambda values, _at, _reader: model(**values)
    return lambda values, at, reader: model(origin=reader.origin(at), **values)
