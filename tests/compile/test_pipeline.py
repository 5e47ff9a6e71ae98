"""The pipeline as a whole: files, lists, labels, templates of the estate, all mistakes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import yaml

from gitops.compile.pipeline import Compiler, RenderedFile, Unit
from gitops.compile.prepare import prepare
from gitops.compile.templates import templates
from gitops.declarations.source import read_estate
from gitops.foundation.parallel import over
from gitops.render.engine import Engine
from tests.estates import AMBIENT, PROFILE, estate, files_of, mistakes_of, objects_of
from tests.programs import KUBECTL

EXAMPLES = Path(__file__).parents[2] / "examples"

SECOND = {"tenants/nlp.yaml": "owner: b@example.com\n", "clusters/lab.yaml": AMBIENT}


def test_each_template_file_is_a_rendered_file() -> None:
    found = files_of(estate())
    assert set(found) >= {
        "prod/platform/tenants/vision.yaml", "prod/platform/guardrails.yaml",
        "prod/tenants/vision/access.yaml", "prod/tenants/vision/network.yaml",
        "prod/kustomization.yaml", "prod/platform/kustomization.yaml",
        "prod/platform/tenants/kustomization.yaml", "prod/tenants/kustomization.yaml",
        "prod/tenants/vision/kustomization.yaml"}
    assert "prod/tenants/vision/_owner-policies.yaml" not in found


def test_every_object_says_whose_it_is() -> None:
    for name, data in objects_of(estate(SECOND)).items():
        labels = data["metadata"]["labels"]
        assert labels["app.kubernetes.io/managed-by"] == "gitops-tenancy", name
        assert labels["gitops-tenancy/tenant"] in ("vision", "nlp", "platform"), name


@pytest.mark.parametrize(("what", "templates"), [("jobs", 6), ("hardware", 1)])
def test_our_templates_make_nothing_of_a_tenant_without_what_they_need(
        what: str, templates: int) -> None:
    compiler = prepare(estate(SECOND))
    pages = [page for page in compiler.pages if page.needs == what]
    made = [compiler.engine.render(page.template, compiler.context(unit)).documents
            for unit in compiler.units() if unit.tenant for page in pages]
    assert len(pages) >= templates
    assert not any(made)


def test_the_estates_own_template_of_jobs_is_asked_of_every_tenant() -> None:
    own = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: vision}\n"
    found = files_of(estate({"templates/tenant/jobs/argo.yaml.j2": own}))
    assert "prod/tenants/vision/jobs/argo.yaml" in found


def test_every_file_says_what_to_edit() -> None:
    for file in files_of(estate(SECOND)).values():
        assert file.text.startswith("# Rendered by gitops from "), file.path
        assert 'run "gitops render"' in file.text.splitlines()[0]


def test_the_templates_that_ship_have_no_mistakes() -> None:
    assert Engine(templates({})[0]).check() == []


def test_the_templates_that_ship_read_fields_that_are_there() -> None:
    for files in (estate(SECOND), read_estate(EXAMPLES / "kubeflow"),
                  read_estate(EXAMPLES / "native")):
        compiler = prepare(files)
        for unit in compiler.units():
            assert list(compiler.render(unit))
        assert not compiler.engine.slow


def test_an_estates_template_is_checked_with_ours_that_it_includes() -> None:
    name = "tenant/_owner-policies.yaml.j2"
    found, _ = templates({f"templates/{name}": b'{% include "tenant/access.yaml.j2" %}\n'})
    assert {finding.rule for finding in Engine(found).check()} == {"include-cycle"}
    assert Engine(found).check([name]) == Engine(found).check()


def test_rendering_does_not_depend_on_order_or_processes() -> None:
    files = estate(SECOND | {f"tenants/t{n}.yaml": "owner: a@example.com\n" for n in range(40)})
    one = files_of(files)
    for seed in range(3):
        shuffled = dict(Random(seed).sample(list(files.items()), len(files)))
        assert {path: file.text for path, file in files_of(shuffled).items()} == \
            {path: file.text for path, file in one.items()}
    compiler = prepare(files)
    units = compiler.units()
    texts = {path: text for found in over(
        lambda unit: [(file.path, file.text) for file in compiler.render(unit)], units, 3)
        for path, text in found}
    assert texts == {path: file.text for path, file in one.items() if path in texts}
    assert len(texts) > 100


def test_files_are_handed_on_when_those_of_some_units_are_made(
        monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    render = Compiler.render

    def noting(compiler: Compiler, unit: Unit) -> Iterator[RenderedFile]:
        steps.append(f"make {unit.tenant}")
        return render(compiler, unit)

    compiler = prepare(estate(SECOND))
    units = [unit for unit in compiler.units() if unit.tenant]
    monkeypatch.setattr(Compiler, "render", noting)
    done = compiler.do(units, lambda file: steps.append(f"take {file.path}"))
    assert len(units) > 1
    assert steps == [*(f"make {unit.tenant}" for unit in units),
                     *(f"take {path}" for one in done for path in one.paths)]


def test_rendering_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = ("from tests.estates import *; import hashlib, json;"
            "print(hashlib.sha256(json.dumps({p: f.text for p, f in files_of(estate()).items()})"
            ".encode()).hexdigest())")
    digests = {subprocess.run([sys.executable, "-c", code], check=True, capture_output=True,
                              env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}).stdout
               for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("77", "UTC"))}
    assert len(digests) == 1


def test_kustomize_builds_a_cluster_with_every_object(tmp_path: Path) -> None:
    found = files_of(estate(SECOND))
    for file in found.values():
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file.text)
    for cluster in ("prod", "lab"):
        built = subprocess.run([KUBECTL, "kustomize", tmp_path / cluster], check=True,
                               capture_output=True, text=True).stdout
        assert _ids(yaml.safe_load_all(built)) == _ids(
            data for path, file in found.items() if path.startswith(f"{cluster}/")
            for data in file.objects)


def _ids(documents: object) -> list[tuple[str, str, str]]:
    return sorted((data["kind"], data["metadata"].get("namespace", ""), data["metadata"]["name"])
                  for data in documents)  # type: ignore[attr-defined]


MAP = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ name }}
  namespace: {{ workspace.name }}
data:
  purpose: {{ tenant.purpose }}
"""


