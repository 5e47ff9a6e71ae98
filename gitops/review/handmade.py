"""Which rendered files no render made: told from git where a fresh clone remembers nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from gitops.compile.kustomize import FILE
from gitops.compile.pipeline import Compiler, Unit
from gitops.compile.prepare import prepare
from gitops.foundation.errors import Refused, UsageError
from gitops.review.git import Repository
from gitops.review.revisions import OUTPUT, read_revision
from gitops.review.sides import unit_of
from gitops.tree.disk import Disk

MOST_COMMITS, MOST_FILES, MOST_BESIDE = 8, 100, 20
"""How many commits are rendered again at most, for how many files git is asked which, and
how many files beside a suspicious one are rendered to see whether the tool was the same.

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
    output = Path(repository.folder, OUTPUT)
    return Disk(str(output)).kind(path) == "file" and (output / path).read_bytes() == data


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
    """The files that are not what a commit's declarations render to, if those compile.

    Where none of the files beside one is as rendered, another version of the tool rendered
    them all, and nobody is blamed. Of a template that makes one file only, another version
    may have changed just that: blamed is who changed what this version once rendered.
    """
    try:
        made = _Made(prepare(read_revision(repository, commit)))
        unlike = [path for path, data in files.items() if made.text(path) != data]
        entries = repository.entries(commit, (OUTPUT,)) if unlike else []
        standing = {entry.path.removeprefix(f"{OUTPUT}/"): entry for entry in entries
                    if not entry.path.endswith(f"/{FILE}")}
        blamed = []
        for page, paths in _by_page(unlike).items():
            alike = [path for path in standing if _page(path) == page]
            alone = len(alike) == 1
            beside = [standing[path] for path in _some(standing if alone else alike, set(unlike))]
            if any(made.text(path.removeprefix(f"{OUTPUT}/")) == data
                   for path, data in repository.contents(beside).items()):
                blamed += [path for path in paths
                           if not alone or _was_rendered(repository, commit, path)]
    except (Refused, UsageError):
        return ()
    return blamed


class _Made(Struct, frozen=True):
    """What a commit's declarations render to, unit by unit as it is asked for."""

    compiler: Compiler
    _texts: dict[Unit, dict[str, bytes]] = field(default_factory=dict)

    def text(self, path: str) -> bytes | None:
        unit = unit_of(path)
        if unit not in self._texts:
            declared = unit in set(self.compiler.units((unit.cluster,)))
            self._texts[unit] = {file.path: file.text.encode() for file in
                                 self.compiler.render(unit)} if declared else {}
        return self._texts[unit].get(path)


def _page(path: str) -> str:
    """What is equal for the files that one template makes."""
    unit = unit_of(path)
    rest = path.removeprefix(f"{unit.cluster}/")
    return rest.replace(f"tenants/{unit.tenant}", "tenants/*", 1) if unit.tenant else rest


def _by_page(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(_page(path), []).append(path)
    return found


def _was_rendered(repository: Repository, commit: str, path: str) -> bool:
    """Whether a file, as it stood before a commit, is what its declarations then render to."""
    name = f"{OUTPUT}/{path}"
    before = repository.ask("rev-list", "-1", f"{commit}^", "--", name)
    entries = repository.entries(before, (name,)) if before else []
    if not entries or not before:
        return False
    made = _Made(prepare(read_revision(repository, before)))
    return made.text(path) == repository.contents(entries)[name]


def _some(alike: Collection[str], unlike: Collection[str]) -> list[str]:
    """Some files of these that were not changed."""
    rest = sorted(path for path in alike if path not in unlike)
    return rest[::max(1, len(rest) // MOST_BESIDE)][:MOST_BESIDE]
