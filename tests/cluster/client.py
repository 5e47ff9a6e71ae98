"""A small client of the Kubernetes API over one kept connection: JSON in, JSON out.

Documents are sent as they are (YAML text stays the text that was rendered), so the API
server itself reads and validates them; every warning it sends comes back.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API server said. ``body`` is an object, or ``kind: Status`` for an error."""

    status: int
    body: Object
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def message(self) -> str:
        return str(self.body.get("message", self.body))

    def object(self) -> Object:
        """The object, or Refusal when the API server refused."""
        if not self.ok:
            raise Refusal(self)
        return self.body


class Refusal(Exception):
    """The API server refused a request that should have passed."""

    def __init__(self, answer: Answer, what: str = "") -> None:
        self.answer = answer
        super().__init__(f"{what}{': ' if what else ''}{answer.status} {answer.message}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One document: the text as it stands in its file, and the same as data."""

    text: str
    data: Object
    source: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """apiVersion, kind, namespace, name."""
        meta = self.data["metadata"]
        return (
            self.data["apiVersion"],
            self.data["kind"],
            meta.get("namespace", ""),
            meta["name"],
        )


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do something? As in SubjectAccessReview; ``*`` has its RBAC meaning."""

    user: str
    groups: tuple[str, ...]
    verb: str
    resource: str
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def spec(self) -> Object:
        wanted = {
            "verb": self.verb,
            "group": self.group,
            "resource": self.resource,
            "subresource": self.subresource,
            "namespace": self.namespace,
            "name": self.name,
        }
        return {
            "user": self.user,
            "groups": [*self.groups, "system:authenticated"],
            "resourceAttributes": wanted,
        }


class Kinds:
    """Which path serves an apiVersion and kind; learned from discovery, shared by clients."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[str, bool]] = {}

    def find(self, client: Client, api_version: str, kind: str) -> tuple[str, bool]:
        """The plural and whether it is namespaced. Raises LookupError for an unserved kind."""
        if (api_version, kind) not in self._known:
            self._learn(client, api_version)
        try:
            return self._known[api_version, kind]
        except KeyError:
            raise LookupError(f"the API server serves no {api_version} {kind}") from None

    def _learn(self, client: Client, api_version: str) -> None:
        answer = client.request("GET", _root(api_version))
        for resource in answer.body.get("resources", []):
            if "/" not in resource["name"]:
                entry = (resource["name"], resource["namespaced"])
                self._known[api_version, resource["kind"]] = entry


@dataclass(slots=True)
class Client:
    """Talks to one API server as one identity; may be used from several threads in turn."""

    host: str
    port: int
    ca_file: Path
    token: str
    user: str = ""
    groups: tuple[str, ...] = ()
    kinds: Kinds = field(default_factory=Kinds)
    _connection: http.client.HTTPSConnection | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def as_user(self, user: str, groups: Sequence[str] = ()) -> Client:
        """The same API server as somebody else (impersonation, like ``kubectl --as``)."""
        return Client(
            self.host, self.port, self.ca_file, self.token, user, tuple(groups), self.kinds
        )

    def with_token(self, token: str) -> Client:
        """The same API server with a token of its own (a ServiceAccount's, say)."""
        return Client(self.host, self.port, self.ca_file, token, kinds=self.kinds)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; ``body`` is sent as it is when it is text, else as JSON."""
        target = f"{path}?{urlencode(query)}" if query else path
        data = body.encode() if isinstance(body, str) else body and json.dumps(body).encode()
        with self._lock:
            response, read = self._exchange(method, target, data, content_type)
        warnings = tuple(_warning(text) for text in response.headers.get_all("Warning", []))
        return Answer(response.status, _parsed(read), warnings)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> Answer:
        return self.request("GET", self.path(api_version, kind, namespace, name))

    def find(
        self, api_version: str, kind: str, namespace: str = "", labels: str = ""
    ) -> list[Object]:
        """Every object, or those of one namespace; ``labels`` is a label selector."""
        query = {"labelSelector": labels} if labels else None
        found = self.request("GET", self.path(api_version, kind, namespace), query=query).object()
        return [{"apiVersion": api_version, "kind": kind, **item} for item in found["items"]]

    def create(self, document: Object, *, dry_run: bool = False, strict: bool = True) -> Answer:
        query = {"fieldValidation": "Strict" if strict else "Warn"}
        if dry_run:
            query["dryRun"] = "All"
        return self.request("POST", self._collection(document), document, query=query)

    def apply(
        self,
        document: Object | Manifest,
        *,
        manager: str = "gitops",
        force: bool = True,
        dry_run: bool = False,
        subresource: str = "",
    ) -> Answer:
        """Server-side apply with strict field validation."""
        manifest = document if isinstance(document, Manifest) else _manifest(document)
        query = {"fieldManager": manager, "fieldValidation": "Strict", "force": str(force).lower()}
        if dry_run:
            query["dryRun"] = "All"
        api_version, kind, namespace, name = manifest.identity
        return self.request(
            "PATCH",
            self.path(api_version, kind, namespace, name, subresource),
            manifest.text,
            content_type="application/apply-patch+yaml",
            query=query,
        )

    def merge(
        self,
        api_version: str,
        kind: str,
        name: str,
        patch: Object,
        namespace: str = "",
        *,
        subresource: str = "",
    ) -> Answer:
        """A JSON merge patch."""
        path = self.path(api_version, kind, namespace, name, subresource)
        return self.request("PATCH", path, patch, content_type="application/merge-patch+json")

    def replace(self, document: Object, subresource: str = "") -> Answer:
        meta = document["metadata"]
        namespace = meta.get("namespace", "")
        path = self.path(
            document["apiVersion"], document["kind"], namespace, meta["name"], subresource
        )
        return self.request("PUT", path, document)

    def delete(
        self,
        api_version: str,
        kind: str,
        name: str,
        namespace: str = "",
        options: Object | None = None,
    ) -> Answer:
        return self.request("DELETE", self.path(api_version, kind, namespace, name), options)

    def delete_all(self, api_version: str, kind: str, namespace: str) -> Answer:
        """Delete by collection."""
        return self.request("DELETE", self.path(api_version, kind, namespace))

    def may(self, question: Question) -> bool:
        """What SubjectAccessReview answers."""
        document = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": question.spec(),
        }
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        return bool(self.request("POST", path, document).object()["status"]["allowed"])

    def may_each(self, questions: Iterable[Question]) -> list[bool]:
        """Many answers, in order, over the kept connection."""
        return [self.may(question) for question in questions]

    def service_account_token(self, namespace: str, name: str) -> str:
        """A real token of a ServiceAccount, from the TokenRequest API."""
        path = self.path("v1", "ServiceAccount", namespace, name, "token")
        document = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        return str(self.request("POST", path, document).object()["status"]["token"])

    def path(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        name: str = "",
        subresource: str = "",
    ) -> str:
        """The path of a collection, an object or a subresource."""
        plural, namespaced = self.kinds.find(self, api_version, kind)
        parts = [_root(api_version)]
        if namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [part for part in (plural, quote(name, safe=""), subresource) if part]
        return "/".join(parts)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _collection(self, document: Object) -> str:
        namespace = document["metadata"].get("namespace", "")
        return self.path(document["apiVersion"], document["kind"], namespace)

    def _exchange(
        self, method: str, target: str, data: object, content_type: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        if self._connection is None:
            return self._send(method, target, data, headers)
        try:
            return self._send(method, target, data, headers)
        except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError):
            # The server closed the kept connection while it was idle.
            self.close()
            return self._send(method, target, data, headers)

    def _send(
        self, method: str, target: str, data: Any, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            context = ssl.create_default_context(cafile=str(self.ca_file))
            self._connection = http.client.HTTPSConnection(
                self.host, self.port, context=context, timeout=60
            )
        self._connection.putrequest(method, target)
        for key, value in headers.items():
            self._connection.putheader(key, value)
        if self.user:
            self._connection.putheader("Impersonate-User", self.user)
        for group in self.groups:
            self._connection.putheader("Impersonate-Group", group)
        self._connection.putheader("Content-Length", str(len(data or b"")))
        self._connection.endheaders(data or None)
        response = self._connection.getresponse()
        return response, response.read()


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _manifest(document: Object) -> Manifest:
    return Manifest(json.dumps(document), document)


def _parsed(read: bytes) -> Object:
    try:
        parsed = json.loads(read)
    except ValueError:
        return {"message": read.decode(errors="replace")}
    return parsed if isinstance(parsed, dict) else {"message": read.decode()}


def _warning(header: str) -> str:
    """The text of a ``Warning`` header: ``299 - "text"``."""
    return header.split('"', 1)[-1].rstrip('"').replace('\\"', '"')
