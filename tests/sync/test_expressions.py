"""What Flux is told to evaluate, evaluated by Google's own CEL on objects as they really are."""

from __future__ import annotations

from typing import Any

import pytest
from cel_expr_python import cel

from tests.estates import PROFILE, estate, objects_of

CLUSTER = PROFILE + "mesh: ambient\nqueueing: kueue\nsync: flux\n"
PLATFORM = 'sync: {repo: "https://git.example.com/estate.git"}\n'
GATEWAY, QUEUE = "Gateway", "LocalQueue"


@pytest.fixture(scope="module")
def access() -> dict[str, Any]:
    """The spec of the unit that applies a tenant's access."""
    found = objects_of(estate(cluster=CLUSTER, platform=PLATFORM))
    spec: dict[str, Any] = found["Kustomization/vision-access@flux-system"]["spec"]
    return spec


def says(expression: str, **values: Any) -> bool:
    """What an expression is for some variables; one that is no CEL fails."""
    environment = cel.NewEnv(variables=dict.fromkeys(values, cel.Type.DYN))
    return bool(environment.compile(expression).eval(data=values).value())


def health(access: dict[str, Any], kind: str, *conditions: dict[str, Any]) -> str:
    """How Flux sees an object: it asks failed, then current, and waits where neither is so.

    Source: fluxcd/pkg runtime/cel, StatusEvaluator.
    """
    checks = {check["kind"]: check for check in access["healthCheckExprs"]}[kind]
    values = {"metadata": {"generation": 2}, "status": {"conditions": list(conditions)}}
    return next((word for word in ("failed", "current") if says(checks[word], **values)), "waits")


def condition(kind: str, status: str, seen: int = 2) -> dict[str, Any]:
    return {"type": kind, "status": status, "observedGeneration": seen, "reason": "Some"}


def test_a_queue_that_takes_workloads_is_there(access: dict[str, Any]) -> None:
    assert health(access, QUEUE, condition("Active", "True")) == "current"
    assert health(access, QUEUE, condition("Active", "False")) == "failed"


@pytest.mark.parametrize("kind", [GATEWAY, QUEUE])
def test_what_no_controller_has_seen_is_waited_for(access: dict[str, Any], kind: str) -> None:
    assert health(access, kind) == "waits"
    assert health(access, kind, condition("Other", "True")) == "waits"


def test_a_waypoint_that_is_programmed_is_there(access: dict[str, Any]) -> None:
    accepted = condition("Accepted", "True")
    assert health(access, GATEWAY, accepted, condition("Programmed", "True")) == "current"
    assert health(access, GATEWAY, accepted, condition("Programmed", "False")) == "waits"
    assert health(access, GATEWAY, condition("Accepted", "False")) == "failed"


@pytest.mark.parametrize(("kind", "good", "bad"), [
    (GATEWAY, "Programmed", "Accepted"), (QUEUE, "Active", "Active")])
def test_an_older_state_says_nothing(access: dict[str, Any], kind: str, good: str,
                                     bad: str) -> None:
    assert health(access, kind, condition(good, "True", seen=1)) == "waits"
    assert health(access, kind, condition(bad, "False", seen=1)) == "waits"


def test_a_queues_state_without_a_generation_counts(access: dict[str, Any]) -> None:
    assert health(access, QUEUE, {"type": "Active", "status": "True"}) == "current"
    assert health(access, QUEUE, {"type": "Active", "status": "False"}) == "failed"


@pytest.mark.parametrize(("status", "ready"), [
    ({}, False),
    ({"inventory": {}}, False),
    ({"inventory": {"entries": []}}, False),
    ({"inventory": {"entries": [{"id": "nlp_gitops-tenancy-sync-access_"
                                 "rbac.authorization.k8s.io_RoleBinding", "v": "v1"}]}}, False),
    ({"inventory": {"entries": [{"id": "_vision__Namespace", "v": "v1"},
                                {"id": "vision_gitops-tenancy-sync-access_"
                                 "rbac.authorization.k8s.io_RoleBinding", "v": "v1"}]},
      "conditions": [{"type": "Ready", "status": "False"}]}, True),
])
def test_access_waits_for_its_own_binding_and_not_for_the_whole_platform(
        access: dict[str, Any], status: dict[str, Any], ready: bool) -> None:
    expression = access["dependsOn"][0]["readyExpr"]
    assert says(expression, dep={"status": status}) is ready
