import pickle
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType

import pytest

from gitops.render.documents import Document
from gitops.render.engine import Engine
from tests.render.rendering import HEAD, agreed, body, engine, render

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Binding:
    name: str
    role: str


BINDINGS = """\
{# one document for each binding #}
{% for binding in bindings %}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ binding.name }}
  namespace: {{ namespace }}
roleRef: {kind: ClusterRole, name: {{ "kubeflow-" ~ binding.role }}}
{% endfor %}
"""


def test_values_fill_holes_and_statements_leave_no_blank_lines() -> None:
    text = render(BINDINGS, bindings=[Binding("a", "edit"), Binding("no", "view")], namespace="x")
    assert text == (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n"
        "  name: a\n  namespace: x\nroleRef:\n  kind: ClusterRole\n  name: kubeflow-edit\n"
        "---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n"
        "  name: 'no'\n  namespace: x\nroleRef:\n  kind: ClusterRole\n  name: kubeflow-view\n"
    )


def test_documents_know_their_line_and_their_identity() -> None:
    rendered = engine(BINDINGS).render(
        "t", {"bindings": [Binding("a", "edit"), Binding("b", "view")], "namespace": "x"}
    )
    lines = [(document.data["metadata"]["name"], document.line) for document in rendered.documents]
    assert lines == [("a", 1), ("b", 10)]
    assert rendered.text.split("\n")[9] == "apiVersion: rbac.authorization.k8s.io/v1"
    group = "rbac.authorization.k8s.io"
    assert rendered.identities == (
        (group, "RoleBinding", "x", "a"),
        (group, "RoleBinding", "x", "b"),
    )


def test_no_documents_are_an_empty_file() -> None:
    rendered = engine(BINDINGS).render("t", {"bindings": [], "namespace": "x"})
    assert (rendered.text, len(rendered.documents), rendered.identities) == ("", 0, ())


@pytest.mark.parametrize("text", ["", "\n", "---\n", "# nothing\n---\n---\n", "--- # a\n---"])
def test_a_template_without_documents(text: str) -> None:
    assert render(text) == ""


@pytest.mark.parametrize(
    "text", [f"---\n{HEAD}", f"{HEAD}---\n", f"--- # first\n{HEAD}", f"\n---\n---\n{HEAD}---"]
)
def test_markers_around_a_document(text: str) -> None:
    assert render(text) == HEAD


def test_dashes_inside_text_separate_nothing() -> None:
    text = 'a: "x\n----\n---y"\n'
    assert body(text) == "a: x ---- ---y\n"


def test_a_hole_takes_any_value_in_any_position() -> None:
    template = "{{ k }}: {{ v }}\nlist:\n- {{ v }}\n- [{{ v }}, {{ k }}]\nflow: { {{ k }}: 1 }\n"
    assert body(template, k="key", v={"a": [1, {"b": None}], "c": {}}) == (
        "key:\n  a:\n  - 1\n  - b: null\n  c: {}\n"
        "list:\n- a:\n  - 1\n  - b: null\n  c: {}\n"
        "- - a:\n    - 1\n    - b: null\n    c: {}\n  - key\n"
        "flow:\n  key: 1\n"
    )


def test_text_of_several_lines_is_a_block_at_its_own_depth() -> None:
    text = body("a: {{ v }}\nb: {c: [{{ v }}]}\n{{ v }}: 1\n", v="one\ntwo\n")
    assert text == 'a: |\n  one\n  two\nb:\n  c:\n  - |\n    one\n    two\n"one\\ntwo\\n": 1\n'


def test_fixed_scalars_are_read_as_yaml_1_2() -> None:
    text = body("a: yes\nb: 2026-01-31\nc: 0o17\nd: ~\ne: '1'\nf: |\n  x\n  z\n")
    assert text == "a: 'yes'\nb: '2026-01-31'\nc: 15\nd: null\ne: '1'\nf: |\n  x\n  z\n"


def test_a_block_at_the_end_of_a_document_keeps_its_newlines() -> None:
    text = render(f"{HEAD}a: |+\n  x\n\n---\n", HEAD.replace("name: a", "name: b"), "a: |\n  x\n")
    assert text.count("\na: |+\n  x\n\n---\n") == 1
    assert text.endswith("\na: |\n  x\n")


def test_yaml_comments_and_layout_of_the_template_do_not_show() -> None:
    assert body("# a comment\na:   {b: 1,   c: [ 2 ]}   # another\n") == "a:\n  b: 1\n  c:\n  - 2\n"


def test_the_token_may_stand_in_values_and_in_escapes() -> None:
    assert body('a: {{ v }}\nb: "\\uE000"\n', v="\ue000") == 'a: "\\uE000"\nb: "\\uE000"\n'


