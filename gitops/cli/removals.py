"""Tenants that a call would take away: what it must not, seen from the disk and from git."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gitops.cli.running import Selection
from gitops.cli.session import Session
from gitops.foundation.errors import Refused

if TYPE_CHECKING:
    from gitops.cli.places import Place
    from gitops.compile.pipeline import Compiler
    from gitops.foundation.findings import Finding


class Checked(Struct, frozen=True):
    """What a call wants compared: where it is, with which base, and what may go."""

    selection: Selection
    output: str
    base: str
    allowed: tuple[str, ...]


def refuse(findings: list[Finding]) -> None:
    """Raise what there is to say.

    Raises:
        Refused: there is anything.
    """
    if findings:
        raise Refused(findings)


def leaving(place: Place, made: Iterable[str], scope: Collection[str]
            ) -> tuple[dict[str, bytes], Mapping[str, int]]:
    """The workspace files that a render no longer makes, and how many stand by cluster.

    Those that somebody deleted from disk since the last render stand as git has them: an
    empty ``rendered/`` that is filled anew must not take a tenant away unasked.
    """
    from collections import Counter

    from gitops.compile.removal import is_workspace
    from gitops.tree.changes import within
    from gitops.tree.disk import Disk

    output = place.folder
    disk = Disk(str(output))
    made = set(made)
    places = {path: found for found in output.glob("*/platform/tenants/*.yaml")
              if is_workspace(path := found.relative_to(output).as_posix())}
    going = {path: found.read_bytes() for path, found in places.items()
             if path not in made and within(path, scope)
             and disk.kind(path) == "file" and disk.ours(path)}
    lost = _deleted(place, made.union(places))
    going |= {path: content for path, content in lost.items() if within(path, scope)}
    return going, Counter(path.partition("/")[0] for path in (*places, *lost))


def _deleted(place: Place, known: Collection[str]) -> dict[str, bytes]:
    """The workspace files that were last written here, and are gone though git has them."""
    from gitops.compile.removal import is_workspace
    from gitops.tree.written import written

    names = {path for path in written(place.root, place.output)
             if is_workspace(path) and path not in known}
    if not names:
        return {}
    from gitops.foundation.errors import UsageError
    from gitops.review.git import Repository

    try:
        repository = Repository.around(place.root)
    except UsageError:
        return {}
    head = repository.commit("HEAD")
    entries = repository.entries(head, [f"{place.output}/{name}" for name in sorted(names)]) \
        if head else []
    return {path.removeprefix(f"{place.output}/"): content
            for path, content in repository.contents(entries).items()}


def refused_since(session: Session, place: Place, asked: Checked, made: Mapping[str, str],
                  compiler: Compiler) -> list[Finding]:
    """The removals and changes of runs since the base that no render would make.

    ``made`` has every path that is made now; with the text where that is a file of runs.

    Where no base was asked for and git has none, a line says that nothing was looked at.

    Raises:
        UsageError: the base that was asked for is not there.
    """
    from gitops.compile.runs import Declared
    from gitops.foundation.errors import UsageError
    from gitops.review.git import Repository
    from gitops.review.removals import Since, removals_since
    from gitops.review.revisions import base_of
    from gitops.review.runs import runs_since

    try:
        repository = Repository.around(place.root)
        base = base_of(repository, asked.base)
    except UsageError as error:
        if asked.base:
            raise
        session.say(f"removals and changed runs were not looked at: {error}")
        return []
    estate = compiler.estate
    since = Since(base.commit, place.output, asked.selection.scope(list(estate.clusters)))
    runs = {path: text.encode() for path, text in made.items()
            if text and asked.selection.holds(path)}
    return [*removals_since(repository, since, made, estate, asked.allowed),
            *runs_since(repository, since, runs,
                        Declared(estate, compiler.files, asked.allowed))]
