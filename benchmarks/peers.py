"""The same output made by peers: Helm, kustomize and kapitan, each in its own manner.

Helm has a chart written by hand (``benchmarks/chart``) that ranges over the same
declarations. kustomize has a base with what is the same for every tenant, and an overlay
for each that patches the rest and adds its contributors. kapitan has a target for each
tenant, a class that they share, and a component made from our documents by putting
expressions where a tenant's names were: in Jsonnet, its first language for manifests, and
once more in Jinja2, which its users have for scripts and texts and which is its fastest.
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
from gitops.compile.pipeline import Compiler
from gitops.compile.prepare import prepare

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


WORDS = {BINDING: "c.binding", USER: "c.user", OWNER: "t.owner", "PROBE-PURPOSE": "t.purpose",
         "7777": "t.gpus", NAME: "t.name", "PRINCIPALS": "c.principals", "ROLE": "c.role",
         "CLUSTER-ROLE": "c.clusterRole"}


def component() -> str:
    """A tenant's documents in kapitan's language for manifests, which is Jsonnet."""
    documents = [yaml.safe_load(text) for text in _probe()]
    own = [data for data in documents if data["metadata"]["name"] == BINDING]
    for data in own:
        data["metadata"]["annotations"]["role"] = "ROLE"
        if data["kind"] == "RoleBinding":
            data["roleRef"]["name"] = "CLUSTER-ROLE"
        else:
            data["spec"]["rules"][0]["from"][0]["source"]["principals"] = "PRINCIPALS"
    fixed = [data for data in documents if data not in own]
    return ('local kap = import "lib/kapitan.libjsonnet";\n'
            "local t = kap.inventory().parameters.tenant;\n"
            f"{{ tenant: {_worded(fixed)} +\n"
            f"  std.flatMap(function(c) {_worded(own)}, t.contributors) }}\n")


def _worded(documents: list[dict[str, Any]]) -> str:
    """Probe documents with expressions for what is a tenant's own."""
    text = json.dumps(documents, indent=2)
    for probe, name in WORDS.items():
        text = text.replace(json.dumps(probe), name)
    return text


def template() -> str:
    """The same in kapitan's other language, which is Jinja2 over text."""
    documents = _probe()
    text = "".join(f"---\n{_expressed(document)}" for document in documents
                   if BINDING not in document)
    text += "{% for c in t.contributors %}\n"
    for document in documents:
        if BINDING in document:
            body = f"---\n{_expressed(document)}"
            text += re.sub(r"(principals:)\n(?: +- .*\n)+", r"\1 {{ c.principals | tojson }}\n",
                           body)
    return text + "{% endfor %}\n"


def _expressed(document: str) -> str:
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
                "binding": binding.name, "user": binding.listed_user,
                "role": binding.access, "clusterRole": binding.role,
                "principals": list(binding.policy.principals)}
                for binding in workspace.bindings
                if binding.policy and binding.listed_user]}


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


def write_kapitan(root: Path, tenants: list[dict[str, Any]], language: str) -> None:
    """An inventory of one class and a target for each tenant, and one Jsonnet component or
    Jinja2 template."""
    text = component() if language == "jsonnet" else \
        "{% set t = inventory.parameters.tenant %}\n" + template()
    source = f"components/tenant/tenant.{language}"
    for folder in ("inventory/targets", "inventory/classes", "components/tenant"):
        (root / folder).mkdir(parents=True)
    (root / source).write_text(text)
    _dump(root / "inventory/classes/tenant.yml", {"parameters": {"kapitan": {
        "vars": {"target": "${tenant:name}"},
        "compile": [{"input_type": language, "input_paths": [source], "output_path": "."}]}}})
    for tenant in tenants:
        _dump(root / f"inventory/targets/{tenant['name']}.yml",
              {"classes": ["tenant"], "parameters": {"tenant": tenant}})


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
    found: dict[tuple[str, ...], Any] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for data in yaml.load_all(text, loader):
        if isinstance(data, Mapping):
            metadata = data["metadata"]
            found[data["kind"], metadata.get("namespace", ""), metadata["name"]] = data
    return found
