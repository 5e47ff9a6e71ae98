import pytest

from gitops.foundation.errors import Refused
from tests.render.rendering import agreed, engine

KEYS = ("managed-by", "tenant")
LABELS = ("gitops", "vision")
BOTH = "    managed-by: gitops\n    tenant: vision\n"


def rendered(metadata: str, **context: object) -> str:
    """The metadata of a document that must carry two labels."""
    text = f"apiVersion: v1\nkind: A\nmetadata:{metadata}\nend: 1\n"
    made = agreed(engine(text, label_keys=KEYS).render("t", context, LABELS))
    return made.removeprefix("apiVersion: v1\nkind: A\nmetadata:\n").removesuffix("end: 1\n")


def conflict(metadata: str, **context: object) -> tuple[str, str, str]:
    with pytest.raises(Refused) as caught:
        rendered(metadata, **context)
    (finding,) = caught.value.findings
    return (finding.rule, str(finding.position), finding.message)


def test_a_document_without_labels_gets_them_behind_its_name() -> None:
    assert rendered(" {annotations: {x: z}, name: a, namespace: b, finalizers: []}") == (
        f"  annotations:\n    x: z\n  name: a\n  namespace: b\n  labels:\n{BOTH}  finalizers: []\n"
    )


@pytest.mark.parametrize("labels", ["{}", "null", ""])
def test_empty_labels_are_filled(labels: str) -> None:
    assert rendered(f"\n  labels: {labels}\n  name: a") == f"  labels:\n{BOTH}  name: a\n"


def test_fixed_labels_are_kept_in_front() -> None:
    assert rendered(" {name: a, labels: {x: z}}") == f"  name: a\n  labels:\n    x: z\n{BOTH}"


@pytest.mark.parametrize(("labels", "before"), [({"x": "z"}, "    x: z\n"), ({}, ""), (None, "")])
def test_labels_from_one_expression_take_them_in(labels: object, before: str) -> None:
    text = rendered(" {name: a, labels: {{ labels }}}", labels=labels)
    assert text == f"  name: a\n  labels:\n{before}{BOTH}"


@pytest.mark.parametrize(("labels", "before"), [({"labels": {"x": "z"}}, "    x: z\n"), ({}, "")])
def test_metadata_from_one_expression_takes_them_in(labels: dict[str, object], before: str) -> None:
    text = rendered(" {{ all }}", all={"name": "a", **labels})
    assert text == f"  name: a\n  labels:\n{before}{BOTH}"


def test_labels_under_keys_from_expressions() -> None:
    text = rendered(" {name: a, labels: { {{ k }}: {{ v }} }}", k="x", v="z")
    assert text == f"  name: a\n  labels:\n    x: z\n{BOTH}"


@pytest.mark.parametrize("value", ["vision", "{{ v }}"])
def test_a_template_may_write_the_label_itself(value: str) -> None:
    text = rendered(f" {{name: a, labels: {{tenant: {value}}}}}", v="vision")
    assert text == "  name: a\n  labels:\n    tenant: vision\n    managed-by: gitops\n"


def test_a_mapping_may_hold_the_label() -> None:
    text = rendered(" {name: a, labels: {{ v }}}", v={"tenant": "vision"})
    assert text == "  name: a\n  labels:\n    tenant: vision\n    managed-by: gitops\n"


@pytest.mark.parametrize(
    ("metadata", "column", "shown"),
    [
        (" {name: a, labels: {tenant: other}}", 38, ""),
        (" {name: a, labels: {tenant: {{ v }}}}", 38, ": {{ v }}"),
        (" {name: a, labels: {{ m }}}", 29, ": {{ m }}"),
        (" {{ all }}", 11, ": {{ all }}"),
        (" {name: a, labels: {tenant: [a]}}", 38, ""),
    ],
)
def test_a_template_that_says_something_else(metadata: str, column: int, shown: str) -> None:
    other = {"tenant": "other"}
    found = conflict(metadata, v="other", m=other, all={"name": "a", "labels": other})
    assert found == (
        "label-conflict", f"t.j2:3:{column}",
        f'the label "tenant" is "vision" on every object; this says something else{shown}',
    )  # fmt: skip


def test_a_key_from_an_expression_that_is_the_label() -> None:
    found = conflict(" {name: a, labels: { {{ k }}: other }}", k="tenant")
    assert found[0] == "colliding-keys"


@pytest.mark.parametrize("labels", ["[]", "text", "{{ v }}"])
def test_labels_that_are_no_mapping(labels: str) -> None:
    rule, place, message = conflict(f" {{name: a, labels: {labels}}}", v=[1])
    assert (rule, place) == ("unrenderable-value", "t.j2:3:29")
    assert message.startswith("metadata.labels must be a mapping")


def test_fewer_labels_than_keys_are_the_first_ones() -> None:
    machine = engine("apiVersion: v1\nkind: A\nmetadata: {name: a}\n", label_keys=KEYS)
    head = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n"
    assert machine.render("t", {}, ("gitops",)).text == f"{head}  labels:\n    managed-by: gitops\n"
    assert machine.render("t", {}, LABELS).text == f"{head}  labels:\n{BOTH}"
    assert machine.render("t", {}).text == head


def test_a_label_is_quoted_like_any_value() -> None:
    text = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"
    made = agreed(engine(text, label_keys=KEYS).render("t", {}, ("true", "a: b\n- c")))
    assert made.endswith("    managed-by: 'true'\n    tenant: |-\n      a: b\n      - c\n")
