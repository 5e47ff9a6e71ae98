"""What the rules at admission are made of, and how they know what a workspace was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from gitops.plan.cel import cel
from gitops.plan.names import GRANTS
from gitops.plan.overlays import Overlay

FILE = "'tenants/' + request.namespace + '.yaml'"
GIVEN = "n in variables.given"
INIT = "object.spec.?initContainers.orValue([])"
SELECTOR = "object.spec.?nodeSelector.orValue({})"
_AFFINITY = "object.spec.?affinity.?nodeAffinity"
REQUIRED = (f"{_AFFINITY}.?requiredDuringSchedulingIgnoredDuringExecution"
            ".?nodeSelectorTerms.orValue([])")
PREFERRED = f"{_AFFINITY}.?preferredDuringSchedulingIgnoredDuringExecution.orValue([])"


class Variable(Struct, frozen=True):
    """A named part of the expressions."""

    name: str
    expression: str


class Validation(Struct, frozen=True):
    """What must hold, and the sentence for whoever is refused, as CEL."""

    expression: str
    message: str


def given() -> Variable:
    """The hardware that the workspace was given. An annotation that is not there splits into
    one empty name, so empty names are left out."""
    return Variable("given", f"namespaceObject.metadata.?annotations[?{cel(GRANTS)}].orValue('')"
                             ".split(',').filter(n, n != '')")


def by_thing(overlays: Iterable[Overlay],
             things: Callable[[Overlay], Iterable[str]]) -> dict[str, list[str]]:
    """From each thing (a label, a device, a class) to the hardware that has it."""
    found: dict[str, list[str]] = {}
    for one in overlays:
        for thing in things(one):
            found.setdefault(thing, []).append(one.name)
    return found
