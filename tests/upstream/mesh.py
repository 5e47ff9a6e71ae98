"""A mesh in real Envoy processes: one gateway, and workloads with istiod's own filters.

Every workload listens on a loopback address and the very port that policies may name. The
gateway authenticates by token and writes the user header itself; pods of the mesh call a
workload directly with a certificate of their identity; anybody can try plain text.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from tests.cluster.keeper import Died, Keeper
from tests.upstream import envoy
from tests.upstream.certificates import Authority
from tests.upstream.istio import Filter

GATEWAY = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
HEADER = "kubeflow-userid"
NO_CONNECTION = 0
"""The status that stands for a connection refused before any HTTP."""


@dataclass(frozen=True, slots=True)
class MeshWorkload:
    """A pod (or a waypoint before it) and the filters that istiod sends there.

    ``permissive`` accepts plain text beside mTLS, as PeerAuthentication's mode of that name.
    """

    name: str
    namespace: str
    filters: Sequence[Filter]
    port: int = 8888
    waypoint: bool = False
    permissive: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The status, and the user header as the workload saw it (``-`` for none)."""

    status: int
    seen_user: str = ""


@dataclass(slots=True)
class Mesh:
    """Running Envoys. ``tokens`` maps a bearer token to the user that the gateway writes."""

    workloads: Sequence[MeshWorkload]
    tokens: Mapping[str, str]
    header: str = HEADER
    gateway_identity: str = GATEWAY
    _keeper: Keeper = field(init=False)
    _authority: Authority = field(init=False)
    _addresses: dict[str, tuple[str, int]] = field(init=False)
    _connections: dict[tuple[str, str], http.client.HTTPConnection] = field(init=False)

    def __post_init__(self) -> None:
        self._keeper = Keeper("mesh")
        self._connections = {}
        try:
            self._start()
        except BaseException:
            self._keeper.close()
            raise

    def get(self, workload: str, path: str = "/", **how: object) -> int:
        """The status of ``reply``."""
        return self.reply(workload, path, **how).status  # type: ignore[arg-type]

    def reply(
        self,
        workload: str,
        path: str = "/",
        *,
        token: str | None = None,
        identity: str | None = None,
        plaintext: bool = False,
        headers: Sequence[tuple[str, str]] = (),
        method: str = "GET",
        foreign: bool = False,
    ) -> Reply:
        """One request; the path is sent as it is.

        ``identity`` calls the workload itself over mTLS (``foreign``: with a certificate of
        another authority), ``plaintext`` calls it without TLS; otherwise the request goes
        through the gateway, with ``token`` if there is one.
        """
        who = "plaintext" if plaintext else f"{identity}{' foreign' if foreign else ''}"
        key = (workload if identity or plaintext else "gateway", who)
        sent = [("Host", workload), *headers]
        sent += [("Authorization", f"Bearer {token}")] if token is not None else []
        for fresh in (key not in self._connections, True):
            if key not in self._connections:
                self._connections[key] = self._connect(workload, identity, plaintext, foreign)
            try:
                return _exchange(self._connections[key], method, path, sent)
            except (http.client.HTTPException, OSError):
                self._connections.pop(key).close()
                if fresh:
                    break
        self._expect_running(key[0])
        return Reply(NO_CONNECTION)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._keeper.close()

    def __enter__(self) -> Mesh:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        folder = self._keeper.folder
        self._authority = Authority(folder)
        addresses = [_own_address() for _ in range(len(self.workloads) + 1)]
        self._addresses = {
            workload.name: (address, workload.port)
            for workload, address in zip(self.workloads, addresses[1:], strict=True)
        }
        self._addresses["gateway"] = (addresses[0], 8080)
        self._run("workloads", envoy.bootstrap([self._listener(w) for w in self.workloads]))
        self._run("gateway", self._gateway())
        for name, address in self._addresses.items():
            process = "gateway" if name == "gateway" else "workloads"
            self._keeper.until(process, partial(_listens, address), 20)

    def _expect_running(self, target: str) -> None:
        """A refused connection says something only while somebody listens."""
        if not _listens(self._addresses[target]):
            logs = "\n".join(self._keeper.log(name) for name in ("workloads", "gateway"))
            raise Died(f"{target} no longer listens:\n{logs}")

    def _run(self, name: str, config: envoy.Config) -> None:
        path = self._keeper.folder / f"{name}.json"
        path.write_text(json.dumps(config))
        binary = Path(sys.executable).with_name("envoy")
        flags = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
        self._keeper.start(name, [binary, *flags, "-c", path])

    def _listener(self, workload: MeshWorkload) -> envoy.Config:
        identity = f"cluster.local/ns/{workload.namespace}/sa/default-editor"
        return envoy.workload(
            *self._addresses[workload.name],
            workload.filters,
            self._authority.issue(identity),
            self._authority.ca_file,
            header=self.header,
            waypoint=workload.waypoint,
            permissive=workload.permissive,
        )

    def _gateway(self) -> envoy.Config:
        names = [workload.name for workload in self.workloads]
        credentials = self._authority.issue(self.gateway_identity)
        clusters = [
            envoy.upstream(name, *self._addresses[name], credentials, self._authority.ca_file)
            for name in names
        ]
        listener = envoy.gateway(*self._addresses["gateway"], self.tokens, self.header, names)
        return envoy.bootstrap([listener], clusters)

    def _connect(
        self, workload: str, identity: str | None, plaintext: bool, foreign: bool
    ) -> http.client.HTTPConnection:
        if identity is None or plaintext:
            address, port = self._addresses[workload if plaintext else "gateway"]
            return http.client.HTTPConnection(address, port, timeout=10)
        address, port = self._addresses[workload]
        folder = self._keeper.folder
        authority = Authority(folder, "stranger") if foreign else self._authority
        context = ssl.create_default_context(cafile=str(self._authority.ca_file))
        # A SPIFFE certificate names no host.
        context.check_hostname = False
        context.load_cert_chain(*authority.issue(identity))
        return http.client.HTTPSConnection(address, port, context=context, timeout=10)


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: Sequence[tuple[str, str]],
) -> Reply:
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    return Reply(response.status, response.headers.get("x-seen-user", ""))


def _own_address() -> str:
    """A loopback address of our own, so that two runs may use one port."""
    return f"127.{random.randint(64, 254)}.{random.randint(0, 254)}.{random.randint(1, 254)}"


def _listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True
