"""A conflict in rendered/ is never resolved by hand: ``gitops render`` is the resolution."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.estates import Clone

LIST = "rendered/prod/tenants/kustomization.yaml"
TENANT = "owner: carla.dias@example.com\n"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Two branches that declare a tenant each, which stand side by side in one rendered list."""
    clone = Clone.new(tmp_path / "estate")
    _declare(clone, "speech", "--create", "other")
    _declare(clone, "sight", "main")
    return clone


def _declare(clone: Clone, tenant: str, *branch: str) -> None:
    clone.git("switch", "--quiet", *branch)
    (clone.top / f"tenants/{tenant}.yaml").write_text(TENANT)
    assert clone.render() == 0
    clone.commit(tenant)


def test_with_the_driver_nothing_conflicts_and_render_puts_it_right(clone: Clone) -> None:
    clone.git("merge", "--quiet", "--message=merge", "other")
    assert "speech" not in (clone.top / LIST).read_text()
    assert clone.render("--check") == 1
    assert clone.render() == 0
    assert "- sight\n- speech\n" in (clone.top / LIST).read_text()
    assert clone.render("--check") == 0


def test_without_the_driver_render_overwrites_conflict_markers(clone: Clone) -> None:
    (clone.top / ".git/info/attributes").write_text("rendered/** merge\n")
    assert clone.run("git", "merge", "other").returncode == 1
    assert "<<<<<<<" in (clone.top / LIST).read_text()
    assert clone.render() == 0
    assert "- sight\n- speech\n" in (clone.top / LIST).read_text()
    clone.commit("merge")
    assert clone.render("--check") == 0


def test_a_tenant_that_one_side_changed_and_the_other_removed(clone: Clone) -> None:
    clone.git("switch", "--quiet", "--create", "closing", "main~1")
    clone.git("rm", "--quiet", "tenants/nlp.yaml")
    assert clone.render("--allow-removal", "nlp") == 0
    clone.commit("closing")
    clone.git("switch", "--quiet", "main")
    clone.replace("platform.yaml", "pods: 30", "pods: 31")
    clone.replace("platform.yaml", "defaults:\n", "defaults:\n  labels: {team: ml}\n")
    assert clone.render() == 0
    clone.commit("labels")
    assert clone.run("git", "merge", "--quiet", "closing").returncode == 1
    assert clone.render("--allow-removal", "nlp") == 0
    clone.commit("merge")
    assert not (clone.top / "rendered/prod/tenants/nlp").exists()
    assert clone.render("--check") == 0
