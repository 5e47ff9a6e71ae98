"""``gitops schema``: JSON Schemas of the declarations, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from gitops.cli.session import Session
from gitops.foundation.errors import UsageError

FOLDER = ".schemas"
EPILOG = """\b
Examples:
  gitops schema                write .schemas/ beside platform.yaml
  gitops schema --check        exit 1 if those files are not what this version writes
  gitops schema editor/schemas   write them elsewhere
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False))
@click.option("--check", is_flag=True,
              help="Write nothing; list the files that are missing or stale, and exit 1 if any is.")
@click.pass_obj
def command(session: Session, folder: str | None, check: bool) -> int:
    """Write a JSON Schema for each kind of declaration.

    An editor with a YAML language server reads the one that a file names in its first
    line, and completes, explains and checks the file while it is written. Commit the
    folder, and run this again after an upgrade of gitops.
    """
    from gitops.declarations.jsonschema import schema_files

    target = Path(folder) if folder else Path(session.root, FOLDER)
    stale = [name for name, content in schema_files().items() if _read(target / name) != content]
    if check:
        for name in stale:
            click.echo(f"{session.style('stale', 'red')}  {target / name}")
        if stale:
            session.say("run gitops schema")
        return 1 if stale else 0
    write(target, {name: content for name, content in schema_files().items() if name in stale})
    click.echo(f"{target}/: {len(stale)} written" if stale else f"{target}/ is up to date")
    return 0


def write(target: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, which is made if it is not there.

    Raises:
        UsageError: the folder or a file cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (target / name).write_bytes(content)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error


def _read(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None
