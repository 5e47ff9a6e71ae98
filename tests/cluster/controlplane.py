"""Boots etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback ports.

Kubernetes' own accounts are really tested: the Node authorizer and NodeRestriction are on,
the controllers run as their own ServiceAccounts, the scheduler has an identity of its own.
"""

from __future__ import annotations

import json
import re
import secrets
import ssl
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from tests.cluster.building import GoProgram, built
from tests.cluster.client import Answer, Client, Manifest, Object, Refusal
from tests.cluster.keeper import Keeper, until
from tests.cluster.ports import Ports

SOURCE = Path(__file__).with_name("program")
ISSUER = "https://kubernetes.default.svc"
OLDER = "resource.k8s.io/v1beta1=true,resource.k8s.io/v1beta2=true"
"""Versions that clusters still serve and 1.37 no longer does by itself."""
TOKENS = {
    "admin": ("system:admin", "system:masters"),
    "controller-manager": ("system:kube-controller-manager", ""),
    "scheduler": ("system:kube-scheduler", ""),
}
"""Name of a kubeconfig to the user and group that its token stands for."""


def program() -> GoProgram:
    """The control plane's own Go module."""
    requires = (SOURCE / "go.mod").read_text()
    found = re.search(r"k8s\.io/kubernetes (v\S+)", requires)
    assert found, "go.mod names no version of k8s.io/kubernetes"
    stamp = f"-X k8s.io/component-base/version.gitVersion={found[1]}"
    return GoProgram("kubernetes", SOURCE, ldflags=stamp, expect="about 6 minutes")


