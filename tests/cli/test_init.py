"""``gitops init`` makes an estate that is right by every measure of ours, and spoils nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gitops.cli.main import run
from tests.cli.estates import PROGRAMS, Clone

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("check", [
    ["validate"], ["render", "--check"], ["schema", "--check"]])
def test_what_it_makes_is_clean(tmp_path: Path, check: list[str]) -> None:
    assert run(["-C", str(tmp_path), "init", "estate"]) == 0
    assert run(["-C", str(tmp_path / "estate"), *check]) == 0


def test_files_that_are_there_are_listed_and_kept(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert run(["-C", str(tmp_path), "init"]) == 1
    assert capsys.readouterr().out.split() == ["in", "the", "way", str(tmp_path / "README.md")]
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_force_overwrites(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert run(["-C", str(tmp_path), "init", "--force"]) == 0
    assert "gitops render" in (tmp_path / "README.md").read_text()


def test_even_force_writes_through_no_link(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "estate").mkdir()
    (tmp_path / "estate/tenants").symlink_to(tmp_path / "outside")
    assert run(["-C", str(tmp_path / "estate"), "init", "--force"]) == 1
    assert "tenants/vision.yaml" in capsys.readouterr().out
    assert list((tmp_path / "outside").iterdir()) == []


def test_git_learns_of_the_merge_driver(tmp_path: Path) -> None:
    clone = Clone.new(tmp_path / "estate")
    assert clone.git("config", "--local", "merge.gitops.driver") == "true"
    assert clone.git("check-attr", "merge", "rendered/prod/kustomization.yaml").endswith("gitops")


def test_the_tools_own_folder_is_not_committed(tmp_path: Path) -> None:
    clone = Clone.new(tmp_path / "estate")
    assert ".gitops/" not in clone.git("ls-files")
    assert "rendered/prod/kustomization.yaml" in clone.git("ls-files").splitlines()


def test_says_what_to_do_next(tmp_path: Path, capsys: Captured) -> None:
    assert run(["-C", str(tmp_path), "init", "estate"]) == 0
    said = capsys.readouterr().out
    commands = said[said.index("Next:"):].splitlines()[1:]
    assert commands[0] == f"  cd {tmp_path / 'estate'}"
    assert commands[1] == "  git init && git config merge.gitops.driver true"


def test_below_a_repositorys_top_says_what_must_move(tmp_path: Path, capsys: Captured) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert run(["-C", str(tmp_path), "init", "estate"]) == 0
    assert f"GitHub and pre-commit read their files in {tmp_path} only" in capsys.readouterr().out


def test_the_version_of_the_tool_is_pinned(tmp_path: Path) -> None:
    assert run(["-C", str(tmp_path), "init"]) == 0
    assert (tmp_path / "requirements.txt").read_text() == "gitops-tenancy==0.1.0\n"


def test_every_declaration_names_a_schema_that_is_there(tmp_path: Path) -> None:
    assert run(["-C", str(tmp_path), "init"]) == 0
    declared = [tmp_path / "platform.yaml", *tmp_path.glob("[cgt]*/*.yaml")]
    assert len(declared) == 5
    for path in declared:
        first = path.read_text().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("=")[2]).is_file()


def test_the_workflows_please_zizmor(tmp_path: Path) -> None:
    assert run(["-C", str(tmp_path), "init"]) == 0
    told = subprocess.run([PROGRAMS / "zizmor", "--offline", "--no-progress", "--quiet",
                           "--persona=pedantic", tmp_path / ".github/workflows"],
                          capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_nightly_job_moves_the_day_and_ends_a_grant(tmp_path: Path) -> None:
    clone = Clone.new(tmp_path / "estate")
    clone.replace("tenants/nlp.yaml", "2030-12-31", "2026-01-31")
    assert clone.render() == 0
    workflow = (clone.top / ".github/workflows/nightly.yaml").read_text()
    command = next(line.strip() for line in workflow.splitlines() if "sed -i" in line)
    clone.run("bash", "-euc", command.replace("$(date -u +%F)", "2026-02-01"))
    assert "asOf: 2026-02-01" in (clone.top / "platform.yaml").read_text()
    assert clone.render() == 0
    access = (clone.top / "rendered/prod/tenants/nlp/access.yaml").read_text()
    assert "maria" not in access


@pytest.mark.slow
def test_an_installed_package_holds_the_scaffold(tmp_path: Path) -> None:
    source = Path(__file__).parents[2]
    built = tmp_path / "wheel"
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps",
                    "--wheel-dir", built, source], check=True)
    told = subprocess.run([sys.executable, "-m", "zipfile", "--list", next(built.iterdir())],
                          capture_output=True, text=True, check=True).stdout
    assert "gitops/scaffold/dot-github/workflows/nightly.yaml" in told
    assert "gitops/scaffold/dot-gitattributes" in told
