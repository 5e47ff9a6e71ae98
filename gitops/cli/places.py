"""Where a render writes: beside the declarations, into another clone, or to a branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gitops.cli.running import OUTPUT
from gitops.foundation.errors import UsageError

if TYPE_CHECKING:
    from gitops.model.sync import Source
    from gitops.review.branch import Branch


class Place(Struct, frozen=True):
    """The folder ``output`` of the folder ``root``; ``shown`` is its name for people.

    ``own`` says that it is ``rendered/`` in the estate, which git's history and the tool's
    memory know.
    """

    root: str
    output: str
    shown: str
    own: bool = False

    @property
    def folder(self) -> Path:
        """Where the clusters' folders stand."""
        return Path(self.root, self.output)


def place_of(root: str, source: Source | None, given: str) -> Place | Branch:
    """Where this call writes, as declared under ``sync.output`` or given with ``--output``.

    Args:
        root: the estate's folder.
        source: the platform's ``sync``.
        given: another clone's folder; empty where none was given.

    Raises:
        UsageError: the declared place needs ``--output``, or does not take it; the clone is
            none, or on another branch than the engines read.
    """
    declared = source.output if source else ""
    if declared == "branch" and source:
        if given:
            raise UsageError("this estate renders to the branch "
                             f"{source.branch}, so --output means nothing", "leave it out")
        from gitops.review.branch import Branch

        return Branch.of(root, source.branch, source.path)
    if declared and not given:
        raise UsageError("this estate renders into a clone of another repository",
                         "name the clone's folder: --output DIR")
    if not given:
        return Place(root, OUTPUT, OUTPUT, own=True)
    path = source.path if source else OUTPUT
    _require_clone(root, given, source)
    return Place(str(Path(given).absolute()), path, str(Path(given, path)))


def _require_clone(root: str, given: str, source: Source | None) -> None:
    """Refuse a folder that is no clone's top, the estate's own clone, or on another branch."""
    from gitops.review.git import Repository

    if not Path(given).is_dir():
        raise UsageError(f"{given} is no folder", "clone the output repository there")
    clone = Repository.around(given)
    if clone.prefix:
        raise UsageError(f"{given} is within a repository, and not its top",
                         "name the folder that holds .git")
    top = clone.ask("rev-parse", "--show-toplevel") or given
    own = _top(root)
    if own and Path(own).samefile(top):
        raise UsageError(f"{given} is the estate's own clone",
                         "leave --output out; or name the clone of another repository")
    branch = clone.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    if source and not source.oci and branch != source.branch:
        raise UsageError(f"{given} is on {branch or 'no branch'}, and the engines read "
                         f"{source.branch}", f"git -C {given} switch {source.branch}")


def _top(root: str) -> str:
    """The top of the repository that holds the estate; empty where there is none."""
    from gitops.review.git import Repository

    try:
        return Repository.around(root).ask("rev-parse", "--show-toplevel") or ""
    except UsageError:
        return ""
