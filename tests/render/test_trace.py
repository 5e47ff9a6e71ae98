from collections.abc import Mapping
from dataclasses import dataclass, field

from gitops.foundation.findings import Origin, Path
from gitops.render.trace import TracedDocument, TracedField
from tests.render.rendering import HEAD, engine

FILE = "tenants/vision.yaml"
TENANT = Origin(FILE)


@dataclass(frozen=True, slots=True)
class Grant:
    user: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Quota:
    cpu: str = "4"


@dataclass(frozen=True, slots=True)
class Tenant:
    name: str = "vision"
    owner: str = "ana@example.com"
    frozen: bool = True
    quota: Quota = Quota()
    users: tuple[str, ...] = ("a", "b")
    labels: Mapping[str, str] = field(default_factory=lambda: {"x": "1", "z": "2"})
    grants: tuple[Grant, ...] = (
        Grant("a", TENANT.at("contributors", 0)),
        Grant("b", TENANT.at("contributors", 1)),
    )
    origin: Origin = TENANT
    origins: Mapping[str, tuple[Origin, ...]] = field(
        default_factory=lambda: {
            "owner": (TENANT.at("owner"),),
            "quota": (TENANT.at("plan"), Origin("platform.yaml", ("plans", "small"))),
        }
    )


def trace(*texts: str, **included: str) -> list[TracedDocument]:
    return engine(HEAD, *texts, **included).trace("t", {"t": Tenant()})


def fields(*texts: str, **included: str) -> dict[Path, TracedField]:
    (document,) = trace(*texts, **included)
    return {one.path: one for one in document.fields if one.path[0] not in KNOWN}


KNOWN = ("apiVersion", "kind", "metadata")


def test_fixed_text_has_its_own_place_and_no_origin() -> None:
    (document,) = trace("a:\n  b: [1, {}]\n")
    found = [(one.path, str(one.template), one.expression, one.origins) for one in document.fields]
    assert found == [
        (("apiVersion",), "t.j2:1:13", "", ()),
        (("kind",), "t.j2:2:7", "", ()),
        (("metadata", "name"), "t.j2:4:9", "", ()),
        (("a", "b", 0), "t.j2:6:7", "", ()),
        (("a", "b", 1), "t.j2:6:10", "", ()),
    ]
    assert (str(document.template), document.because) == ("t.j2:1:1", ())


def test_a_hole_has_the_origins_of_the_field_it_reads() -> None:
    found = fields("a: {{ t.owner }}\n")[("a",)]
    assert (str(found.template), found.expression) == ("t.j2:5:4", "t.owner")
    assert found.origins == (TENANT.at("owner"),)


def test_a_field_without_an_origin_of_its_own_stands_below_its_object() -> None:
    assert fields("a: {{ t.name }}\n")[("a",)].origins == (TENANT.at("name"),)


def test_the_deepest_known_field_of_a_chain_counts() -> None:
    found = fields("a: {{ t.quota.cpu }}\nb: {{ t['grants'][1].user }}\n")
    assert found[("a",)].origins == (TENANT.at("plan"), Origin("platform.yaml", ("plans", "small")))
    assert found[("b",)].origins == (TENANT.at("contributors", 1, "user"),)


def test_several_chains_in_one_expression_add_up() -> None:
    found = fields("a: {{ t.name ~ '-' ~ (t.owner | upper) ~ t.name }}\n")[("a",)]
    assert found.origins == (TENANT.at("name"), TENANT.at("owner"))


def test_only_the_branch_that_was_taken_counts() -> None:
    found = fields("a: {{ t.name if t.frozen else t.owner }}\n")[("a",)]
    assert found.origins == (TENANT.at("frozen"), TENANT.at("name"))


def test_every_leaf_of_a_value_is_a_field() -> None:
    found = fields("a: {{ t.labels }}\n")
    assert list(found) == [("a", "x"), ("a", "z")]
    assert {one.expression for one in found.values()} == {"t.labels"}


def test_a_loop_variable_has_the_origins_of_the_list() -> None:
    found = fields("a:\n{% for u in t.users %}\n- {{ u }}\n{% endfor %}\n")
    assert found[("a", 1)].origins == (TENANT.at("users"),)


