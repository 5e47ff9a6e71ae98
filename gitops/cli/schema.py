"""``gitops schema``: JSON Schemas of the declarations, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
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

    target = Path(folder) if folder else _beside_platform(session)
    stale = [name for name, content in schema_files().items() if _read(target / name) != content]
    if check:
        for name in stale:
            click.echo(f"{session.paint('stale', 'red')}  {target / name}")
        if stale:
            session.say("run gitops schema")
        return 1 if stale else 0
    write(target, {name: content for name, content in schema_files().items() if name in stale})
    click.echo(f"{target}/: {len(stale)} written" if stale else f"{target}/ is up to date")
    return 0


def _beside_platform(session: Session) -> Path:
    """The folder in an estate; a link in its place could lead out of the repository."""
    target = Path(session.root, FOLDER)
    if not Path(session.root, "platform.yaml").is_file():
        raise UsageError(f"there is no estate in {session.root}",
                         "an estate has a platform.yaml; or name the folder: gitops schema DIR")
    if target.is_symlink():
        raise UsageError(f"{target} is a symbolic link", "remove it, or name the folder")
    return target


def write(target: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, which is made if it is not there; each whole or not at all.

    Raises:
        UsageError: the folder or a file cannot be written, or a file is a symbolic link.
    """
    for name, content in files.items():
        place = target / name
        fresh = place.with_name(f".{place.name}.new")
        if place.is_symlink():
            raise UsageError(f"{place} is a symbolic link", "remove it")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("xb") as file:
                file.write(content)
            fresh.replace(place)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise UsageError(f"{place} cannot be written: {error.strerror}") from error


def _read(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None
