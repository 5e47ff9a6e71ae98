import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gitops.render.scalars import Unrenderable, block, inline, scalar
from tests.render.values import texts, unhurried


@pytest.mark.parametrize(
    "text",
    ["500m", "1Gi", "10.0.0.0/8", "10.0.0.1", "1.4.2", "v1", "3d", "a b", "a: b".replace(": ", ":"),
     "it's", "--flag=1", "-v", ".status", "./run.sh", "/data", "$(params.x)", "a#b", "x,y", "a{b}",
     "ana.silva@example.com", "rbac.authorization.k8s.io/v1", "München", "e5", "a\\b", "_x"],
)  # fmt: skip
def test_text_that_every_reader_takes_for_text_stands_plain(text: str) -> None:
    assert inline(text) == text


@pytest.mark.parametrize(
    "text",
    ["y", "N", "yes", "No", "ON", "off", "True", "false", "null", "NULL", "~", "", "1", "-1",
     "+1", "1_000", "0_x1", "0o7", "017", "0x1f", "0X1F", "0b11", "1e3", "1E+3", ".5", "5.", "-.5",
     "1:30", "1:30.5", ".inf", "-.INF", ".NaN", "2026-01-31", "2026-1-1 10:00:00", "=", "<<",
     "- a", "-", "---", "...", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "|",
     ">", "%a", "@a", "`a", "[a", "]", "{a", "}", ",a", " a", "a ", "'a", "::1"],
)  # fmt: skip
def test_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    assert inline(text) == "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("text", "written"),
    [("a\tb", r'"a\tb"'), ("a\rb", r'"a\rb"'), ("\0", r'"\0"'), ("a\u2028b", r'"a\u2028b"'),
     ("\xa0", r'"\xA0"'), ("a\u202eb", r'"a\u202Eb"'), ("\ufeff", r'"\uFEFF"'), ("\x1b", r'"\x1B"'),
     ("\U000e0001", r'"\U000E0001"'), ('"\n\\', r'"\"\n\\"'), ("\ue000", r'"\uE000"')],
)  # fmt: skip
def test_what_a_reviewer_cannot_see_is_escaped(text: str, written: str) -> None:
    assert inline(text) == written


def test_an_emoji_stands_as_itself() -> None:
    assert inline("🚀 team") == "🚀 team"


@pytest.mark.parametrize("code", [0x7F, 0x80, 0x85, 0x9F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_what_kustomize_cannot_carry_is_refused(code: int) -> None:
    with pytest.raises(Unrenderable, match=f"U\\+{code:04X}.*kustomize cannot carry"):
        inline(f"a{chr(code)}b")


@pytest.mark.parametrize(
    ("text", "written"),
    [("a\nb", " |-\n  a\n  b"), ("a\nb\n", " |\n  a\n  b"), ("a\n\n", " |+\n  a\n"),
     ("a\n\n  b", " |-\n  a\n\n    b"), ("# a\n---\n", " |\n  # a\n  ---")],
)  # fmt: skip
def test_several_lines_stand_as_a_block(text: str, written: str) -> None:
    assert block(text, "  ") == written


@pytest.mark.parametrize(
    "text", [" a\nb", "\na", "a \nb", "a\n ", "a\tb\nc", "a\n\u2028", "\n", "a\r\nb"]
)
def test_lines_that_readers_disagree_about_stand_on_one_line(text: str) -> None:
    assert block(text, "  ") == " " + inline(text)
    assert inline(text).startswith('"')


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "null"), (True, "true"), (False, "false"), (0, "0"), (-(2**63), str(-(2**63))),
     (1.0, "1.0"), (1e16, "1.0e+16"), (1.5e-7, "1.5e-07"), (-0.0, "-0.0")],
)  # fmt: skip
def test_other_scalars(value: object, written: str) -> None:
    assert scalar(value) == written


@pytest.mark.parametrize(
    ("value", "message"),
    [(float("inf"), "inf is not a finite number"), (float("nan"), "nan is not a finite number"),
     (2**63, "more than 64 bits"), ([], "a list is not a scalar"),
     (b"x", "a bytes is not a scalar")],
)  # fmt: skip
def test_what_is_no_scalar_of_ours(value: object, message: str) -> None:
    with pytest.raises(Unrenderable, match=message):
        scalar(value)


@unhurried
@given(texts())
@example("0o.7_:")
@example("1__:0")
def test_no_reader_sees_anything_but_the_text(text: str) -> None:
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        for written in (inline(text), block(text, "  ").removeprefix(" ")):
            assert yaml.load(f"a: {written}\n", loader) == {"a": text}


@unhurried
@given(
    st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
)
def test_a_number_reads_back_as_itself(number: float) -> None:
    read = yaml.load(scalar(number), yaml.CSafeLoader)
    assert (type(read), read) == (type(number), number)


@unhurried
@given(texts())
def test_written_text_never_holds_a_line_break_or_an_invisible_character(text: str) -> None:
    written = inline(text)
    assert written.splitlines() == [written]
    assert not re.search("[\u200b-\u200f\u202a-\u202e\ufeff]", written)
