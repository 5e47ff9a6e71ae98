"""How much of each hardware there is, was promised, and is free."""

from __future__ import annotations

from gitops.declarations.load import load
from gitops.plan.capacity import Capacity, capacity
from tests.plan.hardware import T4, files

QUOTA = "quota: {devices: {nvidia.com/gpu: 2}}\n"


def counted(tenant: str, hardware: str = "", **tenants: str) -> Capacity:
    """The capacity of the hardware ``mine``: two nodes with one T4."""
    text = T4.replace("nvidia-tesla-t4", "other") + hardware
    more = {f"tenants/{name}.yaml": f"owner: b@example.com\n{own}".encode()
            for name, own in tenants.items()}
    estate = load(files(tenant, mine=text) | more).estate
    return next(one for one in capacity(estate.clusters["prod"], estate)
                if one.hardware == "mine")


def test_what_is_promised_is_the_sum_over_tenants() -> None:
    found = counted("hardware: {mine: 1}\n", nlp="hardware: {mine: 1}\n")
    assert (found.installed, found.promised, found.free) == (2, 2, 0)
    assert found.by_tenant == {"nlp": 1, "vision": 1}


def test_a_tenant_without_a_number_holds_nothing() -> None:
    found = counted("hardware: {mine: {}}\n")
    assert (found.promised, dict(found.by_tenant)) == (0, {"vision": None})


def test_a_frozen_tenant_holds_nothing() -> None:
    assert counted('frozen: "left"\nhardware: {mine: 2}\n').promised == 0


def test_overcommit_promises_devices_more_than_once() -> None:
    found = counted("hardware: {mine: 2}\n", "overcommit: 1.5\n")
    assert (found.promisable, found.free, found.overcommit) == (3, 1, "1.5")


def test_too_much_is_a_negative_rest() -> None:
    assert counted("hardware: {mine: 2}\n", nlp="hardware: {mine: 1}\n").free == -1


def test_the_price_is_that_of_all_nodes() -> None:
    assert counted("", "price: 0.95\ncurrency: EUR\n").cost == "1.90 EUR"


def rows(**hardware: str) -> list[Capacity]:
    """Every row where vision has one of ``mine`` and nlp a quota of two, but no hardware."""
    estate = load(files("hardware: {mine: 1}\n", **hardware) | {
        "tenants/nlp.yaml": f"owner: b@example.com\n{QUOTA}".encode(),
        "hardware/gpu-t4.yaml": b"", "hardware/gpu-a100.yaml": b""}).estate
    return capacity(estate.clusters["prod"], estate)


def test_a_quota_promises_what_its_only_hardware_has() -> None:
    mine = T4.replace("nodes: 2", "nodes: 4")
    found = next(one for one in rows(mine=mine) if one.hardware == "mine")
    assert (found.promised, found.free, found.by_tenant) == (3, 1, {"vision": 1, "nlp": 2})


def test_a_quota_of_what_two_kinds_have_is_counted_against_both_together() -> None:
    *_, both = rows(mine=T4, other=T4.replace("nvidia-tesla-t4", "other"))
    assert (both.hardware, both.resource) == ("", "nvidia.com/gpu")
    assert (both.installed, both.promised, both.free) == (4, 3, 1)
    assert both.by_tenant == {"vision": 1, "nlp": 2}


def test_a_quota_beside_hardware_promises_nothing_more() -> None:
    assert counted("hardware: {mine: 1}\n" + QUOTA).promised == 1


def test_a_quota_promises_where_the_tenants_own_hardware_is_not() -> None:
    lab = {"clusters/lab.yaml": b'kubernetes: "1.37"\nkubeflow: none\n'}
    mine = T4.replace("nvidia-tesla-t4", "other") + "clusters: [prod]\n"
    other = T4.replace("nvidia-tesla-t4", "lab") + "clusters: [lab]\n"
    estate = load(files("hardware: {mine: 1}\n" + QUOTA, mine=mine, other=other) | lab | {
        "hardware/gpu-t4.yaml": b"", "hardware/gpu-a100.yaml": b""}).estate
    found = {one.cluster: one.promised for name in ("prod", "lab")
             for one in capacity(estate.clusters[name], estate) if one.installed}
    assert found == {"prod": 1, "lab": 2}


def test_a_plan_promises_to_each_of_its_tenants() -> None:
    text = b"owner: b@example.com\nplan: small\n"
    estate = load(files("hardware: {mine: 1}\n", mine=T4.replace("nvidia-tesla-t4", "other")) | {
        "platform.yaml": b"plans: {small: {" + QUOTA.strip().encode() + b"}}\n",
        "tenants/a.yaml": text, "tenants/b.yaml": text}).estate
    *_, every = capacity(estate.clusters["prod"], estate)
    assert every.by_tenant == {"vision": 1, "a": 2, "b": 2}