@dataclass(slots=True)
class ControlPlane:
    """A running control plane; ``admin`` may do everything, ``as_user`` is ``kubectl --as``."""

    keeper: Keeper
    ports: Ports
    port: int
    admin: Client
    kubeconfig: Path
    _others: list[Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def as_user(self, user: str, groups: Iterable[str] = ()) -> Client:
        """A client that impersonates a person, group or ServiceAccount."""
        client = self.admin.as_user(user, tuple(groups))
        self._others.append(client)
        return client

    def as_service_account(self, namespace: str, name: str) -> Client:
        """A client with a real token of a ServiceAccount."""
        client = self.admin.with_token(self.admin.service_account_token(namespace, name))
        self._others.append(client)
        return client

    def apply(
        self, documents: Iterable[Object | Manifest], *, manager: str = "gitops"
    ) -> list[str]:
        """Apply in the given order, server-side and strictly; returns every warning.

        Raises Refusal, naming the document, at the first one that is refused.
        """
        warnings: list[str] = []
        for document in documents:
            answer = self.apply_one(document, manager=manager)
            warnings += answer.warnings
        return warnings

    def apply_one(self, document: Object | Manifest, *, manager: str = "gitops") -> Answer:
        """Apply one document; Refusal names it."""
        answer = self.admin.apply(document, manager=manager)
        if not answer.ok:
            raise Refusal(answer, _named(document))
        return answer

    def kubectl(
        self, *arguments: str, user: str = "", groups: Iterable[str] = (), text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """kubectl against this control plane, as ``user`` when one is named."""
        command = [str(kubectl()), "--kubeconfig", str(self.kubeconfig), *arguments]
        command += [f"--as={user}"] if user else []
        command += [f"--as-group={group}" for group in groups]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    def establish(self, crds: Iterable[Object]) -> None:
        """Apply CustomResourceDefinitions and wait until they are served."""
        crds = list(crds)
        self.apply(crds)
        for crd in crds:
            until(partial(self._served, crd), f"CRD {crd['metadata']['name']}")

    def close(self) -> None:
        for client in (self.admin, *self._others):
            client.close()
        self.keeper.close()
        self.ports.close()

    def __enter__(self) -> ControlPlane:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _served(self, crd: Object) -> bool:
        name = crd["metadata"]["name"]
        found = self.admin.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", name)
        conditions = found.object().get("status", {}).get("conditions") or []
        established = any(c["type"] == "Established" and c["status"] == "True" for c in conditions)
        return established and all(
            self.admin.request("GET", f"/apis/{crd['spec']['group']}/{version['name']}").ok
            for version in crd["spec"]["versions"]
            if version["served"]
        )


def boot() -> ControlPlane:
    """Build (once), start and wait for /readyz. Raises NoGo, BuildFailed or Died."""
    binary = built(program())
    keeper, ports = Keeper("cluster"), Ports()
    try:
        return _start(binary, keeper, ports)
    except BaseException:
        keeper.close()
        ports.close()
        raise


def kubectl() -> Path:
    """The kubectl that the development dependencies install."""
    return Path(sys.executable).with_name("kubectl")


def _start(binary: Path, keeper: Keeper, ports: Ports) -> ControlPlane:
    folder, port = keeper.folder, ports.take()
    tokens = {name: secrets.token_hex(16) for name in TOKENS}
    _write_credentials(folder, tokens)
    _start_etcd(binary, keeper, etcd := f"http://127.0.0.1:{ports.take()}", ports.take())
    keeper.start(
        "kube-apiserver", [binary, "kube-apiserver", *_apiserver_flags(folder, etcd, port)]
    )
    ca_file = folder / "apiserver.crt"
    keeper.until("kube-apiserver", ca_file.exists)
    admin = Client("127.0.0.1", port, ca_file, tokens["admin"])
    keeper.until("kube-apiserver", lambda: _ready(admin))
    for name, token in tokens.items():
        _write_kubeconfig(folder / f"{name}.kubeconfig", port, ca_file, token)
    for name, flags in _controllers(folder).items():
        keeper.start(name, [binary, name, *flags])
    plane = ControlPlane(keeper, ports, port, admin, folder / "admin.kubeconfig")
    keeper.until("kube-controller-manager", lambda: _controllers_work(admin))
    return plane


def _start_etcd(binary: Path, keeper: Keeper, client: str, peer: int) -> None:
    flags: list[str | Path] = ["-data-dir", keeper.folder / "etcd", "-listen-client-url", client]
    keeper.start("etcd", [binary, "etcd", *flags, "-listen-peer-url", f"http://127.0.0.1:{peer}"])


def _apiserver_flags(folder: Path, etcd: str, port: int) -> list[str]:
    return [
        f"--etcd-servers={etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        f"--cert-dir={folder}",
        f"--service-account-key-file={folder / 'service-accounts.key'}",
        f"--service-account-signing-key-file={folder / 'service-accounts.key'}",
        f"--service-account-issuer={ISSUER}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--service-cluster-ip-range=10.0.0.0/16",
        "--allow-privileged",
        f"--runtime-config={OLDER}",
        "--enable-priority-and-fairness=false",
        "--profiling=false",
    ]


def _controllers(folder: Path) -> dict[str, list[str]]:
    common = ["--leader-elect=false", "--bind-address=127.0.0.1", "--secure-port=0"]
    speed = ["--kube-api-qps=500", "--kube-api-burst=1000"]
    manager = [
        f"--kubeconfig={folder / 'controller-manager.kubeconfig'}",
        "--use-service-account-credentials",
        f"--service-account-private-key-file={folder / 'service-accounts.key'}",
        f"--root-ca-file={folder / 'apiserver.crt'}",
        # Simulated nodes send no heartbeat.
        "--node-monitor-grace-period=100h",
    ]
    scheduler = [f"--kubeconfig={folder / 'scheduler.kubeconfig'}"]
    return {
        "kube-controller-manager": [*common, *speed, *manager],
        "kube-scheduler": [*common, *speed, *scheduler],
    }


def _write_credentials(folder: Path, tokens: dict[str, str]) -> None:
    lines = []
    for name, token in tokens.items():
        user, group = TOKENS[name]
        lines.append(f'{token},{user},{user},"{group}"' if group else f"{token},{user},{user}")
    (folder / "tokens.csv").write_text("\n".join(lines) + "\n")
    (folder / "service-accounts.key").write_bytes(_private_key())


def _private_key() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def _write_kubeconfig(path: Path, port: int, ca_file: Path, token: str) -> None:
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(ca_file)}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "tests", "cluster": cluster}],
        "users": [{"name": "tests", "user": {"token": token}}],
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        "current-context": "tests",
    }
    path.write_text(json.dumps(config))
    path.chmod(0o600)


def _ready(admin: Client) -> bool:
    try:
        return admin.request("GET", "/readyz").status == 200
    except (OSError, ssl.SSLError):
        admin.close()
        return False


def _controllers_work(admin: Client) -> bool:
    """The controllers have made the default ServiceAccount: quotas and pods will work too."""
    return admin.get("v1", "ServiceAccount", "default", "default").ok


def _named(document: Object | Manifest) -> str:
    data = document.data if isinstance(document, Manifest) else document
    meta = data.get("metadata", {})
    where = f"{document.source}: " if isinstance(document, Manifest) and document.source else ""
    return f"{where}{data.get('kind')} {meta.get('namespace', '')}/{meta.get('name')}"
