"""``gitops diff`` as it is called."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.estates import PROGRAMS
from tests.cli.folders import Folder
from tests.estates import estate
from tests.review.repositories import Repo

OWNER = "owner: ana@example.com\n"
OTHER = "owner: ben@example.com\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "repo", "estate")
    repo.commit(estate(tenant=OWNER))
    return repo


@pytest.fixture
def folder(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(repo.estate, capsys)


def test_nothing_changed_is_0(folder: Folder, repo: Repo) -> None:
    said = folder.run("diff")
    head = repo.git("rev-parse", "HEAD")[:10]
    assert (said.code, said.err) == (0, "")
    assert said.out == f"compared with HEAD ({head})\nno differences\n"


def test_a_difference_is_1_and_nothing_is_written(folder: Folder, repo: Repo) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    said = folder.run("diff")
    assert said.code == 1
    assert "spec.owner.name: ana@example.com → ben@example.com  tenants/vision.yaml:1:8" in said.out
    assert repo.git("status", "--porcelain") == "M estate/tenants/vision.yaml"


def test_a_mistake_is_told_like_any_other(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": "ownr: x\n"})
    said = folder.run("diff")
    assert (said.code, said.out) == (1, "")
    assert "tenants/vision.yaml:1:1: error: a tenant has no key 'ownr'" in said.err


@pytest.mark.parametrize(("words", "told"), [
    (["--base", "nowhere"], "there is no revision 'nowhere'"),
    (["--tenant", "visoin"], "there is no tenant 'visoin' on either side"),
    (["--format", "html"], "Invalid value for '--format'"),
])
def test_a_call_that_makes_no_sense_is_2(folder: Folder, words: list[str], told: str) -> None:
    said = folder.run("diff", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_outside_of_a_repository_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Folder.new(tmp_path / "plain", capsys).run("diff")
    assert said.code == 2
    assert "is in no git repository" in said.err


def test_on_a_branch_all_of_its_commits_count(folder: Folder, repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "change")
    repo.commit({"tenants/nlp.yaml": OTHER})
    said = folder.run("diff")
    assert said.code == 1
    assert said.out.startswith("compared with the merge base with main (")
    assert "+ nlp: new" in said.out
    assert folder.run("diff", "--base", "HEAD").code == 0


def test_json_names_every_change(folder: Folder, repo: Repo) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    folder.write({"tenants/nlp.yaml": OTHER})
    said = folder.run("diff", "--format", "json").json
    assert said["version"] == 1
    assert said["base"] == {"commit": repo.git("rev-parse", "HEAD"), "label": "HEAD"}
    assert said["complete"] is True
    assert [(unit["op"], unit["tenant"]) for unit in said["units"]] == [
        ("added", "nlp"), ("changed", "vision")]
    profile = next(one for one in said["units"][1]["objects"] if one["kind"] == "Profile")
    assert profile["file"] == "rendered/prod/platform/tenants/vision.yaml"
    assert profile["fields"] == [{
        "op": "changed", "path": ["spec", "owner", "name"], "field": "spec.owner.name",
        "old": "ana@example.com", "new": "ben@example.com",
        "cause": {"side": "head", "file": "tenants/vision.yaml", "line": 1, "column": 8}}]


def test_json_says_when_it_is_incomplete(folder: Folder, repo: Repo) -> None:
    repo.commit({"tenants/vision.yaml": "ownr: x\n"})
    folder.write({"tenants/vision.yaml": OWNER})
    said = folder.run("diff", "--format", "json")
    assert said.code == 1
    assert said.json["complete"] is False
    assert said.json["findings"][0]["rule"] == "missing-key"


def test_markdown_is_for_a_job_summary(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    said = folder.run("diff", "--format", "markdown")
    assert said.code == 1
    assert "- 🗑️ `vision` on `prod`: **the namespace goes, with everything in it**" in said.out


@pytest.mark.parametrize("color", [True, False])
def test_colour_is_for_terminals(folder: Folder, color: bool) -> None:
    folder.write({"tenants/vision.yaml": OTHER})
    said = folder.run(*(("--color", "always") if color else ()), "diff")
    assert ("\x1b[33m~ Profile vision\x1b[0m" in said.out) == color
    assert ("\x1b" in said.out) == color


def test_a_value_cannot_move_the_cursor(folder: Folder, repo: Repo) -> None:
    template = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
                "  namespace: {{ workspace.name }}\ndata:\n  text: old\n")
    repo.commit({"templates/tenant/x.yaml.j2": template})
    folder.write({"templates/tenant/x.yaml.j2": template.replace("old", '"a\\e[2Jb"')})
    said = folder.run("diff")
    assert "\x1b" not in said.out
    assert 'data.text: old → "a\\u001b[2Jb"' in said.out


def test_many_tenants_are_compared_by_several_processes(folder: Folder, repo: Repo) -> None:
    repo.commit({f"tenants/t{number}.yaml": OWNER for number in range(320)})
    folder.write({"tenants/t7.yaml": OTHER, "tenants/vision.yaml": OTHER})
    said = folder.run("diff")
    assert "  and likewise vision\n" in said.out
    assert said.out.splitlines()[-1].startswith("workspaces: 2 changed;")


def test_in_a_hook_git_does_not_point_it_elsewhere(repo: Repo, tmp_path: Path) -> None:
    """A pre-commit hook runs with the repository's index and folder in its environment."""
    hook = repo.top / ".git/hooks/pre-commit"
    out = tmp_path / "out"
    hook.write_text(f"#!/bin/sh\n{PROGRAMS}/gitops -C estate diff > {out}\n")
    hook.chmod(0o755)
    repo.write({"tenants/nlp.yaml": OTHER})
    repo.git("add", "--all")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("commit", "--message=x")
    assert "+ nlp: new" in out.read_text()
