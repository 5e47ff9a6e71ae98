"""Hardware for people: tables of what is declared and known, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gitops.plan.overlays import overlay
from gitops.plan.selection import tenants_of

if TYPE_CHECKING:
    from gitops.declarations.catalogue import Machine
    from gitops.model.estate import Estate

Row = dict[str, Any]


def hardware_rows(estate: Estate) -> list[Row]:
    """The declared hardware, a row each."""
    return [{"name": name, "machine": one.machine, "nodes": one.nodes,
             "devices": f"{one.per_node} × {one.device.resource or one.device.device_class}"
             if one.device else "", "state": one.lifecycle.state,
             "clusters": ", ".join(one.clusters) or "all",
             "tenants": sum(name in tenant.hardware for tenant in estate.tenants.values())}
            for name, one in sorted(estate.hardware.items())]


def catalogue_rows(machines: Iterable[Machine]) -> list[Row]:
    """The known machines of a cloud, a row each."""
    return [{"machine": one.name, "cpu": one.cpu or "", "GiB": one.memory or "",
             "accelerator": f"{one.count} × {one.has}" if one.has else
             ("takes " + ", ".join(one.takes) if one.takes else ""),
             "processor": one.platform} for one in machines]


def table(rows: Sequence[Row]) -> str:
    """Rows under their keys, numbers to the right."""
    if not rows:
        return "no hardware is declared; `gitops hardware add` writes a file"
    keys = list(rows[0])
    cells = [keys, *([str(row[key]) for key in keys] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(keys))]
    right = [all(isinstance(row[key], int) or row[key] == "" for row in rows) for key in keys]
    return "\n".join("  ".join(
        text.rjust(width) if number else text.ljust(width)
        for text, width, number in zip(line, widths, right, strict=True)).rstrip()
        for line in cells)


def details(name: str, estate: Estate) -> Row:
    """One hardware: its row, what a node offers, who has it, and its pods on each cluster."""
    one = estate.hardware[name]
    row = next(row for row in hardware_rows(estate) if row["name"] == name)
    offered: Mapping[str, Any] = {key: str(amount) for key, amount in one.allocatable.items()}
    return {**row, "description": one.description, "processor": one.cpu_platform,
            "allocatable": offered,
            "has": {tenant.name: tenant.hardware[name].devices
                    for tenant in estate.tenants.values() if name in tenant.hardware},
            "pods": {cluster.name: {"labels": shape.labels, "spec": shape.pod}
                     for cluster in estate.clusters.values() if one.is_on(cluster.name)
                     for shape in (overlay(one, cluster),)},
            "workspaces": {cluster.name: [tenant.name for tenant in tenants_of(cluster, estate)
                                          if name in tenant.hardware]
                           for cluster in estate.clusters.values() if one.is_on(cluster.name)}}


def details_text(data: Row) -> str:
    """The details as YAML, without what is empty."""
    import yaml

    filled = {key: value for key, value in data.items() if value not in ("", {}, [])}
    text: str = yaml.safe_dump(_plain(filled), sort_keys=False, allow_unicode=True)
    return text.rstrip()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
