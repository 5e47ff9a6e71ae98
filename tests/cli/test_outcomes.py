"""What every command tells when it cannot do its work."""

from __future__ import annotations

import os
import subprocess
import sys
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


def started(folder: Folder, *words: str, redirect: str, unbuffered: str = "") -> tuple[int, str]:
    """Exit code and standard error of a real process whose standard output goes there."""
    gitops = Path(sys.executable).with_name("gitops")
    done = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirect}', str(gitops), "-C",
                           str(folder.top), *words], stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
    return done.returncode, done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_the_report_is_no_fault_of_the_tool(
        unbuffered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = started(Folder.new(tmp_path, capsys), "validate", redirect=">/dev/full",
                         unbuffered=unbuffered)
    assert code == 2
    assert told.startswith("gitops: No space left on device\n")


def test_a_command_works_without_any_standard_output(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert started(Folder.new(tmp_path, capsys), "validate", redirect=">&-") == (0, "")


def test_a_reader_that_goes_away_is_told_nothing(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, told = started(Folder.new(tmp_path, capsys), "validate", redirect="| true")
    assert told == ""


def test_a_pipe_that_nobody_reads_ends_a_command_like_other_programs(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unread, pipe = os.pipe()
    os.close(unread)
    gitops = Path(sys.executable).with_name("gitops")
    done = subprocess.run([gitops, "-C", Folder.new(tmp_path, capsys).top, "validate"],
                          stdout=pipe, stderr=subprocess.PIPE, check=False)
    os.close(pipe)
    assert (done.returncode, done.stderr) == (141, b"")
