"""No text in any declaration changes the structure of any document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.estates import PROFILE, as_json, files_of

# what libyaml reads and YAML can carry: the declared text itself must be valid YAML
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
                min_size=1, max_size=60)
NASTY = ["---", "...", "\n---\nkind: Secret", "{{ workspace }}", "{% raw %}", "{#", "# no", ": ",
         "- a", "yes", "1e3", "0o7", "~", "null", "2027-01-31", "'", '"', "\\", "|", ">", "&a",
         "*a", "!!str", "<<", "@x", "`", "%", " lead", "trail ", "a: b", "a #b", "\t", "=", "1:30",
         "\u200b", "\u202e", "\u2028", "\ue000", "\U0001f600", "}}", "${x}", "$(x)"]
hostile = texts | st.sampled_from(NASTY)
words = hostile.filter(lambda text: text.isprintable() and text.strip() == text)


def estate(purpose: str, annotation: str, claim: str, group: str,
           plugin: Mapping[str, str]) -> dict[str, bytes]:
    """An estate that holds the texts in every field that takes free text."""
    tenant = {"owner": "ana@example.com", "purpose": purpose,
              "annotations": {"example.com/note": annotation},
              "contributors": [{"group": "team", "role": "view"}],
              "plugins": [{"kind": "Vault", "spec": {"note": annotation, **plugin}}]}
    frozen = {"owner": "ana@example.com", "frozen": annotation}
    return {name: as_json(data) for name, data in (
        ("platform.yaml", {"breakGlassGroup": group}),
        ("groups/team.yaml", {"claim": claim, "members": ["b@example.com"]}),
        ("tenants/vision.yaml", tenant), ("tenants/old.yaml", frozen))
    } | {"clusters/prod.yaml": PROFILE.encode()}


def structure(value: Any) -> Any:
    """What is left of data without its texts: kinds, keys and lengths."""
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    if isinstance(value, list):
        return [structure(item) for item in value]
    return type(value).__name__


def read_back(files: dict[str, bytes]) -> dict[str, list[Any]]:
    return {path: list(yaml.safe_load_all(file.text)) for path, file in files_of(files).items()}


PLAIN = {path: structure(documents) for path, documents in
         read_back(estate("text", "text", "text", "text", {})).items()}


@settings(max_examples=150, deadline=None)
@given(hostile.filter(lambda text: text.isprintable() or "\n" in text), words, words, words)
def test_no_text_changes_the_structure_of_any_document(purpose: str, annotation: str, claim: str,
                                                       group: str) -> None:
    claim = "".join(claim.split()) or "x"
    found = read_back(estate(purpose, annotation, claim, group, {}))
    assert {path: structure(documents) for path, documents in found.items()} == PLAIN
    namespace, profile = found["prod/platform/tenants/vision.yaml"]
    assert namespace["metadata"]["annotations"]["gitops-tenancy/purpose"] == purpose
    assert namespace["metadata"]["annotations"]["example.com/note"] == annotation
    assert profile["spec"]["plugins"][0]["spec"] == {"note": annotation}
    frozen = found["prod/platform/tenants/old.yaml"][0]["metadata"]["annotations"]
    assert frozen["gitops-tenancy/frozen"] == annotation
    access = found["prod/tenants/vision/access.yaml"]
    assert claim in [data["subjects"][0]["name"] for data in access
                     if data["kind"] == "RoleBinding"]


def worked(text: str, login: str, audience: str) -> dict[str, bytes]:
    """An estate that holds the texts in its jobs, its plan and its cluster's login."""
    job = {"image": "registry.example.com/model:1", "description": text, "command": ["sh", text],
           "args": [text], "env": {"A": text}, "params": {"p": {"default": text}}}
    script = {"image": job["image"], "script": text}
    cluster = {"kubernetes": "1.37", "mesh": "sidecar", "network": {"apiServer": ["192.0.2.2/32"]},
               "engines": {"tekton": True, "argo": True, "default": "tekton"},
               "identity": {"provider": "oauth2-proxy", "external": login,
                            "audiences": [audience]}}
    return {name: as_json(data) for name, data in (
        ("platform.yaml", {"plans": {"p": {"description": text}}}), ("clusters/prod.yaml", cluster),
        ("tenants/vision.yaml", {"owner": "ana@example.com", "jobs": {
            "one": job, "two": {"engine": "argo", **job}, "three": script}}))}


WORKED = structure(read_back(worked("text", "text", "text")))


@settings(max_examples=40, deadline=None)
@given(words.filter(lambda text: "$(" not in text and "{{" not in text), words, words)
def test_no_text_of_a_job_or_a_cluster_changes_any_structure(text: str, login: str,
                                                            audience: str) -> None:
    assert structure(read_back(worked(text, login, audience))) == WORKED


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(hostile, hostile, max_size=4))
def test_free_form_data_is_handed_on_as_given(spec: dict[str, str]) -> None:
    spec.pop("note", None)
    spec = {key: value for key, value in spec.items() if key != "<<"}
    found = read_back(estate("text", "text", "text", "text", spec))
    profile = found["prod/platform/tenants/vision.yaml"][1]
    assert profile["spec"]["plugins"][0]["spec"] == {"note": "text", **spec}
