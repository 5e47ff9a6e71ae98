"""What pods of a workspace are refused: hardware that the workspace was not given.

Everything that leads to a node is written down once, as tables from the thing (a label, a
taint, a device) to the hardware that has it. A pod may use a thing if one of its hardware
was given to the workspace, which the Namespace's annotation says.

Known limit: a pod is not kept from nodes without taints on which it lands by chance, or near
another pod.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitops.plan.admission import (
    FILE,
    GIVEN,
    INIT,
    PREFERRED,
    REQUIRED,
    SELECTOR,
    Validation,
    Variable,
    by_thing,
    given,
)
from gitops.plan.cel import cel, table, texts
from gitops.plan.claim_rules import pod_validations
from gitops.plan.hardware_devices import device_validations, device_variables
from gitops.plan.hardware_limits import limit_validations, limit_variables
from gitops.plan.hardware_taints import taint_variables, taints_of
from gitops.plan.overlays import HARDWARE_LABEL, Overlay

COMMON = re.compile(r"topology\.kubernetes\.io/.*|kubernetes\.io/(os|arch)")
"""Node labels that many kinds of node share, so that they lead to none of them."""


def variables(overlays: Iterable[Overlay], placed: bool) -> Iterator[Variable]:
    """What the validations of pods name. ``placed`` says that pods with a label are put on
    their hardware."""
    ours = tuple(overlays)
    pairs = by_thing(ours, _pairs)
    yield given()
    yield Variable("label", f"object.metadata.?labels[?{cel(HARDWARE_LABEL)}].orValue('')")
    yield Variable("chosen", f"{texts(one.name for one in ours)}.filter(n, n == variables.label || "
                             "object.metadata.?labels[?('hardware-' + n)].orValue('') == 'true')")
    yield Variable("containers", f"object.spec.containers + {INIT}")
    yield Variable("terms", f"{REQUIRED} + {PREFERRED}.map(p, p.preference)")
    yield Variable("expressions", "variables.terms.map(t, t.?matchExpressions.orValue([]))")
    yield Variable("pairs", table(pairs))
    yield Variable("keys", table(by_thing(ours, _keys)))
    yield Variable("open", table(by_thing(ours, _open)))
    yield Variable("selected", f"{SELECTOR}.map(k, k + '=' + object.spec.nodeSelector[k])")
    yield from taint_variables(ours)
    yield from device_variables(ours, placed)
    yield from limit_variables(ours, pairs, placed)


def validations(overlays: Iterable[Overlay], placed: bool,
                usual: str = "") -> Iterator[Validation]:
    """Every rule for pods, in the order in which they are told. ``usual`` is the class that
    a pod has without having named one, where the cluster has such."""
    ours = tuple(overlays)
    yield from _choice()
    yield from device_validations(ours, placed)
    yield from pod_validations(ours, placed)
    yield from _places()
    yield from _taints(ours)
    yield from _classes(ours, usual)
    yield from limit_validations(ours)


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


def _places() -> Iterator[Validation]:
    yield Validation(
        "request.operation != 'CREATE' || object.spec.?nodeName.orValue('') == ''",
        "'a pod may not name its node (nodeName); name hardware with the label "
        f"{HARDWARE_LABEL}'")
    yield Validation(
        f"!('kubernetes.io/hostname' in {SELECTOR}) && "
        "variables.terms.all(t, size(t.?matchFields.orValue([])) == 0) && variables.expressions"
        ".all(l, l.all(e, e.key != 'kubernetes.io/hostname' || e.operator == 'NotIn'))",
        "'a pod may not pick a single node; name hardware with the label "
        f"{HARDWARE_LABEL}'")
    yield Validation(
        "variables.selected.all(p, !(p in variables.pairs) || "
        f"variables.pairs[p].exists(n, {GIVEN})) && variables.expressions.all(l, l.all(e, "
        "e.operator != 'In' || e.values.all(v, !((e.key + '=' + v) in variables.pairs) || "
        f"variables.pairs[e.key + '=' + v].exists(n, {GIVEN}))))", _NODES)
    yield Validation(
        "variables.expressions.all(l, l.all(e, e.operator in ['In', 'DoesNotExist'] || "
        f"!(e.key in variables.keys) || variables.keys[e.key].exists(n, {GIVEN})))", _NODES)
    yield Validation(
        "variables.selected.all(p, p in variables.pairs || !(p.split('=')[0] in variables.open) || "
        f"variables.open[p.split('=')[0]].exists(n, {GIVEN})) && variables.expressions.all(l, "
        "l.all(e, e.operator != 'In' || !(e.key in variables.open) || e.values.all(v, "
        f"(e.key + '=' + v) in variables.pairs) || variables.open[e.key].exists(n, {GIVEN})))",
        _NODES)


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


def _open(one: Overlay) -> Iterable[str]:
    """Labels of which the hardware's nodes may have any value."""
    return sorted({entry["key"] for entry in _affine(one) if not COMMON.fullmatch(entry["key"])
                   and entry["operator"] in {"Exists", "Gt", "Lt"}})


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
    reaches all."""
    if taints_of(ours):
        yield Validation(
            f"variables.reached.all(x, variables.tainting[x].exists(n, {GIVEN}))",
            "'this pod tolerates taints of hardware that this workspace was not given, perhaps by "
            f"a toleration without a key; take it out, or name the hardware in ' + {FILE}")


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
