"""Runs that a change gives another spec under their names, seen from a commit.

A run that no commit has was never applied, so it may be rendered anew as often as one likes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gitops.compile.runs import Declared, refused_runs
from gitops.foundation.findings import Finding
from gitops.review.git import SYMLINK, Repository
from gitops.review.removals import Since


def runs_since(repository: Repository, since: Since, made: Mapping[str, bytes],
               declared: Declared) -> list[Finding]:
    """What :func:`gitops.compile.runs.refused_runs` says of a change since a commit.

    Args:
        made: the files of runs that the declarations make now, by path below the output. The
            scope of ``since`` does not matter.
        declared: what decides, and where findings stand.

    Raises:
        UsageError: the clone does not hold the files.
    """
    if not made:
        return []
    commit = repository.ask("merge-base", since.commit, "HEAD") or since.commit
    before = runs_at(repository, commit, since.output, made)
    return refused_runs(before, made, declared)


def runs_at(repository: Repository, commit: str, output: str, paths: Collection[str]
            ) -> dict[str, bytes]:
    """Those of some files below an output that a commit has, and what they hold there.

    Raises:
        UsageError: the clone does not hold the files.
    """
    lead = f"{output}/"
    entries = [entry for entry in repository.entries(commit, (output,))
               if entry.mode != SYMLINK and entry.path.removeprefix(lead) in paths]
    return {path.removeprefix(lead): text
            for path, text in repository.contents(entries).items()}
