"""Runs that would change under their names: refused by renders, checks and the hook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gitops.cli.hook import command
from gitops.cli.main import run
from tests.cli.folders import Folder
from tests.compile.hardware import CPU
from tests.estates import PROFILE, estate
from tests.review.repositories import AUTHOR, Repo

ENGINES = PROFILE + "engines: {tekton: true, trainer: none}\n"
SAID = "the PipelineRun train-one on prod was rendered before, and spec.params would change"
AT = "tenants/vision.yaml:7:"


def tenant(runs: str, purpose: str = "Seeing") -> str:
    """A tenant with one job and these runs."""
    return (f"owner: ana@example.com\npurpose: {purpose}\nhardware: {{cpu-fast: {{}}}}\njobs:\n"
            "  train: {image: r.example/x:1, hardware: cpu-fast, cpu: 1, memory: 1Gi,\n"
            f"    params: {{q: '1'}}, args: [$(params.q)],\n    runs: [{runs}]}}\n")


ONE = "{id: one, params: {q: '2'}}"
CHANGED = "{id: one, params: {q: '3'}}"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "repo", "estate")


@pytest.fixture
def folder(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Folder:
    """A tenant with a run, rendered and committed."""
    found = Folder(repo.estate, capsys)
    found.write({**estate({"hardware/cpu-fast.yaml": CPU}, cluster=ENGINES, tenant=tenant(ONE)),
                 ".gitignore": ".gitops/\n"})
    assert found.run("render").code == 0
    repo.commit()
    return found


def test_a_render_refuses_and_writes_nothing(folder: Folder) -> None:
    before = folder.tree()
    folder.write({"tenants/vision.yaml": tenant(CHANGED)})
    said = folder.run("render")
    assert said.code == 1
    assert f"{AT}12: error: {SAID}" in said.err
    assert "give the run a new id" in said.err
    assert folder.tree() == before


def test_a_new_id_in_its_place_is_rendered(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": tenant("{id: two, params: {q: '3'}}")})
    assert folder.run("render").code == 0
    assert folder.run("render", "--check").code == 0


def test_what_no_commit_has_may_be_written_again(folder: Folder) -> None:
    for two in ("{id: two, params: {q: '3'}}", "{id: two, params: {q: '4'}}"):
        folder.write({"tenants/vision.yaml": tenant(f"{ONE}, {two}")})
        assert folder.run("render").code == 0


def test_an_emptied_output_forgets_no_run(folder: Folder) -> None:
    shutil.rmtree(folder.top / "rendered")
    folder.write({"tenants/vision.yaml": tenant(CHANGED)})
    assert SAID in folder.run("render").err


def test_the_jobs_hardware_is_a_part_of_its_runs(folder: Folder) -> None:
    folder.write({"hardware/cpu-fast.yaml": CPU.replace("cascadelake", "icelake")})
    said = folder.run("render")
    assert said.code == 1
    assert "spec.taskRunSpecs would change" in said.err


def test_many_units_are_looked_at_in_all_processes(folder: Folder, repo: Repo) -> None:
    names = [f"t{number:03}" for number in range(60)]
    folder.write({f"tenants/{name}.yaml": tenant(ONE) for name in names})
    assert folder.run("render").code == 0
    repo.commit()
    folder.write({f"tenants/{name}.yaml": tenant(CHANGED) for name in names})
    assert folder.run("render").err.count("[run-changed]") == len(names)


def test_without_git_the_disk_is_what_stands(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder.new(tmp_path / "plain", capsys, {"hardware/cpu-fast.yaml": CPU},
                        cluster=ENGINES, tenant=tenant(ONE))
    assert folder.run("render").code == 0
    folder.write({"tenants/vision.yaml": tenant(CHANGED)})
    assert SAID in folder.run("render").err


def changed_by_hand(folder: Folder, repo: Repo) -> None:
    """A branch on which the run is another one, rendered and committed."""
    repo.git("switch", "--quiet", "--create", "change")
    folder.write({"tenants/vision.yaml": tenant(CHANGED)})
    assert folder.run("render", "--allow-removal", "vision").code == 0
    repo.commit()


def test_a_check_compares_with_the_base(folder: Folder, repo: Repo) -> None:
    changed_by_hand(folder, repo)
    assert folder.run("render").code == 0, "it is rendered"
    said = folder.run("render", "--check")
    assert said.code == 1
    assert f"{AT}12: error: {SAID}" in said.err
    assert folder.run("render", "--check", "--allow-removal", "vision").code == 0
    repo.git("switch", "--quiet", "--detach")
    assert folder.run("render", "--check", "--base", "HEAD").code == 0
    refused = folder.run("render", "--check", "--base", "main", "--format", "json").json["refused"]
    assert [finding["rule"] for finding in refused] == ["run-changed"]


def test_a_check_looks_at_what_it_is_asked_for(folder: Folder, repo: Repo) -> None:
    folder.write({"tenants/nlp.yaml": "owner: ana@example.com\n"})
    changed_by_hand(folder, repo)
    assert folder.run("render", "--check", "--tenant", "nlp").code == 0
    assert folder.run("render", "--check", "--tenant", "vision").code == 1


def test_a_name_in_the_platform_lets_it_change(folder: Folder, repo: Repo) -> None:
    changed_by_hand(folder, repo)
    folder.write({"platform.yaml": "removals: {allow: [vision]}\n"})
    assert folder.run("render").code == 0
    assert folder.run("render", "--check").code == 0


def test_a_diff_says_what_is_refused(folder: Folder, repo: Repo) -> None:
    changed_by_hand(folder, repo)
    assert f"refused: {SAID}" in folder.run("diff").out
    folder.write({"tenants/vision.yaml": tenant(ONE, "Seeing more")})
    assert "refused" not in folder.run("diff").out


def test_a_diff_of_a_tenant_that_leaves_a_cluster_has_no_run_to_refuse(folder: Folder) -> None:
    folder.write({"clusters/lab.yaml": ENGINES, "tenants/vision.yaml":
                  tenant(CHANGED) + "clusters: [lab]\n"})
    refused = folder.run("diff", "--format", "json").json["refused"]
    assert [finding["rule"] for finding in refused] == ["tenant-not-frozen"]


def test_the_hook_refuses_what_a_check_will(
        folder: Folder, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.top)
    assert run([], command, "gitops-hook") == 0
    changed_by_hand(folder, repo)
    folder.capsys.readouterr()
    assert run([], command, "gitops-hook") == 1
    assert SAID in folder.capsys.readouterr().err


def test_a_branch_of_rendered_files_keeps_its_runs(
        folder: Folder, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    folder.write({"platform.yaml": "sync: {repo: 'https://git.example.com/x.git', branch: deploy, "
                                   "path: clusters, output: branch}\n"})
    assert folder.run("render").code == 0
    folder.write({"tenants/vision.yaml": tenant(CHANGED)})
    assert SAID in folder.run("render").err
    assert SAID in folder.run("render", "--check").err
    assert folder.run("render", "--allow-removal", "vision").code == 0
