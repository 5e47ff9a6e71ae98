"""``gitops completion``: the script that teaches a shell to complete this program's words."""

from __future__ import annotations

import click

SHELLS = {"bash": "BashComplete", "zsh": "ZshComplete", "fish": "FishComplete"}
EPILOG = """\b
Examples:
  gitops completion bash    for ~/.bashrc: eval "$(gitops completion bash)"
  gitops completion zsh     for ~/.zshrc: eval "$(gitops completion zsh)"
  gitops completion fish    for ~/.config/fish/completions/gitops.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(list(SHELLS)))
def command(shell: str) -> int:
    """Print a shell's completion script.

    It completes commands and options, and the names of clusters and tenants from the
    files of the estate.
    """
    from click import shell_completion

    from gitops.cli.program import cli

    script = getattr(shell_completion, SHELLS[shell])(cli, {}, "gitops", "_GITOPS_COMPLETE")
    # click's own source() would start the shell to ask its version
    click.echo(script.source_template % script.source_vars())
    return 0
