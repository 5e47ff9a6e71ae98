"""The page of commands, from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module

import click

from gitops.cli.commands import COMMANDS
from gitops.cli.program import cli

HEAD = """# Commands

`gitops [OPTIONS] COMMAND …`, from anywhere in an estate: it is looked for upwards from the current
folder, or from `-C DIR`.

| Exit code | Means |
|---|---|
| 0 | clean: nothing wrong, nothing different |
| 1 | findings, or differences |
| 2 | a call that makes no sense |
| 3 | a fault of gitops itself |
| 130 | interrupted; a render says whether it had written |
| 141 | whoever read the output went away, as in `gitops explain … \\| head` |

Findings and progress go to standard error, results to standard output. `NO_COLOR` is honoured.
"""


def commands() -> str:
    """Every command with its options and examples, as Markdown."""
    group = click.Context(cli, info_name="gitops")
    parts = [HEAD, "## Options before the command\n", _options(group)]
    for name, entry in COMMANDS.items():
        command: click.Command = import_module(entry.module).command
        parts += ["", *_command(command, click.Context(command, group, f"gitops {name}"))]
    return "\n".join(parts) + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join((context.info_name or "", *command.collect_usage_pieces(context)))
    yield f"## `{context.info_name}`\n"
    yield f"```\n{usage}\n```\n"
    yield inspect.cleandoc(command.help or "").partition("\f")[0]
    if options := _options(context):
        yield f"\n{options}"
    if command.epilog:
        yield f"\n```sh\n{_examples(command.epilog)}\n```"


def _examples(epilog: str) -> str:
    """The examples of a command's help, with what stands beside them as shell comments."""
    lines = [re.split(" {2,}", line.strip(), maxsplit=1) for line in epilog.splitlines()[2:]]
    width = max(len(line[0]) for line in lines)
    return "\n".join(f"{line[0]:{width}}  # {line[1]}" if line[1:] else line[0] for line in lines)


def _options(context: click.Context) -> str:
    rows = [parameter.get_help_record(context) for parameter in context.command.params
            if isinstance(parameter, click.Option)]
    lines = [f"| `{_cell(row[0])}` | {_cell(row[1])} |" for row in rows if row]
    return "\n".join(["| Option | |", "|---|---|", *lines]) if lines else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
