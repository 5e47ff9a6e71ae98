"""A branch that holds rendered files: compared with a render, and written by git's plumbing.

No checkout, no index: the working tree and what is staged are never touched, and the branch
moves in one step. Files there that gitops did not write stay as they are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gitops.declarations.inputs import INPUTS, is_input
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding
from gitops.review.git import SYMLINK, Entry, Repository
from gitops.tree.changes import Changes, within
from gitops.tree.disk import Verdict
from gitops.tree.header import HEAD_SIZE, is_ours
from gitops.tree.refusals import obstacle

FILE = "100644"
AT_ONCE = 500
"""How many files are read from git in one go."""


class Branch(Struct, frozen=True):
    """The files at and below a folder of a branch, as they stand in its last commit.

    ``tip`` is that commit, empty for a branch that is yet to be made; ``standing`` are the
    files by path below the folder ``path``.
    """

    repository: Repository
    name: str
    path: str
    tip: str
    algorithm: str
    standing: Mapping[str, Entry]

    @classmethod
    def of(cls, folder: str, name: str, path: str) -> Branch:
        """A branch of the repository around a folder; the remote's where that is ahead.

        Raises:
            UsageError: there is no repository, or somebody has the branch checked out.
            Refused: something else than a folder stands where the files go.
        """
        repository = Repository(Repository.around(folder).folder, "")
        _require_free(repository, name)
        tip = _tip(repository, name)
        entries = repository.entries(tip, (path,)) if tip else []
        for above in (path, *map(str, PurePosixPath(path).parents)):
            if any(entry.path == above for entry in entries):
                raise Refused([obstacle(f"{name}:{above}", "file-in-the-way", "")])
        algorithm = repository.ask("rev-parse", "--show-object-format") or "sha1"
        return cls(repository, name, path, tip, algorithm,
                   {entry.path[len(path) + 1:]: entry for entry in entries})

    @property
    def shown(self) -> str:
        """The branch and folder as people write them: ``deploy:clusters``."""
        return f"{self.name}:{self.path}"

    def same(self, path: str, content: bytes) -> bool:
        """Whether a rendered file stands there as it is, by its hash; in any process."""
        entry = self.standing.get(path)
        return (entry is not None and entry.mode == FILE
                and entry.oid == oid(self.algorithm, content))

    def orphans(self, wanted: Iterable[str], scope: Sequence[str]) -> dict[str, bytes]:
        """Our files in the scope that a render does not make, and what they hold."""
        gone = self.standing.keys() - set(wanted)
        return {path: content for path, content in self.contents(
            path for path in sorted(gone) if within(path, scope)) if is_ours(content[:HEAD_SIZE])}

    def obstacles(self, different: Iterable[str], going: Iterable[str]) -> dict[str, Verdict]:
        """Paths at which something that gitops did not write is in a rendered file's way."""
        staying = self.standing.keys() - set(going)
        folders = {str(above) for path in staying for above in PurePosixPath(path).parents}
        found: dict[str, Verdict] = {}
        changed = []
        for path in different:
            above = next((str(one) for one in PurePosixPath(path).parents if str(one) in staying),
                         None)
            if above:
                found[above] = "file-in-the-way"
            elif path in folders:
                found[path] = "folder-in-the-way"
            elif path in staying:
                changed.append(path)
        for path, content in self.contents(changed):
            if self.standing[path].mode == SYMLINK:
                found[path] = "symlink"
            elif not is_ours(content[:HEAD_SIZE]):
                found[path] = "foreign"
        return found

    def refuse(self, obstacles: Mapping[str, Verdict], *, force: bool) -> None:
        """Refuse what is in the way; files may be written over where that is forced.

        Raises:
            Refused: with every obstacle.
        """
        findings: list[Finding] = [obstacle(self.shown, verdict, path)
                                   for path, verdict in sorted(obstacles.items())
                                   if not (force and verdict == "foreign")]
        if findings:
            raise Refused(findings)

    def commit(self, files: Mapping[str, str], removed: Iterable[str], message: str) -> Changes:
        """Add one commit to the branch, with these files changed and these gone.

        Args:
            files: by path, where on disk the content waits.
            removed: the paths that go.
            message: the commit's.

        Raises:
            UsageError: git does not know who commits, or the branch has moved meanwhile.
        """
        gone = tuple(sorted(removed))
        if files or gone:
            who = self.repository.ask("var", "GIT_COMMITTER_IDENT")
            if not who:
                raise UsageError("git does not know who commits here",
                                 "git config user.name and user.email")
            told = self.repository.feed(
                ("fast-import", "--quiet", "--date-format=raw"),
                self._stream(files, gone, who, message))
            if told is not None:
                raise UsageError(f"the branch {self.name} could not be written: {told}",
                                 "it may have moved meanwhile; run gitops render again")
        return Changes(tuple(sorted(files.keys() - self.standing.keys())),
                       tuple(sorted(files.keys() & self.standing.keys())), gone)

    def _stream(self, files: Mapping[str, str], gone: Sequence[str], who: str, message: str
                ) -> Iterator[bytes]:
        """What ``git fast-import`` reads; removals come first, so that a folder may take a
        file's place."""
        text = message.encode()
        yield b"commit refs/heads/%b\n" % os.fsencode(self.name)
        yield b"committer %b\ndata %d\n%b\n" % (who.encode(), len(text), text)
        if self.tip:
            yield b"from %b\n" % self.tip.encode()
        for path in gone:
            yield b"D %b\n" % _quoted(f"{self.path}/{path}")
        for path, place in sorted(files.items()):
            content = Path(place).read_bytes()
            yield b"M %b inline %b\n" % (FILE.encode(), _quoted(f"{self.path}/{path}"))
            yield b"data %d\n%b\n" % (len(content), content)

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """What some of the standing files hold, by path."""
        names = list(paths)
        for start in range(0, len(names), AT_ONCE):
            entries = [self.standing[name] for name in names[start:start + AT_ONCE]]
            read = self.repository.contents(entries)
            yield from ((entry.path[len(self.path) + 1:], read[entry.path]) for entry in entries)


