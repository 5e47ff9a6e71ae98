"""Commands on what engines are told: in part, compared, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.estates import PROFILE

PLATFORM = 'sync: {repo: "https://git.example.com/estate.git"}\n'
SHARED = "owner: ana@example.com\ncontributors: [{user: b@example.com, role: view}]\n"
OWNER = "owner: ana@example.com\n"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """An estate with two tenants that Flux syncs, rendered."""
    found = Folder.new(tmp_path, capsys, {"tenants/audio.yaml": OWNER},
                       cluster=PROFILE + "sync: flux\n", platform=PLATFORM)
    assert found.run("render").code == 0
    return found


def test_a_tenants_units_go_with_the_tenant(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": OWNER, "tenants/later.yaml": OWNER})
    assert folder.run("render", "--tenant", "new").code == 0
    assert folder.listed("prod/sync/tenants") == ["audio.yaml", "new.yaml", "vision.yaml"]
    assert folder.listed("prod/sync") == ["accounts.yaml", "sources.yaml", "units.yaml", "tenants"]
    assert folder.unlisted() == []
    assert folder.run("render", "--check", "--tenant", "new").code == 0


def test_the_accounts_may_apply_what_only_this_tenant_has(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": SHARED})
    assert folder.run("render", "--tenant", "new").code == 0
    assert b"kubeflow-view" in folder.tree()["prod/sync/accounts.yaml"]
    assert folder.run("render", "--check").code == 0


def test_units_of_a_tenant_that_left_are_orphans_and_go(folder: Folder) -> None:
    folder.remove("tenants/audio.yaml")
    told = folder.run("render", "--check", "--format", "json").json
    assert {"state": "orphan", "path": "rendered/prod/sync/tenants/audio.yaml"} in told["files"]
    assert folder.run("render", "--allow-removal", "audio").code == 0
    assert folder.listed("prod/sync/tenants") == ["vision.yaml"]


def test_without_its_engine_a_cluster_has_no_sync(folder: Folder) -> None:
    folder.write({"clusters/prod.yaml": PROFILE})
    assert folder.run("render").code == 0
    assert not [path for path in folder.tree() if "/sync/" in path]


def test_a_run_with_nothing_to_do_is_remembered(folder: Folder) -> None:
    assert "is up to date" in folder.run("render").out
    folder.write({"platform.yaml": PLATFORM.replace("estate", "other")})
    assert "changed" in folder.run("render").out


def test_a_unit_is_explained_by_the_lines_that_made_it(folder: Folder) -> None:
    said = folder.run("explain", "rendered/prod/sync/tenants/vision.yaml")
    assert said.code == 0, said.err
    assert "sync/flux/tenant.yaml.j2" in said.out
    source = folder.run("explain", "gitrepository/gitops-tenancy")
    assert source.code == 0, source.err
    assert "platform.yaml:1" in source.out


def test_the_accounts_are_explained(folder: Folder) -> None:
    said = folder.run("explain", "clusterrole/gitops-tenancy-sync-access")
    assert said.code == 0, said.err
    assert "sync/accounts.yaml.j2" in said.out
