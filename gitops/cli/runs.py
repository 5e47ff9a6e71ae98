"""Runs that a call would change under their names: what it must not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitops.cli.places import Place
    from gitops.compile.runs import Declared
    from gitops.foundation.findings import Finding
    from gitops.tree.stage import Stage


def refused_changes(place: Place, stage: Stage, staged: Iterable[str], declared: Declared
                    ) -> list[Finding]:
    """The runs that stand under their names, and that a render would change.

    Only what is staged is looked at: all else is as it was.

    Args:
        staged: the paths that any process has put and that differ from the disk.
        declared: what decides, and where findings stand.

    Raises:
        Refused: a staged file cannot be read. UsageError: the clone does not hold the files.
    """
    from gitops.compile.runs import is_runs, refused_runs

    paths = [path for path in staged if is_runs(path)]
    if not paths:
        return []
    made = {path: stage.staged(path) for path in paths}
    return refused_runs(_standing(place, paths), made, declared)


def _standing(place: Place, paths: Collection[str]) -> dict[str, bytes]:
    """What the last commit has of some files; where none has the output, what the disk has.

    What is on disk only was never applied, and is still being written.
    """
    from gitops.foundation.errors import UsageError
    from gitops.review.git import Repository
    from gitops.review.runs import runs_at
    from gitops.tree.disk import Disk

    try:
        repository = Repository.around(place.root)
    except UsageError:
        repository = None
    head = repository.commit("HEAD") if repository else None
    if repository and head and repository.ask(
            "rev-parse", "--verify", "--quiet", f"{head}:{repository.prefix}{place.output}"):
        return runs_at(repository, head, place.output, paths)
    disk = Disk(str(place.folder))
    return {path: Path(place.folder, path).read_bytes() for path in paths
            if disk.kind(path) == "file" and disk.ours(path)}
