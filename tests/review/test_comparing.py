"""Two revisions of an estate compared, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Position
from gitops.review.comparing import Narrowed
from tests.estates import AMBIENT, estate, files_of
from tests.review.compared import changed, lines, told
from tests.review.repositories import Repo

VISION = """\
owner: ana@example.com
contributors:
  - {user: ben@example.com, role: edit}
  - {user: eva@example.com, role: view}
"""
PLANS = "plans: {small: {quota: {requests: {cpu: 8}}}}\ndefaults: {plan: small}\n"
TWO = {"tenants/nlp.yaml": "owner: ben@example.com\n"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An estate with the tenants vision and nlp, committed but not rendered."""
    repo = Repo.new(tmp_path / "repo")
    repo.commit(estate(TWO, tenant=VISION, platform=PLANS))
    return repo


def rendered(repo: Repo) -> dict[str, str]:
    """What the estate in the work tree renders to, by path in the estate."""
    paths = [path for path in repo.estate.rglob("*") if path.is_file()
             and ".git" not in path.parts and "rendered" not in path.parts]
    files = {path.relative_to(repo.estate).as_posix(): path.read_bytes() for path in paths}
    return {f"rendered/{path}": file.text for path, file in files_of(files).items()}


def test_the_same_declarations_have_no_differences(repo: Repo) -> None:
    found = changed(repo)
    assert not found
    assert lines(found) == ["compared with HEAD", "no differences"]


def test_a_comment_changes_nothing(repo: Repo) -> None:
    assert not changed(repo, {"tenants/vision.yaml": "# a comment\n" + VISION})


def test_the_order_of_what_is_a_set_changes_nothing(repo: Repo) -> None:
    repo.commit({"tenants/vision.yaml": VISION + "talks-to: [nlp, other]\n",
                 "tenants/other.yaml": "owner: x@example.com\nadmits: [vision]\n",
                 "tenants/nlp.yaml": "owner: ben@example.com\nadmits: [vision]\n"})
    found = changed(repo, {"tenants/vision.yaml": VISION + "talks-to: [other, nlp]\n"})
    assert not found
    assert "prod/tenants/vision/network.yaml" in found.form
    assert lines(found)[-1] == "1 file written differently, meaning the same"


def test_a_role_is_a_binding_that_goes_and_one_that_comes(repo: Repo) -> None:
    found = changed(repo, {"tenants/vision.yaml": VISION.replace("edit", "admin")})
    assert told(found) == [
        "- RoleBinding user-ben-example-com-clusterrole-edit  tenants/vision.yaml:3:5 before",
        "- AuthorizationPolicy user-ben-example-com-clusterrole-edit  "
        "tenants/vision.yaml:3:5 before",
        "+ RoleBinding user-ben-example-com-clusterrole-admin  tenants/vision.yaml:3:5",
        "+ AuthorizationPolicy user-ben-example-com-clusterrole-admin  tenants/vision.yaml:3:5"]


def test_who_goes_is_named_at_the_line_that_stood(repo: Repo) -> None:
    """The entry behind takes the place of the one that went; that changes nothing for it."""
    first = "  - {user: ben@example.com, role: edit}\n"
    found = changed(repo, {"tenants/vision.yaml": VISION.replace(first, "")})
    assert told(found)[0] == (
        "- RoleBinding user-ben-example-com-clusterrole-edit  tenants/vision.yaml:3:5 before")
    assert found.count("removed") == 2
    assert found.count("added") == found.count("changed") == 0


def test_a_plan_is_told_once_for_all_who_have_it(repo: Repo) -> None:
    found = changed(repo, {"platform.yaml": PLANS.replace("8", "16")})
    assert lines(found)[2:] == [
        "prod", "  nlp", "    ~ Profile nlp",
        '        spec.resourceQuotaSpec.hard["requests.cpu"]: 8 → 16  platform.yaml:1:41',
        "  and likewise vision", "", "workspaces: 2 changed; objects: 2 changed"]


def test_a_deleted_tenant_comes_first_and_in_words(repo: Repo) -> None:
    found = changed(repo, {"tenants/vision.yaml": None,
                           "tenants/abc.yaml": "owner: someone.else.entirely@example.com\n"})
    assert lines(found)[2] == ("- vision on prod: the namespace goes, with everything in it  "
                               "tenants/vision.yaml")
    assert "  + abc: new  tenants/abc.yaml" in lines(found)
    assert found.renames == ()


def test_a_rename_is_told_as_what_it_is(repo: Repo) -> None:
    found = changed(repo, {"tenants/vision.yaml": None, "tenants/sight.yaml": VISION})
    assert found.renames == (("vision", "sight"),)
    assert ("  vision was not renamed: vision is deleted and sight begins empty"
            in lines(found))


def test_a_tenant_that_leaves_a_cluster_is_deleted_there(repo: Repo) -> None:
    repo.commit({"clusters/lab.yaml": AMBIENT})
    found = changed(repo, {"tenants/vision.yaml": VISION + "clusters: [lab]\n"})
    assert [(unit.cluster, unit.tenant) for unit in found.workspaces("removed")] == [
        ("prod", "vision")]


