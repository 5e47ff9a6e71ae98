"""Mistakes that show when a template is rendered, at the template's line and column."""

from dataclasses import dataclass, field
from enum import Enum

import pytest

from gitops.foundation.errors import Refused
from tests.render.rendering import HEAD, engine, refused, said


@dataclass(frozen=True)
class Tenant:
    name: str = "vision"
    labels: dict[str, str] = field(default_factory=dict)


class Role(Enum):
    EDIT = "edit"


TENANT = Tenant()


def one(*texts: str, **context: object) -> tuple[str, str, str]:
    """Rule, place and message of the only finding."""
    (finding,) = refused(*texts, **context)
    return (finding.rule, str(finding.position), finding.message)


@pytest.mark.parametrize(
    "value", ["pre-{{ x }}", "{{ x }}-post", "{{ x }}{{ x }}", "{{ x }} {{ x }}"]
)
def test_an_expression_is_a_whole_value(value: str) -> None:
    finding = refused(HEAD, f"a: {value}\n", x=1)[0]
    assert (finding.rule, finding.position.line) == ("partial-expression", 5)
    assert finding.message == "an expression is only a part of this text: {{ x }}"
    assert finding.hint == 'make the whole key or value one expression: {{ "prefix-" ~ name }}'


def test_an_expression_is_a_whole_key() -> None:
    assert one(HEAD, "x{{ x }}: 1\n", x="a")[:2] == ("partial-expression", "t.j2:5:2")


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_expression_does_not_stand_in_quotes(quote: str) -> None:
    assert one(HEAD, f"a: {quote}{{{{ x }}}}{quote}\n", x=1) == (
        "quoted-expression", "t.j2:5:5", "an expression stands inside quotes: {{ x }}",
    )  # fmt: skip


@pytest.mark.parametrize("header", ["|", ">", "|-"])
def test_an_expression_does_not_stand_in_a_block_of_text(header: str) -> None:
    assert one(HEAD, f"a: {header}\n  line\n  {{{{ x }}}}\n", x=1) == (
        "partial-expression", "t.j2:7:3", "an expression stands inside a block of text: {{ x }}",
    )  # fmt: skip


def test_an_expression_does_not_stand_in_a_comment() -> None:
    assert one(HEAD, "a: 1 # {{ x }}\n", x=1) == (
        "commented-expression", "t.j2:5:8", "an expression stands in a YAML comment: {{ x }}",
    )  # fmt: skip


def test_a_comment_in_a_file_without_documents_counts_too() -> None:
    assert one("# {{ x }}\n", x=1)[0] == "commented-expression"


def test_an_undefined_name() -> None:
    assert one(HEAD, "a: {{ tenat }}\n", tenant=TENANT) == (
        "undefined-value", "t.j2:5:4",
        '"tenat" is not defined; did you mean "tenant"? {{ tenat }}',
    )  # fmt: skip


def test_an_undefined_field() -> None:
    assert one(HEAD, "a: {{ tenant.nam }}\n", tenant=TENANT) == (
        "undefined-value", "t.j2:5:4",
        'a Tenant has no field "nam"; did you mean "name"? {{ tenant.nam }}',
    )  # fmt: skip


def test_an_undefined_key() -> None:
    assert one(HEAD, "a: {{ m.x }}\n", m={"y": 1}) == (
        "undefined-value", "t.j2:5:4", 'the mapping has no key "x": {{ m.x }}',
    )  # fmt: skip


def test_a_field_of_something_undefined() -> None:
    assert one(HEAD, "a: 1\nb: {{ tenant.owner.name }}\n", tenant=TENANT) == (
        "undefined-value", "t.j2:6:4", 'a Tenant has no field "owner": {{ tenant.owner.name }}',
    )  # fmt: skip


def test_something_undefined_inside_a_value() -> None:
    assert one(HEAD, "a: {{ [1, {'b': m.x}] }}\n", m={})[2] == (
        "the mapping has no key \"x\": {{ [1, {'b': m.x}] }}"
    )


