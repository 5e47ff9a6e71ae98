"""An estate as it was: its files at a revision, read without a checkout."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from gitops.declarations.inputs import INPUTS, is_input
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding, Position
from gitops.review.git import SYMLINK, Repository

OUTPUT = "rendered"
_REMOTE = "refs/remotes/"
_USUAL = ("main", "master")


class Base(Struct, frozen=True):
    """What is compared with: a commit, and in words which one it is."""

    commit: str
    label: str

    @property
    def short(self) -> str:
        """The commit's name as people write it."""
        return self.commit[:10]

    def __str__(self) -> str:
        return self.short if self.commit.startswith(self.label) else f"{self.label} ({self.short})"


def read_revision(repository: Repository, commit: str) -> dict[str, bytes]:
    """Every input file of the estate at a commit, by its path, in order; none if it had none.

    Raises:
        Refused: an input was a symbolic link.
        UsageError: the clone does not hold all the files.
    """
    entries = [entry for entry in repository.entries(commit, INPUTS)
               if is_input(entry.path) or entry.mode == SYMLINK]
    links = [Finding("symlink-in-estate", Position(entry.path),
                     f"{entry.path} is a symbolic link at {commit[:10]}",
                     "put the file itself there")
             for entry in entries if entry.mode == SYMLINK]
    if links:
        raise Refused(links)
    return dict(sorted(repository.contents(entries).items()))


def read_rendered(repository: Repository, commit: str) -> dict[str, bytes]:
    """The rendered files as committed, by path below ``rendered/``. Links are left out."""
    entries = [entry for entry in repository.entries(commit, (OUTPUT,)) if entry.mode != SYMLINK]
    return {path.removeprefix(f"{OUTPUT}/"): content
            for path, content in repository.contents(entries).items()}


def base_of(repository: Repository, revision: str = "") -> Base:
    """The commit to compare with: the one asked for, else where this branch began.

    On a branch that is the merge base with the default branch, on the default branch
    itself the one with its upstream, and HEAD where there is neither.

    Raises:
        UsageError: there is no such revision, with what to do in a shallow clone.
    """
    if revision:
        commit = repository.commit(revision)
        if commit is None:
            raise _unknown(repository, revision)
        return Base(commit, revision)
    head = repository.commit("HEAD")
    if head is None:
        raise UsageError("there is no commit yet to compare with", "commit the estate first")
    for name in _candidates(repository):
        if repository.commit(name) is not None:
            return _merge_base(repository, head, name)
    return Base(head, "HEAD")


def _candidates(repository: Repository) -> Iterator[str]:
    """References that this branch may have begun at, the likeliest first."""
    branch = repository.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch is None:
        return
    default = _default_branch(repository)
    if default is None or default == branch:
        yield "@{upstream}"
        return
    remote = f"{_REMOTE}origin/{default}"
    yield remote if repository.commit(remote) else f"refs/heads/{default}"


def _default_branch(repository: Repository) -> str | None:
    """The short name of the branch that changes are merged into."""
    head = repository.ask("symbolic-ref", "--quiet", f"{_REMOTE}origin/HEAD")
    if head:
        return head.removeprefix(f"{_REMOTE}origin/")
    return next((name for name in _USUAL for where in (f"{_REMOTE}origin/", "refs/heads/")
                 if repository.commit(where + name)), None)


def _merge_base(repository: Repository, head: str, name: str) -> Base:
    found = repository.ask("merge-base", head, name)
    shown = name if name.startswith("@") else name.removeprefix(_REMOTE).removeprefix("refs/heads/")
    if shown == "@{upstream}":
        shown = repository.ask("rev-parse", "--abbrev-ref", name) or "the upstream branch"
    if not found:
        if repository.shallow:
            raise UsageError(f"this shallow clone does not reach back to where the branch left "
                             f"{shown}", _DEEPER)
        return Base(head, "HEAD")
    return Base(found, f"the merge base with {shown}")


_DEEPER = ("fetch the history: git fetch --unshallow, or fetch-depth: 0 for actions/checkout; "
           "or name a commit that is here with --base")


def _unknown(repository: Repository, revision: str) -> UsageError:
    if repository.shallow:
        return UsageError(f"there is no revision {revision!r} in this shallow clone", _DEEPER)
    listed = repository.ask("for-each-ref", "--format=%(refname:short)", "--count=500",
                            "refs/heads", "refs/remotes", "refs/tags") or ""
    import difflib

    near = difflib.get_close_matches(revision, listed.split("\n"), n=1)
    hint = f"did you mean {near[0]!r}?" if near else \
        "name a branch, a tag or a commit; a remote's branch may have to be fetched first"
    return UsageError(f"there is no revision {revision!r}", hint)
