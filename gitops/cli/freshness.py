"""Whether ``rendered/`` is what a render would write."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from gitops.cli.removals import Checked, refuse, refused_since
from gitops.cli.running import compiler_of, run
from gitops.cli.session import Session

if TYPE_CHECKING:
    from gitops.cli.places import Place
    from gitops.compile.pipeline import Compiler
    from gitops.foundation.findings import Finding
    from gitops.tree.compare import Comparison
    from gitops.tree.disk import Seen


def check(session: Session, asked: Checked, output_format: str) -> int:
    """Compare; print what differs, and which removals no render would make.

    Returns 1 where there is either.
    """
    selection = asked.selection
    from gitops.cli.places import Place, place_of

    compiler = compiler_of(session, selection)
    place = place_of(session.root, compiler.estate.platform.sync, asked.output)
    if not isinstance(place, Place):
        from gitops.cli.branches import check as check_branch

        return check_branch(session, compiler, asked, place, output_format)
    return _check_folder(session, compiler, asked, place, output_format)


def _check_folder(session: Session, compiler: Compiler, asked: Checked, place: Place,
                  output_format: str) -> int:
    from gitops.cli.parts import shared_lists
    from gitops.compile.pipeline import RenderedFile
    from gitops.compile.runs import is_runs
    from gitops.tree.compare import Comparer
    from gitops.tree.written import written

    selection = asked.selection
    comparer = Comparer.of(Path(place.root), place.output)

    def look(file: RenderedFile) -> tuple[str, Seen | None, str]:
        return (file.path, comparer.look(file.path, file.text.encode()),
                file.text if is_runs(file.path) else "")

    outcome, taken = run(session, compiler, compiler.units(selection.clusters), look)
    made = {path: text for path, _, text in taken}
    looked = {path: seen for path, seen, _ in taken if selection.holds(path)}
    looked |= {path: seen for path, seen, _ in map(look, shared_lists(
        str(place.folder), selection, compiler.estate.clusters, list(made)))}
    noted = written(place.root, place.output)
    scope = selection.scope(list(compiler.estate.clusters))
    rows = _rows(place, comparer.conclude(looked, scope, noted), noted)
    refused = refused_since(session, place, asked, made, compiler)
    return tell(session, Told(rows, outcome.files, place.shown, refused), output_format)


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


class Told(Struct, frozen=True):
    """What a check found: ``rows`` of a word and a path that differ, of so many ``files``.

    ``shown`` is the name of where they stand, ``refused`` the removals that may not be.
    """

    rows: list[tuple[str, str]]
    files: int
    shown: str
    refused: list[Finding]


def tell(session: Session, told: Told, output_format: str) -> int:
    """Print what was found. Returns 1 where anything was.

    Raises:
        Refused: with the removals, after the rest was printed for people.
    """
    rows, shown = told.rows, told.shown
    if output_format == "json":
        from gitops.report.findings import as_data

        click.echo(json.dumps({"fresh": not rows, "files": [
            {"state": word, "path": f"{shown}/{path}"} for word, path in rows],
            "refused": as_data(told.refused)}, indent=2))
        return 1 if rows or told.refused else 0
    _tell_people(session, told)
    refuse(told.refused)
    return 1 if rows else 0


def _tell_people(session: Session, told: Told) -> None:
    rows, shown = told.rows, told.shown
    for word, path in rows:
        click.echo(f"{session.paint(WORDS[word].ljust(14), 'red')}  {shown}/{path}")
    if rows:
        session.say(f"{len(rows)} of {told.files} files differ from a fresh render; "
                    "run gitops render")
        if any(word == "edited" for word, _ in rows):
            session.say("edited by hand: no render of this version made it from the declarations "
                        "it was committed with; gitops render writes over it")
    else:
        click.echo(session.paint(f"{shown}/ is fresh: {told.files} files", "green"))
