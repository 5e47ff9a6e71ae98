"""What SubjectAccessReview answers for everybody, in every workspace, is what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.cluster.accounts import machine
from tests.cluster.client import Question
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, rendering, sample, standing

pytestmark = pytest.mark.cluster

ROLES = ("none", "view", "edit", "admin")
"""In order: each may do what the ones before it may. An owner is an admin."""

Right = tuple[str, str, str]
"""A verb, a resource (with its subresource) and its API group."""

KUBEFLOW: dict[str, tuple[Right, ...]] = {
    "view": (
        ("get", "pods", ""),
        ("list", "pods", ""),
        ("get", "pods/log", ""),
        ("list", "events", ""),
        ("get", "configmaps", ""),
        ("list", "services", ""),
        ("list", "persistentvolumeclaims", ""),
        ("get", "resourcequotas", ""),
        ("get", "limitranges", ""),
        ("list", "networkpolicies", "networking.k8s.io"),
        ("list", "jobs", "batch"),
        ("get", "deployments", "apps"),
        ("list", "notebooks", "kubeflow.org"),
        ("list", "experiments", "kubeflow.org"),
        ("list", "runs", "pipelines.kubeflow.org"),
        ("get", "trainjobs", "trainer.kubeflow.org"),
    ),
    "edit": (
        ("create", "pods", ""),
        ("delete", "pods", ""),
        ("create", "pods/exec", ""),
        ("create", "pods/portforward", ""),
        ("get", "secrets", ""),
        ("list", "secrets", ""),
        ("create", "secrets", ""),
        ("create", "configmaps", ""),
        ("delete", "persistentvolumeclaims", ""),
        ("create", "jobs", "batch"),
        ("patch", "deployments", "apps"),
        ("create", "notebooks", "kubeflow.org"),
        ("delete", "notebooks", "kubeflow.org"),
        ("create", "runs", "pipelines.kubeflow.org"),
        ("create", "trainjobs", "trainer.kubeflow.org"),
        # Allowed by the role; the guardrails have the last word.
        ("create", "networkpolicies", "networking.k8s.io"),
    ),
    "admin": (
        ("create", "rolebindings", "rbac.authorization.k8s.io"),
        ("delete", "rolebindings", "rbac.authorization.k8s.io"),
        ("create", "roles", "rbac.authorization.k8s.io"),
    ),
}
"""What each role adds with Kubeflow's roles."""

NOBODY: tuple[Right, ...] = (
    ("update", "resourcequotas", ""),
    ("delete", "resourcequotas", ""),
    ("delete", "limitranges", ""),
    ("patch", "namespaces", ""),
    ("delete", "namespaces", ""),
    ("create", "authorizationpolicies", "security.istio.io"),
    ("patch", "authorizationpolicies", "security.istio.io"),
    ("delete", "peerauthentications", "security.istio.io"),
    ("update", "sidecars", "networking.istio.io"),
    ("update", "profiles", "kubeflow.org"),
    ("impersonate", "users", ""),
    ("create", "pods/binding", ""),
    ("create", "bindings", ""),
    ("update", "resourceclaims/status", "resource.k8s.io"),
    ("create", "deviceclasses", "resource.k8s.io"),
    ("create", "runtimeclasses", "node.k8s.io"),
    ("create", "priorityclasses", "scheduling.k8s.io"),
    ("*", "*", "*"),
)
"""What no member may do, whatever the role."""

RUN: Right = ("create", "pipelineruns", "tekton.dev")
"""What editors may do where Tekton runs, and nobody elsewhere."""

ABROAD: tuple[Right, ...] = (
    ("create", "namespaces", ""),
    ("list", "pods", ""),
    ("list", "secrets", ""),
    ("get", "nodes/proxy", ""),
    ("create", "profiles", "kubeflow.org"),
    ("bind", "clusterroles", "rbac.authorization.k8s.io"),
    ("create", "clusterrolebindings", "rbac.authorization.k8s.io"),
    ("patch", "validatingadmissionpolicies", "admissionregistration.k8s.io"),
)
"""What nobody may do outside workspaces, or in all namespaces at once."""

