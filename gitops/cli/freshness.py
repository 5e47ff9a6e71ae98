"""Whether ``rendered/`` is what a render would write, and what a render must not delete."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitops.cli.running import Selection, compiler_of, run
from gitops.cli.session import Session
from gitops.foundation.errors import Refused

if TYPE_CHECKING:
    from gitops.cli.places import Place
    from gitops.compile.pipeline import Compiler
    from gitops.model.estate import Estate
    from gitops.tree.compare import Comparison
    from gitops.tree.disk import Seen


def refuse_removals(going: Mapping[str, bytes], standing: Mapping[str, int],
                    allowed: Collection[str], estate: Estate) -> None:
    """Stop before a render deletes the namespace of a tenant that may not go like that.

    The arguments are those of :func:`gitops.compile.removal.refused_removals`.

    Raises:
        Refused: with each such tenant, and each cluster that would lose too many.
    """
    from gitops.compile.removal import refused_removals

    if findings := list(refused_removals(going, standing, allowed, estate)):
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


def check(session: Session, selection: Selection, output_format: str, given: str) -> int:
    """Compare; print what differs. Returns 1 where anything does."""
    from gitops.cli.places import Place, place_of

    compiler = compiler_of(session.root, selection)
    place = place_of(session.root, compiler.estate.platform.sync, given)
    if not isinstance(place, Place):
        from gitops.cli.branches import check as check_branch

        return check_branch(session, compiler, selection, place, output_format)
    return _check_folder(session, compiler, selection, place, output_format)


def _check_folder(session: Session, compiler: Compiler, selection: Selection, place: Place,
                  output_format: str) -> int:
    from gitops.cli.parts import shared_lists
    from gitops.compile.pipeline import RenderedFile
    from gitops.tree.compare import Comparer
    from gitops.tree.written import written

    comparer = Comparer.of(Path(place.root), place.output)

    def look(file: RenderedFile) -> tuple[str, Seen | None]:
        return file.path, comparer.look(file.path, file.text.encode())

    outcome, taken = run(session, compiler, compiler.units(selection.clusters), look)
    looked = {path: seen for path, seen in taken if selection.holds(path)}
    looked |= dict(map(look, shared_lists(str(place.folder), selection, compiler.estate.clusters,
                                          [path for path, _ in taken])))
    noted = written(place.root, place.output)
    comparison = comparer.conclude(looked, selection.scope(list(compiler.estate.clusters)), noted)
    rows = _rows(place, comparison, noted)
    tell(session, rows, outcome.files, output_format, place.shown)
    return 1 if rows else 0


def _rows(place: Place, comparison: Comparison, written: Collection[str]
          ) -> list[tuple[str, str]]:
    """What differs and how, the files that no render made told apart from stale ones."""
    differing = (*comparison.stale, *comparison.edited)
    edited = set(comparison.edited)
    if differing and place.own:
        from gitops.review.handmade import handmade

        unknown = [path for path in differing if path not in written]
        edited = handmade(place.root, differing, comparison.edited, unknown)
    kinds = {"stale": [path for path in differing if path not in edited], "edited": edited,
             "missing": comparison.missing, "orphan": comparison.orphan,
             "foreign": comparison.foreign}
    return [(word, path) for word, paths in kinds.items() for path in sorted(paths)]


WORDS = {"stale": "stale", "edited": "edited by hand", "missing": "missing",
         "orphan": "orphan", "foreign": "in the way"}


def tell(session: Session, rows: list[tuple[str, str]], files: int, output_format: str,
         shown: str) -> None:
    """Print what differs; ``shown`` is the name of where the files stand."""
    if output_format == "json":
        click.echo(json.dumps({"fresh": not rows, "files": [
            {"state": word, "path": f"{shown}/{path}"} for word, path in rows]}, indent=2))
        return
    for word, path in rows:
        click.echo(f"{session.paint(WORDS[word].ljust(14), 'red')}  {shown}/{path}")
    if rows:
        session.say(f"{len(rows)} of {files} files differ from a fresh render; run gitops render")
        if any(word == "edited" for word, _ in rows):
            session.say("edited by hand: no render of this version made it from the declarations "
                        "it was committed with; gitops render writes over it")
    else:
        click.echo(session.paint(f"{shown}/ is fresh: {files} files", "green"))
