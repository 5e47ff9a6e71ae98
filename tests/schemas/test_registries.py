"""The registries name what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gitops.schemas import rules, strict
from gitops.schemas.core import CoreSchemas
from gitops.schemas.syntax import MEANING

CORE = [(f"{group}/v1" if group else "v1", kind) for group, kind in rules.RULES]


@pytest.mark.parametrize(("api_version", "kind"), strict.KINDS)
def test_every_strict_kind_has_a_schema(api_version: str, kind: str) -> None:
    found = strict.find(api_version, kind)
    assert found is not None
    assert found.schema["additionalProperties"] is False


@pytest.mark.parametrize(("group", "kind"), rules.RULES)
def test_every_rule_is_there(group: str, kind: str) -> None:
    [rule] = rules.for_kind(f"{group}/v1" if group else "v1", kind)
    assert rule.__doc__


@pytest.mark.parametrize("version", ["1.25", "1.37"])
def test_no_pattern_of_ours_is_shown_as_such(version: str) -> None:
    core = CoreSchemas(version)
    ours = [found.schema for key in strict.KINDS if (found := strict.find(*key))]
    named = [schema for key in CORE if (schema := core.kind(*key))]
    unsaid = set(patterns([*ours, *named, core.definitions(*ours, *named)])) - MEANING.keys()
    assert unsaid == set()


def patterns(node: Any) -> Iterator[str]:
    """Every pattern that no comment of its own explains."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str) and "$comment" not in node:
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)
