"""Gateway (gateway.networking.k8s.io/v1): waypoints and ingress gateways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.schemas import syntax
from gitops.schemas.rules import Document
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_LABEL,
    DNS_NAME,
    FILLED,
    LABELS,
    PORT,
    SELECTOR,
    TEXT,
    Schema,
    choice,
    listing,
    mapping,
    record,
    spelt,
)
from gitops.schemas.strict.kind import kind
from gitops.schemas.violation import Violation

_GROUP: Final = spelt(syntax.GROUP, 253)
_KIND: Final = spelt(syntax.KIND, 63)
_REFERENCE: Final[dict[str, Schema]] = {
    "group": _GROUP,
    "kind": _KIND,
    "name": DNS_NAME,
    "namespace": DNS_LABEL,
}
_BUNDLES: Final = listing(record(_REFERENCE, ["group", "kind", "name"]), least=1, most=16)
_VALIDATION: Final = record(
    {
        "validation": record(
            {
                "caCertificateRefs": _BUNDLES,
                "mode": choice("AllowValidOnly", "AllowInsecureFallback"),
            },
            ["caCertificateRefs"],
        )
    }
)
_LISTENER: Final = record(
    {
        "allowedRoutes": record(
            {
                "kinds": listing(record({"group": _GROUP, "kind": _KIND}, ["kind"]), most=8),
                "namespaces": record(
                    {"from": choice("All", "Selector", "Same"), "selector": SELECTOR}
                ),
            }
        ),
        "hostname": spelt(syntax.HOSTNAME, 253),
        "name": DNS_NAME,
        "port": PORT,
        "protocol": choice("HTTP", "HTTPS", "TLS", "TCP", "UDP", "HBONE"),
        "tls": record(
            {
                "certificateRefs": listing(record(_REFERENCE, ["name"]), most=64),
                "mode": choice("Terminate", "Passthrough"),
                "options": mapping(TEXT, most=16),
            }
        ),
    },
    ["name", "port", "protocol"],
)


def _certified(tls: Mapping[str, Any]) -> bool:
    return bool(tls.get("certificateRefs") or tls.get("options"))


def _rules(document: Document) -> Iterator[Violation]:
    listeners = document["spec"]["listeners"]
    waypoint = document["spec"]["gatewayClassName"] == "istio-waypoint"
    seen: set[str] = set()
    for index, listener in enumerate(listeners):
        where = ("spec", "listeners", index)
        if listener["name"] in seen:
            yield Violation((*where, "name"), f'"{listener["name"]}" stands here twice')
        seen.add(listener["name"])
        protocol = listener["protocol"]
        if waypoint and (protocol, listener["port"]) != ("HBONE", 15008):
            yield Violation(where, "a waypoint listens on port 15008 with HBONE, and nothing else")
        if "tls" in listener and protocol in {"HTTP", "TCP", "UDP", "HBONE"}:
            yield Violation((*where, "tls"), f"does not go with the protocol {protocol}")
        if protocol == "TLS" and "mode" not in listener.get("tls", {}):
            yield Violation(where, "TLS needs tls.mode")
        tls = listener.get("tls", {"mode": "Passthrough"})
        if tls.get("mode", "Terminate") == "Terminate" and not _certified(tls):
            yield Violation((*where, "tls"), "needs certificateRefs or options to terminate TLS")
        if "hostname" in listener and protocol in {"TCP", "UDP"}:
            yield Violation((*where, "hostname"), f"does not go with the protocol {protocol}")


GATEWAY: Final = kind(
    {
        "spec": record(
            {
                "addresses": listing(
                    record(
                        {"type": choice("Hostname", "IPAddress", "NamedAddress"), "value": FILLED}
                    ),
                    most=16,
                ),
                "allowedListeners": record(
                    {
                        "namespaces": record(
                            {
                                "from": choice("All", "Selector", "Same", "None"),
                                "selector": SELECTOR,
                            }
                        )
                    }
                ),
                "gatewayClassName": DNS_NAME,
                "infrastructure": record(
                    {
                        "annotations": ANNOTATIONS | {"maxProperties": 16},
                        "labels": LABELS | {"maxProperties": 8},
                        "parametersRef": record(
                            {"group": _GROUP, "kind": _KIND, "name": DNS_NAME},
                            ["group", "kind", "name"],
                        ),
                    }
                ),
                "listeners": listing(_LISTENER, least=1, most=64),
                "tls": record(
                    {
                        "backend": record({"clientCertificateRef": record(_REFERENCE, ["name"])}),
                        "frontend": record(
                            {
                                "default": _VALIDATION,
                                "perPort": listing(
                                    record({"port": PORT, "tls": _VALIDATION}, ["port", "tls"]),
                                    most=64,
                                ),
                            },
                            ["default"],
                        ),
                    }
                ),
            },
            ["gatewayClassName", "listeners"],
        )
    },
    rules=(_rules,),
)
