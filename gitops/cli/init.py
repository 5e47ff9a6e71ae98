"""``gitops init``: a small working estate to begin with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from gitops.cli.session import Session

EPILOG = """\b
Examples:
  gitops init my-estate           two tenants on one cluster, CI and pre-commit
  cd my-repository; gitops init   the same in a repository that is there already
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False))
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
@click.pass_context
def command(ctx: click.Context, folder: str | None, force: bool) -> int:
    """Scaffold a small estate in DIR and render it.

    It holds a platform, a cluster, a group and two tenants, with comments; the workflow
    that checks pull requests and the one that ends grants; and what git, editors and
    pre-commit need to know. A file that is there already is never overwritten without
    --force; without it, nothing is written.
    """
    from gitops.cli.merge import settle_in_git
    from gitops.cli.render import command as render
    from gitops.cli.schema import write
    from gitops.scaffold import scaffold

    session: Session = ctx.obj
    target = Path(session.directory, folder or ".")
    made = scaffold()
    if standing := list(_in_the_way(target, made, force)):
        return _refuse(session, target, standing)
    write(target, made)
    click.echo(f"{len(made)} files written in {target}/")
    ctx.obj = Session(str(target), session.color, session.verbose)
    code: int = ctx.invoke(render)
    if code == 0:
        top = settle_in_git(target)
        click.echo("\n".join(_next(target, top, os.curdir)))
    return code


def _in_the_way(target: Path, made: Mapping[str, bytes], force: bool) -> Iterator[str]:
    """The files that must not be written: those that are there, and those behind a link."""
    for name in made:
        place = target / name
        parts = [place, *place.parents[:name.count("/")]]
        if (place.exists() and not force) or any(part.is_symlink() for part in parts):
            yield name


def _refuse(session: Session, target: Path, standing: list[str]) -> int:
    for name in standing:
        click.echo(f"{session.paint('in the way', 'red')}  {target / name}")
    session.say("nothing was written; move these away, or overwrite them with --force "
                "(which never writes through a symbolic link)")
    return 1


def _next(target: Path, top: Path | None, here: str) -> Iterator[str]:
    """What to do next, for an estate in a repository whose top folder is known, or in none."""
    yield "\nNext:"
    if target.resolve() != Path(here).resolve():
        yield f"  cd {target}"
    if top is None:
        yield "  git init && git config merge.gitops.driver true"
    yield "  git add --all && git commit --message 'Declare the first tenants'"
    yield "  gitops explain Namespace/vision" if top else "  pre-commit install"
    if top is not None and top.resolve() != target.resolve():
        yield (f"\nGitHub and pre-commit read their files in {top} only: move .github/ and "
               "\n.pre-commit-config.yaml there, and name the estate in them (gitops -C DIR).")
