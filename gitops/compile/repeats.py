"""Objects that more than one rendered file holds, told at the templates that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from gitops.compile.templates import PREFIX
from gitops.foundation.findings import Finding, Position, Related
from gitops.render.identity import Identity, identity

if TYPE_CHECKING:
    from gitops.compile.pipeline import Unit
    from gitops.render.trace import TracedDocument

Maker: TypeAlias = "tuple[Unit, str]"
"""A unit, and the path below ``rendered/`` of its file that holds the object."""
Trace: TypeAlias = "Callable[[Unit, str], list[TracedDocument]]"
_OURS = "gitops/"
_NAMED = 3
"""Units that a message names one by one."""


def within(unit: Unit, made: Iterable[tuple[Identity, str]], trace: Trace) -> Iterator[Finding]:
    """The findings of one unit: an object each, whose files come in the order they were made."""
    paths: dict[Identity, dict[str, None]] = {}
    for key, path in made:
        paths.setdefault(key, {})[path] = None
    trace = cache(trace)
    for key, some in paths.items():
        if len(some) > 1:
            yield _repeated(key, [(unit, path) for path in some], trace)


class Across:
    """Finds what several units of a cluster make, whatever order they come in."""

    __slots__ = ("_first", "_makers")

    def __init__(self) -> None:
        self._first: dict[tuple[str, Identity], Maker] = {}
        self._makers: dict[tuple[str, Identity], list[Maker]] = {}

    def add(self, unit: Unit, outside: Iterable[tuple[Identity, str]]) -> None:
        """Note the objects that a unit makes outside its own namespace."""
        for key, path in outside:
            at = (unit.cluster, key)
            first = self._first.setdefault(at, (unit, path))
            if first[0] != unit:
                self._makers.setdefault(at, [first]).append((unit, path))

    def findings(self, trace: Trace, template: Callable[[Unit, str], str]
                 ) -> dict[str, list[Finding]]:
        """One for each object, by cluster; ``template`` names what made a file. Slow if any."""
        trace = cache(trace)
        found: dict[str, list[Finding]] = {}
        for (cluster, key), makers in sorted(self._makers.items(), key=lambda item: item[0]):
            makers.sort(key=lambda maker: (maker[0].tenant, maker[1]))
            found.setdefault(cluster, []).append(
                _repeated(key, makers, trace, _one_each(makers, template)))
        return found


def _one_each(makers: Sequence[Maker], template: Callable[[Unit, str], str]) -> list[Maker]:
    """A maker for each template, since a thousand tenants may repeat one mistake."""
    return list({template(*maker): maker for maker in reversed(makers)}.values())[::-1]


def _repeated(key: Identity, makers: Sequence[Maker], trace: Trace,
              shown: Sequence[Maker] = ()) -> Finding:
    """The finding that several files hold an object, at the estate's own template if it can be."""
    places = list(dict.fromkeys(_place(key, maker, trace) for maker in shown or makers))
    at = next((place for place in reversed(places) if place.file.startswith(PREFIX)), places[-1])
    others = [place for place in places if place != at]
    name = "/".join(part for part in key if part)
    too = ", ".join(f"{place.file}:{place.line}" for place in others)
    times = "twice" if len(makers) == 2 else f"{len(makers)} times"
    return Finding("one-object-twice", at,
                   f"{name} is made {times} on cluster {makers[0][0].cluster}, "
                   f"{_for(makers)}{f'; also by {too}' if too else ''}",
                   _hint(at, others), tuple(Related(place, "made here too") for place in others))


def _place(key: Identity, maker: Maker, trace: Trace) -> Position:
    """Where the document of an object stands in a template."""
    return next(document.template for document in trace(*maker) if identity(document.data) == key)


def _for(makers: Sequence[Maker]) -> str:
    names = list(dict.fromkeys(f"for tenant {unit.tenant}" if unit.tenant
                               else "for the cluster itself" for unit, _ in makers))
    if len(names) > _NAMED:
        names = [*names[:_NAMED], f"for {len(names) - _NAMED} more"]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _hint(at: Position, others: Sequence[Position]) -> str:
    if not others:
        return ("write the tenant's name into the object's name, or make it once for the cluster, "
                f"in {PREFIX}platform/")
    ours = [place.file for place in others if place.file.startswith(_OURS)]
    if ours and at.file.startswith(PREFIX):
        return ("take it out of this template, or give it another name; a file that replaces "
                f"ours is called {ours[0].removeprefix(_OURS)}")
    return "take it out of all of these templates but one, or give them different names"
