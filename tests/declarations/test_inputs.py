"""Which folders are inputs, and which are taken for misspelt ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops.declarations.inputs import FOLDERS, INPUTS, meant, watched


@pytest.mark.parametrize(("name", "folder"), [
    ("cluster", "clusters"), ("clutser", "clusters"), ("gruops", "groups"), ("Tenants", "tenants"),
    ("tennants", "tenants"), ("harware", "hardware"), ("tombstone", "tombstones"),
    ("template", "templates"), ("schema", "schemas")])
def test_a_misspelt_name_has_a_folder(name: str, folder: str) -> None:
    assert meant(name) == folder


@pytest.mark.parametrize("name", [
    *FOLDERS, "rendered", "docs", "tests", "results", "scripts", "charts", "apps", "software",
    ".github", ".schemas", ".tenants", "_tenants", "platform", "test", "temp", ""])
def test_a_folder_of_another_name_is_nobodys_business(name: str) -> None:
    assert meant(name) == ""


def test_a_misspelt_folder_is_watched_and_a_file_of_that_name_is_not(tmp_path: Path) -> None:
    (tmp_path / "tenant").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "cluster").write_text("")
    assert watched(str(tmp_path)) == (*INPUTS, "tenant")
    assert watched(str(tmp_path / "nowhere")) == INPUTS
