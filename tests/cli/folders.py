"""Estates in plain folders, without git, and our commands run on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitops.cli.main import run
from tests.estates import estate


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Folder:
    """An estate's folder."""

    top: Path
    capsys: pytest.CaptureFixture[str]

    @classmethod
    def new(cls, top: Path, capsys: pytest.CaptureFixture[str],
            files: Mapping[str, str] | None = None, **options: str) -> Folder:
        """A folder with an estate of :func:`tests.estates.estate`."""
        folder = cls(top, capsys)
        folder.write(estate(files, **options))
        return folder

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put files there."""
        for path, content in files.items():
            place = self.top / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.top / path).unlink()

    def run(self, *words: str) -> Said:
        """One of our commands."""
        self.capsys.readouterr()
        code = run(["-C", str(self.top), *words])
        return Said(code, *self.capsys.readouterr())

    def tree(self) -> dict[str, bytes]:
        """Every rendered file by its path below ``rendered/``."""
        output = self.top / "rendered"
        return {path.relative_to(output).as_posix(): path.read_bytes()
                for path in sorted(output.rglob("*")) if path.is_file()}

    def listed(self, path: str) -> list[str]:
        """What a kustomization lists."""
        text = (self.top / "rendered" / path / "kustomization.yaml").read_text()
        resources: list[str] = yaml.safe_load(text)["resources"]
        return resources

    def unlisted(self) -> list[str]:
        """What kustomizations list although it is not there."""
        output = self.top / "rendered"
        return [f"{place.parent.relative_to(output)}/{name}"
                for place in output.rglob("kustomization.yaml")
                for name in yaml.safe_load(place.read_text())["resources"]
                if not (place.parent / name).exists()]
