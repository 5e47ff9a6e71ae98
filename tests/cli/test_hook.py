"""A stale rendered/ blocks the commit, and is fixed by it: the hook alone, and in pre-commit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.estates import Clone

SOURCE = Path(__file__).parents[2]
ACCESS = "rendered/prod/tenants/vision/access.yaml"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone.new(tmp_path / "estate")


def change(clone: Clone) -> None:
    """Stage a change to a declaration, and leave rendered/ as it was."""
    clone.replace("tenants/vision.yaml", "role: edit", "role: admin")
    clone.git("add", "tenants")


def test_what_is_staged_whole_passes(clone: Clone) -> None:
    change(clone)
    assert clone.render() == 0
    clone.git("add", "rendered")
    assert clone.run("gitops-hook").returncode == 0


def test_what_is_stale_is_written_and_refused(clone: Clone) -> None:
    change(clone)
    done = clone.run("gitops-hook")
    assert done.returncode == 1
    assert ACCESS in done.stdout.splitlines()
    clone.git("add", "rendered")
    assert clone.run("gitops-hook").returncode == 0


def test_what_is_rendered_but_not_staged_is_refused(clone: Clone) -> None:
    change(clone)
    assert clone.render() == 0
    assert clone.run("gitops-hook").returncode == 1


def test_a_tenant_deleted_with_its_files_is_refused(clone: Clone) -> None:
    """Also where no render on this machine knows that it was ever there."""
    clone.git("rm", "--quiet", "tenants/vision.yaml")
    assert clone.render("--allow-removal", "vision") == 0
    clone.git("add", "--all")
    shutil.rmtree(clone.top / ".gitops")
    done = clone.run("gitops-hook")
    assert done.returncode == 1
    assert "the namespace vision on prod would be deleted" in done.stderr


def test_new_files_that_are_not_staged_are_refused(clone: Clone) -> None:
    clone.git("rm", "--quiet", "-r", "--cached", "rendered")
    clone.git("commit", "--quiet", "--message=none")
    done = clone.run("gitops-hook")
    assert done.returncode == 1
    assert ACCESS in done.stdout.splitlines()


def test_an_estate_with_a_mistake_is_refused(clone: Clone) -> None:
    clone.replace("tenants/vision.yaml", "role: edit", "role: edti")
    done = clone.run("gitops-hook")
    assert done.returncode == 1
    assert "did you mean 'edit'?" in done.stderr


def test_an_estate_below_the_repositorys_top(clone: Clone) -> None:
    (clone.top / "below").mkdir()
    for name in clone.git("ls-files").splitlines():
        clone.git("mv", "-k", name.partition("/")[0], "below/")
    clone.commit("moved")
    clone.replace("below/tenants/vision.yaml", "role: edit", "role: admin")
    done = clone.run("gitops-hook", "-C", "below")
    assert done.returncode == 1
    assert f"below/{ACCESS}" in done.stdout.splitlines()


def test_outside_a_repository_says_so(tmp_path: Path) -> None:
    (tmp_path / "platform.yaml").write_text("{}")
    done = Clone(tmp_path).run("gitops-hook")
    assert done.returncode == 2
    assert "not a git repository" in done.stderr


def test_the_scaffolds_own_configuration_blocks_a_commit_and_fixes_it(clone: Clone) -> None:
    assert clone.run("pre-commit", "install").returncode == 0
    change(clone)
    done = clone.run("git", "commit", "--message=change")
    assert done.returncode == 1
    assert ACCESS in done.stdout + done.stderr
    clone.git("add", "rendered")
    assert clone.run("git", "commit", "--message=change").returncode == 0
    assert clone.render("--check") == 0


def test_a_merge_that_leaves_rendered_behind_is_blocked(clone: Clone) -> None:
    for tenant, branch in (("speech", ("--create", "other")), ("sight", ("main",))):
        clone.git("switch", "--quiet", *branch)
        (clone.top / f"tenants/{tenant}.yaml").write_text("owner: carla.dias@example.com\n")
        assert clone.render() == 0
        clone.commit(tenant)
    assert clone.run("pre-commit", "install").returncode == 0
    assert clone.run("git", "merge", "--message=merge", "other").returncode == 1
    clone.git("add", "rendered")
    assert clone.run("git", "commit", "--no-edit").returncode == 0
    assert clone.render("--check") == 0


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """This project as it stands in the working tree, in a repository of its own."""
    clone = Clone(tmp_path_factory.mktemp("published"))
    wanted = ("gitops", "pyproject.toml", "README.md", ".pre-commit-hooks.yaml")
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard", "--", *wanted],
                            cwd=SOURCE, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0")[:-1]:
        if (SOURCE / name).is_file():
            (clone.top / name).parent.mkdir(parents=True, exist_ok=True)
            (clone.top / name).write_bytes((SOURCE / name).read_bytes())
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.commit("published")
    return clone


@pytest.mark.slow
def test_the_published_hooks_work_in_any_estate(clone: Clone, published: Clone,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(clone.top.parent / "cache"))
    (clone.top / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {published.top}\n  rev: {published.git('rev-parse', 'HEAD')}\n"
        "  hooks:\n  - id: gitops-validate\n  - id: gitops-render\n")
    clone.commit("hooks")
    assert clone.run("pre-commit", "install").returncode == 0
    change(clone)
    blocked = clone.run("git", "commit", "--message=change")
    assert blocked.returncode == 1
    assert ACCESS in blocked.stdout + blocked.stderr
    clone.git("add", "rendered")
    done = clone.run("git", "commit", "--message=change")
    assert done.returncode == 0, done.stdout + done.stderr
