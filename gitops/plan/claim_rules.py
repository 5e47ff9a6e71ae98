"""Devices by claim: what ResourceClaims, their templates and the pods that name them are refused.

A pod says only the names of its claims, so the maximum of a hardware is held twice: a claim
takes no more devices of a class than a workload may have, and a pod has one claim. The
hardware's own template is for one device, so a pod may name that one several times.

Source of the shapes: resource.k8s.io/v1; claims of older versions are converted before they
are asked about (matchPolicy Equivalent).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gitops.plan.admission import FILE, GIVEN, Validation, Variable, by_thing
from gitops.plan.cel import cel, first_few, table, texts
from gitops.plan.names import MANAGED_BY, MANAGER
from gitops.plan.overlays import HARDWARE_LABEL, PREFIX, Overlay

NAMED = "object.spec.?resourceClaims.orValue([])"
TEMPLATE = "c.?resourceClaimTemplateName.orValue('')"
CLAIMS_SINCE = 34
"""The minor version that brought resource.k8s.io/v1."""
SCHEDULER = "system:kube-scheduler"
EVERY = "true"
OF_CLASS = "f.deviceClassName == k"
ALL = 1_000_000
"""How many devices stand for all of a node's (``allocationMode: All``)."""


def claim_variables(overlays: tuple[Overlay, ...], guarded: bool) -> Iterator[Variable]:
    """What the rules of claims name. A template's spec stands one deeper. ``choices`` holds
    for each request the ways in which it may be met.

    Two are let pass. The scheduler writes claims for pods that ask by resource, which were
    asked about themselves. A template from git may come before the policy that knows its
    class, and would hold up the rest of its unit; ``guarded`` says that members cannot have
    its label.
    """
    declared = (f"request.resource.resource == 'resourceclaimtemplates' && object.metadata.?labels"
                f"[?{cel(MANAGED_BY)}].orValue('') == {cel(MANAGER)}")
    passing = f"request.userInfo.username == {cel(SCHEDULER)}"
    yield Variable("requests", (
        f"{f'{passing} || ({declared})' if guarded else passing} ? [] : "
        "(request.resource.resource == 'resourceclaims' ? dyn(object).spec : "
        "dyn(object).spec.spec).?devices.?requests.orValue([])"))
    yield Variable("choices", (
        "variables.requests.map(r, (has(r.exactly) ? [r.exactly] : []) + "
        "r.?firstAvailable.orValue([]))"))
    yield Variable("asked", "variables.choices.map(l, l.map(f, f.deviceClassName))")
    classes = _classes(overlays, further=True)
    yield Variable("classes", table(classes))
    yield Variable("known", "variables.classes.filter(k, variables.asked.exists(l, k in l))")
    if bounds := _bounds(overlays):
        yield Variable("above", _above(bounds))


