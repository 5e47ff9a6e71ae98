"""Two revisions of an estate compared: what is told, in which order, and because of what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gitops.compile.pipeline import Unit, prepare
from gitops.foundation.errors import Refused, UsageError
from gitops.report.changes import path_text
from gitops.report.diff_text import text
from gitops.review.causes import Causes
from gitops.review.comparing import Narrowed, diff
from gitops.review.estates import EstateDiff, ManifestChange, compare_sides
from gitops.review.git import Repository
from gitops.review.revisions import base_of
from gitops.review.sides import CompiledSide, Objects
from tests.cli.folders import Folder
from tests.estates import PROFILE, estate
from tests.review.repositories import Repo

OWNER = "owner: ana@example.com\n"
QUOTA = OWNER + "quota:\n  requests:\n    memory: 8Gi\n"
ALL = Narrowed()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.new(tmp_path / "repo")


def between(repo: Repo, old: Mapping[str, bytes], new: Mapping[str, bytes],
            narrowed: Narrowed = ALL, *, committed: bool = False) -> EstateDiff:
    """The differences of an estate that was committed and one that was not."""
    repo.commit(old)
    repository = Repository.around(str(repo.estate))
    return diff(new, repository, base_of(repository, "HEAD"), narrowed, committed=committed)


def said(found: EstateDiff) -> str:
    return text(found, "main", lambda line, _: line)


def manifests(found: EstateDiff) -> Iterator[ManifestChange]:
    for unit in found.units:
        yield from unit.manifests


def causes(found: EstateDiff) -> dict[str, str]:
    """Where each changed field comes from, by its path."""
    return {path_text(entry.change.path): str(entry.cause)
            for manifest in manifests(found) for entry in manifest.fields}


def without(files: Mapping[str, bytes], *names: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path not in names}


@dataclass(frozen=True)
class Counting:
    """A side that notes for which units its objects were made once more."""

    side: CompiledSide
    asked: list[Unit] = field(default_factory=list)

    def digests(self, units: Collection[Unit]) -> dict[str, str]:
        return self.side.digests(units)

    def objects(self, unit: Unit, paths: Collection[str]) -> Objects:
        self.asked.append(unit)
        return self.side.objects(unit, paths)


def test_only_what_differs_is_made_twice() -> None:
    old = estate({"tenants/audio.yaml": OWNER, "clusters/test.yaml": PROFILE})
    new = {**old, "tenants/vision.yaml": b"owner: ben@example.com\nclusters: [prod]\n"}
    before, after = prepare(old), prepare(new)
    sides = [Counting(CompiledSide(compiler)) for compiler in (before, after)]
    units = {*before.units(), *after.units()}
    compare_sides(sides[0], sides[1], units, Causes(old, before, after))
    for side in sides:
        assert sorted((unit.cluster, unit.tenant) for unit in side.asked) == [
            ("prod", "vision"), ("test", "vision")]


def test_equal_estates_make_nothing_twice() -> None:
    files = estate()
    compiler = prepare(files)
    base, head = (Counting(CompiledSide(compiler)) for _ in range(2))
    assert compare_sides(base, head, compiler.units(), Causes(files, compiler, compiler)) == (
        (), ())
    assert base.asked == head.asked == []


def test_the_same_estate_has_no_differences(repo: Repo) -> None:
    found = between(repo, estate(), estate())
    assert not found
    assert said(found) == "compared with main\nno differences"


def test_spelling_is_no_difference(repo: Repo) -> None:
    assert not between(repo, estate(), estate(tenant='# a comment\n"owner":   ana@example.com\n'))


def test_a_changed_field_names_its_line(repo: Repo) -> None:
    found = between(repo, estate(tenant=QUOTA), estate(tenant=QUOTA.replace("8Gi", "16Gi")))
    assert [(unit.op, unit.cluster, unit.tenant) for unit in found.units] == [
        ("changed", "prod", "vision")]
    assert "tenants/vision.yaml:4:13" in causes(found).values()
    assert "8Gi → 16Gi  tenants/vision.yaml:4:13" in said(found)


def test_a_field_that_went_names_the_line_it_had(repo: Repo) -> None:
    found = between(repo, estate(tenant=QUOTA + "    cpu: 4\n"), estate(tenant=QUOTA))
    assert any(line.endswith("tenants/vision.yaml:5:10 before")
               for line in said(found).splitlines())


def test_a_value_that_did_not_change_causes_nothing(repo: Repo) -> None:
    """A line moved down by a comment is another line, but the cause is the one that changed."""
    moved = "# moved\n" + QUOTA.replace("8Gi", "16Gi")
    found = causes(between(repo, estate(tenant=QUOTA), estate(tenant=moved)))
    assert set(found.values()) == {"tenants/vision.yaml:5:13"}


def test_a_group_causes_what_its_members_get(repo: Repo) -> None:
    tenant = OWNER + "contributors:\n  - {group: team, role: edit}\n"
    old = estate({"groups/team.yaml": "members: [a@example.com]\n"}, tenant=tenant)
    new = estate({"groups/team.yaml": "members: [a@example.com, b@example.com]\n"}, tenant=tenant)
    found = between(repo, old, new)
    assert found.count("added")
    assert {manifest.cause.file for manifest in manifests(found) if manifest.cause} == {
        "groups/team.yaml"}


def test_a_template_causes_what_it_writes(repo: Repo) -> None:
    template = ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: {{ tenant.name }}}"
                "\ndata:\n  a: %s\n")
    old, new = (estate({"templates/tenant/x.yaml.j2": template % value}) for value in "bc")
    assert causes(between(repo, old, new)) == {"data.a": "templates/tenant/x.yaml.j2:5:6"}


def test_deletions_are_shown_first(repo: Repo) -> None:
    old = estate({"tenants/zulu.yaml": "owner: z@example.com\n"})
    new = {**without(old, "tenants/zulu.yaml"), "tenants/vision.yaml": QUOTA.encode(),
           "tenants/audio.yaml": b"owner: someone@else.example.com\nquota: {requests: {cpu: 2}}\n"}
    found = between(repo, old, new)
    assert [(unit.op, unit.tenant) for unit in found.units] == [
        ("removed", "zulu"), ("added", "audio"), ("changed", "vision")]
    lines = said(found).splitlines()
    assert lines[2] == ("- zulu on prod: the namespace goes, with everything in it  "
                        "tenants/zulu.yaml")


def test_a_rename_is_a_deletion_and_an_addition(repo: Repo) -> None:
    old = estate({"tenants/old.yaml": QUOTA})
    new = {**without(old, "tenants/old.yaml"), "tenants/new.yaml": QUOTA.encode()}
    found = between(repo, old, new)
    assert [(unit.op, unit.tenant) for unit in found.units] == [("removed", "old"),
                                                                ("added", "new")]
    assert found.renames == (("old", "new"),)
    assert "old was not renamed: old is deleted and new begins empty" in said(found)


def test_one_that_goes_and_another_that_comes_is_no_rename(repo: Repo) -> None:
    old = estate({"tenants/old.yaml": OWNER})
    new = {**without(old, "tenants/old.yaml"), "tenants/new.yaml":
           b"owner: someone@else.org\nquota: {requests: {memory: 1Gi, cpu: 2}}\nclusters: [prod]\n"}
    assert between(repo, old, new).renames == ()


def test_a_cluster_comes_with_its_workspaces(repo: Repo) -> None:
    found = between(repo, estate(), estate({"clusters/test.yaml": PROFILE}))
    assert [(unit.op, unit.cluster, unit.tenant) for unit in found.units] == [
        ("added", "test", ""), ("added", "test", "vision")]


@pytest.mark.parametrize(("narrowed", "told"), [
    (Narrowed(clusters=("test",)), {("test", "vision"), ("test", "audio")}),
    (Narrowed(tenants=("audio",)), {("prod", "audio"), ("test", "audio")}),
    (Narrowed(("prod",), ("vision",)), {("prod", "vision")}),
])
def test_a_comparison_may_be_narrowed(repo: Repo, narrowed: Narrowed, told: set[object]) -> None:
    old = estate({"tenants/audio.yaml": OWNER, "clusters/test.yaml": PROFILE})
    new = {**old, "tenants/audio.yaml": QUOTA.encode(), "tenants/vision.yaml": QUOTA.encode()}
    found = between(repo, old, new, narrowed)
    assert {(unit.cluster, unit.tenant) for unit in found.units} == told


def test_a_name_that_neither_side_declares_is_told(repo: Repo) -> None:
    with pytest.raises(UsageError, match="no tenant 'vison' on either side") as error:
        between(repo, estate(), estate(), Narrowed(tenants=("vison",)))
    assert error.value.hint == "did you mean 'vision'?"


def test_a_name_that_only_the_base_declares_is_known(repo: Repo) -> None:
    old = estate({"tenants/old.yaml": OWNER})
    found = between(repo, old, without(old, "tenants/old.yaml"), Narrowed(tenants=("old",)))
    assert [unit.op for unit in found.units] == ["removed"]


def test_mistakes_of_the_working_tree_are_refused(repo: Repo) -> None:
    with pytest.raises(Refused) as refused:
        between(repo, estate(), estate(tenant="owner: [\n"))
    assert refused.value.findings[0].position.file == "tenants/vision.yaml"


def test_before_the_estate_everything_is_new(repo: Repo) -> None:
    found = between(repo, {"README.md": b"x"}, estate())
    assert not found.incomplete
    assert {unit.op for unit in found.units} == {"added"}


BROKEN = "owner: ana@example.com\nkota: {}\n"


def test_a_base_that_does_not_compile_is_never_without_changes(repo: Repo) -> None:
    found = between(repo, estate(tenant=BROKEN), estate())
    assert found
    assert "cannot be compiled" in found.incomplete
    assert [str(finding.position) for finding in found.findings] == ["tenants/vision.yaml:2:1"]
    assert "incomplete: " in said(found)
    assert "tenants/vision.yaml:2:1: " in said(found)
    assert "no differences\n" not in said(found) + "\n"


def test_a_base_that_does_not_compile_is_compared_as_it_was_committed(
        repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder(repo.estate, capsys)
    folder.write(estate(tenant=QUOTA))
    assert folder.run("render").code == 0
    found = between(repo, estate(tenant=BROKEN), estate(tenant=QUOTA.replace("8Gi", "16Gi")))
    assert "compared with rendered/ as it was committed there" in found.incomplete
    assert [(unit.op, unit.tenant) for unit in found.units] == [("changed", "vision")]


def test_a_base_with_unchanged_manifests_is_incomplete_all_the_same(
        repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder(repo.estate, capsys)
    folder.write(estate())
    assert folder.run("render").code == 0
    found = between(repo, estate(tenant=BROKEN), estate())
    assert found
    assert found.units == ()
    assert said(found).splitlines()[-1] == "no differences found"


def test_a_template_that_fails_at_the_base_is_incomplete(repo: Repo) -> None:
    """That is known only when it is rendered."""
    broken = estate({"templates/tenant/x.yaml.j2": "kind: {{ tenant.nmae }}\n"})
    found = between(repo, broken, estate())
    assert found.incomplete
    assert found.findings[0].position.file == "templates/tenant/x.yaml.j2"


def test_what_was_committed_may_be_compared_with(repo: Repo, capsys: pytest.CaptureFixture[str]
                                                 ) -> None:
    """Then what the base's declarations would render to now does not count."""
    folder = Folder(repo.estate, capsys)
    folder.write(estate(tenant=QUOTA))
    assert folder.run("render").code == 0
    stale = {"tenants/vision.yaml": QUOTA.replace("8Gi", "16Gi").encode()}
    new = estate(tenant=QUOTA.replace("8Gi", "16Gi"))
    found = between(repo, stale, new, committed=True)
    assert [(unit.op, unit.tenant) for unit in found.units] == [("changed", "vision")]
    assert not between(repo, stale, new)


def test_committed_spelling_is_a_matter_of_form(repo: Repo, capsys: pytest.CaptureFixture[str]
                                                ) -> None:
    folder = Folder(repo.estate, capsys)
    folder.write(estate())
    assert folder.run("render").code == 0
    path = "prod/platform/tenants/vision.yaml"
    folder.write({f"rendered/{path}": folder.tree()[path].replace(b"---\n", b"---\n# a\n")})
    found = between(repo, {}, estate(), committed=True)
    assert (found.units, found.form) == ((), (path,))
    assert "1 file written differently, meaning the same" in said(found)
