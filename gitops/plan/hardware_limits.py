"""The least and the most that pods may ask for, by the hardware that they lead to.

A pod leads to hardware by its label and, with or without one, by what it says for itself:

- a node label that it selects, asks for or prefers (nodeSelector, node affinity) leads to the
  hardware that has it; where several share it, to those that have the rest of the nodeSelector too;
- where no such label decides, tolerations lead to the hardware whose taints they all tolerate,
  unless the nodeSelector says another value of a label that its nodes have.

Each of these leads to one of the hardware that the workspace was given, which cannot be told
apart by it: the pod must keep to the limits of one of them. Excluding nodes (NotIn,
DoesNotExist) leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gitops.plan.admission import GIVEN, INIT, REQUIRED, SELECTOR, Validation, Variable
from gitops.plan.cel import cel, first_few, table, texts
from gitops.plan.hardware_taints import kept_away
from gitops.plan.overlays import Overlay

WITH_KEY = "e.operator in ['Exists', 'Gt', 'Lt']"
ROUNDING = 1e-9
"""How much sums of rounded numbers may be wrong: a bound is met within it."""


def limit_variables(overlays: tuple[Overlay, ...], pairs: Mapping[str, Iterable[str]],
                    placed: bool) -> Iterator[Variable]:
    """What the limits name; nothing where no hardware has limits. ``pairs`` are the node labels
    that lead to hardware; ``placed`` says that a pod with a label is put on its hardware, so
    that its tolerations lead nowhere else."""
    limited = [one.name for one in overlays if one.least or one.most]
    if not limited:
        return
    yield Variable("sidecars", f"{INIT}.filter(c, c.?restartPolicy.orValue('') == 'Always')")
    yield Variable("starting", f"{INIT}.filter(c, c.?restartPolicy.orValue('') != 'Always')")
    yield Variable("always", "object.spec.containers + variables.sidecars")
    yield from _leads(overlays, pairs, placed)
    yield Variable("on", f"{texts(limited)}.filter(n, n in variables.chosen || "
                         "variables.leads.exists(l, n in l))")
    yield from _amounts(overlays)
    bound = "quantity(x[2]).asApproximateFloat()"
    yield Variable("over", _broken(((one.name, one.most) for one in overlays),
                                   f"variables.highest[x[1]] > {bound} * {1 + ROUNDING!r}"))
    yield Variable("under", _broken(((one.name, one.least) for one in overlays),
                                    f"variables.needed[x[1]] < {bound} * {1 - ROUNDING!r}"))
    broken = "(variables.over + variables.under).exists(x, x[0] == m)"
    yield Variable("bound", "variables.on.filter(n, n in variables.chosen || variables.leads"
                            f".exists(l, n in l && l.all(m, {broken})))")
    for name, limits in (("excess", "over"), ("lacking", "under")):
        yield Variable(name, f"variables.{limits}.filter(x, x[0] in variables.bound)")


def limit_validations(overlays: tuple[Overlay, ...]) -> Iterator[Validation]:
    """The least and the most, the limits that a pod breaks each in a sentence."""
    where = ("'a pod on ' + x[0] + (x[0] in variables.chosen ? '' : "
             "', where its nodeSelector, affinity or tolerations lead,')")
    if any(one.least for one in overlays):
        yield _told("lacking", f"{where} + ' must ask for ' + x[2] + ' of ' + x[1] + "
                               "' at least; ask for more, or choose other hardware'")
    if any(one.most for one in overlays):
        yield _told("excess", f"{where} + ' may ask for ' + x[2] + ' of ' + x[1] + ' at most, "
                              "all its containers together, and no limit may be above it'")


def _told(variable: str, sentence: str) -> Validation:
    few = first_few(f"variables.{variable}", "x")
    return Validation(f"size(variables.{variable}) == 0", f"{few}.map(x, {sentence}).join('; ')")


def _leads(overlays: tuple[Overlay, ...], pairs: Mapping[str, Iterable[str]],
           placed: bool) -> Iterator[Variable]:
    """``leads``: for each thing that a pod says for itself, the given hardware that has it."""
    yield from _by_labels(pairs)
    if taints := kept_away(overlays):
        yield from _by_taints(taints, placed)
    yield Variable("leads", "variables.labelled" + (" + variables.tolerated" if taints else ""))


def _by_labels(pairs: Mapping[str, Iterable[str]]) -> Iterator[Variable]:
    yield Variable("named", (
        "variables.pairs.filter(p, p in variables.selected || variables.expressions.exists(l, "
        "l.exists(e, e.operator == 'In' ? e.values.exists(v, e.key + '=' + v == p) : "
        f"{WITH_KEY} && p.startsWith(e.key + '='))))"))
    names = sorted({name for some in pairs.values() for name in some})
    yield Variable("fitting", f"{texts(names)}.filter(n, {GIVEN} && variables.selected.all(p, "
                              "!(p in variables.pairs) || n in variables.pairs[p]))")
    yield Variable("labelled", (
        "variables.named.map(p, variables.pairs[p].exists(n, n in variables.fitting) ? "
        "variables.pairs[p].filter(n, n in variables.fitting) : "
        f"variables.pairs[p].filter(n, {GIVEN}))"))


def _by_taints(taints: Mapping[str, Iterable[str]], placed: bool) -> Iterator[Variable]:
    yield Variable("tainted", table(taints))
    yield Variable("settled", ("size(variables.chosen) > 0 || " if placed else "") + _DECIDED)
    yield Variable("tolerated", (
        "variables.tainted.filter(k, !variables.settled && k.split(', ').all(t, "
        f"t in variables.reached)).map(k, variables.tainted[k].filter(n, {GIVEN} && !variables"
        f".pairs.exists(p, n in variables.pairs[p] && {SELECTOR}.exists(s, "
        "p.startsWith(s + '=')))))"))


_DECIDED = (
    "variables.selected.exists(p, p in variables.pairs) || "
    f"(size({REQUIRED}) > 0 && {REQUIRED}.all(t, t.?matchExpressions.orValue([]).exists(e, "
    "e.operator == 'In' ? e.values.all(v, (e.key + '=' + v) in variables.pairs) : "
    f"{WITH_KEY} && variables.pairs.exists(p, p.startsWith(e.key + '=')))))")
"""Whether labels that hardware has leave a pod no other nodes."""


def _amounts(overlays: tuple[Overlay, ...]) -> Iterator[Variable]:
    """``needed``: what the scheduler looks for, by resource: the pod as a whole, what runs
    together, or an init container beside the sidecars (all of them here, since CEL knows no
    order). ``highest``: that, or the largest limit. Both are rounded."""
    resources = sorted({name for one in overlays for name in (*one.least, *one.most)})
    yield Variable("needed", _by_resource(resources, (
        "([{pod}, variables.always{sum}] + "
        "variables.starting.map(i, (variables.sidecars + [i]){sum})).max()")))
    yield Variable("highest", _by_resource(resources, (
        "([variables.needed[{name}], {pod_limit}] + variables.containers.map(c, {limit})).max()")))


def _by_resource(resources: Iterable[str], amount: str) -> str:
    each = ((cel(name), amount.format(
        name=cel(name), pod=_asked("dyn(object).spec", "requests", name),
        pod_limit=_asked("dyn(object).spec", "limits", name), limit=_asked("c", "limits", name),
        sum=f".map(c, {_asked('c', 'requests', name)}).sum()")) for name in resources)
    return "{" + ", ".join(f"{name}: {text}" for name, text in each) + "}"


def _asked(of: str, kind: str, resource: str) -> str:
    return (f"quantity(string({of}.?resources.?{kind}[?{cel(resource)}].orValue('0')))"
            ".asApproximateFloat()")


def _broken(limits: Iterable[tuple[str, Mapping[str, str]]], comparison: str) -> str:
    """The limits (hardware, resource, amount) that a pod breaks."""
    rows = [texts((name, resource, amount)) for name, amounts in limits
            for resource, amount in amounts.items()]
    return (f"[{', '.join(rows)}].filter(x, x[0] in variables.on && {comparison})" if rows
            else "[['']].filter(x, false)")
