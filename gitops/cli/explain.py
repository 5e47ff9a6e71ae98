"""``gitops explain``: which lines made an object or a field."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gitops.cli.options import as_of_option, cluster_option, format_option
from gitops.cli.session import Session

EPILOG = """\b
Examples:
  gitops explain rendered/prod/tenants/vision/access.yaml:12   the field on that line
  gitops explain rolebinding/namespaceAdmin -n vision          each field of an object
  gitops explain tenants/vision.yaml:5                         what that line makes
  gitops explain clusters/prod.yaml                            every setting, and who gave it
  gitops explain tenant/access.yaml.j2                         what a template makes
"""


@click.command(epilog=EPILOG)
@click.argument("target", metavar="FILE[:LINE]|KIND/NAME")
@click.option("-n", "--namespace", metavar="NAME", default="",
              help="Only objects of this namespace, and those that stand in none.")
@cluster_option
@as_of_option
@format_option("text", "json")
@click.pass_obj
def command(session: Session, target: str, namespace: str, cluster: tuple[str, ...],
            as_of: datetime | None, output_format: str) -> int:
    """Tell which template line and which declared lines made an object or a field.

    FILE is a rendered file, a declaration or a template. KIND may be a plural or a short
    name, in any case. The estate is rendered afresh; nothing is written.
    """
    from gitops.cli.running import Selection, compiler_of
    from gitops.review.explain_target import Place, explain

    compiler = compiler_of(session, Selection(cluster, (), as_of.date() if as_of else None))
    place = Place(session.root, str(Path(session.directory).absolute()))
    explanation = explain(compiler, target, place, cluster, namespace)
    if output_format == "json":
        from gitops.report.explain import json_text

        click.echo(json_text(explanation))
        return 0
    from gitops.report.explain import text

    click.echo(text(explanation, session.paint))
    return 0
