"""What a run made, in one screen: clusters, workspaces, people, quotas, documents, time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, to_builtins


class ClusterSummary(Struct, frozen=True):
    """One cluster's share. ``quotas`` adds up what its workspaces may request, by resource."""

    name: str
    about: str
    workspaces: int
    frozen: int
    documents: int
    quotas: Mapping[str, str]


class Summary(Struct, frozen=True):
    """A whole run's. ``members`` counts people and machines that have access anywhere."""

    clusters: tuple[ClusterSummary, ...]
    tenants: int
    members: int
    documents: int
    files: int

    def as_data(self) -> dict[str, Any]:
        """JSON values."""
        data: dict[str, Any] = to_builtins(self)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Summary:
        """The summary that :meth:`as_data` wrote down."""
        return cls(**{**data, "clusters": tuple(ClusterSummary(**one)
                                                for one in data["clusters"])})


def text(summary: Summary) -> str:
    """A table of clusters, then the totals."""
    if not summary.clusters:
        return "no clusters are declared; nothing to render"
    rows = [("cluster", "", "workspaces", "documents", "quotas")]
    rows += [(one.name, one.about, _workspaces(one), str(one.documents), _quotas(one.quotas))
             for one in summary.clusters]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]),
                        row[3].rjust(widths[3]), row[4]]).rstrip() for row in rows]
    total = (f"{_many(summary.tenants, 'tenant')}, {_many(summary.members, 'member')}, "
             f"{_many(summary.documents, 'document')} in {_many(summary.files, 'file')}")
    return "\n".join([*lines, total])


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' if number != 1 else ''}"


def _workspaces(one: ClusterSummary) -> str:
    return f"{one.workspaces} ({one.frozen} frozen)" if one.frozen else str(one.workspaces)


def _quotas(quotas: Mapping[str, str]) -> str:
    return ", ".join(f"{amount} {name.removeprefix('requests.')}"
                     for name, amount in quotas.items()) or "-"
