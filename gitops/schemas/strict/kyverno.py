"""Kyverno (policies.kyverno.io/v1, release 1.17 and later): policies that change what is made.

The expressions are those of Kubernetes' own MutatingAdmissionPolicy.
"""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import admission as rules
from gitops.schemas.shapes import (
    FILLED,
    FLAG,
    SELECTOR,
    TEXTS,
    Schema,
    choice,
    listing,
    number,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind

_SWITCH: Final = record({"enabled": FLAG})
_NAMED: Final = listing(
    record({"expression": FILLED, "name": spelt(syntax.LABEL_KEY)}, ["expression", "name"]), most=64
)
_EXPRESSION: Final = record({"expression": FILLED}, ["expression"])
_RULES: Final = listing(
    record(
        {
            "apiGroups": TEXTS,
            "apiVersions": TEXTS,
            "operations": listing(choice("*", "CREATE", "UPDATE", "DELETE", "CONNECT")),
            "resourceNames": TEXTS,
            "resources": TEXTS,
            "scope": choice("*", "Cluster", "Namespaced"),
        },
        ["apiGroups", "apiVersions", "operations", "resources"],
    )
)
_CONSTRAINTS: Final[dict[str, Schema]] = {
    "excludeResourceRules": _RULES,
    "matchPolicy": choice("Exact", "Equivalent"),
    "namespaceSelector": SELECTOR,
    "objectSelector": SELECTOR,
    "resourceRules": _RULES,
}

MUTATING_POLICY: Final = kind(
    {
        "spec": record(
            {
                "auditAnnotations": listing(
                    record({"key": FILLED, "valueExpression": FILLED}, ["key", "valueExpression"])
                ),
                "autogen": record(
                    {
                        "mutatingAdmissionPolicy": _SWITCH,
                        "podControllers": record({"controllers": TEXTS}),
                    }
                ),
                "evaluation": record(
                    {
                        "admission": _SWITCH,
                        "background": _SWITCH,
                        "mode": choice("Kubernetes", "JSON"),
                        "mutateExisting": _SWITCH,
                        "skipBackgroundRequests": FLAG,
                        "useServerSideApply": FLAG,
                    }
                ),
                "failurePolicy": choice("Fail", "Ignore"),
                "matchConditions": _NAMED,
                "matchConstraints": record(_CONSTRAINTS, ["resourceRules"]),
                "mutations": listing(
                    record(
                        {
                            "applyConfiguration": _EXPRESSION,
                            "jsonPatch": _EXPRESSION,
                            "patchType": choice("ApplyConfiguration", "JSONPatch"),
                        },
                        ["patchType"],
                    ),
                    least=1,
                ),
                "reinvocationPolicy": choice("IfNeeded", "Never"),
                "targetMatchConditions": _NAMED,
                "targetMatchConstraints": record({**_CONSTRAINTS, "expression": FILLED}),
                "variables": _NAMED,
                "webhookConfiguration": record({"timeoutSeconds": number(1, 30)}),
            },
            ["matchConstraints", "mutations"],
        )
    },
    namespaced=False,
    rules=(rules.mutating,),
)
