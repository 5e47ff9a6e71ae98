"""A certificate authority for tests: certificates whose name is a SPIFFE identity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = timedelta(days=1)


class Authority:
    """Issues certificates into a folder; ``ca_file`` is what its peers trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        certificate = self._builder(self._key, self._subject).add_extension(basic, critical=True)
        self.ca_file = folder / f"{name}.crt"
        self._write(self.ca_file, certificate)

    def issue(self, identity: str) -> tuple[Path, Path]:
        """Certificate and key files for an identity such as ``cluster.local/ns/a/sa/b``."""
        stem = f"{self._name}-{identity.replace('/', '_')}"
        files = (self._folder / f"{stem}.crt", self._folder / f"{stem}.key")
        if not files[0].exists():
            key = ec.generate_private_key(ec.SECP256R1())
            names = x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(f"spiffe://{identity}")]
            )
            builder = self._builder(key, x509.Name([])).add_extension(names, critical=True)
            files[1].write_bytes(_private(key))
            self._write(files[0], builder)
        return files

    def _builder(
        self, key: ec.EllipticCurvePrivateKey, subject: x509.Name
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + VALID)
        )

    def _write(self, path: Path, builder: x509.CertificateBuilder) -> None:
        certificate = builder.sign(self._key, hashes.SHA256())
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
