"""What every command is given: the estate's folder, and how to speak to whom."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

import click

from gitops.cli.root import root_of

if TYPE_CHECKING:
    from gitops.cli.ahead import Ahead

FORMAT = "gitops.format"
"""Where click's context keeps what ``--format`` says, for whoever must tell findings."""


class Session:
    """The options before the command's name.

    Written out, as what only asks for help should not wait for msgspec.
    """

    __slots__ = ("begun", "color", "directory", "verbose")

    def __init__(self, directory: str, color: bool, verbose: int,
                 begun: Ahead | None = None) -> None:
        self.directory = directory
        self.color = color
        self.verbose = verbose
        self.begun = begun

    @property
    def root(self) -> str:
        """The estate's folder, from ``-C`` upwards."""
        return root_of(self.directory)

    @property
    def ahead(self) -> Ahead | None:
        """The process that reads the estate already, if any does."""
        return self.begun if self.begun and self.begun.root == self.root else None

    def say(self, text: str) -> None:
        """A line for the person who waits, on standard error."""
        click.echo(text, err=True)

    def detail(self, text: str) -> None:
        """A line for whoever asked for more with ``-v``."""
        if self.verbose:
            click.echo(self.paint(text, "dim"), err=True)

    def paint(self, text: str, hue: str) -> str:
        """Text in a colour, or ``bold`` or ``dim``, where colour is wanted."""
        if not self.color:
            return text
        if hue in ("bold", "dim"):
            return click.style(text, **{hue: True})
        return click.style(text, fg=hue)


def wants_color(choice: str, stream: TextIO | None) -> bool:
    """Whether to colour: as told, else on a terminal, unless NO_COLOR or TERM=dumb says no."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream is not None and stream.isatty()
