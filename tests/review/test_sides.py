"""What is compared: every unit once, and again only where it differs; parts; committed files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gitops.compile.pipeline import Unit
from gitops.compile.prepare import prepare
from gitops.review.causes import Causes
from gitops.review.comparing import Narrowed, diff
from gitops.review.estates import EstateDiff, compare_sides
from gitops.review.git import Repository
from gitops.review.revisions import base_of
from gitops.review.sides import CompiledSide, Objects, unit_of
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


@pytest.mark.parametrize(("path", "unit"), [
    ("prod/platform/guardrails.yaml", Unit("prod")),
    ("prod/platform/tenants/vision.yaml", Unit("prod", "vision")),
    ("prod/tenants/vision/access.yaml", Unit("prod", "vision")),
    ("prod/tenants/platform/access.yaml", Unit("prod", "platform")),
])
def test_a_path_says_whose_it_is(path: str, unit: Unit) -> None:
    assert unit_of(path) == unit
