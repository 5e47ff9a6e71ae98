"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from gitops.cli.session import FORMAT

Decorator = Callable[[Any], Any]


def _names(folder: str) -> Callable[..., list[CompletionItem]]:
    """Completion by the files of a folder of the estate."""

    def complete(ctx: click.Context, _param: click.Parameter,
                 incomplete: str) -> list[CompletionItem]:
        root = ctx.find_root().params.get("directory") or "."
        return [CompletionItem(path.stem) for path in sorted(Path(root, folder).glob("*.yaml"))
                if path.stem.startswith(incomplete)]

    return complete


cluster_option: Decorator = click.option(
    "--cluster", metavar="NAME", multiple=True, shell_complete=_names("clusters"),
    help="Only this cluster; may be repeated.")
tenant_option: Decorator = click.option(
    "--tenant", metavar="NAME", multiple=True, shell_complete=_names("tenants"),
    help="Only this tenant; may be repeated.")
as_of_option: Decorator = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
    help="Leave out grants that ended before this day.  [default: asOf in platform.yaml]")


def _noted(ctx: click.Context, _param: click.Parameter, chosen: str) -> str:
    ctx.meta[FORMAT] = chosen
    return chosen


def format_option(*formats: str) -> Decorator:
    """``--format``, the first being the default."""
    return click.option("--format", "output_format", type=click.Choice(formats), callback=_noted,
                        default=formats[0], show_default=True, help="How to print.")
