"""Code of templates that is kept beside them: used while it fits, and otherwise made again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gitops.render import kept
from gitops.render.engine import Engine, Template
from tests.render.rendering import HEAD

TEXT = HEAD + "spec: {{ value }}\n"


@pytest.fixture(autouse=True)
def bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of this run says."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def rendered(place: Path, text: str = TEXT) -> str:
    template = Template("t", text, "t.j2", str(place))
    return Engine({"t": template}).render("t", {"value": "x"}).text


def test_code_is_kept_and_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "__pycache__/t.pyc"
    first = rendered(place)
    monkeypatch.setattr("jinja2.Environment.compile", None)
    assert rendered(place) == first == HEAD + "spec: x\n"
    assert [path.name for path in place.parent.iterdir()] == ["t.pyc"]


def test_another_text_is_compiled_anew(tmp_path: Path) -> None:
    rendered(tmp_path / "t.pyc")
    assert rendered(tmp_path / "t.pyc", TEXT.replace("spec", "data")) == HEAD + "data: x\n"
    assert rendered(tmp_path / "t.pyc") == HEAD + "spec: x\n"


def test_another_compiler_makes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "t.pyc"
    rendered(place)
    before = place.read_bytes()
    monkeypatch.setattr(kept, "_compiler", lambda: ("another",))
    rendered(place)
    assert place.read_bytes() != before


@pytest.mark.parametrize("at", [0, 20, 40, -1])
def test_what_is_damaged_is_no_code(tmp_path: Path, at: int) -> None:
    place = tmp_path / "t.pyc"
    rendered(place)
    whole = place.read_bytes()
    damaged = bytearray(whole)
    damaged[at] ^= 0xFF
    for content in (bytes(damaged), whole[:at], b"", b"x" * 100):
        place.write_bytes(content)
        assert rendered(place) == HEAD + "spec: x\n"
        assert place.read_bytes() == whole


def test_a_place_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert rendered(tmp_path / "file/t.pyc") == HEAD + "spec: x\n"


def test_nothing_is_kept_without_a_place_or_against_pythons_switch(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rendered(tmp_path / "t.pyc")
    assert Engine({"t": Template("t", TEXT, "t.j2")}).render("t", {"value": "x"}).text
    assert not list(tmp_path.iterdir())
