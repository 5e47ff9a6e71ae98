"""Capacity and placement for people: a bar per hardware, and a line per node that will not do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gitops.plan.capacity import Capacity
from gitops.plan.placement import Landing

Paint = Callable[[str, str], str]
"""Puts a colour on a text, or leaves it."""
WIDTH = 20
TENANTS = 6


def capacity_text(rows: Sequence[Capacity], paint: Paint) -> str:
    """A block per cluster: each hardware's bar, its figures, and who was promised how much."""
    if not rows:
        return "no hardware is declared; `gitops hardware add` writes a file"
    lines: list[str] = []
    width = max(len(_title(row)) for row in rows)
    for cluster in dict.fromkeys(row.cluster for row in rows):
        lines.append(paint(cluster, "bold"))
        for row in rows:
            if row.cluster == cluster:
                lines.append(f"  {_title(row).ljust(width)}  {_figures(row, paint)}")
                lines += [f"  {' ' * width}  {one}" for one in _tenants(row)]
    return "\n".join(lines)


def _title(row: Capacity) -> str:
    return row.hardware or f"any {row.resource}"


def _figures(row: Capacity, paint: Paint) -> str:
    cost = f", {row.cost} an hour" if row.cost else ""
    nodes = f"{row.nodes} node{'s' if row.nodes != 1 else ''}"
    if not row.resource:
        return f"{nodes}, no devices to promise{cost}"
    over = f", overcommit {row.overcommit} makes {row.promisable}" if row.overcommit != "1" else ""
    free = f"{row.free} free" if row.free >= 0 else f"{-row.free} too many"
    return (f"{_bar(row, paint)} {row.promised} of {row.installed} promised, {free} "
            f"({nodes}, {row.resource}{over}{cost})")


def _bar(row: Capacity, paint: Paint) -> str:
    """Twenty cells: what is promised of what may be, red when it is too much."""
    of = max(row.promisable, row.promised, 1)
    full = -(-WIDTH * row.promised // of)
    hue = "red" if row.free < 0 else "yellow" if row.free == 0 else "green"
    return "[" + paint("█" * full, hue) + "·" * (WIDTH - full) + "]"


def _tenants(row: Capacity) -> list[str]:
    """The largest promises, and how many there are besides."""
    if not row.by_tenant:
        return []
    ordered = sorted(row.by_tenant.items(), key=lambda item: (-(item[1] or 0), item[0]))
    said = [f"{name} {'any' if count is None else count}" if row.resource else name
            for name, count in ordered[:TENANTS]]
    more = len(ordered) - TENANTS
    return [", ".join(said) + (f", and {more} more" if more > 0 else "")]


def where_text(title: str, landings: Sequence[Landing], paint: Paint) -> str:
    """Where a pod can land, then each other hardware with all that speaks against it."""
    lines = [paint(title, "bold")]
    width = max((len(one.hardware) for one in landings), default=0)
    for one in landings:
        nodes = f"{one.nodes} node{'s' if one.nodes != 1 else ''}"
        if one.fits:
            room = f", {one.room} on each" if one.room is not None else ""
            lines.append(f"  {paint('✓', 'green')} {one.hardware.ljust(width)}  {nodes}{room}")
        else:
            lines.append(f"  {paint('✗', 'red')} {one.hardware.ljust(width)}  {one.reasons[0]}")
            lines += [f"    {' ' * width}  {reason}" for reason in one.reasons[1:]]
    if not any(one.fits for one in landings):
        lines.append("  it fits nowhere, and would wait for ever")
    return "\n".join(lines)
