"""``gitops-hook``: what pre-commit runs before a commit; not a command of ``gitops`` itself.

It renders, and stops the commit if git would then commit anything else than what was
rendered. pre-commit alone sees changed files only, never files that are new.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from gitops.cli.running import OUTPUT
from gitops.cli.session import Session
from gitops.foundation.errors import UsageError

COLUMNS = 2
"""Of each line of ``git status --porcelain``: the index's state, then the working tree's."""


@click.command()
@click.option("-C", "directory", metavar="DIR", default=".",
              type=click.Path(exists=True, file_okay=False), help="Work on the estate in DIR.")
def command(directory: str) -> int:
    """Render, and exit with 1 if rendered/ differs from what is staged, or tenants may not go.

    An estate that renders to a branch or another clone is validated only.
    """
    from gitops.cli.main import run

    root = Session(directory, False, 0).root
    if _elsewhere(root):
        return run(["-C", directory, "validate"])
    if code := run(["-C", directory, "render"]):
        return code
    if not (left := unstaged(str(Path(root, OUTPUT)))):
        _refuse_changes(root)
        return 0
    for path in left[:20]:
        click.echo(path)
    click.echo(f"{len(left)} rendered files were not staged as they must be. "
               "They are right now: git add them, and commit again.")
    return 1


def _refuse_changes(root: str) -> None:
    """Refuse what ``gitops render --check`` will refuse of this branch.

    The render before saw only the disk, where whoever deletes a declaration and its manifests
    leaves nothing to see. What a merge brings was looked at where it comes from, and is no
    part of this branch before it is committed.

    Raises:
        Refused: tenants go that may not, or runs change.
    """
    from gitops.cli.reading import estate_of
    from gitops.cli.removals import refuse
    from gitops.compile.runs import Declared, is_runs
    from gitops.declarations.source import read_estate
    from gitops.review.git import Repository
    from gitops.review.removals import Since, removals_since
    from gitops.review.revisions import base_of
    from gitops.review.runs import runs_since

    repository = Repository.around(root)
    if repository.commit("HEAD") is None or repository.commit("MERGE_HEAD"):
        return
    output = Path(root, OUTPUT)
    made = {path.relative_to(output).as_posix(): path for path in output.rglob("*.yaml")}
    runs = {name: path.read_bytes() for name, path in made.items() if is_runs(name)}
    since, estate = Since(base_of(repository).commit), estate_of(root)
    refuse([*removals_since(repository, since, made, estate),
            *runs_since(repository, since, runs, Declared(estate, read_estate(root)))])


def _elsewhere(root: str) -> bool:
    """Whether rendered files are committed elsewhere, and after this commit."""
    from gitops.cli.reading import estate_of

    source = estate_of(root).platform.sync
    return source is not None and bool(source.output)


def unstaged(folder: str) -> list[str]:
    """The files at or below a folder that differ from git's index, new ones included.

    Git is asked from here, since a hook is given the repository by relative paths.

    Raises:
        UsageError: git does not answer.
    """
    told = subprocess.run(["git", "status", "--porcelain", "-z", "--no-renames",
                           "--untracked-files=all", "--", folder],
                          capture_output=True, check=False)
    if told.returncode:
        raise UsageError("git cannot say what is staged", os.fsdecode(told.stderr).strip())
    lines = os.fsdecode(told.stdout).split("\0")[:-1]
    return [line[COLUMNS + 1:] for line in lines if line[COLUMNS - 1] != " "]


def main() -> None:
    """Run the program and exit."""
    from gitops.cli.main import run

    sys.exit(run(None, command, "gitops-hook"))