def test_an_estate_adds_a_service_by_adding_a_file() -> None:
    template = MAP.replace("{{ name }}", "about")
    found = files_of(estate({"templates/tenant/about.yaml.j2": template},
                            tenant="owner: a@example.com\npurpose: 'yes: {{ no }} # \"'\n"))
    assert found["prod/tenants/vision/about.yaml"].objects[0]["data"] == {
        "purpose": "yes: {{ no }} # \""}


def test_an_estate_replaces_a_file_of_ours() -> None:
    found = objects_of(estate({"templates/tenant/network.yaml.j2": "{# none here #}\n"}))
    assert "NetworkPolicy/workspace" not in found
    assert "RoleBinding/namespaceAdmin" in found


def test_a_manifest_that_is_not_valid_is_told_at_the_declared_line() -> None:
    template = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
                "  namespace: {{ workspace.name }}\ndata: {{ tenant.purpose }}\n")
    assert mistakes_of(estate({"templates/tenant/about.yaml.j2": template},
                              tenant="owner: a@example.com\npurpose: text\n"))[0].startswith(
        "tenants/vision.yaml:2:10: ConfigMap x: data")


def test_a_kind_without_a_schema_names_the_way_out() -> None:
    template = "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: x\n"
    assert "[invalid-manifest]" in mistakes_of(
        estate({"templates/tenant/widget.yaml.j2": template}))[0]


TWICE = {f"templates/tenant/{name}.yaml.j2": MAP.replace("{{ name }}", "x") for name in "ab"}
SHARED = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shared\n"


def test_an_object_of_two_templates_is_told_at_the_later_and_names_the_other() -> None:
    assert mistakes_of(estate(TWICE)) == [
        "templates/tenant/b.yaml.j2:2:1: ConfigMap/vision/x is made twice on cluster prod, "
        "for tenant vision; also by templates/tenant/a.yaml.j2:2 [one-object-twice]"]


def test_an_object_of_a_template_of_ours_is_told_at_the_estates_own() -> None:
    own = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {{ workspace.name }}\n"
    compiler = prepare(estate({"templates/tenant/a.yaml.j2": own}, cluster=AMBIENT))
    found = [finding for done in compiler.run(compiler.units(), lambda _: None)
             for finding in done.findings if finding.rule == "one-object-twice"]
    assert [finding.position.file for finding in found] == ["templates/tenant/a.yaml.j2"]
    assert [place.position.file for place in found[0].related] == [
        "gitops/templates/workspace.yaml.j2"]


def test_an_object_that_every_tenant_makes_is_told_once_for_a_cluster() -> None:
    told = mistakes_of(estate({**SECOND, "templates/tenant/a.yaml.j2": SHARED}))
    assert [line for line in told if "cluster prod" in line] == [
        "templates/tenant/a.yaml.j2:1:1: Namespace/shared is made twice on cluster prod, "
        "for tenant nlp and for tenant vision [one-object-twice]"]


def test_an_object_of_a_tenant_and_of_the_cluster_names_both_templates() -> None:
    told = mistakes_of(estate({"templates/tenant/a.yaml.j2": SHARED,
                               "templates/platform/b.yaml.j2": f"\n{SHARED}"}))
    assert told == [
        "templates/tenant/a.yaml.j2:1:1: Namespace/shared is made twice on cluster prod, for the "
        "cluster itself and for tenant vision; also by templates/platform/b.yaml.j2:2 "
        "[one-object-twice]"]


def test_mistakes_of_all_files_and_kinds_come_at_once() -> None:
    told = mistakes_of(estate({
        "templates/tenant/a.yaml.j2": "a: {% raw %}\n",
        "groups/g.yaml": "members: [not-an-address]\n",
    }, cluster=PROFILE + "mesh: sidecart\n", tenant="ownr: ana@example.com\nplan: gold\n"))
    assert {line.partition(":")[0] for line in told} == {
        "templates/tenant/a.yaml.j2", "groups/g.yaml", "clusters/prod.yaml", "tenants/vision.yaml"}


@pytest.mark.parametrize("version", ["1.25", "1.29", "1.30", "1.37"])
def test_every_known_version_of_kubernetes_gets_valid_manifests(version: str) -> None:
    found = objects_of(estate(cluster=PROFILE.replace("1.37", version)))
    guarded = "ValidatingAdmissionPolicy/gitops-tenancy-declared" in found
    assert guarded == (int(version.split(".")[1]) >= 30)
