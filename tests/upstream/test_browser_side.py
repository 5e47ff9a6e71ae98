"""Who passes the gateway and the mesh, in real Envoys with istiod's filters for our policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.cluster.rendered import rendering, sample
from tests.estates import AMBIENT, NATIVE, PROFILE, estate
from tests.upstream.asking import Asked
from tests.upstream.mesh import NO_CONNECTION, Mesh
from tests.upstream.workspaces import meshed

pytestmark = pytest.mark.cluster

HEADER = "kubeflow-userid"
GATEWAY = "istio-ingressgateway-service-account"
PIPELINES = "cluster.local/ns/kubeflow/sa/ml-pipeline-ui"
CULLER = "cluster.local/ns/kubeflow/sa/notebook-controller-service-account"
OPEN = ("/healthz", "/metrics", "/wait-for-drain", "/notebook/../healthz", "/healthz?a=//b")
"""Open to everybody in the mesh, as the profile controller writes it."""
CLOSED = (
    "/",
    "/notebook/vision/mine/lab",
    "//healthz",
    "/%2Fhealthz",
    "/healthz%2F",
    "/healthz/",
    "/notebook/healthz",
    "/notebook/mine/api/kernels",
    "/HEALTHZ",
)
PATHS = (*OPEN, *CLOSED)

PEOPLE = {
    "ana": "ana.silva@example.com",
    "joao": "joao.costa@example.com",
    "rui": "rui@partner.example",
    "bruno": "bruno.lima@example.com",
    "maria": "maria.santos@example.com",
    "carla": "carla.dias@example.com",
    "outsider": "eve@example.com",
    "in capitals": "Ana.Silva@example.com",
    "two at once": "eve@example.com,ana.silva@example.com",
    "bot": "system:serviceaccount:ci:bot",
    "deployer": "system:serviceaccount:ci:deployer",
}
PROD = {
    "vision": {"ana", "joao"},
    # Its owner is the group of ana and carla; maria is a viewer who may open notebooks.
    "nlp": {"ana", "carla", "bruno", "maria", "deployer"},
    "robots": {"bot"},
    "legacy-ocr": set[str](),
}
READERS = {"vision": {"rui", "maria", "ana", "carla"}}
"""Viewers, by group too: they see pipelines, but open no notebook."""
FROZEN = "legacy-ocr"


@dataclass(frozen=True, slots=True)
class Request:
    """A request and the status that the declaration promises."""

    workspace: str
    path: str
    promised: int
    how: Mapping[str, Any] = field(default_factory=dict)


def broken(mesh: Mesh, requests: Sequence[Request]) -> list[str]:
    """Every request that got another status than was promised."""
    answers = [mesh.get(one.workspace, one.path, **one.how) for one in requests]
    return [
        f"{one.workspace}{one.path} {dict(one.how)}: {status}, promised {one.promised}"
        for one, status in zip(requests, answers, strict=True)
        if status != one.promised
    ]


def pod(place: str, account: str = "default-editor") -> str:
    return f"cluster.local/ns/{place}/sa/{account}"


def status(place: str, path: str, member: bool) -> int:
    return 200 if member or (path in OPEN and place != FROZEN) else 403


def by_the_gateway(members: Mapping[str, set[str]], people: Mapping[str, str]) -> list[Request]:
    """Every person to every workspace and path; a header that they forge changes nothing."""
    forged = [(HEADER, PEOPLE["ana"]), ("Kubeflow-UserID", PEOPLE["bot"])]
    return [
        Request(place, path, status(place, path, who in names), {"token": who, "headers": headers})
        for place, names in members.items()
        for who in people
        for path in PATHS
        for headers in ([], forged)
    ]


def without_login(members: Mapping[str, set[str]]) -> list[Request]:
    """Nobody, or a token that nobody issued, whatever header comes with it."""
    forged = [(HEADER, PEOPLE["ana"])]
    return [
        Request(place, path, 401, {"token": token, "headers": forged})
        for place in members
        for path in PATHS
        for token in (None, "made-up")
    ]


@pytest.fixture(scope="module")
def prod(istio: Asked) -> Iterator[Mesh]:
    with meshed(istio, rendering(sample("kubeflow")), {who: PEOPLE[who] for who in PEOPLE}) as mesh:
        yield mesh


@pytest.fixture(scope="module")
def lab(istio: Asked) -> Iterator[Mesh]:
    with meshed(istio, rendering(sample("kubeflow"), "lab"), PEOPLE) as mesh:
        yield mesh


class TestSidecars:
    def test_people_pass_where_they_were_let_in(self, prod: Mesh) -> None:
        requests = by_the_gateway(PROD, PEOPLE)
        assert len(requests) >= 500
        assert broken(prod, requests) == []

    def test_without_a_login_nobody_passes(self, prod: Mesh) -> None:
        assert broken(prod, without_login(PROD)) == []

    def test_viewers_see_pipelines_and_open_no_notebook(self, prod: Mesh) -> None:
        requests = [
            Request(
                place,
                "/",
                200 if who in names | READERS.get(place, set()) else 403,
                {"identity": PIPELINES, "headers": [(HEADER, user)]},
            )
            for place, names in PROD.items()
            for who, user in PEOPLE.items()
        ]
        assert broken(prod, requests) == []

    def test_pods_pass_to_their_own_workspace_and_where_they_are_admitted(self, prod: Mesh) -> None:
        # vision admits nlp; a frozen workspace hears nobody.
        admitted = {("vision", "vision"), ("nlp", "nlp"), ("robots", "robots"), ("nlp", "vision")}
        forged = [(HEADER, PEOPLE["ana"])]
        requests = [
            Request(
                place,
                path,
                status(place, path, (caller, place) in admitted),
                {"identity": pod(caller, account), "headers": forged},
            )
            for place in PROD
            for caller in (*PROD, "kubeflow", "istio-system", "visio", "vision2")
            for account in ("default-editor", GATEWAY)
            for path in PATHS
            if (caller, account) != ("istio-system", GATEWAY)
        ]
        assert broken(prod, requests) == []

    def test_the_culler_asks_notebooks_what_they_do_and_nothing_else(self, prod: Mesh) -> None:
        asked = "/notebook/vision/mine/api/kernels"
        requests = [
            Request("vision", asked, 200, {"identity": CULLER}),
            Request("vision", asked, 403, {"identity": CULLER, "method": "POST"}),
            Request("vision", asked, 403, {"identity": CULLER, "method": "DELETE"}),
            Request("vision", f"{asked}/1", 403, {"identity": CULLER}),
            Request("vision", "/notebook/vision/mine/lab", 403, {"identity": CULLER}),
            Request("vision", asked, 403, {"identity": pod("kubeflow", "default")}),
            Request(FROZEN, asked, 403, {"identity": CULLER}),
        ]
        assert broken(prod, requests) == []

    def test_another_authority_and_plain_text_find_no_connection(self, prod: Mesh) -> None:
        requests = [
            Request(place, path, NO_CONNECTION, how)
            for place in PROD
            for path in PATHS
            for how in (
                {"identity": pod(place), "foreign": True},
                {"plaintext": True, "headers": [(HEADER, PEOPLE["ana"])]},
            )
        ]
        assert broken(prod, requests) == []


LAB = {"vision": {"ana", "joao"}}


class TestWaypoints:
    def test_people_pass_where_they_were_let_in(self, lab: Mesh) -> None:
        assert broken(lab, by_the_gateway(LAB, PEOPLE)) == []

    def test_without_a_login_nobody_passes(self, lab: Mesh) -> None:
        assert broken(lab, without_login(LAB)) == []

    def test_pods_pass_to_their_own_workspace_only(self, lab: Mesh) -> None:
        forged = [(HEADER, PEOPLE["ana"])]
        requests = [
            Request(
                "vision",
                path,
                status("vision", path, caller == "vision"),
                {"identity": pod(caller), "headers": forged},
            )
            for caller in ("vision", "nlp", "kubeflow", "vision2")
            for path in PATHS
        ]
        assert broken(lab, requests) == []

    def test_another_authority_and_plain_text_find_no_connection(self, lab: Mesh) -> None:
        requests = [
            Request(place, path, NO_CONNECTION, how)
            for place in LAB
            for path in PATHS
            for how in (
                {"identity": pod(place), "foreign": True},
                {"plaintext": True, "headers": [(HEADER, PEOPLE["ana"])]},
            )
        ]
        assert broken(lab, requests) == []


OWNERS = {"owner": "ana@example.com", "outsider": "eve@example.com"}


@pytest.mark.parametrize(
    "cluster",
    [PROFILE, AMBIENT, NATIVE, NATIVE + "mesh: ambient\n"],
    ids=["profile-sidecar", "profile-ambient", "native-sidecar", "native-ambient"],
)
def test_a_workspace_without_contributors_is_its_owners(istio: Asked, cluster: str) -> None:
    with meshed(istio, rendering(estate(cluster=cluster)), OWNERS) as mesh:
        assert broken(mesh, by_the_gateway({"vision": {"owner"}}, OWNERS)) == []


def test_a_user_id_prefix_and_a_trust_domain_of_ones_own(istio: Asked) -> None:
    cluster = PROFILE + "mesh: {mode: sidecar, userIdPrefix: 'idp:', trustDomain: td.example}\n"
    found = rendering(estate(cluster=cluster))
    assert found.cluster.mesh.gateway_principal.startswith("td.example/")
    tokens = {"owner": "idp:ana@example.com", "bare": "ana@example.com"}
    pods = [
        Request("vision", "/", 200, {"identity": "td.example/ns/vision/sa/default-editor"}),
        Request("vision", "/", 403, {"identity": "td.example/ns/nlp/sa/default-editor"}),
        Request("vision", "/", 403, {"identity": pod("istio-system", GATEWAY)}),
    ]
    with meshed(istio, found, tokens) as mesh:
        assert broken(mesh, [*by_the_gateway({"vision": {"owner"}}, tokens), *pods]) == []


def test_without_kubeflow(istio: Asked) -> None:
    tokens = {"ines": "ines@example.org", "viewer": "ops@example.org", "eve": "eve@example.org"}
    with meshed(istio, rendering(sample("native"), "aws"), tokens) as mesh:
        assert mesh.header == "x-user"
        assert broken(mesh, by_the_gateway({"search": {"ines"}}, tokens)) == []
