"""Hypothesis strategies for what an estate may hold: any text, any nesting."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

unhurried = settings(deadline=None)
"""A busy machine is no failure."""

_REFUSED = [*map(chr, range(0x7F, 0xA0)), "\ufffe", "\uffff"]
_YAML = (
    "0123456789+-._:eExXoObBinfINFaAnNyYtruefalsTZ #'\"\n\r \t~<=&*!|>%@`{}[](),?\\$é\ue000\u2028"
)


def texts() -> st.SearchStrategy[str]:
    """Any text that kustomize can carry, with a liking for what YAML gives a meaning to."""
    anything = st.characters(exclude_categories=("Cs",), exclude_characters=_REFUSED)
    return st.one_of(
        st.text(anything),
        st.text(st.sampled_from(_YAML)),
        st.from_regex(r"[-+]?[0-9_.:eExob]{1,8}", fullmatch=True),
        st.sampled_from(["---", "{{ x }}", "{% if %}", "a: b", "- a", "\ue000", "x\n---\ny: 1\n"]),
        st.text("ab \n", max_size=20),
    )


def keys() -> st.SearchStrategy[str]:
    """Any key of a mapping. Kustomize takes ``<<`` for a merge, so that one is refused."""
    return texts().filter(lambda key: key != "<<")


def values(max_leaves: int = 12) -> st.SearchStrategy[Any]:
    """Any value that a hole may hold."""
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        texts(),
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys(), inner, max_size=4),
        max_leaves=max_leaves,
    )
