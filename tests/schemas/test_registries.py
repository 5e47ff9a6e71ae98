"""The registries name what is there."""

from __future__ import annotations

import pytest

from gitops.schemas import rules, strict


@pytest.mark.parametrize(("api_version", "kind"), strict.KINDS)
def test_every_strict_kind_has_a_schema(api_version: str, kind: str) -> None:
    found = strict.find(api_version, kind)
    assert found is not None
    assert found.schema["additionalProperties"] is False


@pytest.mark.parametrize(("group", "kind"), rules.RULES)
def test_every_rule_is_there(group: str, kind: str) -> None:
    [rule] = rules.for_kind(f"{group}/v1" if group else "v1", kind)
    assert rule.__doc__
