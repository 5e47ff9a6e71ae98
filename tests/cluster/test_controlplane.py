"""The control plane under test is a whole one, and its own accounts are held to their rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.client import Question, Refusal
from tests.cluster.controlplane import ControlPlane, boot
from tests.cluster.keeper import until
from tests.cluster.nodes import Node, add_nodes, node_client
from tests.cluster.surroundings import namespace

pytestmark = pytest.mark.cluster


def pod(name: str, node_selector: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "machinery"},
        "spec": {
            "nodeSelector": node_selector or {},
            "containers": [{"name": "main", "image": "example.com/none"}],
        },
    }


@pytest.fixture(scope="module")
def machinery(plane: ControlPlane) -> ControlPlane:
    plane.apply([namespace("machinery")])
    add_nodes(plane, [Node("machinery-0", {"pool": "machinery"})])
    account = ("v1", "ServiceAccount", "default", "machinery")
    until(lambda: plane.admin.get(*account).ok, "the default ServiceAccount")
    return plane


def test_a_pod_is_scheduled_runs_and_goes(machinery: ControlPlane) -> None:
    machinery.admin.create(pod("short", {"pool": "machinery"})).object()
    key = ("v1", "Pod", "short", "machinery")
    until(lambda: machinery.admin.get(*key).body["status"]["phase"] == "Running", "a running pod")
    assert machinery.admin.get(*key).body["spec"]["nodeName"] == "machinery-0"
    machinery.admin.delete(*key)
    until(lambda: machinery.admin.get(*key).status == 404, "the end of the pod")


def test_a_node_may_not_touch_another_node(machinery: ControlPlane) -> None:
    other = node_client(machinery.admin, "elsewhere")
    patch = {"metadata": {"labels": {"stolen": "yes"}}}
    assert other.merge("v1", "Node", "machinery-0", patch).status == 403
    other.close()


def test_the_scheduler_and_the_controllers_are_no_admins(machinery: ControlPlane) -> None:
    accounts = ["system:kube-scheduler", "system:serviceaccount:kube-system:namespace-controller"]
    questions = [Question(user, (), "create", "clusterroles") for user in accounts]
    assert machinery.admin.may_each(questions) == [False, False]


def test_strict_apply_refuses_an_unknown_field(machinery: ControlPlane) -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "machinery"},
        "spec": {"hrad": {"pods": "1"}},
    }
    with pytest.raises(Refusal, match=r"ResourceQuota machinery/q.*hrad"):
        machinery.apply([quota])


def test_warnings_come_back(machinery: ControlPlane) -> None:
    answer = machinery.admin.create({**pod("warned"), "metadata": {"name": "a.b-", "x": 1}})
    assert not answer.ok
    shaky = pod("warned")
    shaky["spec"]["containers"][0]["env"] = [{"name": "A", "value": "1"}, {"name": "A"}]
    answer = machinery.admin.create(shaky, dry_run=True)
    assert any("hides previous definition" in warning for warning in answer.warnings)


def test_a_person_is_impersonated(machinery: ControlPlane) -> None:
    someone = machinery.as_user("somebody@example.com", ["readers"])
    answer = someone.get("v1", "Pod", "none", "machinery")
    assert answer.status == 403
    assert 'User "somebody@example.com" cannot get resource "pods"' in answer.message


def test_a_service_account_has_a_token_of_its_own(machinery: ControlPlane) -> None:
    robot = machinery.as_service_account("machinery", "default")
    answer = robot.get("v1", "Pod", "none", "machinery")
    assert "system:serviceaccount:machinery:default" in answer.message


def test_kubeflow_roles_are_filled_by_aggregation(machinery: ControlPlane) -> None:
    def rules(name: str) -> list[object]:
        role = machinery.admin.get("rbac.authorization.k8s.io/v1", "ClusterRole", name).object()
        found: list[object] = role["rules"] or []
        return found

    until(lambda: rules("kubeflow-edit"), "the rules of kubeflow-edit")
    until(lambda: len(rules("kubeflow-admin")) > len(rules("kubeflow-edit")), "more for admins")


def test_a_namespace_with_a_running_pod_is_deleted_to_the_end(machinery: ControlPlane) -> None:
    machinery.apply([namespace("passing")])
    until(lambda: machinery.admin.get("v1", "ServiceAccount", "default", "passing").ok, "account")
    document = pod("held", {"pool": "machinery"})
    document["metadata"]["namespace"] = "passing"
    machinery.admin.create(document).object()
    machinery.admin.delete("v1", "Namespace", "passing")
    until(lambda: machinery.admin.get("v1", "Namespace", "passing").status == 404, "the end", 60)


def test_two_control_planes_do_not_collide(plane: ControlPlane) -> None:
    with boot() as second:
        second.apply([namespace("only-here")])
        assert plane.admin.get("v1", "Namespace", "only-here").status == 404
        folder = second.keeper.folder
    assert not folder.exists()
