"""The way into the program: nothing is imported until an interrupt would be told in a line."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

INTERRUPTED = 130
UNREAD = 141
"""What a shell reports of a program that SIGPIPE ended: 128 and the signal's number."""


def main() -> None:
    """Run the program and exit.

    What a call makes, it needs to its end, and hardly any of it in cycles: looking for those
    would take as long as fifty tenants, and taking the interpreter apart, object by object,
    as a hundred.
    """
    gc.disable()
    kept: list[object] = []
    code = run(kept=kept)
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None where it was closed
            stream.flush()
    except OSError:
        code = code or UNREAD  # a failure that was told already leaves its text unwritten
    os._exit(code)


def run(args: list[str] | None = None, program: click.Command | None = None,
        name: str = "gitops", kept: list[object] | None = None) -> int:
    """Run the program, ``gitops`` itself where none is given; returns its exit code.

    ``kept`` takes what need not be taken apart before the process ends.
    """
    ahead = None
    try:
        if program is None:
            from gitops.cli.ahead import begin

            ahead = begin(sys.argv[1:] if args is None else args)
        from gitops.cli.program import cli, outcome

        return outcome(program or cli, args, name, ahead)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    finally:
        if ahead:
            ahead.end()
            if kept is not None:
                kept.append(ahead)
