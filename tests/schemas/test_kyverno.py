"""Kyverno's policies that change what is made."""

from __future__ import annotations

from .said import GONE, said

POLICY = """
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: overlay}
spec:
  autogen: {podControllers: {controllers: []}}
  reinvocationPolicy: IfNeeded
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "remove", path: "/spec/x"}]'}
"""


def test_a_usual_policy_is_valid() -> None:
    assert said(POLICY) == []


def test_a_policy_stands_in_no_namespace() -> None:
    assert said(POLICY, ("metadata namespace", "vision")) != []


def test_a_policy_changes_something() -> None:
    assert said(POLICY, ("spec mutations", GONE)) == ['spec: the field "mutations" is missing']


def test_a_mutation_holds_what_its_type_says() -> None:
    assert said(POLICY, ("spec mutations 0 jsonPatch", GONE)) != []


def test_controllers_are_generated_for_below_pod_controllers_only() -> None:
    assert said(POLICY, ("spec autogen", {"controllers": []})) != []
