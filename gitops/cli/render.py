"""``gitops render``: write every manifest, or say what is not fresh."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from gitops.cli.options import as_of_option, cluster_option, format_option, tenant_option
from gitops.cli.running import OUTPUT, Selection, compiler_of, memory_of, run, summary_of
from gitops.cli.session import Session
from gitops.foundation.errors import UsageError
from gitops.foundation.interrupts import Interrupted, interruptible

if TYPE_CHECKING:
    from gitops.cli.places import Place
    from gitops.compile.pipeline import Compiler
    from gitops.foundation.interrupts import Interrupts
    from gitops.report.summary import Summary
    from gitops.tree.changes import Changes
    from gitops.tree.memory import Memory
    from gitops.tree.notes import Note

EPILOG = """\b
Examples:
  gitops render                          everything, all or nothing
  gitops render --check                  exit 1 if rendered/ is not what it would be
  gitops render --cluster prod           one cluster's folder only
  gitops render --allow-removal vision   delete vision although it was not frozen first
  gitops render --output ../rendered     into a clone of the repository that engines read
"""


@click.command(epilog=EPILOG)
@click.option("--check", is_flag=True, help="Write nothing; list what is stale, missing, orphaned "
              "or edited by hand, tenants that may not go and runs that may not change, and "
              "exit 1 if anything is.")
@click.option("--base", metavar="REV", default="", help="With --check: tenants may not go, nor "
              "runs change, unasked since this revision.  [default: as gitops diff has it]")
@cluster_option
@tenant_option
@click.option("--force", is_flag=True, help="Overwrite files in the way that gitops did not write.")
@click.option("--allow-removal", metavar="NAME", multiple=True,
              help="Let this tenant or cluster go: not frozen first, without a "
              "tombstone, or as one of many; or change its runs under their names.")
@click.option("--output", metavar="DIR", default="", type=click.Path(file_okay=False),
              help="Write into this clone of another repository, where sync.path says.")
@as_of_option
@format_option("text", "json")
@click.pass_obj
def command(session: Session, check: bool, base: str, cluster: tuple[str, ...],
            tenant: tuple[str, ...], force: bool, allow_removal: tuple[str, ...],
            output: str, as_of: datetime | None, output_format: str) -> int:
    """Compile the declarations into rendered/.

    Every manifest is validated before the first is written, and all of them take their
    place at once: a mistake, or a kill at any moment, leaves the tree as it was.
    """
    selection = Selection(cluster, tenant, as_of.date() if as_of else None)
    if check:
        from gitops.cli.freshness import check as check_fresh
        from gitops.cli.removals import Checked

        return check_fresh(session, Checked(selection, output, base, allow_removal),
                           output_format)
    if base:
        raise UsageError("a render compares with what is there, not with a revision",
                         "say --base with --check")
    return _render(session, _Asked(selection, force, allow_removal, output), output_format)


class _Asked(Struct, frozen=True):
    """What a call wants written, and where."""

    selection: Selection
    force: bool
    allowed: tuple[str, ...]
    output: str


class _Kept(Struct, frozen=True):
    """What a run keeps track of: what is known of the last one, and Ctrl-C."""

    memory: Memory
    interrupts: Interrupts


def _render(session: Session, asked: _Asked, output_format: str) -> int:
    from gitops.report.summary import Summary
    from gitops.tree.area import left_behind

    began = time.monotonic()
    memory = memory_of(session, repr(asked))
    payload = None if left_behind(session.root, OUTPUT) else memory.unchanged()
    if payload is not None:
        _report(session, Summary.from_data(payload), f"{OUTPUT}/ is up to date", None, began,
                output_format)
        return 0
    with interruptible("nothing was written") as interrupts:
        summary, changes, shown = _write(session, asked, memory, interrupts)
        said = _said(shown, changes)
        _report(session, summary, said, changes, began, output_format)
    if interrupts.pressed:
        raise Interrupted(said)
    return 0


def _write(session: Session, asked: _Asked, memory: Memory, interrupts: Interrupts
           ) -> tuple[Summary, Changes, str]:
    """Render to where it goes; the last of the result is that place's name for people."""
    _load()  # the estate is being read meanwhile
    from gitops.cli.places import Place, place_of

    compiler = compiler_of(session, asked.selection)
    if session.ahead:
        session.ahead.kept.append(compiler)
    place = place_of(session.root, compiler.estate.platform.sync, asked.output)
    if isinstance(place, Place):
        summary, changes = _write_folder(session, compiler, asked, place,
                                         _Kept(memory, interrupts))
    else:
        from gitops.cli.branches import write

        summary, changes = write(session, compiler, asked.selection, place, asked.allowed,
                                 interrupts, force=asked.force)
    return summary, changes, place.shown


def _load() -> None:
    """Import what a render needs once the estate is read."""
    import gitops.cli.parts
    import gitops.cli.removals
    import gitops.cli.runs
    import gitops.compile.summary
    import gitops.tree.stage  # noqa: F401


def _write_folder(session: Session, compiler: Compiler, asked: _Asked, place: Place,
                  kept: _Kept) -> tuple[Summary, Changes]:
    from gitops.cli.parts import shared_lists
    from gitops.cli.removals import leaving, refuse
    from gitops.cli.runs import refused_changes
    from gitops.compile.pipeline import RenderedFile
    from gitops.compile.removal import refused_removals
    from gitops.compile.runs import Declared
    from gitops.tree.stage import Stage

    selection, clusters = asked.selection, compiler.estate.clusters
    with Stage.open(Path(place.root), place.output, force=asked.force,
                    say=session.say) as stage:

        def put(file: RenderedFile) -> tuple[str, list[Note]]:
            if selection.holds(file.path):
                stage.put(file.path, file.text.encode())
            return file.path, stage.told()

        outcome, done = run(session, compiler, compiler.units(selection.clusters), put)
        paths = [path for path, _ in done]
        scope = selection.scope(list(clusters))
        notes = [note for _, told in done for note in told]
        declared = Declared(compiler.estate, compiler.files, asked.allowed)
        refuse([*refused_removals(*leaving(place, paths, scope), asked.allowed, compiler.estate),
                *refused_changes(place, stage, (path for path, _ in notes), declared)])
        wanted = [path for path in paths if selection.holds(path)]
        for file in shared_lists(str(place.folder), selection, clusters, paths):
            stage.put(file.path, file.text.encode())
            wanted.append(file.path)
        summary = summary_of(compiler, outcome, selection)
        kept.interrupts.hold_off()
        changes = stage.commit(wanted, scope, notes)
        if place.own and not kept.memory.save(summary.as_data(), changes):
            session.detail("the result could not be remembered; the next run renders again")
    return summary, changes


def _report(session: Session, summary: Summary, said: str, changes: Changes | None,
            began: float, output_format: str) -> None:
    if output_format == "json":
        found = {"added": list(changes.added), "changed": list(changes.changed),
                 "removed": list(changes.removed)} if changes else \
            {"added": [], "changed": [], "removed": []}
        click.echo(json.dumps({"summary": summary.as_data(), "changes": found}, indent=2))
        return
    from gitops.report.summary import text

    click.echo(text(summary))
    click.echo(f"{session.paint(said, 'green')} ({time.monotonic() - began:.2f} s)")


def _said(shown: str, changes: Changes) -> str:
    if not changes:
        return f"{shown}/ is up to date"
    parts = [f"{len(paths)} {word}" for paths, word in
             ((changes.added, "added"), (changes.changed, "changed"), (changes.removed, "removed"))
             if paths]
    return f"{shown}/ written: {', '.join(parts)}"