ADDED_BY_KUBEFLOW = ("kubeflow.org", "pipelines.kubeflow.org", "trainer.kubeflow.org")


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as the API server knows them."""

    user: str
    groups: tuple[str, ...] = ()


Promise = Mapping[tuple[str, str], str]
"""Who has which role in which workspace; whoever is not here has none."""

PEOPLE = {
    "ana": Who("ana.silva@example.com"),
    "joao": Who("joao.costa@example.com"),
    "rui": Who("rui@partner.example"),
    "bruno": Who("bruno.lima@example.com"),
    "maria": Who("maria.santos@example.com"),
    "carla": Who("carla.dias@example.com"),
    "a lead": Who("somebody@example.com", ("ml/leads",)),
    "a reviewer": Who("somebody@example.com", ("ml-reviewers",)),
    "a lead of another name": Who("somebody@example.com", ("leads",)),
    "outsider": Who("eve@example.com"),
    "in capitals": Who("Ana.Silva@example.com"),
    "bot": Who(machine("ci", "bot")),
    "deployer": Who(machine("ci", "deployer")),
    "the bot of a member": Who(machine("vision", "bot")),
    "named like a machine": Who("ci/bot"),
}
PROD: Promise = {
    ("ana", "vision"): "admin",
    ("joao", "vision"): "edit",
    ("rui", "vision"): "view",
    ("a reviewer", "vision"): "view",
    ("a lead", "nlp"): "admin",
    ("bruno", "nlp"): "admin",
    ("deployer", "nlp"): "edit",
    ("maria", "nlp"): "view",
    ("bot", "robots"): "admin",
}
PREFIXED = {
    "ana": Who("oidc:ana.silva@example.com"),
    "joao": Who("oidc:joao.costa@example.com"),
    "rui": Who("oidc:rui@partner.example"),
    "a reviewer": Who("oidc:somebody@example.com", ("oidc:ml-reviewers",)),
    "joao without the prefix": Who("joao.costa@example.com"),
    "a reviewer of another provider": Who("oidc:somebody@example.com", ("ml-reviewers",)),
    "outsider": Who("oidc:eve@example.com"),
}
LAB: Promise = {
    ("ana", "vision"): "admin",
    ("joao", "vision"): "edit",
    ("rui", "vision"): "view",
    ("a reviewer", "vision"): "view",
}
MACHINES = {
    "ines": Who("ines@example.org"),
    "operator": Who("somebody@example.org", ("platform",)),
    "editor": Who(machine("search", "default-editor")),
    "viewer": Who(machine("search", "default-viewer")),
    "any pod": Who(machine("search", "default")),
    "editor elsewhere": Who(machine("elsewhere", "default-editor")),
    "outsider": Who("eve@example.org"),
}
NATIVE: Promise = {
    ("ines", "search"): "admin",
    ("operator", "search"): "view",
    ("editor", "search"): "edit",
    ("viewer", "search"): "view",
}


def kubernetes_own(rights: tuple[Right, ...]) -> tuple[Right, ...]:
    """Without what only Kubeflow's roles know."""
    return tuple(right for right in rights if right[2] not in ADDED_BY_KUBEFLOW)


def unlike(
    plane: ControlPlane,
    rendering: Rendering,
    people: Mapping[str, Who],
    promise: Promise,
    rights: Mapping[str, tuple[Right, ...]],
) -> list[str]:
    """Every answer that differs from the promise; empty when all agree."""
    workspaces = rendering.workspaces
    assert {place for _, place in promise} <= set(workspaces)
    wrong = []
    for name, who in people.items():
        for place in workspaces:
            has = ROLES.index(promise.get((name, place), "none"))
            for role, right in _each(rights):
                promised = role != "nobody" and has >= ROLES.index(role)
                if plane.admin.may(_question(who, right, place)) is not promised:
                    wrong.append(f"{name} in {place}: {right} should be {promised}")
    return wrong


def _each(rights: Mapping[str, tuple[Right, ...]]) -> Iterator[tuple[str, Right]]:
    given = {right for some in rights.values() for right in some}
    nobody = tuple(right for right in (*NOBODY, RUN) if right not in given)
    for role, some in {**rights, "nobody": nobody}.items():
        for right in some:
            yield role, right


def _question(who: Who, right: Right, place: str) -> Question:
    verb, resource, group = right
    resource, _, subresource = resource.partition("/")
    groups = who.groups
    if who.user.startswith("system:serviceaccount:"):
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{who.user.split(':')[2]}")
    return Question(who.user, groups, verb, resource, group, subresource, place)


@pytest.fixture
def aggregated(plane: ControlPlane) -> None:
    """Kubeflow's roles are filled by aggregation, a moment after they are made."""
    until(lambda: _rules(plane, "kubeflow-edit") > _rules(plane, "kubeflow-view") > 0, "rules")
    until(lambda: _rules(plane, "kubeflow-admin") > _rules(plane, "kubeflow-edit"), "rules")


def _rules(plane: ControlPlane, name: str) -> int:
    role = plane.admin.get("rbac.authorization.k8s.io/v1", "ClusterRole", name).object()
    return len(role["rules"] or [])


def test_a_broken_promise_is_seen(plane: ControlPlane) -> None:
    with standing(plane, rendering(sample("native"), "bare")) as found:
        wrong = unlike(plane, found, {"ines": MACHINES["ines"]}, {}, {"view": KUBEFLOW["view"][:2]})
    assert wrong == [
        "ines in search: ('get', 'pods', '') should be False",
        "ines in search: ('list', 'pods', '') should be False",
    ]


@pytest.mark.usefixtures("aggregated")
def test_on_a_cluster_with_profiles(plane: ControlPlane) -> None:
    with standing(plane, rendering(sample("kubeflow"))) as found:
        until(lambda: plane.admin.may(_question(PEOPLE["ana"], RUN, "vision")), "Tekton's role")
        rights = {**KUBEFLOW, "edit": (*KUBEFLOW["edit"], RUN)}
        assert unlike(plane, found, PEOPLE, PROD, rights) == []


@pytest.mark.usefixtures("aggregated")
def test_on_a_cluster_that_prefixes_names(plane: ControlPlane) -> None:
    with standing(plane, rendering(sample("kubeflow"), "lab")) as found:
        assert unlike(plane, found, PREFIXED, LAB, KUBEFLOW) == []


@pytest.mark.parametrize("cluster", ["aws", "bare"])
def test_on_a_cluster_without_kubeflow(plane: ControlPlane, cluster: str) -> None:
    rights = {role: kubernetes_own(some) for role, some in KUBEFLOW.items()}
    with standing(plane, rendering(sample("native"), cluster)) as found:
        assert unlike(plane, found, MACHINES, NATIVE, rights) == []


def test_nobody_may_do_anything_outside_workspaces(plane: ControlPlane) -> None:
    with standing(plane, rendering(sample("kubeflow"))):
        allowed = [
            (name, right, place)
            for name, who in PEOPLE.items()
            for right in ABROAD
            for place in ("", "kube-system", "istio-system")
            if plane.admin.may(_question(who, right, place))
        ]
    assert allowed == []
