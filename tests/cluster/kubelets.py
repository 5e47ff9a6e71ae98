"""Stands in for every simulated node's kubelet: ``python -m tests.cluster.kubelets KUBECONFIG``.

Each act is done as ``system:node:NAME``, so the Node authorizer and NodeRestriction have
their say. Containers do not exist: a bound pod is reported as running at once.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.cluster.client import Client
from tests.cluster.nodes import node_client


def main(kubeconfig: Path) -> None:
    """Poll the bound pods five times a second until killed."""
    admin = client_of(kubeconfig)
    nodes: dict[str, Client] = {}
    while True:
        pods = admin.request("GET", "/api/v1/pods", query={"fieldSelector": "spec.nodeName!="})
        for pod in pods.body.get("items") or []:
            name = pod["spec"]["nodeName"]
            if name not in nodes:
                nodes[name] = node_client(admin, name)
            act(nodes[name], pod)
        time.sleep(0.2)


def act(node: Client, pod: dict[str, Any]) -> None:
    """What a kubelet does with a bound pod: end it when asked to, else report it as running."""
    meta = pod["metadata"]
    if "deletionTimestamp" in meta:
        node.delete("v1", "Pod", meta["name"], meta["namespace"], {"gracePeriodSeconds": 0})
    elif pod["status"].get("phase") == "Pending":
        status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
        node.merge(
            "v1", "Pod", meta["name"], {"status": status}, meta["namespace"], subresource="status"
        )


def client_of(kubeconfig: Path) -> Client:
    """A client for a kubeconfig that the control plane wrote."""
    config = json.loads(kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    address = urlsplit(cluster["server"])
    token = config["users"][0]["user"]["token"]
    ca_file = Path(cluster["certificate-authority"])
    return Client(str(address.hostname), int(address.port or 443), ca_file, token)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