def test_a_loop_variable_with_an_origin_has_its_own() -> None:
    found = fields("a:\n{% for g in t.grants %}\n- {{ g.user }}\n{% endfor %}\n")
    assert found[("a", 1)].origins == (TENANT.at("contributors", 1, "user"),)


def test_variables_that_are_set_pass_origins_on() -> None:
    found = fields("{% set x = t.owner ~ '' %}\na: {{ x }}\n")
    assert found[("a",)].origins == (TENANT.at("owner"),)


def test_a_loop_does_not_leak_its_variables() -> None:
    text = (
        "{% set u = t.owner %}\na:\n{% for u in t.users %}\n- {{ u }}\n{% endfor %}\nb: {{ u }}\n"
    )
    assert fields(text)[("b",)].origins == (TENANT.at("owner"),)


def test_keys_and_values_of_an_entry_add_up() -> None:
    found = fields("a:\n{% for k, v in t.labels.items() %}\n  {{ k }}: {{ v }}\n{% endfor %}\n"
                   "b: { {{ t.name }}: {c: 1} }\n")  # fmt: skip
    assert found[("a", "z")].origins == (TENANT.at("labels"),)
    assert found[("b", "vision", "c")].origins == (TENANT.at("name"),)


def test_fixed_text_in_a_condition_is_there_because_of_it() -> None:
    text = "{% if not t.frozen %}\n{% elif t.name %}\na: 1\n{% else %}\na: 2\n{% endif %}\nb: 2\n"
    found = fields(text)
    assert found[("a",)].origins == (TENANT.at("frozen"), TENANT.at("name"))
    assert found[("b",)].origins == ()


def test_a_document_exists_because_of_the_loops_and_conditions_around_it() -> None:
    (document,) = engine(
        "{% if t.frozen %}\n{% for g in t.grants if g.user == 'b' %}\n---\n", HEAD,
        "a: {{ g.user }}\nb: 1\n{% endfor %}\n{% endif %}\n",
    ).trace("t", {"t": Tenant()})  # fmt: skip
    assert document.because[:2] == (TENANT.at("frozen"), TENANT.at("contributors", 1))
    assert str(document.template) == "t.j2:4:1"
    assert [one.origins for one in document.fields][-2:] == [
        (TENANT.at("contributors", 1, "user"),),
        (),
    ]


def test_an_included_field_stands_in_the_included_template() -> None:
    found = fields("{% include 'part' %}\nb: 1\n", part="\na: {{ t.owner }}\n")
    assert str(found[("a",)].template) == "part.j2:2:4"
    assert str(found[("b",)].template) == "t.j2:6:4"
    assert found[("a",)].origins == (TENANT.at("owner"),)


def test_positions_count_in_the_template_and_not_in_what_it_prints() -> None:
    found = fields("{# a\n comment #}\na: { {{ t.users[0] ~ 'long' }}: 1, b:   {{ t.name }} }\n")
    assert str(found[("a", "along")].template) == "t.j2:7:33"
    assert str(found[("a", "b")].template) == "t.j2:7:41"


def test_traced_data_is_the_rendered_data() -> None:
    machine = engine(
        HEAD, "a: {{ t.labels }}\n---\n", HEAD.replace(": a", ": b"), label_keys=("l",)
    )
    context = {"t": Tenant()}
    traced = machine.trace("t", context, ("x",))
    assert [one.data for one in traced] == [
        document.data for document in machine.render("t", context, ("x",)).documents
    ]
    label = [one for one in traced[0].fields if one.path == ("metadata", "labels", "l")]
    assert [(one.expression, one.origins) for one in label] == [("", ())]


def test_objects_that_know_no_origins_are_fine() -> None:
    (document,) = engine(HEAD, "a: {{ x.b.c }}\nd: {{ n + 1 }}\n").trace(
        "t", {"x": {"b": {"c": 1}}, "n": 1}
    )
    assert [one.origins for one in document.fields][-2:] == [(), ()]
