"""kubectl and the browser agree about everybody, or it is said here why they do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.building import NoGo
from tests.cluster.client import Question
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import rendering, sample, standing
from tests.upstream.asking import Asked
from tests.upstream.workspaces import meshed

pytestmark = pytest.mark.cluster

GROUPS = {
    "ana.silva@example.com": ("ml/leads", "ml-reviewers"),
    "carla.dias@example.com": ("ml/leads", "ml-reviewers"),
    "maria.santos@example.com": ("ml-reviewers",),
    "ops@example.org": ("platform",),
}
"""What the identity provider says of people; the sample estates' groups say the same."""

PEOPLE = (
    *GROUPS,
    "joao.costa@example.com",
    "rui@partner.example",
    "ines@example.org",
    "bruno.lima@example.com",
    "eve@example.com",
    "system:serviceaccount:ci:bot",
    "system:serviceaccount:ci:deployer",
)
VIEWERS = {
    ("carla.dias@example.com", "vision"),
    ("maria.santos@example.com", "vision"),
    ("rui@partner.example", "vision"),
    ("ops@example.org", "search"),
}
"""They look with kubectl, but who opens a notebook runs code in it: so the browser refuses
them, unless their grant says ``notebooks: true`` as maria's does in nlp."""


@pytest.fixture(scope="module")
def istio() -> Iterator[Asked]:
    try:
        asked = Asked("istio")
    except NoGo as reason:
        pytest.skip(str(reason))
    with asked:
        yield asked


MEMBER = {
    "kubeflow": ("joao.costa@example.com", "vision"),
    "native": ("ines@example.org", "search"),
}
"""Whose access tells that the roles are there."""


@pytest.mark.parametrize(
    ("estate", "cluster", "prefix"),
    [("kubeflow", "prod", ""), ("kubeflow", "lab", "oidc:"), ("native", "aws", "")],
)
def test_only_viewers_are_treated_differently(
    plane: ControlPlane, istio: Asked, estate: str, cluster: str, prefix: str
) -> None:
    found = rendering(sample(estate), cluster)
    with standing(plane, found), meshed(istio, found, {who: who for who in PEOPLE}) as mesh:
        until(lambda: looks(plane, *MEMBER[estate], prefix), "the roles")
        answers = {
            (who, place): (looks(plane, who, place, prefix), mesh.get(place, "/", token=who) == 200)
            for who in PEOPLE
            for place in found.workspaces
        }
    assert (True, True) in answers.values()
    viewers = {key for key in VIEWERS if key[1] in found.workspaces}
    assert viewers
    assert {key for key, (kubectl, browser) in answers.items() if kubectl != browser} == viewers
    assert all(kubectl for key, (kubectl, _) in answers.items() if key in VIEWERS)


def looks(plane: ControlPlane, who: str, place: str, prefix: str) -> bool:
    """Whether somebody may look into a workspace with kubectl, as the API server knows them."""
    machine = who.startswith("system:")
    groups = tuple(prefix + group for group in GROUPS.get(who, ()))
    user = who if machine else prefix + who
    return plane.admin.may(Question(user, groups, "list", "pods", namespace=place))
