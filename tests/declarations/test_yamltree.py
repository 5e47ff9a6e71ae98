"""YAML is read as YAML 1.2's core schema says, keeps positions on demand, and never guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.declarations.yamltree import Plain, plain_data, read, resolve, where
from gitops.foundation.findings import Origin
from tests.estates import as_json


@pytest.mark.parametrize(("text", "value"), [
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("Off", "Off"),
    ("true", True), ("False", False), ("TRUE", True), ("null", None), ("~", None), ("", None),
    ("12", 12), ("-3", -3), ("0o17", 15), ("0x1F", 31), ("017", 17), ("1_000", "1_000"),
    ("1e3", 1000.0), (".5", 0.5), ("12:30:45", "12:30:45"), ("2027-01-31", "2027-01-31"),
    (".inf", float("inf")), ("1.30", 1.3), ("0b1", "0b1"), ("=", "="), ("<<", "<<"),
])
def test_plain_scalars_mean_what_the_core_schema_says(text: str, value: object) -> None:
    assert resolve(Plain(text)) == value
    assert type(resolve(Plain(text))) is type(value)


def test_quoted_scalars_are_text() -> None:
    tree, findings = read("f", b"a: 'no'\nb: \"12\"\nc: |\n  x\n")
    assert not findings
    assert plain_data(tree) == {"a": "no", "b": "12", "c": "x\n"}


# YAML has no surrogates, and none of the control characters that JSON leaves as they are
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(st.dictionaries(texts, json_values, min_size=1))
def test_json_is_read_as_it_is(value: dict[str, object]) -> None:
    tree, findings = read("f", as_json(value))
    assert not findings
    assert tree is not None
    assert plain_data(tree) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told_at_a_line_that_they_have(data: bytes) -> None:
    _, findings = read("f", data)
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\xe2\x80\xa8") + \
        data.count(b"\xe2\x80\xa9") + data.count(b"\xc2\x85") + 2
    assert all(1 <= finding.position.line <= lines for finding in findings)


TEXT = b"""\
owner: ana@example.com
contributors:
  - {user: a@example.com, role: edit}
  - user: b@example.com
    role: view
quota: {pods: 3}
"""


@pytest.mark.parametrize(("path", "key", "place"), [
    (("owner",), False, (1, 8)),
    (("owner",), True, (1, 1)),
    (("contributors", 0, "role"), False, (3, 33)),
    (("contributors", 1), False, (4, 5)),
    (("contributors", 1, "role"), True, (5, 5)),
    (("quota", "pods"), False, (6, 15)),
    (("quota", "requests", "cpu"), False, (6, 8)),
    (("nowhere",), False, (1, 1)),
])
def test_positions_are_those_of_the_text_or_of_what_is_around(
        path: tuple[str | int, ...], key: bool, place: tuple[int, int]) -> None:
    found = where("f", TEXT).position(Origin("f", path, key))
    assert (found.line, found.column) == place


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    tree, findings = read("f", b"a: " + b"x" * (1 << 20))
    assert tree is None
    assert [finding.rule for finding in findings] == ["file-too-large"]


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    tree, findings = read("f", b"\xef\xbb\xbfowner: ana@example.com\r\nplan: small\r\n")
    assert not findings
    assert tree == {"owner": "ana@example.com", "plan": "small"}


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000])
def test_a_number_of_thousands_of_digits_is_told_and_not_read(number: str) -> None:
    tree, (finding,) = read("a.yaml", f"a: {number}\nb: '{number}'\n".encode())
    assert (finding.rule, str(finding.position)) == ("too-long", "a.yaml:1:4")
    assert tree == {"a": "0", "b": number}
