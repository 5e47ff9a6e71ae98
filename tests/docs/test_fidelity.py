"""Each claim of the fidelity page names a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/fidelity.md").read_text())


def test_every_claim_names_a_test() -> None:
    rows = re.findall(r"^\| (?!Claim|---).*", (ROOT / "docs/fidelity.md").read_text(), re.MULTILINE)
    assert len(rows) == len(NAMED) > 20


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_is_there(file: str, name: str) -> None:
    assert name.startswith("test_")
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
