"""security.istio.io/v1: AuthorizationPolicy, PeerAuthentication, RequestAuthentication.

A misspelt condition never fails in Istio, it matches something else: so everything that
istiod would drop or never match is refused here.
"""

from __future__ import annotations

from typing import Final

from gitops.schemas import syntax
from gitops.schemas.rules import istio as rules
from gitops.schemas.shapes import (
    DNS_NAME,
    FILLED,
    FILLED_TEXTS,
    FLAG,
    LABELS,
    TEXT,
    Schema,
    at_most_one,
    choice,
    listing,
    mapping,
    record,
    says,
    spelt,
)
from gitops.schemas.strict.kind import kind

_NAMES: Final = FILLED_TEXTS
_PRINCIPALS: Final = listing(spelt(syntax.PRINCIPAL), least=1)
_ACCOUNTS: Final = listing(spelt(syntax.MESH_ACCOUNT, 320), least=1, most=16)
_PORTS: Final = listing(spelt(syntax.PORT_TEXT), least=1)
_PATHS: Final = listing(spelt(syntax.URL_PATH), least=1)
_METHODS: Final = listing(spelt(syntax.METHOD), least=1)
_DURATION: Final = spelt(syntax.DURATION)


def _both(fields: dict[str, Schema]) -> dict[str, Schema]:
    """Each field and its negation: ``ports`` and ``notPorts``."""
    return fields | {f"not{name[0].upper()}{name[1:]}": shape for name, shape in fields.items()}


def _filled(schema: Schema) -> Schema:
    return {**schema, "minProperties": 1}


_SOURCE: Final = _filled(
    record(
        _both(
            {
                "ipBlocks": _NAMES,
                "namespaces": _NAMES,
                "principals": _PRINCIPALS,
                "remoteIpBlocks": _NAMES,
                "requestPrincipals": _NAMES,
                "serviceAccounts": _ACCOUNTS,
                "trustDomains": _NAMES,
            }
        )
    )
)
_OPERATION: Final = _filled(
    record(_both({"hosts": _NAMES, "methods": _METHODS, "paths": _PATHS, "ports": _PORTS}))
)
_RULE: Final = record(
    {
        "from": listing(record({"source": _SOURCE}, ["source"]), least=1, most=512),
        "to": listing(record({"operation": _OPERATION}, ["operation"]), least=1),
        "when": listing(
            record(
                {
                    "key": spelt(syntax.CONDITION),
                    "notValues": _NAMES,
                    "values": _NAMES,
                },
                ["key"],
            ),
            least=1,
        ),
    }
)
_TARGET: Final = record(
    {
        "group": spelt(syntax.GROUP, 253),
        "kind": choice("Gateway", "GatewayClass", "Service", "ServiceEntry"),
        "name": DNS_NAME,
        "namespace": says({"not": {}}, "is refused: a policy acts in its own namespace"),
    },
    ["kind", "name"],
)
_WORKLOADS: Final = record({"matchLabels": LABELS})
_AIM: Final[dict[str, Schema]] = {
    "selector": _WORKLOADS,
    "targetRef": _TARGET,
    "targetRefs": listing(_TARGET, least=1, most=16),
}

AUTHORIZATION_POLICY: Final = kind(
    {
        "spec": at_most_one(
            record(
                {
                    **_AIM,
                    "action": choice("ALLOW", "DENY", "AUDIT", "CUSTOM"),
                    "provider": record({"name": FILLED}, ["name"]),
                    "rules": listing(_RULE, most=512),
                }
            ),
            *_AIM,
        )
    },
    rules=(rules.authorization, rules.targets),
)

_MODE: Final = record({"mode": choice("UNSET", "DISABLE", "PERMISSIVE", "STRICT")}, ["mode"])

PEER_AUTHENTICATION: Final = kind(
    {
        "spec": record(
            {
                "mtls": _MODE,
                "portLevelMtls": _filled(mapping(_MODE, spelt(syntax.PORT_TEXT))),
                "selector": _WORKLOADS,
            }
        )
    },
    rules=(rules.peer,),
)

_JWT: Final = at_most_one(
    record(
        {
            "audiences": _NAMES,
            "forwardOriginalToken": FLAG,
            "fromCookies": _NAMES,
            "fromHeaders": listing(
                record({"name": spelt(syntax.HEADER), "prefix": TEXT}, ["name"]), least=1
            ),
            "fromParams": _NAMES,
            "issuer": FILLED,
            "jwks": FILLED,
            "jwksUri": spelt(syntax.WEB_URL, 2048),
            "outputClaimToHeaders": listing(
                record({"claim": FILLED, "header": spelt(syntax.HEADER)}, ["claim", "header"])
            ),
            "outputPayloadToHeader": spelt(syntax.HEADER),
            "spaceDelimitedClaims": listing(FILLED, most=64),
            "timeout": _DURATION,
        },
        ["issuer"],
    ),
    "jwks",
    "jwksUri",
)

REQUEST_AUTHENTICATION: Final = kind(
    {
        "spec": at_most_one(
            record({**_AIM, "jwtRules": listing(_JWT, most=4096)}),
            *_AIM,
        )
    },
    rules=(rules.targets,),
)
