"""The accounts that units are applied as can apply and prune them, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from gitops.compile.held import unit_of_file
from gitops.plan.sync import PLATFORM, role_name
from tests.cluster.accounts import as_machine, machine
from tests.cluster.client import Answer, Client, Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, end_namespaces, renderings, sample, surround, sweep
from tests.examples.cases import cases

pytestmark = pytest.mark.cluster

RIGHTS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding")
DRY = {"dryRun": ["All"]}


def estates() -> dict[str, dict[str, bytes]]:
    """A sample estate and a case with queues, jobs and runs, synced by either engine."""
    kubeflow = sample("kubeflow")
    lab = kubeflow["clusters/lab.yaml"] + b"\nsync: flux\n"
    (jobs,) = [case.files for case in cases("valid") if case.path.stem == "sync-flux"]
    prod = jobs["clusters/prod.yaml"].replace(b"sync: flux", b"sync: argocd")
    return {"kubeflow": {**kubeflow, "clusters/lab.yaml": lab}, "jobs": jobs,
            "jobs, Argo CD": {**jobs, "clusters/prod.yaml": prod}}


@pytest.fixture(params=[(name, cluster) for name, cluster in (
    ("kubeflow", "prod"), ("kubeflow", "lab"), ("jobs", "prod"), ("jobs, Argo CD", "prod"))],
    ids=" on ".join)
def synced(request: pytest.FixtureRequest, plane: ControlPlane) -> Iterator[Rendering]:
    """A cluster in which an administrator has made the accounts and their rights, no more."""
    name, cluster = request.param
    found = next(one for one in renderings(estates()[name]) if one.cluster.name == cluster)
    surround(plane, found.cluster)
    plane.apply(document for document in found.documents if "/sync/" in document.source
                and document.data["kind"] in RIGHTS)
    try:
        yield found
    finally:
        sweep(plane, found.documents)
        end_namespaces(plane, found.workspaces)


def test_each_unit_is_applied_and_pruned_by_its_account(plane: ControlPlane,
                                                        synced: Rendering) -> None:
    units = [one for one in synced.documents
             if one.source.split("/")[1] in (PLATFORM, "tenants")]
    assert len(units) > 20
    for document in units:
        apply(account(plane, synced, document), document)
    for document in units:
        api_version, kind, namespace, name = document.identity
        answer = account(plane, synced, document).delete(api_version, kind, name, namespace, DRY)
        assert answer.ok, f"{document.source}: {answer.message}"
    outside(plane, synced, units)


def apply(client: Client, document: Manifest) -> None:
    """Apply a document; the API server takes a moment to see a binding that is new."""
    answers: list[Answer] = []

    def taken() -> bool:
        answers.append(client.apply(document, manager="engine"))
        return answers[-1].status != 403

    with suppress(TimeoutError):
        until(taken, document.source, 10)
    assert answers[-1].ok, f"{document.source}: {answers[-1].message}"


def outside(plane: ControlPlane, synced: Rendering, units: list[Manifest]) -> None:
    """Nothing of another tenant's, and nothing of the platform's, is anybody's to write."""
    tried = 0
    for tenant in synced.workspaces:
        client = bound(plane, synced, tenant, "access")
        for document in units:
            if document.identity[2] != tenant:
                tried += 1
                answer = client.apply(document, manager="engine", dry_run=True)
                assert answer.status == 403, f"{tenant}: {document.source}: {answer.message}"
    assert tried > 5


def account(plane: ControlPlane, synced: Rendering, document: Manifest) -> Client:
    """The account that applies a document's unit."""
    kind = unit_of_file(document.source)
    if kind != PLATFORM:
        return bound(plane, synced, document.source.split("/")[2], kind)
    assert synced.cluster.sync
    return as_machine(plane, machine(synced.cluster.sync.accounts, f"gitops-tenancy-{PLATFORM}"))


def bound(plane: ControlPlane, synced: Rendering, tenant: str, kind: str) -> Client:
    """The account that is bound in a workspace to the role of a kind of unit."""
    (subject,) = [binding.data["subjects"][0] for binding in synced.of("RoleBinding")
                  if binding.identity[2:] == (tenant, role_name(kind))]
    return as_machine(plane, machine(subject["namespace"], subject["name"]))