def test_something_undefined_as_part_of_text() -> None:
    assert one(HEAD, "a: {{ 'x-' ~ nope }}\n")[2] == "\"nope\" is not defined: {{ 'x-' ~ nope }}"


@pytest.mark.parametrize(
    "statement",
    ["{% for x in nope %}{% endfor %}", "{% if nope %}{% endif %}", "{% set x = nope.a %}"],
)
def test_something_undefined_in_a_statement(statement: str) -> None:
    assert one(HEAD, f"a: 1\n  {statement}\n") == (
        "undefined-value", "t.j2:6:3", '"nope" is not defined',
    )  # fmt: skip


def test_a_mistake_in_an_included_template_stands_there() -> None:
    machine = engine(HEAD, "{% include 'part' %}\n", part="a: {{ x }}\nb: {{ 1 // x }}\n")
    with pytest.raises(Refused) as caught:
        machine.render("t", {"x": 0})
    assert str(caught.value).startswith("part.j2:2:4: error: the expression failed: ")


def test_an_expression_that_fails() -> None:
    assert one(HEAD, "a: {{ 1 // x }}\n", x=0) == (
        "expression-failed", "t.j2:5:4",
        "the expression failed: integer division or modulo by zero: {{ 1 // x }}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "message"),
    [("'x' ~ none", "null cannot be a part of text"),
     ("true ~ ''", "a boolean cannot be a part of text"),
     ("'' ~ tenant", "a Tenant cannot be a part of text"),
     ("[none] | join", "null cannot be a part of text"),
     ("none | lower", "null cannot be a part of text"),
     ("1.5 | string", "a number cannot be a part of text"),
     ("tenant.items()", "a Tenant is not a mapping"), ("range(1000000)", "Range too big.")],
)  # fmt: skip
def test_text_is_made_of_text(expression: str, message: str) -> None:
    finding = refused(HEAD, f"a: {{{{ {expression} }}}}\n", tenant=TENANT)[0]
    assert finding.rule == "expression-failed"
    assert finding.message.startswith(f"the expression failed: {message}")


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [(TENANT, "a Tenant cannot be rendered", "name one of its fields: name, labels"),
     (Role.EDIT, "a Role cannot be rendered", "name its value: `.value`"),
     (float("nan"), "nan is not a finite number; JSON has no such value", ""),
     (2**64, "the number needs more than 64 bits; Kubernetes would round it", "write it as text"),
     ("a\x85", "the text 'a\\x85' holds U+0085, a control character, which kustomize cannot carry",
      "take the character out")],
)  # fmt: skip
def test_a_value_that_cannot_be_rendered(value: object, message: str, hint: str) -> None:
    (finding,) = refused(HEAD, "a: [{{ x }}]\n", x=value)
    assert (finding.rule, str(finding.position)) == ("unrenderable-value", "t.j2:5:5")
    assert (finding.message, finding.hint) == (f"{message}: {{{{ x }}}}", hint)


def test_a_key_that_kustomize_would_drop() -> None:
    for template, value in (("{{ k }}: 1\n", "<<"), ("a: {{ k }}\n", {"<<": 1})):
        assert one(HEAD, template, k=value)[::2] == (
            "unrenderable-value",
            'the key "<<" would be lost: kustomize takes it for a merge, even in quotes: {{ k }}',
        )


@pytest.mark.parametrize(("text", "column"), [('a: "\\x85"\n', 4), ('"\\x85": 1\n', 1)])
def test_an_escape_writes_nothing_that_kustomize_cannot_carry(text: str, column: int) -> None:
    rule, place, message = one(HEAD, text)
    assert (rule, place) == ("unrenderable-value", f"t.j2:5:{column}")
    assert "holds U+0085, a control character, which kustomize cannot carry" in message


