"""One tenant rendered beside others: the lists that they share say what stands on disk.

Made from the declarations they would list a tenant that is yet to be rendered, whose
files are not there, and leave out one whose file was just deleted: a GitOps engine would
prune that namespace, and no guard would have been asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from gitops.cli.running import SHARED, Selection

if TYPE_CHECKING:
    from gitops.compile.pipeline import RenderedFile


def shared_lists(output: str, selection: Selection, clusters: Collection[str],
                 made: Collection[str]) -> Iterator[RenderedFile]:
    """The kustomizations that belong to several tenants, as they are beside what stands.

    None where all tenants are rendered, which makes these lists like any other file.

    Args:
        output: the folder in which the rendered files stand.
        selection: what is rendered.
        clusters: all that are declared.
        made: every path that the declarations make.
    """
    from gitops.compile.kustomize import FILE, kustomizations
    from gitops.compile.pipeline import RenderedFile
    from gitops.tree.header import header

    if not selection.tenants:
        return
    paths = {path for path in made if selection.holds(path)}
    paths |= _standing(output, selection.clusters or clusters, selection.scope(list(clusters)),
                       frozenset(made))
    lists = kustomizations(sorted(path for path in paths if path.rpartition("/")[2] != FILE))
    for file in lists:
        if file.path.partition("/")[2] in SHARED:
            yield RenderedFile(file.path, header(file.source) + file.text)


def _standing(output: str, clusters: Collection[str], scope: Collection[str],
              made: Collection[str]) -> set[str]:
    """The rendered files on disk that this render leaves alone."""
    from gitops.tree.changes import within
    from gitops.tree.disk import Disk
    from gitops.tree.plan import standing_files

    disk = Disk(output)
    return {path for path in standing_files(disk, clusters)
            if not within(path, scope) and (path in made or disk.ours(path))}
