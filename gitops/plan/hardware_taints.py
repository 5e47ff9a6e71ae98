"""Taints: which of them a pod's tolerations reach, and whose nodes they lead to.

A taint is spelled as its key, value and effect with spaces between, since none of them can have
one. A taint of unknown value (its hardware's toleration says Exists) may have any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gitops.plan.admission import Variable, by_thing
from gitops.plan.cel import table, texts
from gitops.plan.overlays import Overlay

REACHES = ("(t.?key.orValue('') in ['', x[0]]) && (t.?effect.orValue('') in ['', x[2]]) && "
           "(!(t.?operator.orValue('Equal') in ['', 'Equal']) || "
           "x[1] == '' || t.?value.orValue('') == x[1])")
"""Whether a toleration t reaches a taint x."""


def taint_variables(overlays: tuple[Overlay, ...]) -> Iterator[Variable]:
    """``tainting`` leads from taints to the hardware that may have them, ``reached`` are those
    that a pod tolerates; nothing where there are no taints."""
    taints = taints_of(overlays)
    if not taints:
        return
    rows = ", ".join(texts(taint.split(" ")) for taint in sorted(taints))
    yield Variable("tainting", table(taints))
    yield Variable("reached", f"[{rows}].filter(x, object.spec.?tolerations.orValue([])"
                              f".exists(t, {REACHES})).map(x, x.join(' '))")


def taints_of(overlays: tuple[Overlay, ...]) -> dict[str, list[str]]:
    """From taints to the hardware that has them, and that whose pods are given a toleration of
    theirs: GKE tolerates a device's own name for whoever asks for the device."""
    found = by_thing(overlays, lambda one: map(_spelled, one.taints))
    for taint, names in found.items():
        names += [one.name for one in overlays
                  if one.resource == taint.split(" ")[0] and one.name not in names]
    return found


def kept_away(overlays: Iterable[Overlay]) -> dict[str, list[str]]:
    """From all taints of some nodes that keep pods away, with commas, to the hardware that has
    just them."""
    return by_thing(overlays, lambda one: filter(None, [", ".join(sorted(
        _spelled(taint) for taint in one.taints if taint["effect"] != "PreferNoSchedule"))]))


def _spelled(taint: Mapping[str, str]) -> str:
    return f"{taint['key']} {taint.get('value', '')} {taint['effect']}"
