"""What every command tells when it cannot do its work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.folders import Folder

TENANT = "tenants/vision.yaml"
BROKEN = {TENANT: "owner: ana@example.com\nplam: small\n"}


@pytest.mark.parametrize("words", [
    ["render"], ["render", "--check"], ["validate"], ["capacity"],
    ["explain", f"{TENANT}:1"], ["hardware", "list"], ["where", "vision", "train"]])
def test_mistakes_are_json_where_json_was_asked_for(
        words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Folder.new(tmp_path, capsys, BROKEN).run(*words, "--format", "json")
    assert said.code == 1
    (finding,) = said.json["findings"]
    assert (finding["rule"], finding["file"], finding["line"]) == ("unknown-key", TENANT, 2)
    assert said.err == ""


@pytest.mark.parametrize(("choice", "colored"), [("always", True), ("never", False)])
def test_mistakes_are_coloured_as_told(choice: str, colored: bool, tmp_path: Path,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    folder = Folder.new(tmp_path, capsys, BROKEN)
    from gitops.cli.main import run

    assert run(["-C", str(folder.top), "--color", choice, "validate"]) == 1
    assert ("\x1b[31merror" in capsys.readouterr().err) is colored
