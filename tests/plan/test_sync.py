"""Units: which there are, what each waits for, and how they are called."""

from __future__ import annotations

import pytest

from gitops.compile.prepare import prepare
from gitops.plan.sync import LONGEST, TenantSync, shard_of, tenant_sync, unit_name
from gitops.plan.sync_rights import plural
from tests.estates import PROFILE, estate


def sync(*folders: str, cluster: str = "sync: flux\n") -> TenantSync:
    found = prepare(estate(cluster=PROFILE + cluster, platform='sync: {repo: "https://a.example/b"}')
                    ).estate
    planned = tenant_sync(found.tenants["vision"], found.clusters["prod"], found.platform, folders)
    assert planned
    return planned


def test_access_waits_for_the_platform_jobs_for_access_and_runs_for_jobs() -> None:
    units = sync("", "runs", "jobs").units
    assert [(unit.name, unit.depends_on) for unit in units] == [
        ("vision-access", ("gitops-tenancy-platform",)), ("vision-jobs", ("vision-access",)),
        ("vision-runs", ("vision-jobs",))]


def test_runs_without_definitions_wait_for_access() -> None:
    assert sync("", "runs").units[1].depends_on == ("vision-access",)


def test_only_runs_stay_when_they_leave_git_and_only_access_is_waited_for() -> None:
    units = sync("", "jobs", "runs", "boards/big").units
    assert [unit.kind for unit in units] == ["access", "jobs", "boards-big", "runs"]
    assert [unit.prune for unit in units] == [True, True, True, False]
    assert [unit.wait for unit in units] == [True, False, False, False]


def test_a_unit_is_where_its_files_are() -> None:
    assert [unit.path for unit in sync("", "jobs").units] == [
        "rendered/prod/tenants/vision", "rendered/prod/tenants/vision/jobs"]


def test_a_long_name_stays_a_label_and_differs_from_its_like() -> None:
    long = "a" * 63
    names = {unit_name(long, "access"), unit_name(long, "jobs"), unit_name("a" * 62, "access")}
    assert len(names) == 3
    assert all(len(name) <= LONGEST for name in names)


def test_tenants_spread_over_all_shards() -> None:
    engine = sync("", cluster="sync: {engine: flux, shards: 3}\n").engine
    counts = [sum(shard_of(f"t{n}", engine) == f"shard{k}" for n in range(300)) for k in (1, 2, 3)]
    assert sum(counts) == 300
    assert min(counts) > 70


@pytest.mark.parametrize(("kind", "word"), [
    ("NetworkPolicy", "networkpolicies"), ("Gateway", "gateways"), ("Ingress", "ingresses"),
    ("Endpoints", "endpoints"), ("Namespace", "namespaces"), ("Sidecar", "sidecars")])
def test_plurals_are_those_of_the_api_server(kind: str, word: str) -> None:
    assert plural(kind) == word
