"""The same output made by peers: Helm, kustomize and kapitan, each in its own manner.

Helm has a chart written by hand (``benchmarks/chart``) that ranges over the same
declarations. kustomize has a base with what is the same for every tenant, and an overlay
for each that patches the rest and adds its contributors. kapitan has a target for each
tenant and one template, made from ours by putting expressions where a tenant's names were.
All of them make the same objects, which is checked before anything is timed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.estates import CLUSTER, GROUP, PLATFORM
from gitops.compile.pipeline import Compiler, prepare

PROBE = """\
purpose: PROBE-PURPOSE
owner: probe-owner@example.com
contributors:
  - {user: probe-user@example.com, role: edit}
  - {group: reviewers, role: view}
plan: medium
quota: {devices: {nvidia.com/gpu: 7777}}
"""
BINDING = "user-probe-user-example-com-clusterrole-edit"
NAME, OWNER, USER = "probe-name", "probe-owner@example.com", "probe-user@example.com"


def _probe() -> list[str]:
    """The documents of the probe tenant, as text."""
    compiler = prepare({name: text.encode() for name, text in (
        ("platform.yaml", PLATFORM), ("clusters/prod.yaml", CLUSTER),
        ("groups/reviewers.yaml", GROUP), (f"tenants/{NAME}.yaml", PROBE))})
    texts = [file.text for unit in compiler.units() if unit.tenant
             for file in compiler.render(unit)]
    return [document for text in texts
            for document in re.split(r"^---\n", text.partition("\n")[2], flags=re.MULTILINE)]


def template() -> str:
    """A tenant's documents in kapitan's language, which is Jinja2 over text."""
    documents = _probe()
    text = "".join(f"---\n{_worded(document)}" for document in documents
                   if BINDING not in document)
    text += "{% for c in t.contributors %}\n"
    for document in documents:
        if BINDING in document:
            body = f"---\n{_worded(document)}"
            text += re.sub(r"(principals:)\n(?: +- .*\n)+", r"\1 {{ c.principals | tojson }}\n",
                           body)
    return text + "{% endfor %}\n"


def _worded(document: str) -> str:
    """A probe's document with expressions for what is the tenant's own."""
    for probe, name in ((BINDING, "c.binding"), (USER, "c.user"), (OWNER, "t.owner"),
                        ("PROBE-PURPOSE", "t.purpose"), ("'7777'", "t.gpus"), (NAME, "t.name")):
        document = document.replace(probe, f"{{{{ {name} | tojson }}}}")
    if "c.user" in document:
        document = document.replace("role: edit", "role: {{ c.role | tojson }}")
        document = document.replace("name: kubeflow-edit", "name: {{ c.clusterRole | tojson }}")
    return document


def values(compiler: Compiler) -> Iterator[dict[str, Any]]:
    """What the peers' templates are given for each tenant."""
    cluster = compiler.estate.clusters["prod"]
    for tenant in compiler.estate.tenants.values():
        workspace = compiler.planner.workspace(tenant, cluster)
        yield {
            "name": tenant.name, "owner": tenant.owner.name, "purpose": tenant.purpose,
            "gpus": workspace.quota["requests.nvidia.com/gpu"],
            "contributors": [{
                "binding": binding.name, "user": binding.annotations["user"],
                "role": binding.annotations["role"], "clusterRole": binding.role,
                "principals": list(binding.policy.principals)}
                for binding in workspace.bindings
                if binding.policy and "user" in binding.annotations]}


