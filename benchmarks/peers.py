"""The same output made by peers: Helm, kustomize and kapitan.

Their templates are made from ours: one tenant with telling names is rendered, the names
become expressions of the peer's language, and the objects that come once for each
contributor become a loop. So all of them make the same objects, which is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Language:
    """How a template language writes a tenant's value, a contributor's, and a loop."""

    tenant: str
    contributor: str
    loop: tuple[str, str]
    condition: tuple[str, str]


HELM = Language("{{{{ $t.{0} | quote }}}}", "{{{{ $c.{0} | quote }}}}",
                ("{{- range $c := $t.contributors }}\n", "{{- end }}\n"),
                ("{{- if $c.browser }}\n", "{{- end }}\n"))
KAPITAN = Language("{{{{ t.{0} | tojson }}}}", "{{{{ c.{0} | tojson }}}}",
                   ("{% for c in t.contributors %}\n", "{% endfor %}\n"),
                   ("{% if c.browser %}\n", "{% endif %}\n"))


def _probe() -> list[str]:
    """The documents of the probe tenant, as text."""
    compiler = prepare({name: text.encode() for name, text in (
        ("platform.yaml", PLATFORM), ("clusters/prod.yaml", CLUSTER),
        ("groups/reviewers.yaml", GROUP), (f"tenants/{NAME}.yaml", PROBE))})
    texts = [file.text for unit in compiler.units() if unit.tenant
             for file in compiler.render(unit)]
    return [document for text in texts
            for document in re.split(r"^---\n", text.partition("\n")[2], flags=re.MULTILINE)]


def template(language: Language) -> str:
    """A tenant's documents in a template language."""
    fixed, looped = [], []
    for document in _probe():
        (looped if BINDING in document else fixed).append(document)
    text = "".join(f"---\n{_worded(document, language)}" for document in fixed)
    text += language.loop[0]
    for document in looped:
        body = f"---\n{_worded(document, language)}"
        if "AuthorizationPolicy" in document:
            body = re.sub(r"(principals:\n)(?: +- .*\n)+",
                          lambda match: match[1].rstrip("\n") + " " +
                          _hole(language.contributor, "principals", raw=True) + "\n", body)
        text += body
    return text + language.loop[1]


def _hole(form: str, name: str, *, raw: bool = False) -> str:
    text = form.format(name)
    return text.replace("quote", "toJson") if raw else text


def _worded(document: str, language: Language) -> str:
    for probe, form, name in ((BINDING, language.contributor, "binding"),
                              (USER, language.contributor, "user"),
                              (OWNER, language.tenant, "owner"),
                              ("PROBE-PURPOSE", language.tenant, "purpose"),
                              ("'7777'", language.tenant, "gpus"),
                              (NAME, language.tenant, "name")):
        document = document.replace(probe, form.format(name))
    if BINDING in document or "c.user" in document:
        document = document.replace("role: edit", "role: " +
                                    language.contributor.format("role"))
        document = document.replace("name: kubeflow-edit", "name: " +
                                    language.contributor.format("clusterRole"))
    return document


def values(compiler: Compiler) -> Iterator[dict[str, Any]]:
    """What the peers' templates are given for each tenant."""
    cluster = compiler.estate.clusters["prod"]
    for tenant in compiler.estate.tenants.values():
        workspace = compiler.planner.workspace(tenant, cluster)
        policies = {policy.name: policy for policy in workspace.policies}
        yield {
            "name": tenant.name, "owner": tenant.owner.name, "purpose": tenant.purpose,
            "gpus": workspace.quota["requests.nvidia.com/gpu"],
            "contributors": [{
                "binding": binding.name, "user": binding.annotations["user"],
                "role": binding.annotations["role"], "clusterRole": binding.role,
                "principals": list(policies[binding.name].principals)}
                for binding in workspace.bindings if "user" in binding.annotations]}


def write_helm(root: Path, tenants: list[dict[str, Any]]) -> None:
    """A chart that ranges over its tenants; ``values.yaml`` has all of them."""
    (root / "templates").mkdir(parents=True)
    (root / "Chart.yaml").write_text("apiVersion: v2\nname: tenants\nversion: 1.0.0\n")
    (root / "templates/tenants.yaml").write_text(
        "{{- range $t := .Values.tenants }}\n" + template(HELM) + "{{- end }}\n")
    (root / "values.yaml").write_text(json.dumps({"tenants": tenants}))
    (root / "one.yaml").write_text(json.dumps({"tenants": tenants[:1]}))


def write_kapitan(root: Path, tenants: list[dict[str, Any]]) -> None:
    """An inventory with a target for each tenant, and one template."""
    (root / "inventory/targets").mkdir(parents=True)
    (root / "inventory/classes").mkdir()
    (root / "templates").mkdir()
    (root / "templates/tenant.yml").write_text(
        "{% set t = inventory.parameters.tenant %}\n" + template(KAPITAN))
    for tenant in tenants:
        (root / f"inventory/targets/{tenant['name']}.yml").write_text(json.dumps({
            "parameters": {"tenant": tenant, "kapitan": {
                "vars": {"target": tenant["name"]},
                "compile": [{"input_type": "jinja2", "input_paths": ["templates/tenant.yml"],
                             "output_path": "."}]}}}))


def write_kustomize(root: Path, rendered: Path, name: str) -> Path:
    """One tenant's files under one kustomization."""
    folder = root / name
    folder.mkdir(parents=True)
    files = [rendered / f"prod/platform/tenants/{name}.yaml",
             *sorted((rendered / f"prod/tenants/{name}").glob("*.yaml"))]
    kept = [path for path in files if path.name != "kustomization.yaml"]
    for path in kept:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "kustomization.yaml").write_text(json.dumps(
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
         "resources": [path.name for path in kept]}))
    return folder


def objects(text: str) -> dict[tuple[str, ...], Any]:
    """Objects by identity, for comparing outputs."""
    found = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for data in yaml.load_all(text, loader):
        if isinstance(data, Mapping):
            metadata = data["metadata"]
            found[data["kind"], metadata.get("namespace", ""), metadata["name"]] = data
    return found
