"""What a pod that names hardware is given at admission, as JSON patches in CEL.

The patch stands in a condition of its own expression, and the policy is asked again after
other changes: a policy's match conditions see the pod before a webhook has labelled it.
What a pod had for itself under the same keys is overwritten: it named the hardware.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.plan.cel import cel, literal
from gitops.plan.overlays import HARDWARE_LABEL, Overlay

SPEC = "object.spec"


def chosen(overlay: Overlay) -> str:
    """Whether a pod names this hardware, by its label or by its menu entry's."""
    label = f"object.metadata.?labels[?{cel(HARDWARE_LABEL)}].orValue('') == {cel(overlay.name)}"
    menu = f"object.metadata.?labels[?{cel(overlay.pod_default)}].orValue('') == 'true'"
    return f"{label} || {menu}"


def patches(overlay: Overlay) -> str:
    """The list of patches that put a pod on this hardware; empty for all other pods."""
    return f"({chosen(overlay)}) ? ({' + '.join(_parts(overlay))}) : []"


def _parts(overlay: Overlay) -> Iterator[str]:
    yield from _selector(overlay.node_selector)
    yield from _tolerations(overlay.tolerations)
    yield _class(overlay)
    if overlay.affinity:
        yield _affinity(overlay.affinity)
    if overlay.runtime_class:
        yield f"[{_add('/spec/runtimeClassName', cel(overlay.runtime_class))}]"
    if overlay.scheduler:
        yield f"[{_add('/spec/schedulerName', cel(overlay.scheduler))}]"


def _add(path: str, value: str, tail: str = "") -> str:
    end = f" + {tail}" if tail else ""
    return f"JSONPatch{{op: 'add', path: {cel(path)}{end}, value: {value}}}"


def _selector(selector: Mapping[str, str]) -> Iterator[str]:
    if not selector:
        return
    each = ", ".join(_add("/spec/nodeSelector/", cel(value), f"jsonpatch.escapeKey({cel(key)})")
                     for key, value in selector.items())
    yield (f"(has({SPEC}.nodeSelector) ? [{each}] : "
           f"[{_add('/spec/nodeSelector', literal(selector))}])")


def _tolerations(tolerations: Any) -> Iterator[str]:
    """Each toleration that the pod lacks; the list first, where it has none."""
    if not tolerations:
        return
    yield f"(has({SPEC}.tolerations) ? [] : [{_add('/spec/tolerations', '[]')}])"
    for one in tolerations:
        there = f"{SPEC}.?tolerations.orValue([]).exists(t, {_same(one)})"
        yield f"({there} ? [] : [{_add('/spec/tolerations/-', literal(one))}])"


def _same(one: Mapping[str, Any]) -> str:
    parts = [f"t.?{name}.orValue({cel(default)}) == {cel(str(one.get(name, default)))}"
             for name, default in (("key", ""), ("operator", "Equal"), ("value", ""),
                                   ("effect", ""))]
    if (seconds := one.get("tolerationSeconds")) is not None:
        parts.append(f"t.?tolerationSeconds.orValue(-1) == {seconds}")
    else:
        parts.append("!has(t.tolerationSeconds)")
    return " && ".join(parts)


def _class(overlay: Overlay) -> str:
    """The hardware's class, with what follows from it: the name alone is refused where the
    cluster has a default class. A pod keeps a class that it brought."""
    together = ", ".join((_add("/spec/priorityClassName", cel(overlay.priority_class)),
                          _add("/spec/priority", "0"),
                          _add("/spec/preemptionPolicy", cel("PreemptLowerPriority"))))
    return f"({SPEC}.?priorityClassName.orValue('') == '' ? [{together}] : [])"


def _affinity(affinity: Mapping[str, Any]) -> str:
    whole = _add("/spec/affinity", literal(affinity))
    node = _add("/spec/affinity/nodeAffinity", literal(affinity["nodeAffinity"]))
    return f"(has({SPEC}.affinity) ? [{node}] : [{whole}])"