def test_windows_newlines_make_no_difference() -> None:
    assert render(HEAD.replace("\n", "\r\n") + "a: {{ v }}\r\n", v=1) == HEAD + "a: 1\n"


def test_values_may_be_mappings_of_any_class_and_tuples() -> None:
    assert body("a: {{ v }}\n", v=MappingProxyType({"b": (1, 2)})) == "a:\n  b:\n  - 1\n  - 2\n"


def test_data_shares_nothing_with_the_context() -> None:
    labels = {"a": ["b"]}
    rendered = engine(HEAD, "spec: {{ labels }}\n").render("t", {"labels": labels})
    rendered.documents[0].data["spec"]["a"].append("c")
    assert labels == {"a": ["b"]}


def test_one_shape_keeps_documents_apart() -> None:
    machine = engine(HEAD, "spec: {a: {{ v }}, b: {c: [1]}}\n")
    first, second = (machine.render("t", {"v": v}).documents[0].data for v in ("x", "y"))
    first["spec"]["b"]["c"].append(2)
    assert second["spec"] == {"a": "y", "b": {"c": [1]}}


def test_an_include_sees_the_loop_variable() -> None:
    machine = engine(
        HEAD,
        "items:\n{% for x in xs %}\n  {% include 'item' %}\n{% endfor %}\nend: 1\n",
        item="- name: {{ x }}\n  first: true\n",
    )
    text = agreed(machine.render("t", {"xs": ["a", "b"]})).removeprefix(HEAD)
    assert text == "items:\n- name: a\n  first: true\n- name: b\n  first: true\nend: 1\n"


@pytest.mark.parametrize(
    ("first", "second", "text"), [(1, 0, "one: q-1\n"), (0, 1, "two: q-1\n"), (0, 0, "else: 0\n")]
)
def test_set_and_if_and_elif_and_else(first: int, second: int, text: str) -> None:
    template = """\
        {% set x = a ~ '-' ~ 1 %}
        {% if first %}
        one: {{ x }}
        {% elif second %}
        two: {{ x }}
        {% else %}
        else: 0
        {% endif %}
        """
    assert body(template, a="q", first=first, second=second) == text


def test_loop_knows_where_it_is() -> None:
    text = body(
        "{% for x in xs %}\n{{ x }}: {{ [loop.index, loop.last] }}\n{% endfor %}\n", xs="ab"
    )
    assert text == "a:\n- 1\n- false\nb:\n- 2\n- true\n"


def test_an_unknown_template_and_too_many_labels_are_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="nope"):
        engine(HEAD).render("nope", {})
    with pytest.raises(ValueError, match="1 labels for 0 label keys"):
        engine(HEAD).render("t", {}, ("x",))


def test_a_rendered_file_survives_pickling() -> None:
    rendered = engine(HEAD, "a: {{ v }}\n").render("t", {"v": 1})
    copy = pickle.loads(pickle.dumps(rendered))
    assert copy.text == rendered.text
    assert list(copy.documents) == [Document({**rendered.documents[0].data, "a": 1}, 1)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_used_engine_works_in_another_process(method: str) -> None:
    machine = engine(BINDINGS)
    machine.render("t", {"bindings": [Binding("a", "edit")], "namespace": "x"})
    here, there = get_context(method).Pipe()
    process = get_context(method).Process(target=_render_one, args=(machine, there))
    process.start()
    assert here.poll(60)
    assert here.recv() == "b"
    process.join()


def _render_one(machine: Engine, answer: Connection) -> None:
    rendered = machine.render("t", {"bindings": [Binding("b", "edit")], "namespace": "x"})
    answer.send(rendered.documents[0].data["metadata"]["name"])


def test_the_text_does_not_depend_on_what_was_rendered_before_or_on_the_hash_seed() -> None:
    program = (
        "import sys; from tests.render.rendering import HEAD, engine\n"
        "e = engine(HEAD, 'a: {{ v }}\\n')\n"
        "e.render('t', {'v': sys.argv[1]})\n"
        "print(e.render('t', {'v': {'x': ['yes', 1.0, 'a\\nb']}}).text, end='')\n"
    )
    for before, seed in (("a", "1"), ("b", "2")):
        command = [sys.executable, "-c", program, before]
        output = subprocess.check_output(command, env={"PYTHONHASHSEED": seed}, cwd=ROOT, text=True)
        assert output == HEAD + "a:\n  x:\n  - 'yes'\n  - 1.0\n  - |-\n    a\n    b\n"


def test_importing_the_engine_loads_neither_jinja_nor_yaml() -> None:
    program = "import sys, gitops.render.engine; print({'jinja2', 'yaml'} & set(sys.modules))"
    output = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert output == "set()\n"
