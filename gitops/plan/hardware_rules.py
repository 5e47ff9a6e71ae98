"""What pods of a workspace are refused: hardware that the workspace was not given.

Everything that leads to a node is written down once, as tables from the thing (a label, a
taint, a device) to the hardware that has it. A pod may use a thing if one of its hardware
was given to the workspace, which the Namespace's annotation says.

Known limits: a pod is not kept from nodes without taints on which it lands by chance. A
hardware's minimum and maximum measure the pods that name it: one without its label that
brings a granted selector and toleration itself, and takes no device, is not measured.
Devices by claim alone (a class without a resource) have no maximum for a pod here; the
quota is their limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.quantity import NANO, Quantity
from gitops.plan.cel import cel, table, texts
from gitops.plan.names import GRANTS
from gitops.plan.overlays import HARDWARE_LABEL, Overlay

COMMON = re.compile(r"topology\.kubernetes\.io/.*|kubernetes\.io/(os|arch)")
"""Node labels that many kinds of node share, so that they lead to none of them."""
FILE = "'tenants/' + request.namespace + '.yaml'"
GIVEN = "n in variables.given"
AFFINITY = "object.spec.?affinity.?nodeAffinity"
REQUIRED = f"{AFFINITY}.?requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = f"{AFFINITY}.?preferredDuringSchedulingIgnoredDuringExecution"


class Variable(Struct, frozen=True):
    """A named part of the expressions."""

    name: str
    expression: str


class Validation(Struct, frozen=True):
    """What must hold, and the sentence for whoever is refused, as CEL."""

    expression: str
    message: str


def variables(overlays: Iterable[Overlay]) -> Iterator[Variable]:
    """What the validations of pods name. An annotation that is not there splits into one
    empty name, so empty names are left out everywhere."""
    ours = tuple(overlays)
    yield given()
    yield Variable("label", f"object.metadata.?labels[?{cel(HARDWARE_LABEL)}].orValue('')")
    yield Variable("chosen", f"{texts(one.name for one in ours)}.filter(n, n == variables.label || "
                             "object.metadata.?labels[?('hardware-' + n)].orValue('') == 'true')")
    yield Variable("always", "object.spec.containers + object.spec.?initContainers.orValue([])"
                             ".filter(c, c.?restartPolicy.orValue('') == 'Always')")
    yield Variable("containers", "object.spec.containers + object.spec.?initContainers.orValue([])")
    yield Variable("terms", f"{REQUIRED}.?nodeSelectorTerms.orValue([]) + "
                            f"{PREFERRED}.orValue([]).map(p, p.preference)")
    yield Variable("expressions", "variables.terms.map(t, t.?matchExpressions.orValue([]))")
    yield Variable("selected", "object.spec.?nodeSelector.orValue({}).map(k, k + '=' + "
                               "object.spec.nodeSelector[k])")


def given() -> Variable:
    """The hardware that the workspace was given."""
    return Variable("given", f"namespaceObject.metadata.?annotations[?{cel(GRANTS)}].orValue('')"
                             ".split(',').filter(n, n != '')")


def validations(overlays: Iterable[Overlay], usual: str = "") -> Iterator[Validation]:
    """Every rule for pods, in the order in which they are told. ``usual`` is the class that
    a pod has without having named one, where the cluster has such."""
    ours = tuple(overlays)
    yield from _choice()
    yield from _devices(ours)
    if any(one.device_class for one in ours):
        yield _BY_CLASS
    yield from _places(ours)
    yield from _taints(ours)
    yield from _classes(ours, usual)
    yield from _least(ours)
    yield from _most(ours)


def claims(overlays: Iterable[Overlay]) -> Iterator[Validation]:
    """The rule for ResourceClaims and their templates, whose spec stands one deeper."""
    classes = _table(overlays, lambda one: [one.device_class] if one.device_class else [])
    if classes:
        yield Validation(
            f"variables.requests.all(r, {_class_given(classes, 'r.?exactly.?deviceClassName')} && "
            "r.?firstAvailable.orValue([]).all(f, "
            f"{_class_given(classes, 'f.?deviceClassName')}))",
            "'this workspace was not given the devices of a class that is asked for; "
            f"name their hardware in ' + {FILE}")


REQUESTS = Variable("requests", (
    "(request.resource.resource == 'resourceclaims' ? dyn(object).spec : dyn(object).spec.spec)"
    ".?devices.?requests.orValue([])"))


def _class_given(classes: Mapping[str, Iterable[str]], name: str) -> str:
    found = table(classes)
    return (f"(!({name}.orValue('') in {found}) || "
            f"{found}[{name}.orValue('')].exists(n, {GIVEN}))")


def _table(overlays: Iterable[Overlay],
           things: Callable[[Overlay], Iterable[str]]) -> dict[str, list[str]]:
    """From each thing to the hardware that has it."""
    found: dict[str, list[str]] = {}
    for one in overlays:
        for thing in things(one):
            found.setdefault(thing, []).append(one.name)
    return found


def _choice() -> Iterator[Validation]:
    yield Validation(
        "variables.label == '' || variables.label in variables.chosen",
        "'there is no hardware ' + variables.label + ' on this cluster; see the label "
        f"{HARDWARE_LABEL}'")
    yield Validation(
        f"variables.chosen.all(n, {GIVEN})",
        "'this workspace was not given the hardware ' + variables.chosen.filter(n, "
        f"!({GIVEN})).join(', ') + '; name it in ' + {FILE}")
    yield Validation(
        "size(variables.chosen) < 2",
        "'a pod runs on one kind of hardware, and this one names ' + "
        "variables.chosen.join(' and ')")


def _devices(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    """A device must be the chosen hardware's, so that it is counted as such."""
    resources = _table(ours, lambda one: [one.resource] if one.resource else [])
    if not resources:
        return
    asks = (f"{texts(sorted(resources))}.filter(r, variables.containers.exists(c, "
            "quantity(string(c.?resources.?requests[?r].orValue('0'))).isGreaterThan("
            "quantity('0'))))")
    yield Validation(
        f"{asks}.all(r, {table(resources)}[r].exists(n, n in variables.chosen))",
        f"'this pod asks for ' + {asks}.join(', ') + ' and not for the hardware that has it; "
        f"give it the label {HARDWARE_LABEL}: NAME. This workspace has: ' + "
        "(size(variables.given) == 0 ? 'none' : variables.given.join(', '))")


