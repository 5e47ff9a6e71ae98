"""A hardware's node affinity put beside a pod's own, as JSON patches in CEL.

A node must satisfy one of the required terms. For both the pod's and the hardware's to
hold, each term of the one is joined with each of the other. The policies are asked again
after other changes, so whatever is there already is not added again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitops.plan.cel import add, cel, literal, texts

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
PLACE = "/spec/affinity/nodeAffinity"
NODE = "object.spec.?affinity.?nodeAffinity"
TERMS = f"{NODE}.?{REQUIRED}.?nodeSelectorTerms.orValue([])"
PREFERENCES = f"{NODE}.?{PREFERRED}.orValue([])"
Expressions = Sequence[Mapping[str, Any]]


def affinity(node: Mapping[str, Any]) -> Iterator[str]:
    """Lists of patches that give a pod the hardware's node affinity too."""
    required = [term["matchExpressions"] for term in
                node.get(REQUIRED, {}).get("nodeSelectorTerms", ()) if term["matchExpressions"]]
    preferred = node.get(PREFERRED, ())
    if not required and not preferred:
        return
    yield f"(has(object.spec.affinity) ? [] : [{add('/spec/affinity', '{}')}])"
    yield f"({NODE}.hasValue() ? [] : [{add(PLACE, '{}')}])"
    if required:
        yield _required(required)
    if preferred:
        yield f"({NODE}.?{PREFERRED}.hasValue() ? [] : [{add(f'{PLACE}/{PREFERRED}', '[]')}])"
        for one in preferred:
            yield _preference(one)


def _required(required: Sequence[Expressions]) -> str:
    own = literal([{"matchExpressions": one} for one in required])
    joined = " + ".join(f"{TERMS}.map(t, {_joined(one)})" for one in required)
    terms = f"dyn(size({TERMS}) == 0 ? {own} : {joined})"
    there = f"size({TERMS}) > 0 && {TERMS}.all(t, {' || '.join(map(_within, required))})"
    patch = add(f"{PLACE}/{REQUIRED}", f"{{'nodeSelectorTerms': {terms}}}")
    return f"({there} ? [] : [{patch}])"


def _joined(expressions: Expressions) -> str:
    """One of the pod's terms with the hardware's expressions besides. Written anew, since
    what is taken from the pod has the API server's types."""
    own, fields = (f"t.?{name}.orValue([]).map(e, {{'key': dyn(e.key), 'operator': "
                   "dyn(e.operator), 'values': dyn(e.?values.orValue([]))})"
                   for name in ("matchExpressions", "matchFields"))
    return (f"{{'matchExpressions': dyn({own} + {literal(expressions)}), "
            f"'matchFields': dyn({fields})}}")


def _preference(one: Mapping[str, Any]) -> str:
    """The patch for a preference that the pod lacks."""
    same = _within(one["preference"]["matchExpressions"], "p.preference")
    there = f"{PREFERENCES}.exists(p, p.weight == {one['weight']} && {same})"
    return f"({there} ? [] : [{add(f'{PLACE}/{PREFERRED}/-', literal(one))}])"


def _within(expressions: Expressions, term: str = "t") -> str:
    """Whether a term holds all these expressions."""
    return "(" + " && ".join(
        f"{term}.?matchExpressions.orValue([]).exists(e, e.key == {cel(one['key'])} && "
        f"e.operator == {cel(one['operator'])} && "
        f"e.?values.orValue([]) == {texts(one.get('values', ()))})"
        for one in expressions) + ")" if expressions else "true"