def write_helm(root: Path, compiler: Compiler) -> None:
    """The chart, with the declarations and the cluster's settings as its values."""
    shutil.copytree(Path(__file__).parent / "chart", root)
    cluster = compiler.estate.clusters["prod"]
    first = next(iter(compiler.estate.tenants.values()))
    workspace = compiler.planner.workspace(first, cluster)
    hard = {key: value for key, value in workspace.quota.items() if "/" not in key}
    shared = {
        "cluster": {
            "namespaceLabels": workspace.labels, "header": cluster.mesh.user_id_key,
            "editors": cluster.mesh.people_and_viewers[0],
            "viewers": cluster.mesh.people_and_viewers[1],
            "notebookController": cluster.mesh.notebook_controller_principal,
            "ingress": workspace.network.ingress, "egress": workspace.network.egress,
            "hosts": workspace.network.visible_hosts},
        "plans": {"medium": {"hard": hard, "other": workspace.quotas[0].hard,
                             "defaultRequest": workspace.containers.requests}},
        "groups": {name: sorted(member.name for member in group.members)
                   for name, group in compiler.estate.groups.items()}}
    declared = [{**yaml.safe_load(compiler.files[f"tenants/{name}.yaml"]), "name": name}
                for name in compiler.estate.tenants]
    (root / "values.yaml").write_text(json.dumps({**shared, "tenants": declared}))
    (root / "one.json").write_text(json.dumps({"tenants": declared[:1]}))


def write_kapitan(root: Path, tenants: list[dict[str, Any]]) -> None:
    """An inventory with a target for each tenant, and one template."""
    (root / "inventory/targets").mkdir(parents=True)
    (root / "inventory/classes").mkdir()
    (root / "templates").mkdir()
    (root / "templates/tenant.yml").write_text(
        "{% set t = inventory.parameters.tenant %}\n" + template())
    for tenant in tenants:
        (root / f"inventory/targets/{tenant['name']}.yml").write_text(json.dumps({
            "parameters": {"tenant": tenant, "kapitan": {
                "vars": {"target": tenant["name"]},
                "compile": [{"input_type": "jinja2", "input_paths": ["templates/tenant.yml"],
                             "output_path": "."}]}}}))


def write_kustomize(root: Path, made: list[dict[str, Any]], name: str) -> Path:
    """A base from one tenant's objects, and an overlay that turns it into another tenant."""
    base, overlay = root / "base", root / name
    base.mkdir(parents=True)
    overlay.mkdir()
    own = [data for data in made if "clusterrole" in data["metadata"]["name"]]
    fixed = [data for data in made if data not in own]
    _dump(base / "tenant.yaml", *[json.loads(json.dumps(data).replace(name, "tenant"))
                                  for data in fixed])
    _dump(base / "kustomization.yaml", _kustomization(resources=["tenant.yaml"]))
    _dump(overlay / "contributors.yaml", *own)
    patches = [{"target": {"kind": data["kind"], "name": data["metadata"]["name"].replace(
        name, "tenant")}, "patch": json.dumps(_patch(data))} for data in fixed]
    _dump(overlay / "kustomization.yaml", _kustomization(
        resources=["../base", "contributors.yaml"],
        labels=[{"pairs": {"gitops-tenancy/tenant": name}}], patches=patches))
    return overlay


def _patch(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a tenant's object has of its own, as JSON patch."""
    metadata = data["metadata"]
    found = [{"op": "replace", "path": f"/metadata/{field}", "value": metadata[field]}
             for field in ("annotations", "namespace") if field in metadata]
    if "namespace" not in metadata:
        found.append({"op": "replace", "path": "/metadata/name", "value": metadata["name"]})
    own = {"Profile": "spec", "RoleBinding": "subjects", "AuthorizationPolicy": "spec"}
    part = own.get(data["kind"])
    if part:
        found.append({"op": "replace", "path": f"/{part}", "value": data[part]})
    return found


def _kustomization(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **fields}


def _dump(path: Path, *documents: Any) -> None:
    path.write_text("---\n".join(json.dumps(document) + "\n" for document in documents))


def objects(text: str) -> dict[tuple[str, ...], Any]:
    """Objects by identity, for comparing outputs."""
    found = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for data in yaml.load_all(text, loader):
        if isinstance(data, Mapping):
            metadata = data["metadata"]
            found[data["kind"], metadata.get("namespace", ""), metadata["name"]] = data
    return found