_BY_CLASS = Validation(
    "variables.containers.all(c, c.?resources.?requests.orValue({}).all(k, "
    "!k.startsWith('deviceclass.resource.kubernetes.io/')))",
    "'a pod asks for devices by the resource that their hardware names or by claim, not by "
    "their class'")
"""A class without a name of its own can be asked for by this one (beta in Kubernetes 1.36).
A limit alone sets the request."""


def _places(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    yield Validation(
        "request.operation != 'CREATE' || object.spec.?nodeName.orValue('') == ''",
        "'a pod may not name its node (nodeName); name hardware with the label "
        f"{HARDWARE_LABEL}'")
    yield Validation(
        "!('kubernetes.io/hostname' in object.spec.?nodeSelector.orValue({})) && "
        "variables.terms.all(t, size(t.?matchFields.orValue([])) == 0) && variables.expressions"
        ".all(l, l.all(e, e.key != 'kubernetes.io/hostname' || e.operator == 'NotIn'))",
        "'a pod may not pick a single node; name hardware with the label "
        f"{HARDWARE_LABEL}'")
    pairs = _table(ours, _pairs)
    if pairs:
        yield Validation(
            f"variables.selected.all(p, !(p in {table(pairs)}) || "
            f"{table(pairs)}[p].exists(n, {GIVEN})) && variables.expressions.all(l, l.all(e, "
            f"e.operator != 'In' || e.values.all(v, !((e.key + '=' + v) in {table(pairs)}) || "
            f"{table(pairs)}[e.key + '=' + v].exists(n, {GIVEN}))))", _NODES)
    keys = _table(ours, _keys)
    if keys:
        yield Validation(
            "variables.expressions.all(l, l.all(e, e.operator in ['In', 'DoesNotExist'] || "
            f"!(e.key in {table(keys)}) || {table(keys)}[e.key].exists(n, {GIVEN})))", _NODES)


_NODES = ("'this pod picks nodes of hardware that this workspace was not given; leave its "
          f"nodeSelector or nodeAffinity out, or name the hardware in ' + {FILE}")


def _pairs(one: Overlay) -> Iterator[str]:
    labels: Mapping[str, str] = one.node_labels
    yield from (f"{key}={value}" for key, value in labels.items() if not COMMON.fullmatch(key))
    for entry in _affine(one):
        if entry["operator"] == "In" and not COMMON.fullmatch(entry["key"]):
            yield from (pair for value in entry["values"]
                        if (pair := f"{entry['key']}={value}") not in
                        {f"{key}={label}" for key, label in labels.items()})


def _keys(one: Overlay) -> Iterable[str]:
    keys = {*one.node_selector, *(entry["key"] for entry in _affine(one))}
    return sorted(key for key in keys if not COMMON.fullmatch(key))


def _affine(one: Overlay) -> Iterator[Mapping[str, Any]]:
    """The expressions of the hardware's own node affinity."""
    node = one.affinity.get("nodeAffinity", {})
    terms = list(node.get("requiredDuringSchedulingIgnoredDuringExecution", {})
                 .get("nodeSelectorTerms", ()))
    terms += [each["preference"] for each in
              node.get("preferredDuringSchedulingIgnoredDuringExecution", ())]
    for term in terms:
        yield from term.get("matchExpressions", ())


def _taints(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    """A toleration may reach no taint that only hardware of others has. One without a key
    reaches all. A taint of unknown value (its toleration says Exists) may have any. GKE
    tolerates a device's own name for whoever asks for the device."""
    taints: dict[tuple[str, str, str], list[str]] = {}
    for one in ours:
        for taint in one.taints:
            key = (taint["key"], taint.get("value", ""), taint["effect"])
            taints.setdefault(key, []).append(one.name)
            taints[key] += [other.name for other in ours if other.resource == taint["key"]
                            and other.name != one.name]
    if not taints:
        return
    rows = ", ".join(texts((*key, ",".join(names))) for key, names in sorted(taints.items()))
    reaches = ("(t.?key.orValue('') in ['', x[0]]) && (t.?effect.orValue('') in ['', x[2]]) && "
               "(!(t.?operator.orValue('Equal') in ['', 'Equal']) || "
               "x[1] == '' || t.?value.orValue('') == x[1])")
    yield Validation(
        f"object.spec.?tolerations.orValue([]).all(t, [{rows}].all(x, !({reaches}) || "
        f"x[3].split(',').exists(n, {GIVEN})))",
        "'this pod tolerates taints of hardware that this workspace was not given, perhaps by a "
        f"toleration without a key; take it out, or name the hardware in ' + {FILE}")


def _classes(ours: tuple[Overlay, ...], usual: str) -> Iterator[Validation]:
    """The class is what quotas count by: a pod on hardware has its class, and no other has.

    The default class is let pass: where pods are changed none is left with it, and where
    they are not no quota counts by class.
    """
    own = {one.priority_class: [one.name] for one in ours}
    brought = "object.spec.?priorityClassName.orValue('')"
    yield Validation(
        f"!({brought} in {table(own)}) || {table(own)}[{brought}]"
        ".exists(n, n in variables.chosen)",
        f"'the class ' + {brought} + ' belongs to hardware that this pod does not name; "
        f"give it the label {HARDWARE_LABEL}, or leave priorityClassName out'")
    further = (usual,) if usual else ()
    allowed = {one.name: (one.priority_class, *one.other_classes, *further) for one in ours}
    yield Validation(
        f"{brought} == '' || variables.chosen.all(n, {brought} in {table(allowed)}[n])",
        f"'the class ' + {brought} + ' would hide this pod from the quota of its hardware; "
        "leave priorityClassName out, or have the platform allow it under priorityClasses of '"
        " + variables.chosen.map(n, 'hardware/' + n + '.yaml').join(', ') + '; a class that the "
        "cluster gives to every pod is declared as its defaultPriorityClass'")


def _least(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    """The pod as a whole, its running containers together, or one init container for a
    time: the scheduler looks for the largest of them."""
    for one in ours:
        for resource, amount in one.least.items():
            asked, bound = _asked("c", resource), f"quantity({cel(amount)})"
            yield Validation(
                f"!({cel(one.name)} in variables.chosen) || "
                f"{_asked('dyn(object).spec', resource)}.compareTo({bound}) >= 0 || "
                f"variables.containers.exists(c, {asked}.compareTo({bound}) >= 0) || "
                f"variables.always.map(c, {asked}.asApproximateFloat()).sum() >= "
                f"{_below(amount)}",
                cel(f"a pod on {one.name} must ask for {amount} of {resource} at least; ask for "
                    "more, or choose other hardware"))


def _most(ours: tuple[Overlay, ...]) -> Iterator[Validation]:
    for one in ours:
        for resource, amount in one.most.items():
            asked, bound = _asked("c", resource), f"quantity({cel(amount)})"
            yield Validation(
                f"!({cel(one.name)} in variables.chosen) || "
                f"({_asked('dyn(object).spec', resource)}.compareTo({bound}) <= 0 && "
                f"variables.containers.all(c, {asked}.compareTo({bound}) <= 0) && "
                f"variables.always.map(c, {asked}.asApproximateFloat()).sum() <= "
                f"{_above(amount)})",
                cel(f"a pod on {one.name} may ask for {amount} of {resource} at most, "
                    "all its containers together"))


def _asked(of: str, resource: str) -> str:
    """What a container, or the pod as a whole, asks for."""
    return f"quantity(string({of}.?resources.?requests[?{cel(resource)}].orValue('0')))"


def _above(amount: str) -> str:
    """A bound that a sum of rounded numbers stays below when it is as large as allowed."""
    return repr(Quantity.parse(amount).nano / NANO * (1 + 1e-9))


def _below(amount: str) -> str:
    """A bound that a sum of rounded numbers reaches when it is as large as needed."""
    return repr(Quantity.parse(amount).nano / NANO * (1 - 1e-9))
