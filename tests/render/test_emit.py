from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

import pytest
import yaml
from hypothesis import given

from gitops.render.emit import MAX_DEPTH, Unrenderable, emit, plain
from tests.render.values import unhurried, values


def test_lists_stand_under_their_key_and_mappings_two_blanks_in() -> None:
    data = {"a": [{"b": 1, "c": ["x", "w"]}, "z"], "d": {"e": {"f": None}}}
    assert emit(data) == "a:\n- b: 1\n  c:\n  - x\n  - w\n- z\nd:\n  e:\n    f: null\n"


def test_empty_collections_stay_on_the_line() -> None:
    assert emit({"a": {}, "b": [], "c": [{}, []]}) == "a: {}\nb: []\nc:\n- {}\n- []\n"


def test_lists_in_lists_share_a_line() -> None:
    assert emit([[1, [2]], {"a": []}]) == "- - 1\n  - - 2\n- a: []\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [({}, "{}\n"), ([], "[]\n"), ("yes", "'yes'\n"), (None, "null\n"), ("a\nb\n", "|\n  a\n  b\n")],
)
def test_a_document_may_be_anything(value: object, text: str) -> None:
    assert emit(value) == text


def test_order_is_kept_and_equal_parts_are_written_twice() -> None:
    shared = {"z": 1, "a": 2}
    assert emit({"b": shared, "a": shared}) == "b:\n  z: 1\n  a: 2\na:\n  z: 1\n  a: 2\n"


def test_long_lines_are_not_folded() -> None:
    assert emit({"a": "word " * 100 + "end"}).count("\n") == 1


@pytest.mark.parametrize("inner", ["x", {"a": 1}, [1, 2], "a\nb"])
def test_a_key_longer_than_readers_take_is_marked(inner: object) -> None:
    data = {"k" * 1200: inner, "b": [{"j" * 1200: inner, "c": 1}]}
    text = emit(data)
    assert text.startswith("? kkk")
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert yaml.load(text, loader) == data


def test_mappings_and_tuples_of_any_class() -> None:
    value = MappingProxyType({"a": (1, MappingProxyType({}))})
    assert emit(value) == "a:\n- 1\n- {}\n"
    assert plain(value) == {"a": [1, {}]}


def test_the_plain_copy_shares_nothing() -> None:
    value = {"a": [{}]}
    copy = plain(value)
    copy["a"][0]["b"] = 1
    assert value == {"a": [{}]}


class Level(Enum):
    LOW = "low"


class Word(StrEnum):
    LOW = "low"


@dataclass(frozen=True)
class Owner:
    name: str
    email: str


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (Owner("a", "b"), "an Owner cannot be rendered", "name one of its fields: name, email"),
        (Level.LOW, "a Level cannot be rendered", "name its value: `.value`"),
        (Word.LOW, "a Word cannot be rendered", "name its value: `.value`"),
        (iter([]), "a list_iterator cannot be rendered", "end the expression with `| list`"),
        (object(), "an object cannot be rendered",
         "a hole takes text, numbers, booleans, null, mappings and lists"),
        ({1: "a"}, "a key must be text, not a number (1)", ""),
        ({None: "a"}, "a key must be text, not null (None)", ""),
        ({True: "a"}, "a key must be text, not a boolean (True)", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_rendered_says_why(value: object, message: str, hint: str) -> None:
    with pytest.raises(Unrenderable) as caught:
        emit({"a": [value]})
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(Unrenderable, match=f"deeper than {MAX_DEPTH} levels"):
        emit(value)


@unhurried
@given(values())
def test_what_is_read_back_is_what_was_written(value: object) -> None:
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        read = yaml.load(emit(value), loader)
        assert repr(read) == repr(value)
        assert emit(read) == emit(value)
