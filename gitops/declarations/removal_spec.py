"""The keys of ``tombstones/<name>.yaml`` and of ``removals`` in ``platform.yaml``."""

from __future__ import annotations

from typing import Any

from gitops.declarations.reader import INVALID, Reader
from gitops.declarations.records import Field, ListOf, Record, of
from gitops.declarations.types import Day, Email, Integer, Name, Text
from gitops.foundation.findings import Path
from gitops.model.removal import Removals, Tombstone

REMOVALS = Record("the removals", (
    Field("share", Integer(0, 100), "The percentage of a cluster's workspaces that one render may "
          "take away without `--allow-removal`; one workspace always may go, unless this is 0.",
          default="10"),
    Field("allow", ListOf(Name), "Tenants and clusters that may go although they were not frozen "
          "first, have no tombstone, or are too many: what `--allow-removal` is to one render, "
          "for whoever reviews it. Take a name out again once it is gone.", default="none"),
), of(Removals))


def _tombstone(values: dict[str, Any], _at: Path, reader: Reader) -> Any:
    if INVALID in values.values():
        return INVALID
    name = reader.file.rpartition("/")[2].removesuffix(".yaml")
    return Tombstone(name=name, origin=reader.origin(()), **values)


TOMBSTONE = Record("a tombstone", (
    Field("removed", Day(), "The day on which the tenant's file was deleted.", required=True),
    Field("reason", Text(max_length=1024), "Why it was removed, for whoever audits it.",
          required=True),
    Field("by", Email, "Who decided it.", default="the author of the commit, as git knows it"),
), _tombstone)