def test_half_a_surrogate_pair_is_refused() -> None:
    assert one(HEAD, "a: {{ x }}\n", x="\ud800")[2].startswith(
        "the text '\\ud800' holds U+D800, half of a surrogate pair"
    )


def test_a_list_must_be_made_of_a_generator() -> None:
    (finding,) = refused(HEAD, "a: {{ xs | map('upper') }}\n", xs=["a"])
    assert finding.hint == "end the expression with `| list`"


@pytest.mark.parametrize("key", [1, None, True, 1.5])
def test_a_filled_key_is_text(key: object) -> None:
    assert one(HEAD, "{{ k }}: 1\n", k=key)[:2] == ("key-not-text", "t.j2:5:1")


@pytest.mark.parametrize("key", ["1", "true", "~", "1.5", "[a]", "{a: b}"])
def test_a_fixed_key_is_text(key: str) -> None:
    finding = refused(HEAD, f"? {key}\n: 1\n")[0]
    assert (finding.rule, str(finding.position)) == ("key-not-text", "t.j2:5:3")


def test_fixed_keys_that_collide() -> None:
    assert said(HEAD, "a: 1\nb: 2\na: 3\n") == (
        't.j2:7:1: error: the key "a" stands twice in one mapping [colliding-keys]\n'
        "    keep one of them\n"
        "    t.j2:5:1: it stands here first"
    )


@pytest.mark.parametrize("template", ["a: 1\n{{ k }}: 2\n", "x: {a: 1, {{ k }}: 2}\n"])
def test_a_filled_key_that_collides_with_a_fixed_one(template: str) -> None:
    rule, _, message = one(HEAD, template, k="a")
    assert (rule, message) == ("colliding-keys", 'the key "a" stands twice in one mapping: {{ k }}')


def test_filled_keys_that_collide() -> None:
    template = "{% for k in ks %}\n{{ k }}: 1\n{% endfor %}\n"
    assert one(HEAD, template, ks=["a", "b", "a"])[:2] == ("colliding-keys", "t.j2:6:1")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1, 2\nb: 1\n", 6), ("a: b: c\n", 5), ("a: 1\n  b: 2\n", 6), ("a: 'x\n", 5)],
)
def test_text_that_is_no_yaml(text: str, line: int) -> None:
    (finding,) = refused(HEAD, text)
    assert (finding.rule, finding.position.line) == ("invalid-yaml", line)
    assert finding.message.startswith("not valid YAML: ")


def test_yaml_that_does_not_end_says_where_it_began() -> None:
    (finding,) = refused(HEAD, "a: 'x\nb: 1\n")
    ((began, _),) = [(related.position, related.message) for related in finding.related]
    assert (str(finding.position), str(began)) == ("t.j2:6:5", "t.j2:5:4")


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: &x 1\n", "the anchor &x cannot stand in a template"),
     ("a: !!str 1\n", "a YAML tag cannot stand in a template"),
     ("a: !x {}\n", "a YAML tag cannot stand in a template"),
     ("<<: {a: 1}\n", "the merge key << cannot stand in a template"),
     ("'<<': {a: 1}\n", "the merge key << cannot stand in a template"),
     ("...\n", "the document end marker `...` cannot stand in a template")],
)  # fmt: skip
def test_yaml_that_only_confuses(text: str, message: str) -> None:
    finding = refused(HEAD, text)[0]
    assert (finding.rule, finding.position.line, finding.message) == ("forbidden-yaml", 5, message)


def test_an_alias_is_refused_where_it_stands() -> None:
    findings = refused(HEAD, "a: &x 1\nb: *x\n")
    assert [(str(one.position), one.message) for one in findings] == [
        ("t.j2:5:4", "the anchor &x cannot stand in a template"),
        ("t.j2:6:4", "the alias *x cannot stand in a template"),
    ]


