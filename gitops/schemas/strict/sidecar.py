"""Sidecar (networking.istio.io/v1): what the proxies of a namespace can see."""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.shapes import (
    FILLED,
    FLAG,
    LABELS,
    PORT,
    TEXT,
    TEXTS,
    Schema,
    at_most_one,
    choice,
    listing,
    number,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind

_DURATION: Final = spelt(syntax.DURATION)
_COUNT: Final = number(0, 2**31 - 1)
_CAPTURE: Final = choice("DEFAULT", "IPTABLES", "NONE")
_PORT: Final = record(
    {
        "name": FILLED,
        "number": PORT,
        "protocol": choice(
            "HTTP", "HTTPS", "GRPC", "GRPC-WEB", "HTTP2", "MONGO", "MYSQL", "REDIS", "TCP", "TLS"
        ),
    },
    ["number", "protocol", "name"],
)
_POOL: Final = record(
    {
        "http": record(
            {
                "h2UpgradePolicy": choice("DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"),
                "http1MaxPendingRequests": _COUNT,
                "http2KeepAlive": record({"interval": _DURATION, "timeout": _DURATION}),
                "http2MaxRequests": _COUNT,
                "idleTimeout": _DURATION,
                "maxConcurrentStreams": _COUNT,
                "maxRequestsPerConnection": _COUNT,
                "maxRetries": _COUNT,
                "useClientProtocol": FLAG,
            }
        ),
        "tcp": record(
            {
                "connectTimeout": _DURATION,
                "idleTimeout": _DURATION,
                "maxConnectionDuration": _DURATION,
                "maxConnections": _COUNT,
                "tcpKeepalive": record(
                    {"interval": _DURATION, "probes": _COUNT, "time": _DURATION}
                ),
            }
        ),
    }
)
_TLS_VERSION: Final = choice("TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3")
_CERTIFICATE: Final[dict[str, Schema]] = {
    "caCertificates": FILLED,
    "privateKey": FILLED,
    "serverCertificate": FILLED,
}
_TLS: Final = at_most_one(
    record(
        {
            **_CERTIFICATE,
            "caCertCredentialName": FILLED,
            "caCrl": FILLED,
            "cipherSuites": TEXTS,
            "credentialName": FILLED,
            "credentialNames": listing(FILLED, least=1, most=2),
            "httpsRedirect": FLAG,
            "insecureSkipVerify": FLAG,
            "maxProtocolVersion": _TLS_VERSION,
            "minProtocolVersion": _TLS_VERSION,
            "mode": choice("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"),
            "subjectAltNames": TEXTS,
            "tlsCertificates": listing(record(_CERTIFICATE), least=1, most=2),
            "verifyCertificateHash": TEXTS,
            "verifyCertificateSpki": TEXTS,
        }
    ),
    "credentialName",
    "credentialNames",
    "tlsCertificates",
)

SIDECAR: Final = kind(
    {
        "spec": record(
            {
                "egress": listing(
                    record(
                        {
                            "bind": FILLED,
                            "captureMode": _CAPTURE,
                            "hosts": listing(spelt(syntax.MESH_HOST), least=1),
                            "port": _PORT,
                        },
                        ["hosts"],
                    ),
                    least=1,
                ),
                "inboundConnectionPool": _POOL,
                "ingress": listing(
                    record(
                        {
                            "bind": FILLED,
                            "captureMode": _CAPTURE,
                            "connectionPool": _POOL,
                            "defaultEndpoint": TEXT,
                            "port": _PORT,
                            "tls": _TLS,
                        },
                        ["port"],
                    )
                ),
                "outboundTrafficPolicy": record(
                    {
                        "egressProxy": record(
                            {
                                "host": FILLED,
                                "port": record({"number": PORT}, ["number"]),
                                "subset": FILLED,
                            },
                            ["host"],
                        ),
                        "mode": choice("REGISTRY_ONLY", "ALLOW_ANY"),
                    }
                ),
                "workloadSelector": record({"labels": LABELS}, ["labels"]),
            }
        )
    }
)
