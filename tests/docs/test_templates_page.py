"""The page of templates tells the whole language and what is given, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import fields

from gitops.plan.workspace import Workspace
from gitops.render import language
from gitops.schemas.strict import KINDS
from tests.estates import estate, objects_of

PAGE = (Path(__file__).parents[2] / "docs/templates.md").read_text()
FOR_EXPLAINING = {"tenant", "platform", "quota_lines"}
"""Kept to find declared lines; templates are given the first two by names of their own."""


def listed(beginning: str) -> set[str]:
    """The names in the list item that begins so."""
    item = PAGE[PAGE.index(f"- {beginning}:"):].partition("\n-")[0].partition("\n\n")[0]
    return set(re.findall("`([^`]+)`", item))


def test_every_filter_is_listed() -> None:
    assert listed("Filters") == set(language.FILTERS)


def test_every_test_is_listed() -> None:
    assert listed("Tests") == {name for name in language.TESTS if name.isalpha()}


def test_every_method_is_named() -> None:
    sentence = PAGE[PAGE.index("the methods"):].partition(".")[0]
    assert set(re.findall("`([^`]+)`", sentence)) == set(language.METHODS)


def test_every_field_of_a_workspace_is_named() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `workspace` |"))
    wanted = {field.name for field in fields(Workspace)} - FOR_EXPLAINING
    assert wanted <= set(re.findall("`([a-z_]+)`", row))


def test_every_kind_with_a_schema_of_ours_is_listed() -> None:
    rows = re.findall(r"^\| `([a-z0-9.-]+)` \| (`[A-Z].*) \|$", PAGE, re.MULTILINE)
    told = {(group, kind) for group, kinds in rows for kind in re.findall("`(.+?)`", kinds)}
    assert told == {(version.rpartition("/")[0], kind) for version, kind in KINDS}


def test_the_example_renders() -> None:
    text = re.search(r"```jinja\n(\{# (\S+) #\}\n.*?)```", PAGE, re.DOTALL)
    assert text is not None
    files = estate({text[2]: text[1]}, tenant="owner: ana@example.com\npurpose: Reading\n")
    assert objects_of(files)["ConfigMap/about"]["data"] == {
        "owner": "ana@example.com", "purpose": "Reading"}
