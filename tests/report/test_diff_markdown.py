"""Differences as Markdown: hostile names stay text, and the size stays in bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gitops.foundation.findings import Finding, Position
from gitops.report.diff_markdown import BUDGET, code, markdown
from gitops.review.differences import Change
from gitops.review.estates import EstateDiff, FieldChange, ManifestChange, UnitChange
from gitops.review.revisions import Base

BASE = Base("0123456789abcdef", "main")


def changed(tenant: str, value: str = "x", name: str = "a") -> UnitChange:
    """A workspace with one changed field."""
    change = Change("changed", ("data", "key"), "old", value, ("data", "key"))
    fields = (FieldChange(change, Position(f"tenants/{tenant}.yaml", 2, 3)),)
    return UnitChange("changed", "prod", tenant, (
        ManifestChange("changed", "ConfigMap", tenant, name, "file.yaml", None, fields),))


def removed(tenant: str) -> UnitChange:
    return UnitChange("removed", "prod", tenant, (
        ManifestChange("removed", "Namespace", "", tenant, "file.yaml"),))


def test_one_change_in_full() -> None:
    assert markdown(EstateDiff((changed("vision"),)), BASE) == """\
### Workspaces: 1 changed; objects: 1 changed

Compared with `main (0123456789)`.


#### Added and changed

<details><summary><code>vision</code> on <code>prod</code>: +0 ~1 −0</summary>

```diff
! ConfigMap a
-     data.key: old
+     data.key: x   # tenants/vision.yaml:2:3
```
</details>

"""


def test_what_is_deleted_comes_first() -> None:
    text = markdown(EstateDiff((removed("gone"), changed("vision"))), BASE)
    assert text.index("🗑️ `gone` on `prod`: **the namespace goes") < text.index("vision")


def test_no_differences_are_said() -> None:
    assert markdown(EstateDiff(), BASE).startswith("### No differences\n")


def test_an_incomplete_comparison_says_so_first() -> None:
    finding = Finding("bad", Position("tenants/<b>.yaml", 3), "`@everyone` | <script>")
    text = markdown(EstateDiff(incomplete="why", findings=(finding,)), BASE)
    assert text.startswith("### No differences found\n")
    assert "> Incomplete: why (1 error there)." in text
    assert "<script>" not in MarkdownIt("commonmark").render(text)


@pytest.mark.parametrize("word", ["deleted", "added or changed"])
def test_too_many_are_counted(word: str) -> None:
    make = removed if word == "deleted" else lambda name: changed(name, name=f"n{name}" * 3)
    units = tuple(make(f"tenant-{number:05}-x") for number in range(5_000))
    text = markdown(EstateDiff(tuple(
        changed(unit.tenant, str(at)) if unit.op == "changed" else unit
        for at, unit in enumerate(units))), BASE)
    assert len(text.encode()) <= BUDGET
    shown = text.count("🗑️") if word == "deleted" else text.count("<details>")
    assert shown > 100
    assert f"and {5_000 - shown:,} workspaces more {word}" in text


def test_deletions_are_never_pushed_out_by_changes() -> None:
    units = (*(removed(f"gone{n}") for n in range(50)),
             *(changed(f"t{n}", str(n) * 100) for n in range(3_000)))
    text = markdown(EstateDiff(units), BASE)
    assert text.count("🗑️") == 50
    assert len(text.encode()) <= BUDGET


def test_a_workspace_with_many_lines_is_cut_and_says_so() -> None:
    manifests = tuple(ManifestChange("added", "ConfigMap", "vision", f"c{n}", "f") for n in
                      range(500))
    text = markdown(EstateDiff((UnitChange("changed", "prod", "vision", manifests),)), BASE)
    assert "# and 400 lines more" in text


HOSTILE = st.text(st.sampled_from("`@<>|*_[]()~#&\\!\n\r-=+ab/:.\u202e\u2028"), max_size=30)


@given(HOSTILE)
def test_a_code_span_shows_the_text_and_nothing_else(text: str) -> None:
    (paragraph,) = [token for token in MarkdownIt("commonmark").parse(f"x {code('a' + text)} y")
                    if token.type == "inline"]
    assert [token.type for token in paragraph.children or ()] == ["text", "code_inline", "text"]


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_declared_becomes_markup(tenant: str, value: str, name: str) -> None:
    found = EstateDiff((removed(f"r{tenant}"), changed(f"t{tenant}", value, f"n{name}")),
                       renames=((f"r{tenant}", f"t{tenant}"),))
    tokens = MarkdownIt("commonmark").parse(markdown(found, BASE))
    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == 1
    assert fences[0].content.count("\n") == 3
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert len(blocks) == 2
    assert all(piece.partition(">")[0] in ("details", "summary", "code", "/code", "/summary",
                                           "/details")
               for block in blocks for piece in block.split("<")[1:])
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