def claim_validations(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    """The rules of ResourceClaims and their templates."""
    foreign = "variables.asked.exists(l, l.exists(c, !(c in variables.classes)))"
    yield Validation(
        f"!{foreign}",
        "'no hardware of this cluster has devices of the class ' + variables.asked.map(l, l.filter("
        "c, !(c in variables.classes)).join(', ')).filter(l, l != '').join(', ') + '; ask for a "
        "class that yours has, or have the platform declare this one under needs.deviceClasses of "
        "the hardware'")
    yield Validation(
        f"variables.known.all(k, variables.classes[k].exists(n, {GIVEN}))",
        "'this workspace was not given the devices of a class that is asked for; "
        f"name their hardware in ' + {FILE}")
    yield Validation(
        "!variables.choices.exists(l, l.exists(f, f.?adminAccess.orValue(false)))",
        "'a claim in a workspace may not have adminAccess, which reaches devices that others hold'")
    templates = [one.claim for one in ours if one.claim]
    if templates:
        yield Validation(
            "request.resource.resource != 'resourceclaimtemplates' || "
            f"!(object.metadata.name in {texts(templates)}) || size(variables.choices) == 0 || "
            f"{_number(EVERY)} == 1",
            "'the template ' + object.metadata.name + ' is for one device; give a template of "
            "your own another name'")
    if bounds := _bounds(ours):
        yield _most(bounds)


def _above(bounds: Mapping[str, int]) -> str:
    """The classes of which more is asked for than any given hardware allows."""
    most = _numbers(bounds)
    return (f"variables.known.filter(k, variables.classes[k].exists(n, {GIVEN}) && "
            f"!variables.classes[k].exists(n, {GIVEN} && (!(n in {most}) || "
            f"{_number(OF_CLASS)} <= {most}[n])))")


def _most(bounds: Mapping[str, int]) -> Validation:
    limits = (f"variables.classes[k].filter(n, {GIVEN}).map(n, string({_numbers(bounds)}[n]) + "
              "' on ' + n).join(' or ')")
    number = f"({_number(OF_CLASS)} >= {ALL} ? 'all' : string({_number(OF_CLASS)}))"
    few = first_few("variables.above", "k")
    return Validation(
        "size(variables.above) == 0",
        f"{few}.map(k, 'this claim asks for ' + {number} + ' devices of ' + k + "
        f"', and a pod may have ' + {limits}).join('; ') + '; ask for a count that is no larger'")


def pod_validations(ours: tuple[Overlay, ...], placed: bool) -> Iterator[Validation]:
    """The rules of pods that name claims."""
    classes, bounds = _classes(ours), _bounds(ours)
    if any(len(kinds) > 1 for kinds in classes.values()):
        yield _labelled(classes, placed)
    if not bounds:
        return
    known = table(classes)
    free = (f"!{known}.exists(k, {known}[k].exists(n, {GIVEN}) && "
            f"{known}[k].all(n, !({GIVEN}) || n in {texts(bounds)}))")
    yield from _several(free, {one.claim: bounds.get(one.name, ALL) for one in ours if one.claim})
    resources = sorted({one.resource for one in ours if one.resource and one.name in bounds})
    if resources:
        yield Validation(
            f"{free} || size({NAMED}) == 0 || !{texts(resources)}.exists(r, "
            "variables.asked.exists(l, r in l))",
            "'a pod asks for its devices by their resource or by a claim, not by both'")


def _labelled(classes: Mapping[str, Iterable[str]], placed: bool) -> Validation:
    """A claim of a class that hardware of others has too could choose theirs; the pod's own
    nodes decide."""
    known, there = table(classes), "variables.chosen" if placed else "variables.selects"
    also = "" if placed else " and its nodeSelector"
    return Validation(
        f"size({NAMED}) == 0 || size({there}) > 0 || !{known}.exists(k, "
        f"{known}[k].exists(n, {GIVEN}) && !{known}[k].all(n, {GIVEN}))",
        f"'this pod names a claim and not the hardware whose devices it takes; give it the label "
        f"{HARDWARE_LABEL}: NAME{also}. This workspace has: ' + variables.given.join(', ')")


def _several(free: str, own: Mapping[str, int]) -> Iterator[Validation]:
    """One claim, or one for each device by the hardware's own templates."""
    sentence = ("'a pod with several claims could hold more devices than it may have; put all its "
                "devices into one claim'")
    if not own:
        yield Validation(f"{free} || size({NAMED}) < 2", sentence)
        return
    most = _numbers(own)
    yield Validation(
        f"{free} || size({NAMED}) < 2 || {NAMED}.all(c, {TEMPLATE} in {most} && "
        f"{NAMED}.filter(d, d.?resourceClaimTemplateName == c.?resourceClaimTemplateName).size() "
        f"== size({NAMED}) && size({NAMED}) <= {most}[{TEMPLATE}])",
        f"{sentence} + ', or name the template of its hardware once for each device: ' + "
        f"{most}.filter(k, k.substring({len(PREFIX)}) in variables.given && {most}[k] < {ALL})"
        f".map(k, k + ' (' + string({most}[k]) + ' at most)').join(', ')")


def _classes(overlays: Iterable[Overlay], *, further: bool = False) -> dict[str, list[str]]:
    return by_thing(overlays, lambda one: sorted({
        *filter(None, [one.device_class]), *(one.further_classes if further else ())}))


def _bounds(overlays: Iterable[Overlay]) -> dict[str, int]:
    """The maximum of devices by hardware, where a class hands them out."""
    return {one.name: one.most_devices for one in overlays
            if one.device_class and one.most_devices is not None}


def _number(which: str) -> str:
    """How many devices a claim takes at most, of the requests f that are meant: of the ways in
    which a request may be met, the one that takes most."""
    each = (f"({which}) ? (f.?allocationMode.orValue('') == 'All' ? {ALL} : "
            "int(f.?count.orValue(1))) : 0")
    return f"variables.choices.map(l, ([0] + l.map(f, {each})).max()).sum()"


def _numbers(entries: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"{cel(key)}: {entries[key]}" for key in sorted(entries)) + "}"
