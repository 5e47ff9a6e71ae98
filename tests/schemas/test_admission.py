"""Admission policies and their bindings."""

from __future__ import annotations

from .said import GONE, said

VALIDATING = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: guard}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  matchConditions: [{name: members, expression: "true"}]
  variables: [{name: declared, expression: "true"}]
  validations: [{expression: variables.declared, message: refused}]
"""
MUTATING = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: overlay}
spec:
  reinvocationPolicy: IfNeeded
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "remove", path: "/spec/x"}]'}
"""
BINDING = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: guard}
spec: {policyName: guard, validationActions: [Deny, Audit]}
"""
MUTATION = "spec mutations 0"


def test_usual_policies_are_valid() -> None:
    assert said(VALIDATING) == []
    assert said(MUTATING) == []
    assert said(BINDING) == []


def test_a_policy_checks_something() -> None:
    assert said(VALIDATING, ("spec validations", GONE)) == [
        "spec: needs validations or auditAnnotations"
    ]


def test_a_policy_matches_something() -> None:
    assert said(VALIDATING, ("spec matchConstraints", {})) == [
        "spec.matchConstraints: needs resourceRules, or nothing matches"
    ]
    assert said(VALIDATING, ("spec matchConstraints", GONE)) == [
        'spec: the field "matchConstraints" is missing'
    ]


def test_names_within_a_policy_are_unique() -> None:
    twice = [{"name": "a", "expression": "true"}, {"name": "a", "expression": "false"}]
    assert said(VALIDATING, ("spec variables", twice), ("spec matchConditions", twice)) == [
        'spec.matchConditions[1].name: "a" stands here twice',
        'spec.variables[1].name: "a" stands here twice',
    ]


def test_a_binding_says_what_happens() -> None:
    assert said(BINDING, ("spec validationActions", GONE)) == [
        'spec: the field "validationActions" is missing'
    ]
    assert said(BINDING, ("spec validationActions", [])) == [
        "spec.validationActions: must not be empty"
    ]


def test_deny_and_warn_exclude_each_other() -> None:
    assert said(BINDING, ("spec validationActions", ["Deny", "Warn"])) == [
        "spec.validationActions: may not hold both Deny and Warn"
    ]


def test_parameters_are_named_or_selected() -> None:
    params = {"name": "a", "selector": {}, "parameterNotFoundAction": "Deny"}
    assert said(BINDING, ("spec paramRef", params)) == [
        "spec.paramRef: needs a name or a selector, and only one of them"
    ]


def test_a_mutation_has_the_expression_of_its_type() -> None:
    assert said(MUTATING, (f"{MUTATION} patchType", "ApplyConfiguration")) == [
        "spec.mutations[0].jsonPatch: does not go with ApplyConfiguration",
        "spec.mutations[0]: ApplyConfiguration needs applyConfiguration.expression",
    ]


def test_a_mutation_says_whether_it_is_repeated() -> None:
    assert said(MUTATING, ("spec reinvocationPolicy", GONE)) == [
        'spec: the field "reinvocationPolicy" is missing'
    ]


def test_typos_are_guessed() -> None:
    edits = [
        ("spec failurePolicy", "fail"),
        ("spec validation", []),
        ("spec matchConstraints resourceRules 0 operation", ["CREATE"]),
        ("spec matchConstraints resourceRules 0 operations", ["CREAT"]),
    ]
    assert said(VALIDATING, *edits) == [
        'spec.failurePolicy: must be "Fail" or "Ignore", not "fail"; did you mean "Fail"?',
        'spec.matchConstraints.resourceRules[0].operation: unknown field "operation"; '
        'did you mean "operations"?',
        'spec.matchConstraints.resourceRules[0].operations[0]: must be "*", "CREATE", "UPDATE", '
        '"DELETE" or "CONNECT", not "CREAT"; did you mean "CREATE"?',
        'spec.validation: unknown field "validation"; did you mean "validations"?',
    ]
