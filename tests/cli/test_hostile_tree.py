"""What stands in ``rendered/`` may be anybody's work: it is never trusted or waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.folders import Folder

WORKSPACE = "rendered/prod/platform/tenants/vision.yaml"
ACCESS = "rendered/prod/tenants/vision/access.yaml"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """A rendered estate with two tenants."""
    made = Folder.new(tmp_path / "estate", capsys, {"tenants/nlp.yaml": "owner: b@example.com\n"})
    assert made.run("render").code == 0
    return made


@pytest.mark.parametrize("hostile", [
    "kind: Namespace\nmetadata: none\n", "kind: Namespace\nmetadata: {annotations: [x]}\n",
    "kind: Namespace\nx: 2027-99-99\n", "kind: Namespace\nx: " + "[" * 3000 + "\n",
    "- Namespace\n", "a: &a [*a]\n", "kind: [Namespace]\n", "\x00"])
def test_a_workspace_file_that_was_edited_freezes_nobody(hostile: str, folder: Folder) -> None:
    head = (folder.top / WORKSPACE).read_text().partition("\n")[0]
    folder.write({WORKSPACE: f"{head}\n{hostile}"})
    folder.remove("tenants/vision.yaml")
    said = folder.run("render", "--format", "json")
    assert said.code == 1
    assert [finding["rule"] for finding in said.json["findings"]] == ["tenant-not-frozen"]


def test_a_pipe_in_a_removed_workspace_is_not_waited_for(folder: Folder) -> None:
    folder.remove("tenants/vision.yaml")
    folder.remove(WORKSPACE)
    os.mkfifo(folder.top / WORKSPACE)
    assert folder.run("render").code == 0


def test_explain_reads_through_no_link_and_waits_for_no_pipe(folder: Folder,
                                                             tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: x\n" * 99)
    place = folder.top / ACCESS
    place.unlink()
    place.symlink_to(tmp_path / "secret.yaml")
    linked = folder.run("explain", f"{ACCESS}:5")
    place.unlink()
    os.mkfifo(place)
    piped = folder.run("explain", f"{ACCESS}:5")
    assert linked.code == piped.code == 0
    assert "password" not in linked.out
    assert linked.out == piped.out
