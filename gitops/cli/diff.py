"""``gitops diff``: what a change does to the manifests."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from gitops.cli.options import as_of_option, cluster_option, format_option, tenant_option
from gitops.cli.session import Session

if TYPE_CHECKING:
    from gitops.review.estates import EstateDiff
    from gitops.review.revisions import Base

EPILOG = """\b
Examples:
  gitops diff                        against where this branch left the default branch
  gitops diff --base HEAD            what is not committed yet
  gitops diff --base v1.4 --tenant vision
  gitops diff --format markdown      for a pull request or a job summary
  gitops diff --committed            what another version of gitops renders differently too
"""


@click.command(epilog=EPILOG)
@click.option("--base", metavar="REV", default="", help="Compare with this revision.  [default: "
              "the merge base with the default branch, or HEAD]")
@click.option("--committed", is_flag=True, help="Compare with the base's rendered/ as it was "
              "committed, instead of rendering the base's declarations.")
@cluster_option
@tenant_option
@as_of_option
@format_option("text", "json", "markdown")
@click.pass_obj
def command(session: Session, base: str, committed: bool, cluster: tuple[str, ...],
            tenant: tuple[str, ...], as_of: datetime | None, output_format: str) -> int:
    """Show what the working tree's declarations change, object by object.

    The base is read through git without a checkout. Order in sets and spelling in YAML
    are no differences. Exits with 0 if nothing differs and 1 if anything does.
    """
    from gitops.declarations.source import read_estate
    from gitops.review.comparing import Narrowed, diff
    from gitops.review.git import Repository
    from gitops.review.revisions import base_of

    files = read_estate(session.root)
    repository = Repository.around(session.root)
    against = base_of(repository, base)
    found = diff(files, repository, against,
                 Narrowed(cluster, tenant, as_of.date() if as_of else None), committed=committed)
    click.echo(_report(session, found, against, output_format), nl=False)
    return 1 if found else 0


def _report(session: Session, found: EstateDiff, against: Base, output_format: str) -> str:
    if output_format == "json":
        from gitops.report.diff_json import json_text

        return json_text(found, against) + "\n"
    if output_format == "markdown":
        from gitops.report.diff_markdown import markdown

        return markdown(found, against)
    from gitops.report.diff_text import text

    return text(found, str(against), session.paint) + "\n"
