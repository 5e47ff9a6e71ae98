"""An estate in a git repository that Flux syncs from the bootstrap that it renders itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.client import Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.sync.flux import KUSTOMIZATION, NAMESPACE, ready, reconcile
from tests.sync.gitserver import Repository

CLUSTER = """kubernetes: "1.37"
kubeflow: none
workspaces: native
network: {apiServer: [192.0.2.2/32]}
engines: {tekton: true}
sync: flux
"""
PLATFORM = """sync: {{repo: "{url}", interval: 1s}}
plans: {{small: {{quota: {{requests: {{cpu: 2}}}}}}}}
defaults: {{plan: small}}
"""
OUTSIDE = """{# What no unit of a tenant may do: write into a namespace that is not its own. #}
{% if tenant.purpose == "reach out" and not workspace.frozen %}
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: {{ "intruder-" ~ workspace.name }}
  namespace: kube-public
spec:
  steps:
  - name: main
    image: r.example/x:1
    command: [train]
{% endif %}
"""
BINDING = ("rbac.authorization.k8s.io/v1", "RoleBinding")
CLUSTERWIDE = (
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
)
OURS = "app.kubernetes.io/managed-by=gitops-tenancy"


@dataclass(frozen=True, slots=True)
class Estate:
    """A work tree, its repository, and the cluster that Flux syncs it into."""

    plane: ControlPlane
    repository: Repository

    @property
    def tree(self) -> Path:
        return self.repository.tree

    def begin(self, url: str) -> None:
        """Declare a platform and a cluster, push, and apply the rendered bootstrap once."""
        self.write("platform.yaml", PLATFORM.format(url=url))
        self.write("clusters/prod.yaml", CLUSTER)
        self.write("templates/tenant/jobs/outside.yaml.j2", OUTSIDE)
        self.commit("An estate")
        done = self.plane.kubectl("apply", "-k", str(self.tree / "rendered/prod/sync"))
        assert done.returncode == 0, done.stderr

    def write(self, path: str, text: str) -> None:
        file = self.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def tenant(self, name: str, text: str = "owner: ana@example.com\n") -> None:
        self.write(f"tenants/{name}.yaml", text)

    def render(self, *options: str) -> subprocess.CompletedProcess[str]:
        """``gitops render`` in the work tree."""
        return subprocess.run(
            [sys.executable, "-c", "from gitops.cli.main import main; main()",
             "-C", str(self.tree), "render", *options],
            capture_output=True,
            text=True,
            check=False,
        )

    def commit(self, message: str, *options: str) -> str:
        """Render and push; the commit."""
        done = self.render(*options)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.repository.push(message)

    def forget(self, name: str) -> None:
        (self.tree / "tenants" / f"{name}.yaml").unlink()

    def restore(self) -> None:
        """The rendered tree as the declarations have it, whatever a test did to it."""
        shutil.rmtree(self.tree / "rendered")
        self.commit("As declared")

    def units(self, tenant: str) -> list[str]:
        """A tenant's units that stand in the cluster."""
        found = self.plane.admin.find(*KUSTOMIZATION, NAMESPACE,
                                      labels=f"gitops-tenancy/tenant={tenant}")
        return [item["metadata"]["name"] for item in found]

    def settled(self, commit: str, *names: str, seconds: float = 90) -> None:
        """Wait until units are ready at a commit."""

        def unready() -> list[str]:
            return [name for name in names if not self.at(name, commit)]

        try:
            until(lambda: not unready(), f"units at {commit[:7]}", seconds)
        except TimeoutError as error:
            told = {name: ready(self.plane, KUSTOMIZATION, name) for name in unready()}
            raise TimeoutError(f"{error}: {told}") from None

    def at(self, name: str, commit: str) -> bool:
        """Whether a unit applied a commit and is ready."""
        found = self.plane.admin.get(*KUSTOMIZATION, name, NAMESPACE)
        status = found.body.get("status", {}) if found.ok else {}
        applied = str(status.get("lastAppliedRevision", ""))
        return commit in applied and ready(self.plane, KUSTOMIZATION, name)[0] == "True"

    def outcomes(self, name: str, commit: str) -> list[str]:
        """How a unit's attempts at a commit ended, each outcome once, the latest first."""
        status = self.plane.admin.get(*KUSTOMIZATION, name, NAMESPACE).object()["status"]
        return [entry["lastReconciledStatus"] for entry in status["history"]
                if commit in entry["metadata"]["revision"]]

    def again(self, token: str, names: Iterable[str]) -> None:
        """Reconcile units once more and wait until each has done so."""
        names = list(names)
        for name in names:
            reconcile(self.plane, KUSTOMIZATION, name, token)

        def handled(name: str) -> bool:
            status = self.plane.admin.get(*KUSTOMIZATION, name, NAMESPACE).object()["status"]
            return bool(status.get("lastHandledReconcileAt") == token
                        and ready(self.plane, KUSTOMIZATION, name)[0] == "True")

        until(lambda: all(map(handled, names)), f"a further reconcile of {names}", 60)

    def people(self, namespace: str) -> set[str]:
        """Who has a role in a workspace, by the bindings that stand in the cluster."""
        bindings = self.plane.admin.find(*BINDING, namespace)
        return {subject["name"] for binding in bindings for subject in binding["subjects"]
                if subject["kind"] != "ServiceAccount"}


def versions(plane: ControlPlane, namespace: str) -> dict[str, str]:
    """The resourceVersion of everything of ours in a workspace and outside all of them."""
    found: list[Object] = [plane.admin.get("v1", "Namespace", namespace).object()]
    for kind in (BINDING, ("v1", "ResourceQuota"), ("v1", "LimitRange"), ("v1", "ServiceAccount"),
                 ("networking.k8s.io/v1", "NetworkPolicy"), ("tekton.dev/v1", "Task"),
                 ("tekton.dev/v1", "Pipeline"), ("tekton.dev/v1", "PipelineRun")):
        found += plane.admin.find(*kind, namespace, labels=OURS)
    for kind in CLUSTERWIDE:
        found += plane.admin.find(*kind, labels=OURS)
    return {f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["resourceVersion"]
            for item in found}
