"""The way into the program: nothing is imported until an interrupt would be told in a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

INTERRUPTED = 130


def main() -> None:
    """Run the program and exit."""
    sys.exit(run())


def run(args: list[str] | None = None, program: click.Command | None = None,
        name: str = "gitops") -> int:
    """Run the program, ``gitops`` itself where none is given; returns its exit code."""
    try:
        from gitops.cli.program import cli, outcome

        return outcome(program or cli, args, name)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
