"""No value changes the structure of a document, whatever it is and wherever it goes in."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.render.emit import emit
from gitops.render.engine import Engine
from tests.programs import KUBECTL
from tests.render.rendering import HEAD, agreed_data, engine
from tests.render.values import keys, texts, unhurried, values

KEYS = ("managed-by", "tenant")
TEMPLATE = """\
{% if note is defined %}
  # a comment
{% endif %}
spec:
  {{ key }}: {{ value }}
  list:
    - {{ value }}
    - [{{ value }}, {a: {{ value }}}]
    - - {{ value }}
  fixed: [1, "two", {three: 3}]
{% for item in items %}
---
apiVersion: v1
kind: {{ kind }}
metadata: {name: {{ name }}, annotations: { {{ key }}: {{ value }} }}
{% endfor %}
"""


@cache
def machine() -> Engine:
    """One engine for every example, so that its caches are as hostile as the values."""
    return engine(HEAD, TEMPLATE, label_keys=KEYS)


def names() -> st.SearchStrategy[str]:
    return texts().filter(bool)


@unhurried
@given(keys().filter(lambda key: key not in ("list", "fixed")), values(), names(), st.data())
def test_every_reader_finds_the_value_and_nothing_else(
    key: str, value: Any, name: str, more: st.DataObject
) -> None:
    kind, one, two = more.draw(names()), more.draw(texts()), more.draw(texts())
    context = {"key": key, "value": value, "kind": kind, "name": name, "items": [1]}
    rendered = machine().render("t", context, (one, two))
    labels = {"managed-by": one, "tenant": two}
    inner = [value, [value, {"a": value}], [value]]
    first = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": labels},
        "spec": {key: value, "list": inner, "fixed": [1, "two", {"three": 3}]},
    }  # fmt: skip
    second = {
        "apiVersion": "v1", "kind": kind,
        "metadata": {"name": name, "labels": labels, "annotations": {key: value}},
    }  # fmt: skip
    data = agreed_data(rendered)
    assert data == [first, second]
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        read = list(yaml.load_all(rendered.text, loader))
        assert repr(read) == repr(data)


@unhurried
@given(values(), values())
def test_the_text_does_not_depend_on_what_was_rendered_before(before: Any, value: Any) -> None:
    def rendered(used: Engine, value: Any) -> str:
        context = {"key": "k", "value": value, "kind": "K", "name": "n", "items": [1]}
        return used.render("t", context).text

    rendered(machine(), before)
    assert rendered(machine(), value) == rendered(engine(HEAD, TEMPLATE), value)


@settings(unhurried, max_examples=60)
@given(values(), st.lists(keys(), min_size=1, max_size=3))
def test_documents_are_as_the_writer_writes_plain_data(value: Any, names: list[str]) -> None:
    context = {"value": dict.fromkeys(names, value), "key": "k", "kind": "K", "name": "n"}
    rendered = machine().render("t", {**context, "items": [1]}, ("x", "z"))
    texts = [emit(document.data) for document in rendered.documents]
    assert rendered.text == "---\n".join(texts)


def test_kubectl_and_kustomize_read_the_same(tmp_path: Path) -> None:
    seen: list[tuple[str, Any]] = []

    @settings(unhurried, max_examples=300, database=None)
    @given(keys(), values(8))
    def collect(key: str, value: Any) -> None:
        seen.append((key, value))

    collect()
    template = "apiVersion: example.com/v1\nkind: Values\nmetadata: {name: {{ name }}}\n"
    used = engine(template, "spec: {inner: {{ value }}, keyed: { {{ key }}: [{{ value }}] }}\n")
    parts = [used.render("t", {"name": f"v{number}", "key": key, "value": value}).text
             for number, (key, value) in enumerate(seen)]  # fmt: skip
    (tmp_path / "values.yaml").write_text("---\n".join(parts))
    (tmp_path / "kustomization.yaml").write_text("resources: [values.yaml]\n")
    (tmp_path / "built").write_bytes(kubectl("kustomize", str(tmp_path)))
    wanted = {f"v{number}": comparable({"inner": value, "keyed": {key: [value]}})
              for number, (key, value) in enumerate(seen)}  # fmt: skip
    assert read_by_kubectl(tmp_path / "values.yaml") == wanted
    assert read_by_kubectl(tmp_path / "built") == wanted


def kubectl(*arguments: str) -> bytes:
    run = subprocess.run([KUBECTL, *arguments], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()[-500:]
    return run.stdout


def read_by_kubectl(file: Path) -> dict[str, Any]:
    """The spec of each object by its name, as kubectl's own YAML parser reads it."""
    text = kubectl("annotate", "--local", f"--filename={file}", "--output=json", "a=b").decode()
    found = {}
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        found[document["metadata"]["name"]] = comparable(document["spec"])
        text = text[end:].lstrip()
    return found


def comparable(value: Any) -> Any:
    """A value with its numbers as JSON knows them: of one kind."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return float(value) if type(value) in (int, float) else value


def templated(
    value: Any, hole: st.SearchStrategy[bool], more: st.DataObject, put: list[Any]
) -> str:
    """A flow-style template for a value, some of it fixed and the rest in ``put``."""
    if more.draw(hole):
        put.append(value)
        return f"{{{{ put[{len(put) - 1}] }}}}"
    if isinstance(value, dict):
        pairs = [f"{templated(key, hole, more, put)}: {templated(item, hole, more, put)}"
                 for key, item in value.items()]  # fmt: skip
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[ " + ", ".join(templated(item, hole, more, put) for item in value) + " ]"
    return json.dumps(value)


WORDS = st.sampled_from(["a", "b", "yes", "1", "null", "a: b", "#", "x\ny\n", "", "- a"])
FIXED = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)


@settings(unhurried, max_examples=200)
@given(FIXED, st.data())
def test_it_makes_no_difference_what_is_fixed_and_what_is_filled(
    value: Any, more: st.DataObject
) -> None:
    put: list[Any] = []
    template = f"spec: {templated(value, st.booleans(), more, put)}\n"
    rendered = engine(HEAD, template).render("t", {"put": put})
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert rendered.documents[0].data == {**head, "spec": value}
    assert rendered.text == emit({**head, "spec": value})
