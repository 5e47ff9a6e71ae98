"""``gitops render``: all or nothing, what goes and what may not, parts, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder
from tests.estates import PROFILE

OWNER = "owner: ana@example.com\n"
FROZEN = OWNER + 'frozen: "on leave"\n'
STONE = "removed: 2026-11-24\nreason: replaced by nlp\n"
WORKSPACE = "prod/platform/tenants/vision.yaml"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """Two tenants on two clusters, rendered."""
    folder = Folder.new(tmp_path, capsys,
                        {"tenants/audio.yaml": OWNER, "clusters/test.yaml": PROFILE})
    assert folder.run("render").code == 0
    return folder


def test_everything_is_written(folder: Folder) -> None:
    tree = folder.tree()
    assert {path.split("/")[0] for path in tree} == {"prod", "test"}
    assert WORKSPACE in tree
    assert folder.unlisted() == []


@pytest.mark.parametrize(("path", "text", "told"), [
    ("tenants/audio.yaml", "owner: [\n", "tenants/audio.yaml:"),
    ("tenants/audio.yaml", OWNER + "qouta: {}\n", "tenants/audio.yaml:2:1:"),
    ("templates/tenant/extra.yaml.j2", "kind: {{ tenant.nmae }}\n",
     "templates/tenant/extra.yaml.j2:1:"),
    ("templates/tenant/extra.yaml.j2",
     "apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: {{ tenant.name }}}\n"
     "spec: {ports: many}\n", "templates/tenant/extra.yaml.j2:4:"),
])
def test_a_mistake_leaves_the_tree_as_it_was(folder: Folder, path: str, text: str, told: str
                                             ) -> None:
    before = folder.tree()
    folder.write({"tenants/vision.yaml": "owner: ben@example.com\n", path: text})
    said = folder.run("render")
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert folder.tree() == before


BETWEEN = {
    "tenants/odd-a.yaml": OWNER + "plan: nope\nclusters: [nowhere]\n",
    "tenants/odd-b.yaml": OWNER + "contributors:\n- {group: nobody, role: edit}\n"
                          "talks-to: [nobody]\nadmits: [odd-b]\n",
    "tenants/odd-c.yaml": OWNER + "hardware: {none: 1}\ndefaultHardware: other\n"
                          "jobs: {a: {image: registry.example.com/a, engine: argo}}\n",
    "tenants/default.yaml": OWNER,
    "groups/ring.yaml": "members: [{group: ring}]\n"}
RULES = {"unknown-plan", "unknown-cluster", "unknown-group", "unknown-tenant", "peer-itself",
         "unknown-hardware", "reserved-name", "group-cycle"}


@pytest.mark.parametrize("tenants", [0, 320], ids=["few", "many"])
def test_mistakes_between_declarations_are_all_told(folder: Folder, tenants: int) -> None:
    before = folder.tree()
    folder.write({f"tenants/plain-{at}.yaml": OWNER for at in range(tenants)} | BETWEEN)
    said, wanted = folder.run("render"), folder.run("validate")
    assert (said.code, said.out, said.err) == (1, "", wanted.err)
    assert all(f"[{rule}]" in said.err for rule in RULES), said.err
    assert folder.tree() == before


def test_a_file_that_nobody_makes_any_more_goes(folder: Folder) -> None:
    folder.write({"templates/tenant/extra.yaml.j2": "apiVersion: v1\nkind: ConfigMap\n"
                  "metadata: {name: extra, namespace: {{ tenant.name }}}\n"})
    assert folder.run("render").code == 0
    assert "prod/tenants/vision/extra.yaml" in folder.tree()
    folder.remove("templates/tenant/extra.yaml.j2")
    said = folder.run("render", "--format", "json")
    assert said.json["changes"]["removed"] == [
        f"{cluster}/tenants/{tenant}/extra.yaml"
        for cluster in ("prod", "test") for tenant in ("audio", "vision")]
    assert not any("extra" in path for path in folder.tree())
    assert "extra.yaml" not in folder.listed("prod/tenants/vision")


def test_what_somebody_else_put_there_stays(folder: Folder) -> None:
    folder.write({"rendered/README.md": "ours", "rendered/prod/tenants/vision/note.yaml": "a: 1\n"})
    folder.write({"tenants/vision.yaml": FROZEN})
    assert folder.run("render").code == 0
    assert {"README.md", "prod/tenants/vision/note.yaml"} <= folder.tree().keys()


def test_a_run_without_a_change_writes_nothing(folder: Folder) -> None:
    first = (folder.top / "rendered" / WORKSPACE).stat()
    said = folder.run("render")
    assert said.code == 0
    assert "rendered/ is up to date" in said.out
    assert (folder.top / "rendered" / WORKSPACE).stat().st_mtime_ns == first.st_mtime_ns
    assert folder.run("render", "--format", "json").json["changes"] == {
        "added": [], "changed": [], "removed": []}


def test_a_file_that_was_touched_by_hand_is_written_again(folder: Folder) -> None:
    before = folder.tree()
    folder.write({f"rendered/{WORKSPACE}": before[WORKSPACE] + b"# mine\n"})
    said = folder.run("render", "--format", "json")
    assert said.json["changes"]["changed"] == [WORKSPACE]
    assert folder.tree() == before


def test_the_summary_as_json(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": "owner: ben@example.com\n"})
    found = folder.run("render", "--format", "json").json
    assert sorted(found) == ["changes", "summary"]
    assert found["summary"]["files"] == len(folder.tree())
    assert WORKSPACE in found["changes"]["changed"]
    assert found["changes"]["added"] == []


# -- what may not go ------------------------------------------------------------------------


def test_a_tenant_that_nobody_froze_does_not_go(folder: Folder) -> None:
    before = folder.tree()
    folder.remove("tenants/vision.yaml")
    said = folder.run("render")
    assert said.code == 1
    assert "tenants/vision.yaml" in said.err
    assert "the namespace vision on prod would be deleted" in said.err
    assert "[tenant-not-frozen]" in said.err
    assert folder.tree() == before


def test_nothing_else_is_written_beside_a_refused_removal(folder: Folder) -> None:
    before = folder.tree()
    folder.remove("tenants/vision.yaml")
    folder.write({"tenants/audio.yaml": FROZEN})
    assert folder.run("render").code == 1
    assert folder.tree() == before


def test_a_tenant_that_was_frozen_before_goes(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": FROZEN})
    assert folder.run("render").code == 0
    folder.remove("tenants/vision.yaml")
    folder.write({"tombstones/vision.yaml": STONE})
    assert folder.run("render").code == 0
    assert not any("vision" in path for path in folder.tree())
    assert folder.listed("prod/tenants") == ["audio"]
    assert folder.unlisted() == []


def test_a_removed_tenant_leaves_a_tombstone(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": FROZEN})
    assert folder.run("render").code == 0
    folder.remove("tenants/vision.yaml")
    said = folder.run("render")
    assert said.code == 1
    assert "tombstones/vision.yaml:1:1: error: the tenant vision is removed" in said.err
    assert said.err.count("[") == 1


def test_freezing_without_a_render_is_not_enough(folder: Folder) -> None:
    """What counts is what the cluster was given, not what a file once said."""
    folder.write({"tenants/vision.yaml": FROZEN})
    folder.remove("tenants/vision.yaml")
    assert folder.run("render").code == 1


def test_a_tenant_goes_when_it_is_named(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    assert folder.run("render", "--allow-removal", "audio").code == 1
    assert folder.run("render", "--allow-removal", "vision").code == 0
    assert WORKSPACE not in folder.tree()


def test_a_tenant_does_not_leave_one_cluster_unfrozen(folder: Folder) -> None:
    folder.write({"tenants/vision.yaml": OWNER + "clusters: [test]\n"})
    said = folder.run("render")
    assert said.code == 1
    assert "vision on prod" in said.err
    assert "vision on test" not in said.err


def test_a_cluster_does_not_go_with_its_namespaces(folder: Folder) -> None:
    before = folder.tree()
    folder.remove("clusters/test.yaml")
    said = folder.run("render")
    assert said.code == 1
    assert "clusters/test.yaml" in said.err
    assert "2 namespaces on test would be deleted" in said.err
    assert folder.tree() == before
    assert folder.run("render", "--allow-removal", "test").code == 0
    assert {path.split("/")[0] for path in folder.tree()} == {"prod"}


def test_a_tenant_removed_is_refused_in_its_cluster_only(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    said = folder.run("render", "--cluster", "prod")
    assert said.code == 1
    assert "on test" not in said.err


# -- files in the way -----------------------------------------------------------------------


def test_a_file_in_the_way_is_written_over_only_when_forced(folder: Folder) -> None:
    before = folder.tree()
    folder.write({f"rendered/{WORKSPACE}": "mine: true\n"})
    said = folder.run("render")
    assert said.code == 1
    assert f"rendered/{WORKSPACE}" in said.err
    assert (folder.top / "rendered" / WORKSPACE).read_text() == "mine: true\n"
    assert folder.run("render", "--force").code == 0
    assert folder.tree() == before


# -- parts ----------------------------------------------------------------------------------


def test_one_cluster_leaves_the_other_alone(folder: Folder) -> None:
    before = folder.tree()
    folder.write({"tenants/vision.yaml": FROZEN})
    assert folder.run("render", "--cluster", "prod").code == 0
    after = folder.tree()
    assert after[WORKSPACE] != before[WORKSPACE]
    assert {path: text for path, text in after.items() if path.startswith("test/")} == {
        path: text for path, text in before.items() if path.startswith("test/")}


def test_one_tenant_leaves_the_others_alone(folder: Folder) -> None:
    before = folder.tree()
    folder.write({"tenants/vision.yaml": FROZEN, "tenants/audio.yaml": FROZEN})
    assert folder.run("render", "--tenant", "vision").code == 0
    after = folder.tree()
    changed = {path for path in before if after.get(path) != before[path]}
    assert WORKSPACE in changed
    assert all("vision" in path for path in changed)


def test_one_new_tenant_is_listed_and_another_that_is_not_there_is_not(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": OWNER, "tenants/later.yaml": OWNER})
    assert folder.run("render", "--tenant", "new").code == 0
    assert folder.listed("prod/tenants") == ["audio", "new", "vision"]
    assert folder.listed("prod/platform/tenants") == ["audio.yaml", "new.yaml", "vision.yaml"]
    assert folder.unlisted() == []


def test_another_tenant_that_was_deleted_stays_listed_while_it_stands(folder: Folder) -> None:
    """Left off the list it would be pruned, without a word from the guard."""
    folder.remove("tenants/audio.yaml")
    folder.write({"tenants/vision.yaml": FROZEN})
    assert folder.run("render", "--tenant", "vision").code == 0
    assert folder.listed("prod/tenants") == ["audio", "vision"]
    assert folder.listed("prod/platform/tenants") == ["audio.yaml", "vision.yaml"]


def test_one_tenant_first_of_all_makes_lists_of_what_is_there(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder.new(tmp_path, capsys, {"tenants/audio.yaml": OWNER})
    assert folder.run("render", "--tenant", "vision").code == 0
    assert folder.listed("prod") == ["platform", "tenants"]
    assert folder.listed("prod/platform") == ["tenants"]
    assert not (tmp_path / "rendered/prod/platform/guardrails.yaml").exists()
    assert folder.unlisted() == []


def test_the_last_tenant_takes_the_empty_lists_with_it(folder: Folder) -> None:
    folder.write({"tenants/audio.yaml": OWNER + "clusters: [test]\n"})
    assert folder.run("render", "--allow-removal", "audio").code == 0
    folder.write({"tenants/vision.yaml": OWNER + "clusters: [test]\n"})
    assert folder.run("render", "--tenant", "vision", "--allow-removal", "vision").code == 0
    assert not any(path.startswith("prod/tenants") for path in folder.tree())
    assert folder.listed("prod") == ["platform"]
    assert folder.unlisted() == []


def test_parts_one_after_the_other_make_the_whole(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": OWNER, "tenants/vision.yaml": FROZEN})
    for name in ("new", "vision"):
        assert folder.run("render", "--tenant", name).code == 0
    parts = folder.tree()
    assert folder.run("render").code == 0
    assert folder.tree() == parts


def test_a_part_is_fresh_after_it_was_rendered(folder: Folder) -> None:
    folder.write({"tenants/new.yaml": OWNER, "tenants/later.yaml": OWNER})
    folder.run("render", "--tenant", "new")
    assert folder.run("render", "--check", "--tenant", "new").code == 0
    assert folder.run("render", "--check", "--tenant", "later").code == 1
    assert folder.run("render", "--check").code == 1


@pytest.mark.parametrize(("option", "name", "near"), [("--cluster", "prd", "prod"),
                                                      ("--tenant", "vison", "vision")])
def test_a_name_that_is_not_declared_is_told(folder: Folder, option: str, name: str, near: str
                                             ) -> None:
    said = folder.run("render", option, name)
    assert said.code == 2
    assert f"did you mean '{near}'?" in said.err


def test_an_empty_folder_is_told_what_is_missing(tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    said = Folder(tmp_path, capsys).run("render")
    assert said.code in (1, 2)
    assert "platform.yaml" in said.err
    assert not (tmp_path / "rendered").exists()


def test_a_misspelt_folder_is_told_though_nothing_else_changed(folder: Folder) -> None:
    assert "rendered/ is up to date" in folder.run("render").out
    folder.write({"cluster/lab.yaml": "{}\n"})
    said = folder.run("render")
    assert said.code == 1
    assert "cluster/lab.yaml:1:1: error" in said.err


def test_what_a_killed_run_left_is_cleared_though_nothing_changed(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was killed after it had remembered its result, and before it cleared its stage."""
    folder = Folder.new(tmp_path / "estate", capsys)
    assert folder.run("render").code == 0
    left = folder.top / ".gitops/stage/run-0123456789abcdef"
    (left / "tree").mkdir(parents=True)
    said = folder.run("render")
    assert (said.code, left.exists()) == (0, False)
    assert "rendered/ is up to date" in said.out
