"""Tenants that a change takes away, seen from the commit that it will be merged into.

A render compares with the disk, where whoever deletes a declaration together with its
manifests leaves nothing to see. The base still has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from msgspec import Struct

from gitops.compile.removal import is_workspace, refused_removals
from gitops.foundation.findings import Finding
from gitops.model.estate import Estate
from gitops.review.git import SYMLINK, Repository
from gitops.review.revisions import OUTPUT
from gitops.tree.changes import within


class Since(Struct, frozen=True):
    """A base: its ``commit``, or where this branch left it; the rendered folder ``output``
    relative to the repository's folder; and the subtrees of it that count, all where
    ``scope`` is empty.

    What the base froze is frozen, and nothing that a branch froze since.
    """

    commit: str
    output: str = OUTPUT
    scope: Collection[str] = ()

    def below(self, path: str) -> str:
        """A path relative to the output."""
        return path.removeprefix(f"{self.output}/")


def removals_since(repository: Repository, since: Since, made: Iterable[str], estate: Estate,
                   allowed: Collection[str] = ()) -> list[Finding]:
    """What :func:`gitops.compile.removal.refused_removals` says of a change since a commit.

    Args:
        made: the paths below the output that the declarations make now.
        estate: what is declared now.
        allowed: tenants and clusters that may go all the same.

    Raises:
        UsageError: the clone does not hold the files.
    """
    kept = set(made)
    # What others added to the base meanwhile is not here, and nobody takes it away.
    commit = repository.ask("merge-base", since.commit, "HEAD") or since.commit
    entries = [entry for entry in repository.entries(commit, (since.output,))
               if entry.mode != SYMLINK and is_workspace(since.below(entry.path))]
    gone = [entry for entry in entries
            if (path := since.below(entry.path)) not in kept and within(path, since.scope)]
    if not gone:
        return []
    going = {since.below(path): text for path, text in repository.contents(gone).items()}
    standing = Counter(since.below(entry.path).partition("/")[0] for entry in entries)
    return list(refused_removals(going, standing, allowed, estate))
