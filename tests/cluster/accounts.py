"""Who acts in the tests of admission: all with every right, so that only admission refuses."""

from __future__ import annotations

from tests.cluster.client import Client, Object
from tests.cluster.controlplane import ControlPlane

RBAC = "rbac.authorization.k8s.io"
MIGHTY, RESCUER = "mighty@example.com", "rescuer@example.com"
BREAK_GLASS = "platform-admins"
ENGINES = (
    "system:serviceaccount:argocd:argocd-application-controller",
    "system:serviceaccount:flux-system:kustomize-controller",
)
SHARING_PAGE = "system:serviceaccount:kubeflow:profiles-controller-service-account"


def bound_to_everything(*users: str, groups: tuple[str, ...] = ()) -> Object:
    """A binding that lets RBAC say yes to everything these ask for."""
    subjects = [("User", user) for user in users] + [("Group", group) for group in groups]
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "tests-everything"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": RBAC, "kind": kind, "name": name} for kind, name in subjects],
    }


def machine(namespace: str, name: str) -> str:
    """The user name of a ServiceAccount."""
    return f"system:serviceaccount:{namespace}:{name}"


def as_machine(plane: ControlPlane, user: str) -> Client:
    """A ServiceAccount, impersonated with the groups that its token would have."""
    namespace = user.split(":")[2]
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    return plane.as_user(user, (*groups, "system:authenticated"))
