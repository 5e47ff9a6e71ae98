"""Which declared line causes a difference: the most exact one that is different."""

from __future__ import annotations

import pytest

from gitops.compile.prepare import prepare
from gitops.report.changes import path_text
from gitops.review.causes import Causes
from gitops.review.estates import UnitChange, compare_sides
from gitops.review.sides import CompiledSide
from tests.estates import NATIVE, PROFILE, estate

OWNER = "owner: ana@example.com\n"
QUOTA = OWNER + "quota:\n  requests:\n    memory: 8Gi\n"
TEAM = OWNER + "contributors:\n  - {group: team, role: edit}\n"
TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: x, namespace: {{ tenant.name }}}
data:
  a: %s
"""


def between(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[UnitChange, ...]:
    before, after = prepare(old), prepare(new)
    return compare_sides(CompiledSide(before), CompiledSide(after),
                         {*before.units(), *after.units()}, Causes(old, before, after))[0]


def causes(old: dict[str, bytes], new: dict[str, bytes]) -> dict[str, str]:
    """Where each changed field comes from, by its path."""
    return {path_text(entry.change.path): str(entry.cause)
            for unit in between(old, new) for manifest in unit.manifests
            for entry in manifest.fields}


def objects(old: dict[str, bytes], new: dict[str, bytes]) -> dict[str, str]:
    """Where each object that came or went comes from, by its kind and name."""
    return {f"{manifest.kind} {manifest.name}": str(manifest.cause)
            for unit in between(old, new) for manifest in unit.manifests
            if manifest.op != "changed"}


MEMORY = 'spec.resourceQuotaSpec.hard["requests.memory"]'


def test_a_changed_field_is_caused_by_its_line() -> None:
    found = causes(estate(tenant=QUOTA), estate(tenant=QUOTA.replace("8Gi", "16Gi")))
    assert found == {MEMORY: "tenants/vision.yaml:4:13"}


def test_a_field_that_went_was_caused_by_a_line_of_the_base() -> None:
    found = causes(estate(tenant=QUOTA + "    cpu: 4\n"), estate(tenant=QUOTA))
    assert found['spec.resourceQuotaSpec.hard["requests.cpu"]'] == "tenants/vision.yaml:5:10"


def test_a_line_that_only_moved_causes_nothing() -> None:
    moved = "# moved\n" + QUOTA.replace("8Gi", "16Gi")
    assert set(causes(estate(tenant=QUOTA), estate(tenant=moved)).values()) == {
        "tenants/vision.yaml:5:13"}


def test_a_template_causes_what_it_writes() -> None:
    old, new = (estate({"templates/tenant/x.yaml.j2": TEMPLATE % value}) for value in "bc")
    assert causes(old, new) == {"data.a": "templates/tenant/x.yaml.j2:5:6"}


def test_what_comes_as_a_whole_is_caused_by_the_most_exact_line_in_it() -> None:
    assert set(causes(estate(), estate(tenant=QUOTA)).values()) == {"tenants/vision.yaml:4:13"}


def test_a_new_template_causes_its_object() -> None:
    new = estate({"templates/tenant/x.yaml.j2": TEMPLATE % "b"})
    assert objects(estate(), new) == {"ConfigMap x": "templates/tenant/x.yaml.j2:1:1"}


def test_a_contributor_that_went_was_caused_by_a_line_of_the_base() -> None:
    old = estate(tenant=OWNER + "contributors:\n  - {user: ben@example.com, role: edit}\n")
    found = objects(old, estate())
    assert found
    assert {cause.rpartition(":")[0] for cause in found.values()} == {"tenants/vision.yaml:3"}


@pytest.mark.parametrize(("members", "line"), [
    ("[a@example.com, b@example.com]", "groups/team.yaml:1:26"),
    ("[b@example.com, c@example.com]", "groups/team.yaml:1:10"),
])
def test_a_group_causes_what_its_members_get(members: str, line: str) -> None:
    old = estate({"groups/team.yaml": "members: [a@example.com]\n"}, tenant=TEAM)
    new = estate({"groups/team.yaml": f"members: {members}\n"}, tenant=TEAM)
    (unit,) = between(old, new)
    came = {str(entry.cause) for manifest in unit.manifests for entry in manifest.fields
            if entry.change.op == "added"}
    assert came == {line}


def test_who_left_a_group_is_named_where_they_stood() -> None:
    old = estate({"groups/team.yaml": "members:\n- a@example.com\n- b@example.com\n"}, tenant=TEAM)
    new = estate({"groups/team.yaml": "members:\n- b@example.com\n"}, tenant=TEAM)
    assert set(causes(old, new).values()) == {"groups/team.yaml:2:3"}


def test_a_group_in_a_group_is_the_cause() -> None:
    outer = {"groups/team.yaml": "members: [{group: inner}]\n"}
    old = estate({**outer, "groups/inner.yaml": "members: [a@example.com]\n"}, tenant=TEAM)
    new = estate({**outer, "groups/inner.yaml": "members: [a@example.com, b@example.com]\n"},
                 tenant=TEAM)
    assert set(causes(old, new).values()) == {"groups/inner.yaml:1:26"}


PLANS = """\
defaults: {plan: small}
plans:
  small:
    quota: {requests: {cpu: 8}, pods: 5, other: {count/jobs.batch: 3}}
  large:
    quota:
      requests: {cpu: 64}
      pods: 50
      other: {count/jobs.batch: 9}
"""
LARGE = OWNER + "plan: large\nquota: {limits: {cpu: 70}}\n"
HARD = "spec.resourceQuotaSpec.hard"


@pytest.mark.parametrize(("cluster", "hard"), [(PROFILE, HARD), (NATIVE, "spec.hard")])
def test_each_key_of_a_quota_is_caused_by_its_own_line(cluster: str, hard: str) -> None:
    old = estate(cluster=cluster, tenant=LARGE, platform=PLANS)
    new = estate(cluster=cluster, tenant=LARGE.replace("70", "80"),
                 platform=PLANS.replace("cpu: 64", "cpu: 65"))
    found = causes(old, new)
    assert found[f'{hard}["limits.cpu"]'] == "tenants/vision.yaml:3:23"
    assert found[f'{hard}["requests.cpu"]'] == "platform.yaml:7:23"


def test_another_plan_is_caused_by_the_line_that_chose_it() -> None:
    new = LARGE.replace("large", "small")
    found = causes(estate(tenant=LARGE, platform=PLANS), estate(tenant=new, platform=PLANS))
    assert found == dict.fromkeys((f'{HARD}["requests.cpu"]', f"{HARD}.pods",
                                   'spec.hard["count/jobs.batch"]'), "tenants/vision.yaml:2:7")


def test_another_default_plan_is_caused_by_the_line_of_the_defaults() -> None:
    new = PLANS.replace("plan: small", "plan: large")
    found = causes(estate(platform=PLANS), estate(platform=new))
    assert found[f"{HARD}.pods"] == "platform.yaml:1:18"


def test_a_line_that_no_longer_goes_before_another_is_named_where_it_stood() -> None:
    own = OWNER + "quota:\n  pods: 7\n  storage: 1Ti\n"
    found = causes(estate(tenant=own, platform=PLANS),
                   estate(tenant=own.replace("  pods: 7\n", ""), platform=PLANS))
    assert found == {f"{HARD}.pods": "tenants/vision.yaml:3:9"}
