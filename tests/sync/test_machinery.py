"""Flux under test does what Flux does: commits arrive, accounts limit, mistakes are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.surroundings import namespace
from tests.sync.flux import GIT_REPOSITORY, KUSTOMIZATION, NAMESPACE, applied, ready
from tests.sync.gitserver import GitServer, Repository

pytestmark = pytest.mark.cluster

CONFIG = """apiVersion: v1
kind: ConfigMap
metadata: {{name: hello, namespace: {namespace}}}
data: {{said: "{said}"}}
"""


@pytest.fixture(scope="module")
def repository(plane: ControlPlane, served: Path, git_server: GitServer) -> Iterator[Repository]:
    repository = Repository(served, "machinery")
    plane.apply([namespace("sync-a"), namespace("sync-b")])
    write(repository, said="first")
    repository.push()
    source = {
        "apiVersion": GIT_REPOSITORY[0],
        "kind": GIT_REPOSITORY[1],
        "metadata": {"name": "machinery", "namespace": NAMESPACE},
        "spec": {
            "interval": "1s",
            "url": f"{git_server.url}/machinery.git",
            "ref": {"branch": "main"},
        },
    }
    plane.apply([*mighty(), source, kustomization("machinery")])
    yield repository
    for name in ("machinery", "limited", "unnamed", "prying"):
        plane.admin.delete(*KUSTOMIZATION, name, NAMESPACE)
    plane.admin.delete(*GIT_REPOSITORY, "machinery", NAMESPACE)


def kustomization(name: str, **more: object) -> dict[str, object]:
    return {
        "apiVersion": KUSTOMIZATION[0],
        "kind": KUSTOMIZATION[1],
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "interval": "10m",
            "retryInterval": "1s",
            "prune": True,
            "path": "./",
            "sourceRef": {"kind": "GitRepository", "name": "machinery"},
            "serviceAccountName": "machinery",
            **more,
        },
    }


def mighty() -> list[dict[str, object]]:
    """The account that these Kustomizations are applied as; one without has no rights."""
    name = {"name": "machinery", "namespace": NAMESPACE}
    rbac = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": name},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "tests-machinery"},
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", **name}],
        },
    ]


def write(repository: Repository, said: str, namespace: str = "sync-a") -> None:
    text = CONFIG.format(namespace=namespace, said=said)
    (repository.tree / "config.yaml").write_text(text)


def test_a_commit_arrives(plane: ControlPlane, repository: Repository) -> None:
    write(repository, said="second")
    applied(plane, "machinery", repository.push())
    found = plane.admin.get("v1", "ConfigMap", "hello", "sync-a").object()
    assert found["data"] == {"said": "second"}


def test_an_account_without_rights_is_refused(plane: ControlPlane, repository: Repository) -> None:
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "powerless", "namespace": NAMESPACE},
    }
    plane.apply([account, kustomization("limited", serviceAccountName="powerless")])
    until(lambda: "forbidden" in ready(plane, KUSTOMIZATION, "limited")[1], "a refusal")
    message = ready(plane, KUSTOMIZATION, "limited")[1]
    assert f"system:serviceaccount:{NAMESPACE}:powerless" in message


def test_one_that_names_no_account_has_no_rights(plane: ControlPlane,
                                                 repository: Repository) -> None:
    plane.apply([kustomization("unnamed", serviceAccountName="")])
    until(lambda: "forbidden" in ready(plane, KUSTOMIZATION, "unnamed")[1], "a refusal")
    message = ready(plane, KUSTOMIZATION, "unnamed")[1]
    assert f"system:serviceaccount:{NAMESPACE}:default" in message


def test_another_namespaces_source_is_refused(plane: ControlPlane, repository: Repository) -> None:
    theirs = {"kind": "GitRepository", "name": "machinery", "namespace": "sync-a"}
    plane.apply([kustomization("prying", sourceRef=theirs)])
    until(lambda: "cross-namespace" in ready(plane, KUSTOMIZATION, "prying")[1], "a refusal")
    assert ready(plane, KUSTOMIZATION, "prying")[0] == "False"


def test_a_broken_commit_is_told_and_mended(plane: ControlPlane, repository: Repository) -> None:
    (repository.tree / "config.yaml").write_text("kind: [")
    repository.push()
    until(lambda: ready(plane, KUSTOMIZATION, "machinery")[0] == "False", "a failure")
    write(repository, said="third")
    applied(plane, "machinery", repository.push())


def test_what_leaves_git_leaves_the_cluster(plane: ControlPlane, repository: Repository) -> None:
    write(repository, said="fourth", namespace="sync-b")
    applied(plane, "machinery", repository.push())
    assert plane.admin.get("v1", "ConfigMap", "hello", "sync-b").ok
    until(lambda: plane.admin.get("v1", "ConfigMap", "hello", "sync-a").status == 404, "pruning")
