"""A mutating webhook that labels pods, as an installation's own would: an HTTPS server."""

from __future__ import annotations

import base64
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.cluster.client import Object
from tests.cluster.controlplane import ControlPlane

ADDRESS = "127.0.0.1"
LABELS = {"hardware": "gpu-t4"}
ASKED_FOR = "example.com/please-label"


class Labels(BaseHTTPRequestHandler):
    """Answers each AdmissionReview with a patch for pods that carry ASKED_FOR."""

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps({
            "apiVersion": review["apiVersion"], "kind": review["kind"],
            "response": {"uid": review["request"]["uid"], "allowed": True,
                         **_patch(review["request"]["object"])}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


def _patch(pod: Object) -> Object:
    if ASKED_FOR not in pod["metadata"].get("annotations", {}):
        return {}
    patch = [{"op": "add", "path": "/metadata/labels", "value": LABELS}]
    text = base64.b64encode(json.dumps(patch).encode()).decode()
    return {"patchType": "JSONPatch", "patch": text}


@contextmanager
def labelling(plane: ControlPlane, folder: Path) -> Iterator[None]:
    """The webhook serves, and the API server was told; at the end neither is left."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer((ADDRESS, 0), Labels)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    document = _configuration(server.server_port, certificate.read_bytes())
    try:
        plane.apply([document], manager="tests")
        yield
    finally:
        plane.admin.delete(document["apiVersion"], document["kind"], document["metadata"]["name"])
        server.shutdown()
        thread.join()
        server.server_close()


def _configuration(port: int, authority: bytes) -> Object:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "labels-late"},
        "webhooks": [{
            "name": "labels-late.example.com",
            "clientConfig": {"url": f"https://{ADDRESS}:{port}/",
                             "caBundle": base64.b64encode(authority).decode()},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                       "resources": ["pods"]}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "vision"}},
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail"}],
    }


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the address, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1)).add_extension(names, critical=True)
        .sign(key, hashes.SHA256()))
    files = folder / "webhook.crt", folder / "webhook.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return files
