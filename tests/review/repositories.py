"""Real git repositories for the tests, each in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

AUTHOR = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
          "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
          "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@dataclass(frozen=True)
class Repo:
    """A repository whose estate is its top folder, or a folder of it."""

    top: Path
    estate: Path

    @classmethod
    def new(cls, top: Path, folder: str = "") -> Repo:
        """An empty repository with the branch main."""
        (top / folder).mkdir(parents=True, exist_ok=True)
        repo = cls(top, top / folder)
        repo.git("init", "--quiet", "--initial-branch=main")
        return repo

    def git(self, *words: str) -> str:
        """Run git; a failure fails the test."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(["git", "-C", self.top, *words], check=True, text=True,
                              capture_output=True, env={**clean, **AUTHOR}).stdout.strip()

    def write(self, files: Mapping[str, bytes | str]) -> None:
        """Put files into the estate."""
        for path, content in files.items():
            place = self.estate / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, bytes | str] | None = None) -> str:
        """Commit everything; returns the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=change")
        return self.git("rev-parse", "HEAD")
