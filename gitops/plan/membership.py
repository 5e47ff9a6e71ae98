"""Groups resolved to people. Kubernetes asks the identity provider; Istio needs the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitops.model.access import Group, Subject


def people(group: str, groups: Mapping[str, Group]) -> tuple[Subject, ...]:
    """Everybody in a group, directly or through other groups, in order of address.

    A person whom two declarations spell in different cases is listed in both spellings,
    since the user-id header is compared to the letter.
    """
    found: dict[str, Subject] = {}
    seen: set[str] = set()
    waiting = [group]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in groups:
            continue
        seen.add(name)
        for member in groups[name].members:
            if member.kind == "Group":
                waiting.append(member.name)
            else:
                found[member.name] = member
    return tuple(found[name] for name in sorted(found))


def cycles(groups: Mapping[str, Group]) -> Iterator[tuple[str, ...]]:
    """Each ring of groups that contain one another, once, from its first name on."""
    done: set[str] = set()
    for start in sorted(groups):
        yield from _rings(start, groups, [], done)


def _rings(name: str, groups: Mapping[str, Group], trail: list[str],
           done: set[str]) -> Iterator[tuple[str, ...]]:
    if name in trail:
        ring = trail[trail.index(name):]
        if ring[0] == min(ring):
            yield tuple(ring)
        else:
            first = ring.index(min(ring))
            yield tuple(ring[first:] + ring[:first])
        return
    if name in done or name not in groups:
        return
    for member in groups[name].members:
        if member.kind == "Group":
            yield from _rings(member.name, groups, [*trail, name], done)
    done.add(name)
