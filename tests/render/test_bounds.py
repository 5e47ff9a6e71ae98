"""A template that would take the machine with it is told to its writer instead."""

from __future__ import annotations

import pytest

from gitops.foundation.errors import Refused
from tests.render.rendering import HEAD, body, engine

LOOPS = "{% for i in range(90000) %}\n{% for j in range(90000) %}\n{% endfor %}\n{% endfor %}\n"
DOUBLE = "{% set a = 'x' ~ v %}\n" + "{% set a = a ~ a %}\n" * 60
SQUARE = "{% set a = v + 9 %}\n" + "{% set a = a * a %}\n" * 60
GROW = "{% set a = [v] %}\n" + "{% set a = a + a %}\n" * 60


@pytest.mark.parametrize(("text", "said"), [
    (LOOPS, "the loops of this file go round more than 1,000,000 times"),
    (DOUBLE, "the result would be longer than 1,048,576"),
    (SQUARE, "the number is too large"),
    (GROW, "the result would be longer than 1,048,576"),
    ("a: {{ 'x' * 10000000000 }}\n", "only numbers can be multiplied"),
    ("a: {{ [v] * 10000000000 }}\n", "only numbers can be multiplied"),
    ("a: {{ '%1000000000d' % v }}\n", "only numbers can be divided"),
    ("a: {{ [v] | batch(10000000000, 0) | list }}\n", "the result would be longer than"),
    ("a: {{ [v] | slice(10000000000) | list }}\n", "the result would be longer than"),
    ("a: {{ v | round(1000000000, 'ceil') }}\n", "no number has 1000000000 digits"),
    ("{% set a = range(90000) | list | join('x') %}\na: {{ a | replace('x', a) }}\n",
     "the result would be longer than")])
def test_what_would_never_end_is_an_error(text: str, said: str) -> None:
    with pytest.raises(Refused) as told:
        engine(HEAD, text).render("t", {"v": 1})
    (finding,) = told.value.findings
    assert said in finding.message
    assert finding.position.line >= 5


@pytest.mark.parametrize(("expression", "value"), [
    ("v * 3 + 1 % 2", "7"), ("[v] + [3]", "[2, 3]"), ("v * 0.5", "1.0"), ("'a' + 'b'", "ab"),
    ("[1, 2, 3] | batch(2) | list", "[[1, 2], [3]]"), ("1.25 | round(1)", "1.2")])
def test_arithmetic_is_what_it_was(expression: str, value: str) -> None:
    assert body(f"a: {{{{ ({expression}) | list }}}}\n" if value[0] == "[" else
                f"a: {{{{ {expression} }}}}\n", v=2) == body(f"a: {value}\n")


def test_loops_over_filters_and_mappings_go_on_as_before() -> None:
    text = "a:\n{% for x in l | map('upper') %}\n  - {{ x }}\n{% endfor %}\n" \
           "{% for k in m %}\n  - {{ k }}\n{% endfor %}\n"
    assert body(text, l=["a"], m={"b": 1}) == body("a: [A, b]\n")


def blocks(levels: int) -> str:
    return "{% if v %}\n" * levels + "a: b\n" + "{% endif %}\n" * levels


def hole(before: str, after: str, levels: int) -> str:
    return f"a: {{{{ {before * levels}v{after * levels} }}}}\n"


@pytest.mark.parametrize("text", [
    blocks(400), blocks(60), hole("(", ")", 2000), hole("-", "", 5000), hole("v + ", "", 5000),
    hole("[", "]", 90), hole("", ".a", 3000), hole("", " | list", 200)])
def test_what_is_nested_too_deep_is_an_error(text: str) -> None:
    (finding,) = engine(HEAD, text).check()
    assert finding.rule == "template-syntax"
    assert "nested more than 50 levels deep" in finding.message


def loops(levels: int) -> str:
    return "{% for x in l %}\n" * levels + "a: {{ x }}\n" + "{% endfor %}\n" * levels


def test_loops_in_more_loops_than_python_compiles_are_told_at_their_line() -> None:
    (finding,) = engine(HEAD, loops(17)).check()
    assert finding.message == "loops are nested more than 16 levels deep"
    assert str(finding.position) == "t.j2:21:1"


def test_as_many_loops_as_are_allowed_are_rendered_and_traced() -> None:
    made = engine(HEAD, loops(16).replace("a: {{ x }}\n", "{% include 'part' %}\n"), part="a: b\n")
    assert list(made.check()) == []
    assert made.render("t", {"l": [1]}).text == HEAD + "a: b\n"
    assert made.trace("t", {"l": [1]})


@pytest.mark.parametrize("text", [
    blocks(40), hole("v + ", "", 40), hole("[", "]", 40), hole("", " | string", 40)])
def test_what_is_nested_less_deep_is_rendered(text: str) -> None:
    assert engine(HEAD, text).render("t", {"v": 1}).text.startswith(HEAD)
    assert engine(HEAD, text).trace("t", {"v": 1})
