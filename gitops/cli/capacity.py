"""``gitops capacity``: what there is of each hardware, who was promised it, what is left."""

from __future__ import annotations

import json

import click

from gitops.cli.options import cluster_option, format_option
from gitops.cli.session import Session

EPILOG = """\b
Examples:
  gitops capacity                       a bar for each hardware of each cluster
  gitops capacity --cluster prod        of one cluster
  gitops capacity --format json         for a dashboard
"""


@click.command(epilog=EPILOG)
@cluster_option
@format_option("text", "json")
@click.pass_obj
def command(session: Session, cluster: tuple[str, ...], output_format: str) -> int:
    """Tell how many devices are installed, promised and free, by hardware and cluster.

    Exit code 1 says that more is promised somewhere than there is, times the overcommit
    factor. Frozen tenants hold nothing.
    """
    from gitops.cli.reading import estate_of, must_be
    from gitops.plan.capacity import capacity
    from gitops.report.capacity import capacity_text

    estate = estate_of(session.root)
    names = [must_be("cluster", name, estate.clusters) for name in cluster] or estate.clusters
    rows = [row for name in names for row in capacity(estate.clusters[name], estate)]
    if output_format == "json":
        click.echo(json.dumps({"hardware": [row.as_data() for row in rows]}, indent=2))
    else:
        click.echo(capacity_text(rows, session.paint))
    return 1 if any(row.free < 0 for row in rows) else 0
