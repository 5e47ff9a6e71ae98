"""Differences between objects: what counts, what is quiet, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitops.report.changes import path_text
from gitops.review.differences import HIDDEN, changes_of, compare
from gitops.review.lists import BY_KIND


def told(kind: str, old: str, new: str) -> list[str]:
    """The changes between two bodies of an object of a kind, a line each."""
    head = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\n"
    return [f"{change.op} {path_text(change.path)}: {change.old} -> {change.new}"
            for change in changes_of(yaml.safe_load(head + old), yaml.safe_load(head + new))]


def thing(name: str, api: str = "v1", kind: str = "ConfigMap", **rest: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **rest}


def test_objects_come_go_and_change() -> None:
    old = [thing("gone"), thing("same"), thing("other", data={"a": "1"})]
    new = [thing("new"), thing("other", data={"a": "2"}), thing("same")]
    assert [(found.op, found.identity[3]) for found in compare(old, new)] == [
        ("removed", "gone"), ("changed", "other"), ("added", "new")]


def test_objects_that_come_or_go_have_no_fields() -> None:
    assert [found.changes for found in compare([thing("a")], [thing("b")])] == [(), ()]


def test_the_namespace_tells_objects_apart() -> None:
    here, there = (thing("x") | {"metadata": {"name": "x", "namespace": name}}
                   for name in ("here", "there"))
    assert [found.op for found in compare([here], [there])] == ["removed", "added"]


def test_a_new_version_of_the_api_is_a_change() -> None:
    old, new = (thing("x", f"networking.k8s.io/{version}", "NetworkPolicy")
                for version in ("v1beta1", "v1"))
    (found,) = compare([old], [new])
    assert (found.op, [(change.path, change.old, change.new) for change in found.changes]) == (
        "changed", [(("apiVersion",), "networking.k8s.io/v1beta1", "networking.k8s.io/v1")])


def test_another_api_group_is_another_object() -> None:
    old, new = (thing("x", f"{group}/v1", "Profile") for group in ("a.example", "b.example"))
    assert [found.op for found in compare([old], [new])] == ["removed", "added"]


def test_fields_come_go_and_change() -> None:
    assert told("ConfigMap", "data: {a: x, b: x, c: x}", "data: {b: y, c: x, d: z}") == [
        "removed data.a: x -> None", "changed data.b: x -> y", "added data.d: None -> z"]


def test_a_key_with_a_dot_is_quoted_in_the_path() -> None:
    assert told("ResourceQuota", "spec: {hard: {requests.cpu: '1'}}",
                "spec: {hard: {requests.cpu: '2'}}") == [
        'changed spec.hard["requests.cpu"]: 1 -> 2']


@pytest.mark.parametrize(("old", "new"), [
    ("data: {a: 'x'}", 'data:\n  "a": x'),
    ("data: {a: x, b: y}", "data: {b: y, a: x}"),
    ("labels: {a: x, b: y}", "labels: {b: y, a: x}"),
    ("text: |-\n  x\n  y", 'text: "x\\ny"'),
])
def test_spelling_and_the_order_of_keys_are_quiet(old: str, new: str) -> None:
    assert told("ConfigMap", old, new) == []


@pytest.mark.parametrize(("old", "new"), [("1", "'1'"), ("true", "'true'"), ("true", "1"),
                                          ("null", "''"), ("[]", "{}")])
def test_values_of_another_type_are_different(old: str, new: str) -> None:
    assert len(told("ConfigMap", f"a: {old}", f"a: {new}")) == 1


def test_a_field_that_is_null_is_not_a_field_that_is_missing() -> None:
    assert told("ConfigMap", "a: {b: null}", "a: {}") == ["removed a.b: None -> None"]


ONE, TWO = "{kind: User, name: ana}", "{kind: User, name: ben}"
SETS = {
    "subjects": ("RoleBinding", f"subjects: [{ONE}, {TWO}]", f"subjects: [{TWO}, {ONE}]"),
    "verbs": ("Role", "rules: [{verbs: [get, list]}]", "rules: [{verbs: [list, get]}]"),
    "rules": ("ClusterRole", "rules: [{verbs: [get]}, {verbs: [list]}]",
              "rules: [{verbs: [list]}, {verbs: [get]}]"),
    "rules and verbs": ("Role", "rules: [{verbs: [get, put]}, {verbs: [list, post]}]",
                        "rules: [{verbs: [post, list]}, {verbs: [put, get]}]"),
    "principals": ("AuthorizationPolicy",
                   "spec: {rules: [{from: [{source: {principals: [a, b]}}]}]}",
                   "spec: {rules: [{from: [{source: {principals: [b, a]}}]}]}"),
    "values": ("AuthorizationPolicy", "spec: {rules: [{when: [{key: k, values: [a, b]}]}]}",
               "spec: {rules: [{when: [{key: k, values: [b, a]}]}]}"),
    "hosts": ("AuthorizationPolicy", "spec: {rules: [{to: [{operation: {hosts: [a, b]}}]}]}",
              "spec: {rules: [{to: [{operation: {hosts: [b, a]}}]}]}"),
    "not hosts": ("AuthorizationPolicy",
                  "spec: {rules: [{to: [{operation: {notHosts: [a, b]}}]}]}",
                  "spec: {rules: [{to: [{operation: {notHosts: [b, a]}}]}]}"),
    "peers": ("NetworkPolicy",
              "spec: {ingress: [{from: [{podSelector: {}}, {namespaceSelector: {}}]}]}",
              "spec: {ingress: [{from: [{namespaceSelector: {}}, {podSelector: {}}]}]}"),
    "ports": ("NetworkPolicy", "spec: {egress: [{ports: [{port: 1}, {port: 2}]}]}",
              "spec: {egress: [{ports: [{port: 2}, {port: 1}]}]}"),
    "network rules": ("NetworkPolicy", "spec: {egress: [{ports: [{port: 1}]}, {to: []}]}",
                      "spec: {egress: [{to: []}, {ports: [{port: 1}]}]}"),
    "exceptions": ("NetworkPolicy",
                   "spec: {egress: [{to: [{ipBlock: {cidr: c, except: [a, b]}}]}]}",
                   "spec: {egress: [{to: [{ipBlock: {cidr: c, except: [b, a]}}]}]}"),
    "policy types": ("NetworkPolicy", "spec: {policyTypes: [Ingress, Egress]}",
                     "spec: {policyTypes: [Egress, Ingress]}"),
    "tolerations": ("Pod", "spec: {tolerations: [{key: a}, {key: b}]}",
                    "spec: {tolerations: [{key: b}, {key: a}]}"),
    "expressions": ("NetworkPolicy",
                    "spec: {podSelector: {matchExpressions: [{key: a, values: [x, y]}]}}",
                    "spec: {podSelector: {matchExpressions: [{key: a, values: [y, x]}]}}"),
    "admission": ("ValidatingAdmissionPolicy",
                  "spec: {matchConstraints: {resourceRules: [{operations: [CREATE, UPDATE]}]}}",
                  "spec: {matchConstraints: {resourceRules: [{operations: [UPDATE, CREATE]}]}}"),
    "plugins": ("Profile", "spec: {plugins: [{kind: A}, {kind: B}]}",
                "spec: {plugins: [{kind: B}, {kind: A}]}"),
    "limits by type": ("LimitRange", "spec: {limits: [{type: Pod}, {type: Container}]}",
                       "spec: {limits: [{type: Container}, {type: Pod}]}"),
    "containers by name": ("Pod", "spec: {containers: [{name: a}, {name: b}]}",
                           "spec: {containers: [{name: b}, {name: a}]}"),
}


@pytest.mark.parametrize("case", SETS)
def test_the_order_of_a_set_is_quiet(case: str) -> None:
    assert told(*SETS[case]) == []


@pytest.mark.parametrize("body", ["env: [{name: a, value: x}, {name: b, value: $(a)}]",
                                  "args: [a, b]", "command: [a, b]"])
def test_the_order_of_what_a_container_is_given_counts(body: str) -> None:
    def pod(items: list[Any]) -> Mapping[str, Any]:
        return thing("x", kind="Pod", spec={"containers": [{"name": "main", key: items}]})

    ((key, items),) = yaml.safe_load(body).items()
    assert changes_of(pod(items), pod(items[::-1]))
    assert not changes_of(pod(items), pod(list(items)))


def test_a_list_of_another_kind_keeps_its_order() -> None:
    """What is a set in a Role is none where the same words stand in something else."""
    assert told("ConfigMap", "rules: [a, b]", "rules: [b, a]") != []


def test_a_subject_that_came_is_one_line() -> None:
    assert told("RoleBinding", f"subjects: [{ONE}]", f"subjects: [{TWO}, {ONE}]") == [
        "added subjects: None -> {'kind': 'User', 'name': 'ben'}"]


def test_a_verb_that_went_is_one_line_in_its_rule() -> None:
    assert told("Role", "rules: [{resources: [pods, jobs], verbs: [get, list]}]",
                "rules: [{resources: [jobs, pods], verbs: [list]}]") == [
        "removed rules[0].verbs: get -> None"]


def test_an_only_condition_is_changed_and_not_replaced() -> None:
    policy = "spec: {rules: [{when: [{key: user, values: [%s]}]}]}"
    assert told("AuthorizationPolicy", policy % "a", policy % "b, c, d") == [
        "removed spec.rules[0].when[0].values: a -> None",
        "added spec.rules[0].when[0].values: None -> b",
        "added spec.rules[0].when[0].values: None -> c",
        "added spec.rules[0].when[0].values: None -> d"]


def test_an_only_item_that_shares_nothing_is_replaced() -> None:
    policy = "spec: {ingress: [{from: [{%s}]}]}"
    found = told("NetworkPolicy", policy % "podSelector: {a: b}", policy % "ipBlock: {cidr: c}")
    assert [line.split()[0] for line in found] == ["removed", "added"]


def test_an_item_is_found_by_its_key() -> None:
    assert told("LimitRange", "spec: {limits: [{type: Pod, max: 1}, {type: Container, max: 1}]}",
                "spec: {limits: [{type: Container, max: 2}, {type: Pod, max: 1}]}") == [
        "changed spec.limits[type=Container].max: 1 -> 2"]


def test_an_item_that_came_is_named_by_its_key() -> None:
    assert told("Gateway", "spec: {listeners: [{name: a}]}",
                "spec: {listeners: [{name: b}, {name: a}]}") == [
        "added spec.listeners[name=b]: None -> {'name': 'b'}"]


@pytest.mark.parametrize("listeners", ["[{name: a}, {name: a, port: 1}]", "[{port: 1}, {name: a}]"])
def test_items_without_a_key_of_their_own_keep_their_order(listeners: str) -> None:
    turned = yaml.safe_load(listeners)[::-1]
    assert told("Gateway", f"spec: {{listeners: {listeners}}}", f"spec: {{listeners: {turned}}}")


def test_an_item_put_in_front_changes_no_other() -> None:
    assert told("ConfigMap", "args: [b, c]", "args: [a, b, c]") == ["added args[0]: None -> a"]


def test_an_item_with_one_other_field_is_changed() -> None:
    assert told("ConfigMap", "steps: [{run: a, as: x}, {run: b}]",
                "steps: [{run: a, as: y}, {run: b}]") == ["changed steps[0].as: x -> y"]


def test_rules_alike_in_words_are_told_apart_by_structure() -> None:
    """One peer of two selectors is no two peers, though both say the same words."""
    both = "{namespaceSelector: {n: x}, podSelector: {p: y}}"
    each = "{namespaceSelector: {n: x}}, {podSelector: {p: y}}"
    swapped = "{podSelector: {p: y}}, {namespaceSelector: {n: x}}"
    policy = "spec: {{ingress: [{{from: [{}]}}, {{from: [{}]}}]}}"
    assert told("NetworkPolicy", policy.format(both, each), policy.format(swapped, both)) == []
    assert told("NetworkPolicy", policy.format(both, both), policy.format(both, each)) != []


def test_values_of_secrets_are_hidden() -> None:
    assert told("Secret", "data: {a: one}\nstringData: {b: two}\ntype: x",
                "data: {a: other}\nstringData: {c: new}\ntype: y") == [
        f"changed data.a: {HIDDEN} -> {HIDDEN}", f"removed stringData.b: {HIDDEN} -> None",
        f"added stringData.c: None -> {HIDDEN}", "changed type: x -> y"]


def test_a_change_knows_its_place_in_the_data() -> None:
    old = thing("x", kind="RoleBinding", subjects=[{"name": "b"}, {"name": "gone"}])
    new = thing("x", kind="RoleBinding", subjects=[{"name": "new"}, {"name": "b"}])
    assert [(change.op, change.at) for change in changes_of(old, new)] == [
        ("removed", ("subjects", 1)), ("added", ("subjects", 0))]


words = st.sampled_from(["a", "b", "c", "1", ""])
scalars = words | st.booleans() | st.none() | st.integers(0, 2)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3)
                      | st.dictionaries(words, inner, max_size=3), max_leaves=8)
fields = st.dictionaries(words, values, max_size=4)
names = st.lists(words, max_size=4)
peers = st.lists(st.fixed_dictionaries({}, optional={
    "podSelector": st.dictionaries(words, words, max_size=1),
    "namespaceSelector": st.dictionaries(words, words, max_size=1),
    "ipBlock": st.fixed_dictionaries({"cidr": words, "except": names})}), max_size=3)
network = st.fixed_dictionaries({"policyTypes": names, "ingress": st.lists(
    st.fixed_dictionaries({"from": peers, "ports": st.lists(
        st.fixed_dictionaries({"port": st.integers(0, 2)}), max_size=3)}), max_size=3)})
roles = st.lists(st.fixed_dictionaries({"verbs": names, "resources": names}), max_size=3)


def shuffled(value: Any, random: Random) -> Any:
    """The same with the order of every list and mapping drawn anew."""
    if isinstance(value, dict):
        keys = random.sample(sorted(value), len(value))
        return {key: shuffled(value[key], random) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, random) for item in random.sample(value, len(value))]
    return value


@given(st.sampled_from(sorted(BY_KIND)), fields)
def test_an_object_equals_itself(kind: str, spec: dict[str, Any]) -> None:
    assert changes_of(thing("x", kind=kind, spec=spec), thing("x", kind=kind, spec=spec)) == []


@given(network, st.randoms(use_true_random=False))
def test_a_network_policy_shuffled_is_the_same(spec: dict[str, Any], random: Random) -> None:
    assert changes_of(thing("x", kind="NetworkPolicy", spec=spec),
                      thing("x", kind="NetworkPolicy", spec=shuffled(spec, random))) == []


@given(roles, st.randoms(use_true_random=False))
def test_a_role_shuffled_is_the_same(rules: list[Any], random: Random) -> None:
    assert changes_of(thing("x", kind="Role", rules=rules),
                      thing("x", kind="Role", rules=shuffled(rules, random))) == []


@given(fields, fields)
def test_objects_that_are_not_equal_have_changes(old: Any, new: Any) -> None:
    """Lists of a kind that no table names are equal only in order, and 1 is not true."""
    found = changes_of(thing("x", spec=old), thing("x", spec=new))
    assert bool(found) == (repr_of(old) != repr_of(new))


def repr_of(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def at(data: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data


without_lists = st.dictionaries(words, st.recursive(
    scalars, lambda inner: st.dictionaries(words, inner, max_size=3), max_leaves=8), max_size=4)


@given(without_lists, without_lists)
def test_the_changes_applied_to_the_old_give_the_new(old: Any, new: Any) -> None:
    done = deepcopy(old)
    for change in changes_of(old, new):
        *into, last = change.at
        holder = at(done, into)
        assert (last in holder) == (change.op != "added")
        if change.op == "removed":
            del holder[last]
        else:
            holder[last] = change.new
    assert repr_of(done) == repr_of(new)


@given(roles, roles)
def test_every_change_of_a_set_names_what_stands_there(old: list[Any], new: list[Any]) -> None:
    before, after = thing("x", kind="Role", rules=old), thing("x", kind="Role", rules=new)
    for change in changes_of(before, after):
        if change.op != "removed":
            assert at(after, change.at) == change.new
        else:
            assert at(before, change.at) == change.old


@given(names, names)
def test_the_items_that_went_and_came_make_the_new_set(old: list[str], new: list[str]) -> None:
    found = changes_of(thing("x", kind="Kustomization", resources=old),
                       thing("x", kind="Kustomization", resources=new))
    went = {change.old for change in found if change.op == "removed"}
    came = {change.new for change in found if change.op == "added"}
    assert (set(old) - went) | came == set(new)
