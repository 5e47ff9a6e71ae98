"""``gitops schema`` writes the schemas, and says when those in the estate are stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops.cli.main import run

NAMES = ["cluster.json", "group.json", "hardware.json", "platform.json", "tenant.json",
         "tombstone.json"]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "platform.yaml").write_text("{}\n")
    (tmp_path / "tenants").mkdir()
    return tmp_path


def test_writes_beside_platform_yaml_from_a_folder_below(estate: Path) -> None:
    assert run(["-C", str(estate / "tenants"), "schema"]) == 0
    assert sorted(path.name for path in (estate / ".schemas").iterdir()) == NAMES


def test_check_is_content_with_what_was_written(estate: Path) -> None:
    run(["-C", str(estate), "schema"])
    assert run(["-C", str(estate), "schema", "--check"]) == 0


def test_check_names_what_is_stale_and_writes_nothing(
        estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["-C", str(estate), "schema"])
    stale = estate / ".schemas/tenant.json"
    stale.write_text("{}")
    (estate / ".schemas/group.json").unlink()
    capsys.readouterr()
    assert run(["-C", str(estate), "schema", "--check"]) == 1
    assert [line.split("/")[-1] for line in capsys.readouterr().out.splitlines()] == [
        "group.json", "tenant.json"]
    assert stale.read_text() == "{}"


def test_a_folder_may_be_named(estate: Path, tmp_path: Path) -> None:
    assert run(["-C", str(estate), "schema", str(tmp_path / "elsewhere")]) == 0
    assert (tmp_path / "elsewhere/tenant.json").is_file()


def test_a_folder_that_cannot_be_made_is_told(
        estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (estate / ".schemas").write_text("a file")
    assert run(["-C", str(estate), "schema"]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("name", [".schemas", ".schemas/tenant.json"])
def test_nothing_is_written_through_a_link(
        name: str, estate: Path, tmp_path_factory: pytest.TempPathFactory,
        capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (estate / name).parent.mkdir(exist_ok=True)
    (estate / name).symlink_to(outside if name == ".schemas" else outside / "file")
    assert run(["-C", str(estate), "schema"]) == 2
    assert f"{name} is a symbolic link" in capsys.readouterr().err
    assert list(outside.iterdir()) == []


def test_a_folder_without_an_estate_is_left_alone(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(tmp_path), "schema"]) == 2
    assert "there is no estate" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
