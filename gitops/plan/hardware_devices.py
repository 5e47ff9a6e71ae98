"""Devices that pods ask for by a resource's name, and whether those are their workspace's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gitops.plan.admission import FILE, GIVEN, REQUIRED, Validation, Variable, by_thing
from gitops.plan.cel import cel, table, texts
from gitops.plan.overlays import HARDWARE_LABEL, Overlay

WHOSE = "'; give it the label " + HARDWARE_LABEL + ": NAME. This workspace has: ' + " \
    "(size(variables.given) == 0 ? 'none' : variables.given.join(', '))"


def device_variables(overlays: tuple[Overlay, ...], placed: bool) -> Iterator[Variable]:
    """``asked``: the extended resources of which a pod asks for any. A limit alone sets the
    request. ``selects``, where nothing places pods: the chosen hardware whose nodes a pod
    selects for itself."""
    yield Variable("asked", (
        "variables.containers.map(c, c.?resources.?requests.orValue({}).filter(k, k.contains('/') "
        "&& quantity(string(c.resources.requests[k])).isGreaterThan(quantity('0'))))"))
    if not placed:
        selectors = {one.name: _selector(one) for one in overlays if one.node_selector}
        own = "n in variables.selectors && variables.selectors[n].all(p, p in variables.selected)"
        led = (f"size({REQUIRED}) > 0 && {REQUIRED}.all(t, "
               "t.?matchExpressions.orValue([]).exists(e, e.operator == 'In' && "
               "e.values.all(v, (e.key + '=' + v) in variables.pairs && "
               "n in variables.pairs[e.key + '=' + v])))")
        yield Variable("selectors", table(selectors))
        yield Variable("selects", f"variables.chosen.filter(n, ({own}) || ({led}))")


def device_validations(overlays: tuple[Overlay, ...], placed: bool) -> Iterator[Validation]:
    """What is refused of devices and of whatever else nodes offer under a vendor's name."""
    devices = by_thing(overlays, lambda one: [one.resource] if one.resource else [])
    others = by_thing(overlays, lambda one: (
        name for name in one.allocatable if "/" in name and name not in devices))
    if devices:
        yield _named(devices)
        if not placed:
            yield from _selected(devices)
    if others:
        yield _of_given(others)
    yield from _foreign(devices, others)


def _named(devices: Mapping[str, Iterable[str]]) -> Validation:
    """A device must be the chosen hardware's, so that it is counted as such."""
    return Validation(
        f"{_asked(devices)}.all(r, {table(devices)}[r].exists(n, n in variables.chosen))",
        f"'this pod asks for ' + {_asked(devices)}.join(', ') + ' and not for the hardware that "
        f"has it' + {WHOSE}")


def _selected(devices: Mapping[str, list[str]]) -> Iterator[Validation]:
    """A label alone leads nowhere where nothing places pods, and nodes of other hardware may
    offer a device of the same name."""
    shared = {name: kinds for name, kinds in devices.items() if len(kinds) > 1}
    if shared:
        yield Validation(
            f"{_asked(shared)}.all(r, {table(shared)}[r].all(n, {GIVEN}) || "
            "size(variables.selects) > 0)",
            "'nothing puts pods on their hardware on this cluster, and other hardware has ' + "
            f"{_asked(shared)}.join(', ') + ' too: add the nodeSelector of ' + "
            "variables.chosen.map(n, 'hardware/' + n + '.yaml').join(', ')")


def _of_given(others: Mapping[str, Iterable[str]]) -> Validation:
    asked = f"{_asked(others)}.filter(r, !{table(others)}[r].exists(n, {GIVEN}))"
    return Validation(
        f"size({asked}) == 0",
        f"'this workspace was not given hardware that offers ' + {asked}.join(', ') + "
        f"'; name some in ' + {FILE}")


def _foreign(devices: Mapping[str, Iterable[str]],
             others: Mapping[str, Iterable[str]]) -> Iterator[Validation]:
    """Another name of a vendor's may stand for the same devices: aws.amazon.com/neuroncore for
    aws.amazon.com/neuron, nvidia.com/mig-1g.5gb for nvidia.com/gpu. A class without a name of
    its own can be asked for by Kubernetes' (beta in 1.36)."""
    vendors = sorted({f"{name.split('/')[0]}/" for name in devices})
    known = texts(sorted({*devices, *others}))
    ours = f" || {texts(vendors)}.exists(v, k.startsWith(v))" if vendors else ""
    foreign = (f"k, (k.startsWith({cel('deviceclass.resource.kubernetes.io/')}){ours})"
               f"{f' && !(k in {known})' if known != '[]' else ''}")
    yield Validation(
        f"!variables.asked.exists(l, l.exists({foreign}))",
        f"'no hardware of this cluster offers ' + variables.asked.map(l, l.filter({foreign})"
        ".join(', ')).filter(l, l != '').join(', ') + ' by that name; ask for devices by the "
        "resource of their hardware, or by a claim'")


def _asked(resources: Iterable[str]) -> str:
    return f"{texts(sorted(resources))}.filter(r, variables.asked.exists(l, r in l))"


def _selector(one: Overlay) -> list[str]:
    labels: Mapping[str, str] = one.node_selector
    return [f"{key}={value}" for key, value in labels.items()]
