"""What goes with a Profile, and what stays: access ends, the Namespace and its data do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.accounts import machine
from tests.cluster.attempts import RBAC
from tests.cluster.client import Manifest, Object, Question
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.rendered import Rendering, rendering, standing
from tests.estates import NATIVE, PROFILE, estate

pytestmark = pytest.mark.cluster

TENANT = """
owner: ana@example.com
contributors: [{user: bo@example.com, role: edit}, {user: cy@example.com, role: view}]
"""
PEOPLE = ("ana@example.com", "bo@example.com", "cy@example.com")
EDITOR = machine("vision", "default-editor")
KUBEFLOW = "kubeflow.org/v1"
DATA: Object = {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": {"name": "results", "namespace": "vision"},
                "spec": {"accessModes": ["ReadWriteOnce"],
                         "resources": {"requests": {"storage": "1Gi"}}}}


@pytest.fixture
def native(plane: ControlPlane) -> Iterator[Rendering]:
    """A workspace with members and data, without a Profile."""
    with standing(plane, rendering(estate(cluster=NATIVE, tenant=TENANT))) as found:
        plane.apply([DATA], manager="member")
        until(lambda: let_in(plane) == [*PEOPLE, EDITOR], "everybody's access")
        yield found


@pytest.fixture
def profile(plane: ControlPlane) -> Iterator[Rendering]:
    """A workspace with members and data, and what the profile controller made of it first."""
    found = rendering(estate(cluster=PROFILE, tenant=TENANT))
    wide = Rendering(found.cluster, tuple(found.of("Namespace", "Profile")))
    with standing(plane, wide):
        owner = plane.admin.get(KUBEFLOW, "Profile", "vision").object()
        plane.apply(made(owner), manager="profile-controller")
        plane.apply([DATA], manager="member")
        with standing(plane, Rendering(found.cluster, tuple(access(found)))):
            until(lambda: let_in(plane) == [*PEOPLE, EDITOR], "everybody's access")
            yield found


def access(found: Rendering) -> list[Manifest]:
    """What stands in the workspace itself."""
    return [one for one in found.documents if one.identity[2] == "vision"]


def made(profile: Object) -> list[Object]:
    """What the profile controller makes, which is the Profile's: it goes with it."""
    reference = {"apiVersion": KUBEFLOW, "kind": "Profile", "name": "vision", "controller": True,
                 "blockOwnerDeletion": True, "uid": profile["metadata"]["uid"]}
    account = {"kind": "ServiceAccount", "name": "default-editor", "namespace": "vision"}
    person = {"kind": "User", "apiGroup": RBAC, "name": "ana@example.com"}
    return [
        {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding",
         "metadata": {"name": name, "namespace": "vision", "ownerReferences": [reference]},
         "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
         "subjects": [subject]}
        for name, role, subject in (("default-editor", "kubeflow-edit", account),
                                    ("namespaceAdmin", "kubeflow-admin", person))]


def let_in(plane: ControlPlane) -> list[str]:
    """Who may see the workspace's pods."""
    return [who for who in (*PEOPLE, EDITOR)
            if plane.admin.may(Question(who, (), "list", "pods", namespace="vision"))]


def kept(plane: ControlPlane) -> bool:
    """Whether the Namespace and the data stand, and nothing is about to delete them."""
    found = (plane.admin.get("v1", "Namespace", "vision"),
             plane.admin.get("v1", DATA["kind"], "results", "vision"))
    return all(one.ok and "deletionTimestamp" not in one.object()["metadata"] for one in found)


def prune(plane: ControlPlane, before: Rendering, cluster: str) -> None:
    """Freeze the tenant and sync: what is rendered no more is deleted."""
    frozen = rendering(estate(cluster=cluster, tenant=TENANT + "frozen: left\n"))
    left = {one.identity for one in frozen.documents}
    for api_version, kind, place, name in (one.identity for one in before.documents):
        if (api_version, kind, place, name) not in left:
            # What went with the Profile may be gone before its turn comes.
            answer = plane.admin.delete(api_version, kind, name, place)
            assert answer.ok or answer.status == 404, answer.message
    plane.apply(frozen.documents)


def test_freezing_revokes_everybody_and_keeps_the_data(
    plane: ControlPlane, native: Rendering
) -> None:
    prune(plane, native, NATIVE)
    until(lambda: not let_in(plane), "the end of all access")
    assert kept(plane)


def test_freezing_revokes_everybody_that_a_profile_let_in(
    plane: ControlPlane, profile: Rendering
) -> None:
    prune(plane, profile, PROFILE)
    until(lambda: not let_in(plane), "the end of all access", 90)
    assert kept(plane)


@pytest.mark.usefixtures("profile")
def test_a_profile_takes_its_owners_access_along_and_leaves_the_namespace(
    plane: ControlPlane
) -> None:
    assert plane.admin.delete(KUBEFLOW, "Profile", "vision").ok
    # Contributors' access is git's own, and lasts until git takes it back.
    until(lambda: let_in(plane) == list(PEOPLE[1:]), "the end of the owner's access", 90)
    assert kept(plane)
