"""Git's plumbing, asked in ways that run nothing the repository brings along.

Commands that read objects and references are used, and one that adds them: no hook, filter,
textconv, pager, signature check or file system monitor runs. Objects that a partial clone left
behind are not fetched, since a repository's own settings say with which program that is done.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from gitops.foundation.errors import UsageError

_KEPT = ("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH",
         "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE")
"""Git's variables that say nothing about which repository or index is meant."""
_SAFE = ("--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs",
         "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
         "-c", "protocol.allow=never")
SYMLINK, SUBMODULE = "120000", "160000"


class Entry(Struct, frozen=True):
    """A file of a tree: its mode as git writes it, its object and its path there."""

    mode: str
    oid: str
    path: str


class Repository(Struct, frozen=True):
    """The repository that a folder lies in; ``prefix`` is the folder's path there, or empty.

    A prefix ends in a slash.
    """

    folder: str
    prefix: str

    @classmethod
    def around(cls, folder: str) -> Repository:
        """The repository around a folder.

        Raises:
            UsageError: git is not installed, there is no repository, or git does not trust it.
        """
        code, out, told = _git(folder, ("rev-parse", "--show-prefix"))
        if code:
            raise _no_repository(folder, told)
        return cls(folder, os.fsdecode(out).removesuffix("\n"))

    def ask(self, *arguments: str) -> str | None:
        """What git answers, without the last newline; None when it answers with an error."""
        code, out, _ = _git(self.folder, arguments)
        return None if code else os.fsdecode(out).removesuffix("\n")

    def feed(self, arguments: Sequence[str], chunks: Iterable[bytes]) -> str | None:
        """Give git something to read; None when it took it, else what it said.

        Raises:
            UsageError: git is not installed.
        """
        import subprocess
        import tempfile

        with tempfile.TemporaryFile() as told:
            process = subprocess.Popen(["git", *_SAFE, "-C", self.folder, *arguments],
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                       stderr=told, env=_environment(os.environ))
            with process, suppress(BrokenPipeError):
                process.stdin.writelines(chunks)  # type: ignore[union-attr]
            told.seek(0)
            said = told.read().decode("utf-8", "replace").strip()
        return None if process.returncode == 0 else said

    def commit(self, revision: str) -> str | None:
        """The full name of a commit; None when there is no such commit here."""
        if not revision or revision.startswith("-") or "\0" in revision:
            return None
        return self.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or None

    @property
    def shallow(self) -> bool:
        """Whether the clone holds a part of the history only."""
        return self.ask("rev-parse", "--is-shallow-repository") == "true"

    def entries(self, commit: str, names: Sequence[str]) -> list[Entry]:
        """The files at or below some names of the folder, as they were in a commit.

        Submodules are left out: what they hold is in another repository.
        """
        listing = self.ask("ls-tree", "-r", "-z", "--full-tree", commit,
                           *(f"{self.prefix}{name}" for name in names)) or ""
        found = []
        for line in listing.split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, _, oid = about.split(" ")
            if mode != SUBMODULE:
                found.append(Entry(mode, oid, path.removeprefix(self.prefix)))
        return found

    def contents(self, entries: Sequence[Entry]) -> dict[str, bytes]:
        """What files hold, by path, read in one go.

        Raises:
            UsageError: the clone does not have them.
        """
        asked = "".join(f"{entry.oid}\n" for entry in entries).encode()
        _, out, _ = _git(self.folder, ("cat-file", "--batch"), asked)
        found: dict[str, bytes] = {}
        at = 0
        for entry in entries:
            end = out.find(b"\n", at)
            head = out[at:end].split(b" ")
            if end < 0 or len(head) != 3:
                raise UsageError(
                    f"this clone does not hold {entry.path} as it was",
                    "it is a partial clone: fetch the objects first, or clone without --filter")
            size = int(head[2])
            found[entry.path] = out[end + 1:end + 1 + size]
            at = end + 1 + size + 1
        return found


def _git(folder: str, arguments: Sequence[str], stdin: bytes = b"") -> tuple[int, bytes, str]:
    """Exit code, output and what git said about an error."""
    import subprocess

    try:
        done = subprocess.run(["git", *_SAFE, "-C", folder, *arguments], input=stdin,
                              capture_output=True, check=False, env=_environment(os.environ))
    except FileNotFoundError:
        raise UsageError("git is not installed", "comparing with an earlier revision needs it"
                         ) from None
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what points git to another repository, as hooks are given it."""
    kept = {name: value for name, value in given.items()
            if not name.startswith("GIT_") or name in _KEPT
            or (name.startswith("GIT_CONFIG_") and name != "GIT_CONFIG_PARAMETERS")}
    return kept | {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def _no_repository(folder: str, told: str) -> UsageError:
    if "dubious ownership" in told:
        return UsageError(f"git does not trust {folder}: it belongs to another user",
                          f"git config --global --add safe.directory {folder}")
    if "not a git repository" in told:
        return UsageError(f"{folder} is in no git repository, so there is nothing to compare with",
                          "git init, and commit the estate")
    return UsageError(f"git cannot read the repository around {folder}", told.partition("\n")[0])
