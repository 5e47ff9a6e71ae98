"""``gitops diff`` narrowed, against a named base, and its documents as other programs get them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gitops.report.diff_markdown import BUDGET
from tests.cli.folders import Folder
from tests.estates import PROFILE, estate
from tests.review.repositories import Repo

OWNER = "owner: ana@example.com\n"
EIGHT = OWNER + "quota: {requests: {memory: 8Gi}}\n"
SIXTEEN = OWNER + "quota: {requests: {memory: 16Gi}}\n"
HOSTILE = "</code><img src=x> @team/all | `x` ``` #1"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "repo")
    repo.commit(estate({"tenants/audio.yaml": OWNER, "clusters/test.yaml": PROFILE}, tenant=EIGHT))
    return repo


@pytest.fixture
def folder(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Folder:
    """Two tenants on two clusters, committed on the branch main."""
    return Folder(repo.estate, capsys)


def test_a_base_may_be_named(folder: Folder, repo: Repo) -> None:
    repo.git("tag", "v1")
    repo.commit({"tenants/vision.yaml": SIXTEEN})
    assert folder.run("diff", "--base", "HEAD").code == 0
    said = folder.run("diff", "--base", "v1")
    assert said.code == 1
    assert said.out.startswith("compared with v1 (")


@pytest.mark.parametrize("base", ["--upload-pack=x", "HEAD:tenants", "-h", ""])
def test_a_base_is_a_commit_and_nothing_else(folder: Folder, base: str) -> None:
    said = folder.run("diff", f"--base={base}")
    assert said.code == (2 if base else 0)


def test_what_was_merged_meanwhile_is_not_the_branchs_doing(folder: Folder, repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "mine")
    repo.commit({"tenants/vision.yaml": SIXTEEN})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"tenants/audio.yaml": SIXTEEN})
    repo.git("checkout", "--quiet", "mine")
    said = folder.run("diff")
    assert said.out.startswith("compared with the merge base with main (")
    assert "vision" in said.out
    assert "audio" not in said.out


@pytest.mark.parametrize(("words", "told"), [
    (["--cluster", "test"], {("test", "audio"), ("test", "vision")}),
    (["--tenant", "audio"], {("prod", "audio"), ("test", "audio")}),
    (["--cluster", "prod", "--tenant", "audio", "--tenant", "vision"],
     {("prod", "audio"), ("prod", "vision")}),
])
def test_a_part(folder: Folder, words: list[str], told: set[tuple[str, str]]) -> None:
    folder.write({"tenants/vision.yaml": SIXTEEN, "tenants/audio.yaml": SIXTEEN})
    found = folder.run("diff", "--format", "json", *words).json
    assert {(unit["cluster"], unit["tenant"]) for unit in found["units"]} == told


def test_a_part_without_differences(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": SIXTEEN})
    assert folder.run("diff", "--tenant", "audio").code == 0


def test_json_of_no_differences(folder: Folder, repo: Repo) -> None:
    nothing = {"added": 0, "removed": 0, "changed": 0}
    assert folder.run("diff", "--format", "json").json == {
        "version": 1, "base": {"commit": repo.git("rev-parse", "HEAD"), "label": "HEAD"},
        "complete": True, "incomplete": "", "findings": [],
        "counts": {"workspaces": nothing, "objects": nothing},
        "units": [], "form": [], "renames": [], "refused": []}


def test_json_of_a_changed_field(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": SIXTEEN})
    (unit,) = folder.run("diff", "--format", "json", "--cluster", "prod").json["units"]
    assert (unit["op"], unit["cluster"], unit["tenant"]) == ("changed", "prod", "vision")
    assert unit["objects"] == [{
        "op": "changed", "kind": "Profile", "namespace": "", "name": "vision",
        "file": "rendered/prod/platform/tenants/vision.yaml", "cause": None,
        "fields": [{"op": "changed",
                    "path": ["spec", "resourceQuotaSpec", "hard", "requests.memory"],
                    "field": 'spec.resourceQuotaSpec.hard["requests.memory"]',
                    "old": "8Gi", "new": "16Gi",
                    "cause": {"side": "head", "file": "tenants/vision.yaml", "line": 2,
                              "column": 28}}]}]


def test_deletions_come_first_in_every_report(folder: Folder) -> None:
    folder.remove("tenants/audio.yaml")
    folder.write({"tenants/aaa.yaml": OWNER})
    found = folder.run("diff", "--format", "json").json
    assert [unit["op"] for unit in found["units"]] == ["removed"] * 2 + ["added"] * 2
    for kind in ("text", "markdown"):
        text = folder.run("diff", "--format", kind).out
        assert text.index("audio") < text.index("aaa")


def outside_code(text: str) -> str:
    """What GitHub reads as Markdown and HTML: the text without code blocks and spans."""
    text = re.sub(r"(?ms)^(`{3,})diff\n.*?^\1$", "", text)
    return re.sub(r"(?s)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def test_a_declared_value_that_is_markup_stays_code(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": f'{EIGHT}annotations: {{example.com/x: "{HOSTILE}"}}\n'})
    said = folder.run("diff", "--format", "markdown")
    assert said.code == 1
    assert "<img" in said.out
    assert not re.search(r"@|<img|#1", outside_code(said.out))


def test_a_mistake_of_the_base_that_is_markup_stays_code(folder: Folder, repo: Repo) -> None:
    repo.commit({"tenants/vision.yaml": f'owner: ana@example.com\n"{HOSTILE}": 1\n'})
    folder.write({"tenants/vision.yaml": EIGHT})
    said = folder.run("diff", "--format", "markdown")
    assert "> Incomplete: " in said.out
    assert "<img" in said.out
    assert not re.search(r"@|<img|#1", outside_code(said.out))


@pytest.mark.parametrize("alike", [True, False])
def test_five_hundred_changed_tenants_fit(folder: Folder, repo: Repo, alike: bool) -> None:
    """GitHub refuses a longer comment, and a job would show none."""
    names = [f"t{number:03}" for number in range(500)]
    repo.commit({f"tenants/{name}.yaml": EIGHT for name in names})
    for at, name in enumerate(names):
        amount = 16 if alike else 100 + at
        folder.write({f"tenants/{name}.yaml": EIGHT.replace("8Gi", f"{amount}Gi")})
    said = folder.run("diff", "--format", "markdown")
    assert said.code == 1
    assert len(said.out.encode()) <= BUDGET
    assert said.out.startswith("### Workspaces: 1,000 changed")
    assert said.out.count("<details>") == said.out.count("</details>") >= (2 if alike else 100)
    assert bool(re.search(r"^and [\d,]+ workspaces more", said.out, re.MULTILINE)) != alike
