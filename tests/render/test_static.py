"""Mistakes that show without rendering: ``Engine.check`` and a refused render alike."""

import pytest

from tests.render.rendering import HEAD, checked, engine, said


@pytest.mark.parametrize(
    "statement",
    ["macro x()", "extends 'x'", "block x", "call x()", "import 'x' as x", "from 'x' import x",
     "with x = 1", "autoescape true", "raw", "print x", "do x", "break", "trans", "-macro x()"],
)  # fmt: skip
def test_only_four_statements_are_known(statement: str) -> None:
    word = statement.split(maxsplit=1)[0].lstrip("-")
    assert checked(f"a: 1\n  {{%{statement} %}}\n{{% end{word} %}}\n") == (
        f't.j2:2:3: error: the statement "{word}" cannot stand in a template'
        " [forbidden-statement]\n    templates know for, if, include and inline set"
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [("{% set x %}a{% endset %}", 'the statement "endset"'),
     ("{% set a, b = x %}", "a set of text or of several names"),
     ("{% set a.b = x %}", "a set of text or of several names"),
     ("{% for a in x recursive %}{% endfor %}", "a recursive loop"),
     ("{% include x %}", "an include without a fixed name"),
     ("{% include ['a', 'b'] %}", "an include without a fixed name"),
     ("{% include 'a' ignore missing %}", "an include with options"),
     ("{% include 'a' without context %}", "an include with options")],
)  # fmt: skip
def test_statements_with_too_many_powers(text: str, what: str) -> None:
    assert "cannot stand in a template [forbidden-statement]" in checked(text)


def test_a_filter_over_a_stretch_of_text() -> None:
    assert checked("a: {% filter upper %}x{% endfilter %}\n") == (
        "t.j2:1:4: error: a filter stands over fixed text [filter-over-text]\n"
        "    write its result instead; filters are for values"
    )


def test_a_filter_over_a_fixed_string() -> None:
    assert checked("a: 1\nb: {{ 'x' | upper }}\n").startswith(
        "t.j2:2:4: error: a filter stands over fixed text [filter-over-text]"
    )


def test_a_filter_that_is_not_there() -> None:
    first, hint = checked("a: {{ x | uper }}\n").split("\n")
    assert first == (
        't.j2:1:4: error: there is no filter "uper"; did you mean "upper"? [unknown-filter]'
    )
    assert hint.startswith("    filters are: abs, batch, count, ")


@pytest.mark.parametrize(
    "name",
    ["random", "pprint", "xmlattr", "tojson", "attr", "urlize", "safe", "int", "forceescape"],
)
def test_filters_that_are_not_pure_or_not_strict_are_not_there(name: str) -> None:
    assert f'there is no filter "{name}"' in checked(f"a: {{{{ x | {name} }}}}\n")


def test_a_test_that_is_not_there() -> None:
    assert checked("{% if x is callable %}{% endif %}\n").startswith(
        't.j2:1:1: error: there is no test "callable"'
    )


@pytest.mark.parametrize(
    "expression", ["lipsum()", "dict()", "cycler()", "x()", "x.format(1)", "x['items']()",
                   "loop.cycle(1)", "x.items(a=1)", "range(*x)", "x.mro()"]
)  # fmt: skip
def test_nothing_else_can_be_called(expression: str) -> None:
    assert checked(f"a: {{{{ {expression} }}}}\n") == (
        "t.j2:1:4: error: templates call nothing but range() and a few methods [forbidden-call]\n"
        "    methods are: .items(), .keys(), .values(), .get(), .startswith(), .endswith()"
    )


def test_private_fields_are_out_of_reach() -> None:
    assert checked("a: {{ x.__class__ }}\n") == (
        't.j2:1:4: error: the field "__class__" is private [forbidden-attribute]\n'
        "    give the template the value under a name of its own"
    )
    assert said(HEAD, "a: {{ x['__class__'] }}\n", x="").startswith(
        't.j2:5:4: error: text has no field "__class__"'
    )
    assert said(HEAD, "a: {{ [x] | map(attribute='__class__') | list }}\n", x="").startswith(
        't.j2:5:4: error: text has no field "__class__"'
    )


def test_an_operator_that_is_not_there() -> None:
    assert checked("a: {{ 9 ** 9 }}\n") == (
        "t.j2:1:4: error: pow cannot stand in an expression [forbidden-expression]"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: {{ }}\n", "t.j2:1:4: error: expected an expression, got 'end of print statement'"),
     ("a: 1\nb: {{ x\n", "t.j2:2: error: unexpected end of template"),
     ("{% if x %}\na: 1\n", "t.j2:2:1: error: unexpected end of template"),
     ("a: 1\n  {% for x %}{% endfor %}\n", "t.j2:2:3: error: expected token 'in', got"),
     ("a: {{ x ! }}\n", "t.j2:1:1: error: unexpected char '!' at")],
)  # fmt: skip
def test_text_that_is_no_template(text: str, message: str) -> None:
    place, _, words = message.partition(": error: ")
    found = checked(text)
    assert found.startswith(place)
    assert words in found
    assert "[template-syntax]" in found


@pytest.mark.parametrize("code", [0xE000, 0x0, 0x1B, 0x7F, 0x85, 0xFEFF, 0xD800])
def test_a_character_that_no_template_holds(code: int) -> None:
    assert checked(f"a: 1\r\nb: x{chr(code)}\n") == (
        f"t.j2:2:5: error: the character U+{code:04X} cannot stand in a template"
        ' [reserved-character]\n    take it out; an expression can write it: {{ "\\ue000" }}'
    )


def test_an_include_of_an_unknown_template() -> None:
    assert checked("a: 1\n{% include 'tenat' %}\n", tenant="b: 1\n") == (
        't.j2:2:1: error: there is no template "tenat"; did you mean "tenant"? [unknown-template]'
    )


def test_templates_that_include_each_other() -> None:
    assert checked(
        "{% include 'one' %}\n", one="\n{% include 'two' %}\n", two="{% include 'one' %}"
    ) == (
        "one.j2:2:1: error: templates include each other: one → two → one [include-cycle]\n"
        "    take the shared part into a template of its own\n"
        "two.j2:1:1: error: templates include each other: two → one → two [include-cycle]\n"
        "    take the shared part into a template of its own"
    )


def test_a_template_that_includes_itself() -> None:
    assert "templates include each other: t → t" in said("{% include 't' %}\n")


def test_every_template_is_checked_and_every_mistake_told() -> None:
    found = engine("{{ x | a }}\n{{ x | b }}\n{{ x() }}\n", other="{{ x | c }}").check()
    places = [str(finding.position) for finding in found]
    assert places == ["other.j2:1:1", "t.j2:1:1", "t.j2:2:1", "t.j2:3:1"]


def test_a_render_is_refused_for_its_own_templates_only() -> None:
    machine = engine(HEAD, other="{{ x | c }}")
    assert machine.render("t", {}).text == HEAD
    assert len(machine.check()) == 1


def test_positions_look_past_what_jinja_strips() -> None:
    text = "{%- if true -%}\n\n  a: 1\n{%- endif %}\n{# x\n y #}\n  b: {{- x | nope -}}\n"
    assert checked(text).startswith("t.j2:7:6: error: there is no filter")


def test_the_examples_of_a_sound_template_have_no_findings() -> None:
    text = (
        "{% for k, v in x.items() if v is not none %}{{ k }}: {{ v[0] | default('a') }}{% endfor %}"
    )
    assert checked(text) == ""
