"""What is said of tenants that go: how many may at once, and a record of each that went."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gitops.foundation.findings import Origin


class Removals(Struct, frozen=True):
    """``share`` is the percentage of a cluster's workspaces that one render may take away.

    ``allow`` are tenants and clusters that may go without the usual steps.
    """

    origin: Origin
    share: int = 10
    allow: tuple[str, ...] = ()


class Tombstone(Struct, frozen=True):
    """The record of a tenant that was removed: its name is not given to others by accident."""

    name: str
    removed: date
    reason: str
    origin: Origin
    by: str = ""
