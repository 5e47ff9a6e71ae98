"""The program ``gitops``: finds the command, and turns outcomes into exit codes.

0 clean, 1 findings or differences, 2 a call that makes no sense, 3 a fault of the tool
itself, 130 interrupted, 141 whoever read the output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from gitops.cli.commands import COMMANDS
from gitops.cli.main import UNREAD
from gitops.cli.session import FORMAT, Session, wants_color
from gitops.foundation.errors import Refused, UsageError

if TYPE_CHECKING:
    from gitops.cli.ahead import Ahead

COMPLETING = "_GITOPS_COMPLETE"
"""The variable by which a shell asks click for completions."""
FINDINGS, USAGE, FAULT, INTERRUPTED = 1, 2, 3, 130


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name].module).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            raise click.UsageError(f"there is no command {args[0]!r}" +
                                   (f"; did you mean {near[0]!r}?" if near else ""), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what refuses its work is told in the format that was asked for."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            return _refused(refused, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


EPILOG = """\b
Examples:
  gitops init my-estate           a small estate to begin with
  gitops render                   write every manifest under rendered/
  gitops render --check           is rendered/ fresh? (for CI)
  gitops diff --base main         what does my change do?
"""


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gitops-tenancy", prog_name="gitops")
@click.option("-C", "directory", metavar="DIR", default=".", show_default="here",
              type=click.Path(exists=True, file_okay=False), help="Work on the estate in DIR.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto",
              help="Colour the output.  [default: on a terminal]")
@click.option("-v", "--verbose", count=True, help="Say more; a traceback if the tool fails.")
@click.pass_context
def cli(ctx: click.Context, directory: str, color: str, verbose: int) -> None:
    """Compile tenants and hardware, declared in git, into the manifests that must agree."""
    ctx.obj = Session(directory, wants_color(color, sys.stdout), verbose, ctx.obj)
    ctx.color = ctx.obj.color


def outcome(program: click.Command, args: list[str] | None, name: str,
            ahead: Ahead | None = None) -> int:
    """Run a program; returns its exit code."""
    try:
        code = program.main(args=args, prog_name=name, standalone_mode=False, obj=ahead)
    except SystemExit as ended:
        # click ends so after a shell's completion, and where a pipe is broken.
        return int(ended.code or 0) if COMPLETING in os.environ else UNREAD
    except (Exception, KeyboardInterrupt) as error:
        return next(told(error) for kind, told in TOLD if isinstance(error, kind))
    return code if isinstance(code, int) else 0


def _refused(refused: Any, ctx: click.Context | None = None) -> int:
    if ctx and ctx.meta.get(FORMAT) == "json":
        import json

        from gitops.report.findings import as_data

        click.echo(json.dumps({"findings": as_data(refused.findings)}, indent=2))
        return FINDINGS
    from gitops.report.findings import text

    color = wants_color(ctx.params["color"] if ctx else "auto", sys.stderr)
    click.echo(text(refused.findings, color=color), err=True, color=color)
    return FINDINGS


def _no_sense(error: Any) -> int:
    hint = f"\n    {error.hint}" if error.hint else ""
    click.echo(f"gitops: {error}{hint}", err=True)
    return USAGE


def _bad_call(error: Any) -> int:
    error.show()
    return USAGE


def _interrupted(error: Any) -> int:
    stopped = error.__cause__ or error  # click wraps a KeyboardInterrupt, and begins a line
    click.echo("; ".join(("interrupted", *stopped.args)), err=True)
    return INTERRUPTED


def _system(error: Any) -> int:
    _trace(error)
    place = f": {error.filename!r}" if error.filename else ""
    click.echo(f"gitops: {error.strerror or error}{place}\n"
               "    check that it is there, its permissions and the free space", err=True)
    return USAGE


def _trace(error: BaseException) -> None:
    import traceback

    if any(word.startswith("-v") or word == "--verbose" for word in sys.argv[1:]):
        traceback.print_exception(error)


def _fault(error: Any) -> int:
    _trace(error)
    click.echo(f"gitops: a fault of the tool itself: {type(error).__name__}: {error}\n"
               "    run gitops -v … for the traceback, and report it",
               err=True)
    return FAULT


TOLD: tuple[tuple[type[BaseException], Callable[[Any], int]], ...] = (
    (Refused, _refused),
    (UsageError, _no_sense),
    (click.ClickException, _bad_call),
    (click.Abort, _interrupted),
    (KeyboardInterrupt, _interrupted),
    (OSError, _system),
    (Exception, _fault),
)
"""What each outcome is told as, the first that fits."""
