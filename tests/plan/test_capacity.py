"""How much of each hardware there is, was promised, and is free."""

from __future__ import annotations

from gitops.declarations.load import load
from gitops.plan.capacity import Capacity, capacity
from tests.plan.hardware import T4, files


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
