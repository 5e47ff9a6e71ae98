"""Which rendered files no render made: told from git where a fresh clone remembers nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from gitops.compile.kustomize import FILE
from gitops.compile.pipeline import prepare
from gitops.foundation.errors import Refused, UsageError
from gitops.review.git import Repository
from gitops.review.revisions import OUTPUT, read_revision
from gitops.review.sides import unit_of

MOST_COMMITS, MOST_FILES = 8, 100
"""How many commits are rendered again at most, and for how many files git is asked which.

Files beyond are called stale: where so many differ, the declarations or the tool changed.
"""


def handmade(root: str, paths: Collection[str], remembered: Collection[str],
             unknown: Collection[str] = ()) -> set[str]:
    """Which of the differing files were edited by hand.

    A file as it was committed is compared with what the declarations of the commit that
    last changed it render to; kustomizations, which list what other files make, are left
    out. A file that differs from what was committed is told by the tool's own memory;
    where that knows nothing of it, no render here can have made the difference. Where a
    shallow clone does not hold the commit, nobody is blamed.

    Args:
        root: the estate's folder.
        paths: files below the output that differ from a fresh render.
        remembered: those of them that the tool remembers to have written otherwise.
        unknown: those of them that it does not remember to have written.
    """
    try:
        repository = Repository.around(root)
        head = repository.commit("HEAD")
    except UsageError:
        head = None
    if head is None:
        return set(remembered)
    at_head = _at_head(repository, head, paths)
    committed = {path: data for path, data in at_head.items() if _stands(repository, path, data)}
    found = {path for path in remembered if path not in committed}
    found |= {path for path in unknown if path in at_head and path not in committed}
    for commit, files in _by_commit(repository, committed):
        found |= set(_unlike(repository, commit, files))
    return found


def _at_head(repository: Repository, head: str, paths: Collection[str]) -> dict[str, bytes]:
    """The files as they were committed, by path below the output."""
    names = {f"{OUTPUT}/{path}" for path in paths}
    entries = [entry for entry in repository.entries(head, (OUTPUT,)) if entry.path in names]
    return {path.removeprefix(f"{OUTPUT}/"): data
            for path, data in repository.contents(entries).items()}


def _stands(repository: Repository, path: str, data: bytes) -> bool:
    place = Path(repository.folder, OUTPUT, path)
    return place.is_file() and place.read_bytes() == data


def _by_commit(repository: Repository, committed: Mapping[str, bytes]
               ) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The files by the commit that last changed them, as far as is worth looking."""
    commits: dict[str, dict[str, bytes]] = {}
    asked = [path for path in committed if path.rpartition("/")[2] != FILE][:MOST_FILES]
    for path in asked:
        commit = repository.ask("rev-list", "-1", "HEAD", "--", f"{OUTPUT}/{path}")
        if commit and (commit in commits or len(commits) < MOST_COMMITS):
            commits.setdefault(commit, {})[path] = committed[path]
    yield from ((commit, files) for commit, files in commits.items()
                if not _cut_off(repository, commit))


def _cut_off(repository: Repository, commit: str) -> bool:
    """Whether a shallow clone ends here, so that every older change looks like this commit's."""
    return repository.shallow and repository.commit(f"{commit}^") is None


def _unlike(repository: Repository, commit: str, files: Mapping[str, bytes]) -> Iterable[str]:
    """The files that are not what a commit's declarations render to, if those compile."""
    try:
        compiler = prepare(read_revision(repository, commit))
        units = set(map(unit_of, files)) & set(compiler.units())
        made = {file.path: file.text.encode() for unit in units for file in compiler.render(unit)}
    except (Refused, UsageError):
        return ()
    return [path for path, data in files.items() if made.get(path) != data]
