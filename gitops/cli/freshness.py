"""Whether ``rendered/`` is what a render would write, and what a render must not delete."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitops.cli.running import OUTPUT, Selection, compiler_of, run
from gitops.cli.session import Session
from gitops.foundation.errors import Refused

if TYPE_CHECKING:
    from gitops.model.estate import Estate
    from gitops.tree.compare import Comparison
    from gitops.tree.disk import Seen


def refuse_removals(root: str, made: Iterable[str], scope: Collection[str],
                    allowed: Collection[str], estate: Estate) -> None:
    """Stop before a render deletes the namespace of a tenant that may not go like that.

    Raises:
        Refused: with each such tenant, and each cluster that would lose too many.
    """
    from collections import Counter

    from gitops.compile.removal import refused_removals
    from gitops.tree.changes import within
    from gitops.tree.disk import Disk

    output = Path(root, OUTPUT)
    disk = Disk(str(output))
    made = set(made)
    places = {place.relative_to(output).as_posix(): place
              for place in output.glob("*/platform/tenants/*.yaml")
              if place.name != "kustomization.yaml"}
    going = {path: place.read_bytes() for path, place in places.items()
             if path not in made and within(path, scope)
             and disk.kind(path) == "file" and disk.ours(path)}
    standing = Counter(path.partition("/")[0] for path in places)
    if findings := list(refused_removals(going, standing, allowed, estate)):
        raise Refused(findings)


def check(session: Session, selection: Selection, output_format: str) -> int:
    """Compare; print what differs. Returns 1 where anything does."""
    from gitops.cli.parts import shared_lists
    from gitops.compile.pipeline import RenderedFile
    from gitops.tree.compare import Comparer
    from gitops.tree.written import written

    compiler = compiler_of(session.root, selection)
    comparer = Comparer.of(Path(session.root), OUTPUT)

    def look(file: RenderedFile) -> tuple[str, Seen | None]:
        return file.path, comparer.look(file.path, file.text.encode())

    outcome, taken = run(session, compiler, compiler.units(selection.clusters), look)
    looked = {path: seen for path, seen in taken if selection.holds(path)}
    looked |= dict(map(look, shared_lists(session.root, selection, compiler.estate.clusters,
                                          [path for path, _ in taken])))
    noted = written(session.root, OUTPUT)
    comparison = comparer.conclude(looked, selection.scope(list(compiler.estate.clusters)), noted)
    rows = _rows(session.root, comparison, noted)
    _tell(session, rows, outcome.files, output_format)
    return 1 if rows else 0


def _rows(root: str, comparison: Comparison, written: Collection[str]) -> list[tuple[str, str]]:
    """What differs and how, the files that no render made told apart from stale ones."""
    differing = (*comparison.stale, *comparison.edited)
    edited: set[str] = set()
    if differing:
        from gitops.review.handmade import handmade

        unknown = [path for path in differing if path not in written]
        edited = handmade(root, differing, comparison.edited, unknown)
    kinds = {"stale": [path for path in differing if path not in edited], "edited": edited,
             "missing": comparison.missing, "orphan": comparison.orphan,
             "foreign": comparison.foreign}
    return [(word, path) for word, paths in kinds.items() for path in sorted(paths)]


WORDS = {"stale": "stale", "edited": "edited by hand", "missing": "missing",
         "orphan": "orphan", "foreign": "in the way"}


def _tell(session: Session, rows: list[tuple[str, str]], files: int, output_format: str) -> None:
    if output_format == "json":
        click.echo(json.dumps({"fresh": not rows, "files": [
            {"state": word, "path": f"{OUTPUT}/{path}"} for word, path in rows]}, indent=2))
        return
    for word, path in rows:
        click.echo(f"{session.paint(WORDS[word].ljust(14), 'red')}  {OUTPUT}/{path}")
    if rows:
        session.say(f"{len(rows)} of {files} files differ from a fresh render; run gitops render")
        if any(word == "edited" for word, _ in rows):
            session.say("edited by hand: no render of this version made it from the declarations "
                        "it was committed with; gitops render writes over it")
    else:
        click.echo(session.paint(f"{OUTPUT}/ is fresh: {files} files", "green"))
