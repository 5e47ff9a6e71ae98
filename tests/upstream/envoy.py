"""Envoy configuration for a mesh under test: a gateway, sidecars and waypoints.

What is ours is the frame: listeners, TLS and routes as istiod lays them out, cut to what
authorization needs. The RBAC filters inside it are istiod's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Config = dict[str, Any]
TYPE = "type.googleapis.com/envoy"
HCM = f"{TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER: Config = {
    "name": "router",
    "typed_config": {"@type": f"{TYPE}.extensions.filters.http.router.v3.Router"},
}
PEER_PRINCIPAL: Config = {
    "name": "peer",
    "typed_config": {
        "@type": f"{TYPE}.extensions.filters.http.set_filter_state.v3.Config",
        "on_request_headers": [
            {
                "object_key": "io.istio.peer_principal",
                "factory_key": "envoy.string",
                "format_string": {
                    "text_format_source": {"inline_string": "%DOWNSTREAM_PEER_URI_SAN%"}
                },
            }
        ],
    },
}
"""Where a waypoint's filters look for the caller: ztunnel's connection carries it in real life."""


def bootstrap(listeners: Sequence[Config], clusters: Sequence[Config] = ()) -> Config:
    return {"static_resources": {"listeners": list(listeners), "clusters": list(clusters)}}


def workload(
    address: str,
    port: int,
    filters: Sequence[Config],
    credentials: tuple[Path, Path],
    ca_file: Path,
    *,
    header: str,
    waypoint: bool,
    permissive: bool,
) -> Config:
    """A listener that answers 200 to whoever passes ``filters``; it shows ``header`` as it came."""
    routes = [{"match": {"prefix": "/"}, "direct_response": {"status": 200}}]
    shown = {"header": {"key": "x-seen-user", "value": f"%REQ({header})%"}}
    hosts = [
        {"name": "all", "domains": ["*"], "routes": routes, "response_headers_to_add": [shown]}
    ]
    before = [PEER_PRINCIPAL] if waypoint else []
    network = [_http(hosts, [*before, *filters])]
    encrypted = {
        "filter_chain_match": {"transport_protocol": "tls"},
        "transport_socket": _server_tls(credentials, ca_file),
        "filters": network,
    }
    plain = {"filter_chain_match": {"transport_protocol": "raw_buffer"}, "filters": network}
    inspector = f"{TYPE}.extensions.filters.listener.tls_inspector.v3.TlsInspector"
    return {
        "name": f"{address}:{port}",
        "address": _address(address, port),
        "listener_filters": [{"name": "tls", "typed_config": {"@type": inspector}}],
        "filter_chains": [encrypted, *([plain] if permissive else [])],
    }


def gateway(
    address: str, port: int, users: Mapping[str, str], header: str, hosts: Sequence[str]
) -> Config:
    """A listener that knows tokens, writes ``header`` itself and routes by host name.

    ``users`` maps a bearer token to the header's value; whoever has none of them gets 401.
    """
    virtual = [
        {"name": host, "domains": [host], "routes": [*_known(users, header, host), _UNKNOWN]}
        for host in hosts
    ]
    network = [_http(virtual, [])]
    return {
        "name": "gateway",
        "address": _address(address, port),
        "filter_chains": [{"filters": network}],
    }


def upstream(
    name: str, address: str, port: int, credentials: tuple[Path, Path], ca_file: Path
) -> Config:
    """A cluster reached with mTLS under the gateway's identity."""
    endpoint = {"endpoint": {"address": _address(address, port)}}
    context = f"{TYPE}.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
    return {
        "name": name,
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "transport_socket": {
            "name": "tls",
            "typed_config": {"@type": context, "common_tls_context": _tls(credentials, ca_file)},
        },
    }


_UNKNOWN: Config = {"match": {"prefix": "/"}, "direct_response": {"status": 401}}


def _known(users: Mapping[str, str], header: str, host: str) -> list[Config]:
    return [
        {
            "match": {
                "prefix": "/",
                "headers": [
                    {"name": "authorization", "string_match": {"exact": f"Bearer {token}"}}
                ],
            },
            "route": {"cluster": host},
            "request_headers_to_add": [
                {
                    "header": {"key": header, "value": user.replace("%", "%%")},
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                }
            ],
        }
        for token, user in users.items()
    ]


def _http(hosts: Sequence[Config], filters: Sequence[Config]) -> Config:
    manager: Config = {
        "@type": HCM,
        "stat_prefix": "http",
        # Istio's default path normalization, BASE.
        "normalize_path": True,
        "merge_slashes": False,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "route_config": {"virtual_hosts": list(hosts)},
        "http_filters": [*filters, ROUTER],
    }
    return {"name": "http", "typed_config": manager}


def _server_tls(credentials: tuple[Path, Path], ca_file: Path) -> Config:
    context = f"{TYPE}.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
    return {
        "name": "tls",
        "typed_config": {
            "@type": context,
            "require_client_certificate": True,
            "common_tls_context": _tls(credentials, ca_file),
        },
    }


def _tls(credentials: tuple[Path, Path], ca_file: Path) -> Config:
    certificate, key = credentials
    return {
        "tls_certificates": [
            {
                "certificate_chain": {"filename": str(certificate)},
                "private_key": {"filename": str(key)},
            }
        ],
        "validation_context": {"trusted_ca": {"filename": str(ca_file)}},
    }


def _address(address: str, port: int) -> Config:
    return {"socket_address": {"address": address, "port_value": port}}
