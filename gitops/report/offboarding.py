"""What a tenant leaves, as a checklist for people and data for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import Struct

from gitops.model.removal import Tombstone
from gitops.model.tenant import Tenant
from gitops.plan.offboarding import Remainder
from gitops.report.changes import many
from gitops.report.diff_markdown import code

TITLES = {"access": "Access", "cloud": "Cloud identities", "data": "Data", "images": "Images",
          "sources": "Sources", "declarations": "Other declarations"}


class Offboarding(Struct, frozen=True):
    """A tenant on its way out. ``commit`` is where its declaration was read, empty for now."""

    tenant: Tenant
    tombstone: Tombstone | None
    commit: str
    remainders: tuple[Remainder, ...]

    @property
    def steps(self) -> tuple[tuple[bool, str], ...]:
        """The two changes in git, and whether each was made."""
        name, stone, reason = self.tenant.name, self.tombstone, self.tenant.frozen
        return ((bool(reason or self.commit), f"frozen: {reason}" if reason else
                 f'set `frozen: "why"` in tenants/{name}.yaml, render and merge'),
                (bool(self.commit and stone), f"removed on {stone.removed}: {stone.reason}"
                 if stone else f"delete tenants/{name}.yaml and add tombstones/{name}.yaml, "
                 "render and merge"))


def text(offboarding: Offboarding) -> str:
    """A checklist for a terminal."""
    lines = [_headline(offboarding), ""]
    lines += [f"[{'x' if done else ' '}] {step}" for done, step in offboarding.steps]
    for area, found in _areas(offboarding.remainders):
        lines += ["", area]
        for one in found:
            lines += [f"[ ] {_where(one)}{one.what}", f"      {one.do}", f"      {_declared(one)}"]
    return "\n".join(lines)


def markdown(offboarding: Offboarding) -> str:
    """A task list for an issue or a pull request; what was declared stands in code."""
    lines = [f"### Offboarding of {code(offboarding.tenant.name)}", ""]
    lines += [f"- [{'x' if done else ' '}] {code(step)}" for done, step in offboarding.steps]
    for area, found in _areas(offboarding.remainders):
        lines += ["", f"#### {area}", ""]
        for one in found:
            lines += [f"- [ ] {code(_where(one) + one.what)}",
                      f"  {code(one.do)} ({code(_declared(one))})"]
    return "\n".join(lines)


def as_data(offboarding: Offboarding) -> dict[str, Any]:
    """The same as JSON values."""
    stone = offboarding.tombstone
    return {
        "tenant": offboarding.tenant.name, "declared": not offboarding.commit,
        "frozen": offboarding.tenant.frozen, "readFrom": offboarding.commit,
        "tombstone": {"removed": stone.removed.isoformat(), "reason": stone.reason,
                      "by": stone.by} if stone else None,
        "remains": [{"area": one.area, "clusters": list(one.clusters), "what": one.what,
                     "do": one.do, "file": one.origin.file} for one in offboarding.remainders]}


def _headline(offboarding: Offboarding) -> str:
    name, count = offboarding.tenant.name, many(len(offboarding.remainders), "thing")
    read = f", as it was declared at {offboarding.commit[:10]}" if offboarding.commit else ""
    return f"offboarding of {name}{read}: {count} to clear outside git"


def _areas(found: Iterable[Remainder]) -> Iterator[tuple[str, list[Remainder]]]:
    by_area = sorted(found, key=lambda one: list(TITLES).index(one.area))
    for area, some in groupby(by_area, lambda one: one.area):
        yield TITLES[area], list(some)


def _where(one: Remainder) -> str:
    return f"on {', '.join(one.clusters)}: " if one.clusters else ""


def _declared(one: Remainder) -> str:
    below = f": {one.origin.path[0]}" if one.origin.path else ""
    return f"{one.origin.file}{below}"
