"""What a tenant leaves outside git: each thing that is declared, on the clusters where it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gitops.declarations.load import load
from gitops.plan.offboarding import Remainder, remainders
from tests.estates import BARE, PROFILE, estate

OTHER = "owner: ben@example.com\n"


def left(tenant: str, files: Mapping[str, str] | None = None, cluster: str = PROFILE
         ) -> list[Remainder]:
    """What ``vision`` leaves."""
    found = load(estate(files, tenant="owner: ana@example.com\n" + tenant, cluster=cluster))
    assert found.findings == []
    return remainders(found.estate.tenants["vision"], found.estate)


def of(area: str, found: list[Remainder]) -> list[str]:
    return [one.what for one in found if one.area == area]


def test_grants_of_the_dashboard_are_asked_for_by_the_label_they_lack() -> None:
    first = left("")[0]
    assert "-l '!app.kubernetes.io/managed-by'" in first.do
    assert "authorizationpolicies.security.istio.io" in first.do
    assert "authorizationpolicies" not in left("", cluster=BARE + "workspaces: native\n"
                                               "mesh: none\n")[0].do


@pytest.mark.parametrize(("cloud", "named", "do"), [
    ("gke", "vision@project-1.iam.gserviceaccount.com", "svc.id.goog[vision/default-editor]"),
    ("eks", "arn:aws:iam::123456789012:role/vision", "system:serviceaccount:vision:default-editor"),
    ("aks", "00000000-0000-0000-0000-000000000001", "federated credential"),
    ("onprem", "", ""),
])
def test_a_cloud_identity_is_told_on_its_own_cloud(cloud: str, named: str, do: str) -> None:
    found = left("cloudIdentity: {gcpServiceAccount: vision@project-1.iam.gserviceaccount.com, "
                 "awsRole: 'arn:aws:iam::123456789012:role/vision', "
                 "azureClientId: 00000000-0000-0000-0000-000000000001}\n",
                 cluster=PROFILE + f"cloud: {cloud}\n")
    assert of("cloud", found) == ([f"the cloud identity {named}"] if named else [])
    assert all(do in one.do for one in found if one.area == "cloud")


def test_a_group_is_told_unless_another_tenant_names_it_or_one_that_holds_it() -> None:
    files = {"groups/own.yaml": "claim: corp/own\nmembers: [a@example.com]\n",
             "groups/common.yaml": "members: [b@example.com]\n",
             "groups/all.yaml": "members: [{group: common}]\n",
             "tenants/nlp.yaml": OTHER + "contributors: [{group: all, role: view}]\n"}
    found = left("contributors: [{group: own, role: edit}, {group: common, role: view}]\n", files)
    assert [what for what in of("access", found) if "group" in what] == [
        "the group corp/own, which no other tenant names"]


def test_buckets_are_found_in_what_jobs_are_given() -> None:
    found = left("jobs:\n  train:\n    image: r.example/x:1\n"
                 "    args: [--data=gs://vision-data/train, s3://models]\n"
                 "    env: {OUT: 'gs://vision-data/out'}\n")
    assert of("data", found)[-2:] == ["the bucket gs://vision-data", "the bucket s3://models"]


def test_an_image_is_told_unless_another_tenant_runs_it() -> None:
    job = "jobs: {train: {image: 'r.example/common:1'}, mine: {image: 'r.example/mine:1'}}\n"
    found = left(job, {"tenants/nlp.yaml": OTHER +
                       "jobs: {train: {image: 'r.example/common:1'}}\n"})
    assert of("images", found) == ["the image r.example/mine:1, which no other tenant's job runs"]


def test_machines_and_peers_are_told() -> None:
    found = left("contributors: [{serviceAccount: ci/bot, role: edit}]\nadmits: [nlp]\n",
                 {"tenants/nlp.yaml": OTHER + "talks-to: [vision]\n"})
    assert "the machine account ci/bot, which was let in" in of("access", found)
    assert of("declarations", found) == ["talks-to of nlp names it"]


def test_what_is_the_same_on_two_clusters_is_told_once() -> None:
    found = left("", {"clusters/test.yaml": PROFILE})
    assert {one.clusters for one in found} == {("prod", "test")}
