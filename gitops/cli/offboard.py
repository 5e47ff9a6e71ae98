"""``gitops offboard``: what a tenant leaves outside git when it goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from gitops.cli.options import format_option
from gitops.cli.session import Session

if TYPE_CHECKING:
    from gitops.report.offboarding import Offboarding

EPILOG = """\b
Examples:
  gitops offboard vision                     a checklist, before or after its file is deleted
  gitops offboard vision --format markdown   a task list for the pull request
"""


@click.command(epilog=EPILOG)
@click.argument("tenant")
@format_option("text", "json", "markdown")
@click.pass_obj
def command(session: Session, tenant: str, output_format: str) -> int:
    """List what remains outside git when TENANT goes, for people to clear.

    Cloud identities, buckets, images, volumes, grants made in the dashboard, groups and
    machine accounts. Reads declarations only, and for a tenant that is declared no more
    those of the commit before its file was deleted; asks no cluster, and writes nothing.
    """
    from gitops.report import offboarding

    found = _offboarding(session, tenant)
    if output_format == "json":
        click.echo(json.dumps(offboarding.as_data(found), indent=2))
    else:
        click.echo(offboarding.markdown(found) if output_format == "markdown"
                   else offboarding.text(found))
    return 0


def _offboarding(session: Session, tenant: str) -> Offboarding:
    """The tenant as declared now, else as it last was."""
    from gitops.cli.reading import estate_of, must_be
    from gitops.plan.offboarding import remainders
    from gitops.report.offboarding import Offboarding

    estate, commit = estate_of(session.root), ""
    stone = estate.tombstones.get(tenant)
    if tenant not in estate.tenants:
        from gitops.review.removed import last_declared

        before = last_declared(session.root, tenant)
        if before is None:
            must_be("tenant", tenant, {**estate.tenants, **estate.tombstones})
        estate, commit = before or (estate, commit)
    owner = estate.tenants[must_be("tenant", tenant, estate.tenants)]
    return Offboarding(owner, stone, commit, tuple(remainders(owner, estate)))
