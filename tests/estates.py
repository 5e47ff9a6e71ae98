"""Estates written inline, compiled, and asked for their objects. YAML in, objects out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gitops.compile.pipeline import Compiler, RenderedFile
from gitops.compile.prepare import prepare
from gitops.foundation.errors import Refused

PROFILE = 'kubernetes: "1.37"\nkubeflow: 26.03.1\nnetwork: {apiServer: [192.0.2.2/32]}\n'
NATIVE = PROFILE + "workspaces: native\n"
AMBIENT = PROFILE + "mesh: ambient\n"
BARE = 'kubernetes: "1.37"\nkubeflow: none\nnetwork: {apiServer: [192.0.2.2/32]}\n'


def estate(files: Mapping[str, str] | None = None, *, cluster: str = PROFILE,
           tenant: str = "owner: ana@example.com\n", platform: str = "{}") -> dict[str, bytes]:
    """An estate with one cluster ``prod`` and one tenant ``vision``, and further files."""
    texts = {"platform.yaml": platform, "clusters/prod.yaml": cluster,
             "tenants/vision.yaml": tenant, **(files or {})}
    return {name: text.encode() for name, text in texts.items()}


def compiled(files: Mapping[str, bytes], **options: Any) -> Compiler:
    """The compiler of an estate without mistakes."""
    return prepare(files, **options)


def files_of(files: Mapping[str, bytes], **options: Any) -> dict[str, RenderedFile]:
    """Every rendered file by its path; a finding fails the test."""
    found: dict[str, RenderedFile] = {}
    compiler = prepare(files, **options)
    for done in compiler.run(compiler.units(), lambda file: file):
        assert not done.findings, "\n".join(map(str, done.findings))
        found |= {file.path: file for file in done.taken}
    return found


def objects_of(files: Mapping[str, bytes], **options: Any) -> dict[str, dict[str, Any]]:
    """Every rendered object by ``Kind/name``.

    Off the cluster prod it is ``cluster:Kind/name``; in another namespace than the tenant
    vision's it is ``Kind/name@namespace``.
    """
    found: dict[str, dict[str, Any]] = {}
    for file in files_of(files, **options).values():
        cluster = file.path.partition("/")[0]
        for data in file.objects:
            name = f"{data['kind']}/{data['metadata']['name']}"
            if (namespace := data["metadata"].get("namespace", "vision")) != "vision":
                name += f"@{namespace}"
            found[name if cluster == "prod" else f"{cluster}:{name}"] = dict(data)
    return found


def mistakes_of(files: Mapping[str, bytes]) -> list[str]:
    """What is wrong with an estate, a line each: ``file:line:column: message [rule]``."""
    try:
        compiler = prepare(files)
    except Refused as refused:
        return [_line(finding) for finding in refused.findings]
    return [_line(finding) for done in compiler.run(compiler.units(), lambda _: None)
            for finding in done.findings]


def _line(finding: Any) -> str:
    return f"{finding.position}: {finding.message} [{finding.rule}]"


def as_json(value: Any) -> bytes:
    """Data as JSON that YAML reads the same: what YAML takes for a line's end is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    for end in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(end, f"\\u{ord(end):04x}")
    return text.encode()


def without_ours(data: Mapping[str, Any]) -> dict[str, Any]:
    """An object without the labels that only we put there, for comparing with a controller's."""
    metadata = dict(data["metadata"])
    labels = {key: value for key, value in metadata.pop("labels", {}).items()
              if key != "app.kubernetes.io/managed-by" and not key.startswith("gitops-tenancy/")}
    return {**data, "metadata": {**metadata, **({"labels": labels} if labels else {})}}