def test_a_number_that_readers_disagree_about() -> None:
    assert one(HEAD, "mode: 0644\n")[::2] == (
        "ambiguous-number", "kubectl reads 0644 as octal, YAML 1.2 as decimal",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [("kind: A\nmetadata: {name: a}\n", "the document has no apiVersion"),
     ("apiVersion: v1\nmetadata: {name: a}\n", "the document has no kind"),
     ("apiVersion: v1\nkind: A\n", "the document has no metadata.name"),
     ("apiVersion: v1\nkind: A\nmetadata: {}\n", "the document has no metadata.name"),
     ("apiVersion: v1\nkind: A\nmetadata: {name: 1}\n", "metadata.name must be text, not a number"),
     ("apiVersion: v1\nkind: ''\nmetadata: {name: a}\n", "kind is empty"),
     ("apiVersion: v1\nkind: [A]\nmetadata: {name: a}\n", "kind must be text, not a list"),
     ("- a\n", "a document must be a mapping with apiVersion, kind and metadata"),
     ("{{ {'kind': 'A'} }}\n",
      "a document must be a mapping with apiVersion, kind and metadata: {{ {'kind': 'A'} }}")],
)  # fmt: skip
def test_a_document_that_cannot_be_applied(text: str, message: str) -> None:
    finding = refused(text)[0]
    assert (finding.rule, finding.message) == ("incomplete-document", message)


@pytest.mark.parametrize(
    ("value", "message"),
    [("", "metadata.name is empty: {{ x }}"),
     (1, "metadata.name must be text, not a number: {{ x }}"),
     (None, "the document has no metadata.name: {{ x }}")],
)  # fmt: skip
def test_a_filled_name_that_is_none(value: object, message: str) -> None:
    text = "apiVersion: v1\nkind: A\nmetadata: {name: {{ x }}}\n"
    assert one(text, x=value) == ("incomplete-document", "t.j2:3:18", message)


def test_metadata_from_one_expression_without_a_name() -> None:
    text = "apiVersion: v1\nkind: A\nmetadata: {{ m }}\n"
    assert one(text, m={"namespace": "a"})[::2] == (
        "incomplete-document", "the document has no metadata.name",
    )  # fmt: skip


def test_one_object_made_twice() -> None:
    text = (
        "{% for x in xs %}\n---\napiVersion: v1\nkind: A\nmetadata: {name: {{ x }}}\n{% endfor %}\n"
    )
    assert said(text, xs=["a", "b", "a"]) == (
        "t.j2:3:1: error: A a is made twice in this file [duplicate-object]\n"
        "    give one of them another name, or make it once\n"
        "    t.j2:3:1: it is made here first"
    )


def test_namespaces_and_groups_tell_objects_apart() -> None:
    text = "apiVersion: {}\nkind: A\nmetadata: {{name: a, namespace: {}}}\n---\n"
    pairs = [("v1", "x"), ("v1", "y"), ("g/v1", "x"), ("g/v2", "x")]
    (finding,) = refused(*(text.format(*pair) for pair in pairs))
    assert (finding.message, finding.position.line) == (
        "A a in namespace x is made twice in this file", 13,
    )  # fmt: skip


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    text = "a: {{ nope }}\nb: '{{ x }}'\n---\nkind: {{ tenant }}\nmetadata: {name: b}\n"
    more = "---\napiVersion: v1\nkind: A\nmetadata: {name: {{ tenant }}}\nspec: {{ tenant.x.y }}\n"
    lines = [(finding.position.line, finding.rule)
             for finding in refused(HEAD, text, more, x=1, tenant=TENANT)]  # fmt: skip
    assert lines == [
        (5, "undefined-value"),
        (6, "quoted-expression"),
        (8, "incomplete-document"),
        (13, "unrenderable-value"),
        (14, "undefined-value"),
    ]


def test_half_a_document_says_nothing() -> None:
    assert [finding.rule for finding in refused("kind: A\n", "a: {{ 1 // x }}\n", x=0)] == [
        "expression-failed"
    ]
