"""Which workspaces a render may take away: frozen ones, recorded, and not many at once."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from gitops.compile.removal import refused_removals
from gitops.declarations.load import load
from tests.estates import estate

STONE = "removed: 2026-11-24\nreason: replaced\n"
LIVE = b"kind: Namespace\nmetadata: {}\n"
FROZEN = b"kind: Namespace\nmetadata: {annotations: {gitops-tenancy/frozen: left}}\n"


def refused(names: Collection[str], standing: int, content: bytes = FROZEN, *, share: str = "",
            allowed: Collection[str] = (), buried: bool = True) -> list[str]:
    """The rules that refuse these tenants of prod to go."""
    files = {f"tombstones/{name}.yaml": STONE for name in names} if buried else {}
    found = load(estate(files, platform=f"removals: {{share: {share}}}\n" if share else "{}"))
    assert found.findings == []
    going = {f"prod/platform/tenants/{name}.yaml": content for name in names}
    return [finding.rule for finding in
            refused_removals(going, {"prod": standing}, allowed, found.estate)]


def names(count: int) -> list[str]:
    return [f"t{number:02}" for number in range(count)]


@pytest.mark.parametrize(("going", "standing", "rules"), [
    (1, 1, []), (1, 19, []), (2, 19, ["too-many-removals"]), (2, 20, []),
    (10, 100, []), (11, 100, ["too-many-removals"])])
def test_a_tenth_of_a_cluster_may_go_and_one_always(going: int, standing: int, rules: list[str]
                                                    ) -> None:
    assert refused(names(going), standing) == rules


def test_the_share_is_declared() -> None:
    assert refused(names(50), 100, share="50") == []
    assert refused(names(51), 100, share="50") == ["too-many-removals"]
    assert refused(names(100), 100, share="100") == []
    assert refused(names(1), 100, share="0") == ["too-many-removals"]


def test_those_that_are_named_do_not_count() -> None:
    assert refused(names(12), 100, allowed=names(2)) == []
    assert refused(names(100), 100, allowed=["prod"]) == []


def test_who_was_not_frozen_is_told_and_counts() -> None:
    assert refused(names(2), 10, LIVE) == ["tenant-not-frozen", "tenant-not-frozen",
                                           "too-many-removals"]


def test_a_frozen_tenant_goes_with_a_tombstone_only() -> None:
    assert refused(["old"], 10, buried=False) == ["removal-without-tombstone"]
    assert refused(["old"], 10, buried=False, allowed=["old"]) == []


def test_a_tenant_that_only_leaves_a_cluster_needs_none() -> None:
    """``vision`` is declared; it no longer stands on prod."""
    assert refused(["vision"], 10, buried=False) == []


def test_a_long_list_names_the_first_and_counts_the_rest() -> None:
    found = load(estate({f"tombstones/{name}.yaml": STONE for name in names(12)}))
    going = {f"prod/platform/tenants/{name}.yaml": FROZEN for name in names(12)}
    (finding,) = refused_removals(going, {"prod": 50}, (), found.estate)
    assert finding.message.endswith("t08, t09 and 2 more")
