"""The reference pages say what each key takes, what it is for, and what holds without it."""

from __future__ import annotations

import pytest

from gitops.declarations.load import SPECS
from gitops.declarations.reference import anchor, reference, sections


def row(kind: str, section: str, key: str) -> list[str]:
    """The cells of a key's row, without its name."""
    page = reference(kind)
    body = page[page.index(f"## {section}\n"):]
    line = next(line for line in body.splitlines() if line.startswith(f"| `{key}` |"))
    return [cell.strip() for cell in line.split(" | ")[1:]]


@pytest.mark.parametrize("kind", SPECS)
def test_every_key_of_every_mapping_has_a_row(kind: str) -> None:
    for at, record in sections(SPECS[kind]):
        for entry in record.fields:
            assert row(kind, f"`{at}`" if at else "The file", entry.name)


def test_a_key_that_must_be_there_is_marked() -> None:
    assert row("tenant", "The file", "owner")[-1] == "**must be there** |"


def test_what_a_preset_fills_in_is_the_default() -> None:
    assert row("cluster", "`mesh`", "mode")[-1] == "`none` |"
    assert row("cluster", "`network`", "dnsLabels")[-1] == "`{k8s-app: kube-dns}` |"


def test_a_mapping_is_linked_to_its_own_table() -> None:
    assert "(#plansnamequota)" in row("platform", "`plans.<name>`", "quota")[0]


def test_the_words_of_a_choice_are_listed_with_what_they_mean() -> None:
    assert "- `view`: may look, but not into secrets" in reference("tenant").splitlines()


def test_presets_are_shown_for_clusters_only() -> None:
    assert "### `cloud-gke`\n\nWith `cloud: gke`:\n\n```yaml\nnetwork:" in reference("cluster")
    assert "Presets" not in reference("tenant")


@pytest.mark.parametrize(("heading", "fragment"), [
    ("`plans.<name>.quota`", "plansnamequota"), ("The file", "the-file"),
    ("`talks-to`", "talks-to"), ("What, and why?", "what-and-why")])
def test_anchors_are_those_of_markdown_viewers(heading: str, fragment: str) -> None:
    assert anchor(heading) == fragment