def test_a_new_cluster_brings_its_own_objects_too(repo: Repo) -> None:
    found = changed(repo, {"clusters/lab.yaml": AMBIENT})
    assert {(unit.op, unit.tenant) for unit in found.units if unit.cluster == "lab"} == {
        ("added", ""), ("added", "nlp"), ("added", "vision")}


def test_a_template_of_the_estate_is_a_cause(repo: Repo) -> None:
    template = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: about\n"
                "  namespace: {{ workspace.name }}\ndata:\n  colour: blue\n")
    repo.commit({"templates/tenant/about.yaml.j2": template})
    found = changed(repo, {"templates/tenant/about.yaml.j2": template.replace("blue", "red")})
    assert [entry.cause for unit in found.units for manifest in unit.manifests
            for entry in manifest.fields] == [
        Position("templates/tenant/about.yaml.j2", 7, 11)] * 2


def test_an_object_that_moves_to_another_file_is_the_same(repo: Repo) -> None:
    template = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: about\n"
                "  namespace: {{ workspace.name }}\n")
    repo.commit({"templates/tenant/one.yaml.j2": template})
    found = changed(repo, {"templates/tenant/one.yaml.j2": None,
                           "templates/tenant/two.yaml.j2": template})
    assert not found
    assert "prod/tenants/vision/two.yaml" in found.form


def test_only_the_asked_for_is_compared(repo: Repo) -> None:
    change = {"platform.yaml": PLANS.replace("8", "16")}
    found = changed(repo, change, narrowed=Narrowed(tenants=("nlp",)))
    assert [unit.tenant for unit in found.units] == ["nlp"]
    found = changed(repo, {"clusters/lab.yaml": AMBIENT}, narrowed=Narrowed(clusters=("lab",)))
    assert {unit.cluster for unit in found.units} == {"lab"}


def test_a_deleted_tenant_can_be_asked_for_and_an_unknown_one_not(repo: Repo) -> None:
    found = changed(repo, {"tenants/nlp.yaml": None}, narrowed=Narrowed(tenants=("nlp",)))
    assert [unit.op for unit in found.units] == ["removed"]
    with pytest.raises(UsageError, match="no tenant 'visoin'") as caught:
        changed(repo, narrowed=Narrowed(tenants=("visoin",)))
    assert caught.value.hint == "did you mean 'vision'?"


def test_before_the_estate_everything_is_added(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path, "estate")
    (tmp_path / "README.md").write_text("x")
    repo.commit()
    found = changed(repo, dict(estate()))
    assert {unit.op for unit in found.units} == {"added"}
    assert not found.incomplete


def test_a_mistake_in_the_work_tree_is_refused(repo: Repo) -> None:
    with pytest.raises(Refused, match="unknown-key"):
        changed(repo, {"tenants/vision.yaml": VISION + "plam: x\n"})


@pytest.mark.parametrize("broken", [
    {"tenants/nlp.yaml": "ownr: x\n"},
    {"templates/tenant/a.yaml.j2": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n"
                                   "  name: {{ tenant.purpose.nothing }}\n"}])
def test_a_base_that_does_not_compile_is_compared_as_committed(repo: Repo,
                                                               broken: dict[str, str]) -> None:
    repo.commit({**rendered(repo), **broken})
    mend: dict[str, str | None] = {path: dict(TWO).get(path) for path in broken}
    found = changed(repo, {**mend, "tenants/vision.yaml": VISION.replace("edit", "admin")})
    assert found
    assert "cannot be compiled; compared with rendered/" in found.incomplete
    assert found.findings
    assert (found.count("removed"), found.count("added"), found.count("changed")) == (2, 2, 0)


def test_an_incomplete_comparison_never_says_no_differences(repo: Repo) -> None:
    repo.commit({**rendered(repo), "tenants/nlp.yaml": "ownr: x\n"})
    found = changed(repo, TWO)
    assert found
    assert not found.units
    assert lines(found)[-1] == "no differences found"
    assert lines(found)[1].startswith("incomplete: the declarations at ")


def test_a_base_that_neither_compiles_nor_is_rendered_says_so(repo: Repo) -> None:
    repo.commit({"tenants/nlp.yaml": "ownr: x\n"})
    assert "everything looks added" in changed(repo, TWO).incomplete


def test_against_the_committed_manifests_another_tool_shows(repo: Repo) -> None:
    texts = rendered(repo)
    path = "rendered/prod/tenants/vision/access.yaml"
    texts[path] = texts[path].replace("kubeflow-edit", "kubeflow-older")
    repo.commit(texts)
    assert not changed(repo)
    found = changed(repo, committed=True)
    assert told(found) == ["~ RoleBinding user-ben-example-com-clusterrole-edit",
                           "roleRef.name: kubeflow-older → kubeflow-edit"]


def test_what_others_put_beside_the_rendered_files_is_not_compared(repo: Repo) -> None:
    repo.commit({**rendered(repo), "rendered/prod/tenants/vision/theirs.yaml":
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"})
    assert not changed(repo, committed=True)


def test_committed_files_that_are_no_yaml_are_a_call_that_makes_no_sense(repo: Repo) -> None:
    texts = rendered(repo)
    texts["rendered/prod/tenants/vision/access.yaml"] += "<<<<<<< ours\n"
    repo.commit(texts)
    with pytest.raises(UsageError, match="holds no manifests at the base"):
        changed(repo, committed=True)
