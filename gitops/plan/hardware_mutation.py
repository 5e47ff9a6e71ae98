"""What a pod that names hardware is given at admission, as JSON patches in CEL.

The patch stands in a condition of its own expression, and the policy is asked again after
other changes: a policy's match conditions see the pod before a webhook has labelled it.
What a pod had for itself under the same keys is overwritten: it named the hardware. Its
own node affinity is kept beside the hardware's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.model.cluster import DefaultClass
from gitops.plan.cel import add, cel, literal, texts
from gitops.plan.hardware_affinity import affinity
from gitops.plan.overlays import HARDWARE_LABEL, Overlay

SPEC = "object.spec"


def chosen(overlay: Overlay) -> str:
    """Whether a pod names this hardware, by its label or by its menu entry's."""
    label = f"object.metadata.?labels[?{cel(HARDWARE_LABEL)}].orValue('') == {cel(overlay.name)}"
    menu = f"object.metadata.?labels[?{cel(overlay.pod_default)}].orValue('') == 'true'"
    return f"{label} || {menu}"


def patches(overlay: Overlay, usual: DefaultClass) -> str:
    """The list of patches that put a pod on this hardware; empty for all other pods.

    ``usual`` is the class that a pod has without having named one.
    """
    return f"({chosen(overlay)}) ? ({' + '.join(_parts(overlay, usual))}) : []"


def _parts(overlay: Overlay, usual: DefaultClass) -> Iterator[str]:
    yield from _selector(overlay.node_selector)
    yield from _tolerations(overlay.tolerations)
    yield _class(overlay, usual)
    yield from affinity(overlay.affinity.get("nodeAffinity", {}))
    if overlay.runtime_class:
        yield f"[{add('/spec/runtimeClassName', cel(overlay.runtime_class))}]"
    if overlay.scheduler:
        yield f"[{add('/spec/schedulerName', cel(overlay.scheduler))}]"


def _selector(selector: Mapping[str, str]) -> Iterator[str]:
    if not selector:
        return
    each = ", ".join(add("/spec/nodeSelector/", cel(value), f"jsonpatch.escapeKey({cel(key)})")
                     for key, value in selector.items())
    yield (f"(has({SPEC}.nodeSelector) ? [{each}] : "
           f"[{add('/spec/nodeSelector', literal(selector))}])")


def _tolerations(tolerations: Any) -> Iterator[str]:
    """Each toleration that the pod lacks; the list first, where it has none."""
    if not tolerations:
        return
    yield f"(has({SPEC}.tolerations) ? [] : [{add('/spec/tolerations', '[]')}])"
    for one in tolerations:
        there = f"{SPEC}.?tolerations.orValue([]).exists(t, {_same(one)})"
        yield f"({there} ? [] : [{add('/spec/tolerations/-', literal(one))}])"


def _same(one: Mapping[str, Any]) -> str:
    parts = [f"t.?{name}.orValue({cel(default)}) == {cel(str(one.get(name, default)))}"
             for name, default in (("key", ""), ("operator", "Equal"), ("value", ""),
                                   ("effect", ""))]
    if (seconds := one.get("tolerationSeconds")) is not None:
        parts.append(f"t.?tolerationSeconds.orValue(-1) == {seconds}")
    else:
        parts.append("!has(t.tolerationSeconds)")
    return " && ".join(parts)


def _class(overlay: Overlay, usual: DefaultClass) -> str:
    """The hardware's class, with what follows from it: the name alone is refused where the
    cluster has a default class. A pod keeps a class that it brought."""
    together = ", ".join((add("/spec/priorityClassName", cel(overlay.priority_class)),
                          add("/spec/priority", str(usual.value)),
                          add("/spec/preemptionPolicy", cel(usual.preemption))))
    unnamed = f"in {texts(('', usual.name))}" if usual.name else "== ''"
    return f"({SPEC}.?priorityClassName.orValue('') {unnamed} ? [{together}] : [])"
