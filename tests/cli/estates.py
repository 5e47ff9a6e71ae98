"""Scaffolded estates in real git repositories, and git and our programs run in them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gitops.cli.main import run
from tests.review.repositories import AUTHOR

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Clone:
    """A git repository whose top folder is a scaffolded estate."""

    top: Path

    @classmethod
    def new(cls, top: Path) -> Clone:
        """A scaffolded estate, committed on the branch main."""
        top.mkdir()
        clone = cls(top)
        clone.git("init", "--quiet", "--initial-branch=main")
        assert run(["-C", str(top), "init"]) == 0
        clone.commit("begin")
        return clone

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program in the repository, ours found first."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        path = f"{PROGRAMS}{os.pathsep}{clean.get('PATH', '')}"
        return subprocess.run(words, cwd=self.top, check=False, text=True, capture_output=True,
                              env={**clean, **AUTHOR, "PATH": path})

    def git(self, *words: str) -> str:
        """Run git; a failure fails the test."""
        done = self.run("git", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", f"--message={message}")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a file's text."""
        text = (self.top / path).read_text()
        assert old in text
        (self.top / path).write_text(text.replace(old, new))

    def render(self, *words: str) -> int:
        """``gitops render``."""
        return run(["-C", str(self.top), "render", *words])
