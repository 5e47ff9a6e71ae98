"""Gaps: whoever looks into one is told, whatever the look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gitops.foundation.gaps import Gap, Touched, index_of

LOOKS: dict[str, Callable[[Any], object]] = {
    "its truth": bool,
    "its class": lambda gap: isinstance(gap, Mapping),
    "whether it is equal": lambda gap: gap == "a",
    "whether it differs": lambda gap: gap != 1,
    "its hash": lambda gap: gap in {"a", "b"},
    "whether it is in a list": lambda gap: gap in ["a", "b"],
    "a field": lambda gap: gap.get("a"),
    "an item": lambda gap: gap["a"],
    "what is in it": lambda gap: "a" in gap,
    "its items": list,
    "its pairs": lambda gap: {**gap},
    "its length": len,
    "its text": lambda gap: f"{gap}",
    "its text for developers": repr,
    "a text and it": lambda gap: "a" + gap,
    "its number": int,
    "its order": lambda gap: gap < 1,
    "which is greater": lambda gap: max(1, gap),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_into_a_gap_is_told_with_its_index(look: Callable[[Any], object]) -> None:
    with pytest.raises(Touched) as caught:
        look(Gap(7))
    assert caught.value.index == 7


def test_that_a_gap_is_there_can_be_known() -> None:
    gap = Gap(3)
    assert gap is not None
    assert index_of(gap) == 3
    assert [key for key in {"a": gap} if key == "a"] == ["a"]
