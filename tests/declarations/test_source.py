"""An estate's files are read from its folder, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitops.declarations.source import LARGEST, read_estate
from gitops.foundation.errors import Refused, UsageError


def refused(root: Path) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as told:
        read_estate(str(root))
    return [(finding.rule, finding.position.file) for finding in told.value.findings]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "platform.yaml").write_text("{}\n")
    (tmp_path / "tenants").mkdir()
    return tmp_path


def test_inputs_are_read_and_other_files_are_not(root: Path) -> None:
    (root / "tenants/a.yaml").write_text("owner: a@example.com\n")
    (root / "notes.txt").write_text("mine")
    assert list(read_estate(str(root))) == ["platform.yaml", "tenants/a.yaml"]


def test_yaml_in_a_misspelt_folder_is_named_and_not_read(root: Path) -> None:
    (root / "template/tenant").mkdir(parents=True)
    (root / "template/tenant/a.yaml.j2").write_text("a: b\n")
    (root / "template/README.md").write_text("mine")
    assert read_estate(str(root)) == {"platform.yaml": b"{}\n", "template/tenant/a.yaml.j2": b""}


def test_a_folder_without_any_input_is_no_estate(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no estate"):
        read_estate(str(tmp_path))


def test_links_are_never_followed(root: Path, tmp_path: Path) -> None:
    (root / "tenants/a.yaml").symlink_to("/etc/passwd")
    (root / "groups").symlink_to(tmp_path)
    (root / "templates").symlink_to("nowhere")
    assert refused(root) == [("symlink-in-estate", path)
                             for path in ("groups", "templates", "tenants/a.yaml")]


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "tenants/a.yaml")
    assert refused(root) == [("not-a-file", "tenants/a.yaml")]


def test_a_file_in_a_folders_place_is_told(root: Path) -> None:
    (root / "clusters").write_text("")
    assert refused(root) == [("not-a-folder", "clusters")]


def test_a_file_of_any_size_is_not_read_into_memory(root: Path) -> None:
    with (root / "tenants/a.yaml").open("wb") as file:
        file.truncate(LARGEST + 1)
    assert refused(root) == [("file-too-large", "tenants/a.yaml")]


def test_a_folder_that_cannot_be_read_is_told_with_all_others(root: Path) -> None:
    (root / "groups").write_text("")
    below, path = os.open(root / "tenants", os.O_RDONLY), "tenants"
    while len(f"{root}/{path}") < os.pathconf(root, "PC_PATH_MAX"):
        os.mkdir("d" * 200, dir_fd=below)
        deeper = os.open("d" * 200, os.O_RDONLY, dir_fd=below)
        os.close(below)
        below, path = deeper, f"{path}/{'d' * 200}"
    os.close(below)
    assert refused(root) == [("not-a-folder", "groups"), ("unreadable-file", path)]