def _tip(repository: Repository, name: str) -> str:
    """The last commit of a branch here, or at the remote where that goes on from it."""
    here = repository.commit(f"refs/heads/{name}")
    there = repository.commit(f"refs/remotes/origin/{name}")
    if here and there and repository.ask("merge-base", "--is-ancestor", here, there) is not None:
        return there
    return here or there or ""


def _require_free(repository: Repository, name: str) -> None:
    """Refuse a name that is none, and a branch whose files stand in a working tree: they
    would seem to have been changed back."""
    if repository.ask("check-ref-format", f"refs/heads/{name}") is None:
        raise UsageError(f"{name!r} cannot be a branch", "correct sync.branch in platform.yaml")
    listing = repository.ask("worktree", "list", "--porcelain") or ""
    place = ""
    for line in listing.split("\n"):
        word, _, value = line.partition(" ")
        if word == "worktree":
            place = value
        elif word == "branch" and value == f"refs/heads/{name}":
            raise UsageError(f"the branch {name} is checked out in {place}",
                             "rendered files go to a branch of their own: name it under "
                             "sync.branch in platform.yaml, or check out another one there")


def oid(algorithm: str, content: bytes) -> str:
    """The name that git gives to a file's content."""
    return hashlib.new(algorithm, b"blob %d\0%b" % (len(content), content)).hexdigest()


def _quoted(path: str) -> bytes:
    """A path as fast-import reads any: in quotes, what is special in it escaped."""
    special = {ord('"'): b'\\"', ord("\\"): b"\\\\", ord("\n"): b"\\n"}
    return b'"' + b"".join(special.get(byte, bytes([byte])) for byte in os.fsencode(path)) + b'"'


def message_of(folder: str, files: Mapping[str, bytes]) -> str:
    """A commit's message: from which declarations its files were rendered.

    Args:
        folder: the estate's.
        files: its input files, as they were read.
    """
    repository = Repository.around(folder)
    head = repository.commit("HEAD")
    if head is None:
        return "Rendered from declarations that are not committed\n"
    algorithm = repository.ask("rev-parse", "--show-object-format") or "sha1"
    committed = {entry.path: entry.oid for entry in repository.entries(head, INPUTS)
                 if is_input(entry.path)}
    read = {path: oid(algorithm, content) for path, content in files.items()}
    state = "" if read == committed else " and changes that are not committed"
    return f"Rendered from {head[:12]}{state}\n\nSource-Commit: {head}\n"
