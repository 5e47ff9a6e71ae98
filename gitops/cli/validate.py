"""``gitops validate``: everything but writing."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import click

from gitops.cli.options import as_of_option, cluster_option, format_option, tenant_option
from gitops.cli.running import Selection, compiler_of, run, summary_of
from gitops.cli.session import Session
from gitops.foundation.errors import Refused, UsageError

EPILOG = """\b
Examples:
  gitops validate                   the declarations, the templates and every manifest
  gitops validate --schemas crds/   check against these CRDs too
  gitops validate --format json     for machines; findings with file, line and column
"""


@click.command(epilog=EPILOG)
@cluster_option
@tenant_option
@click.option("--schemas", metavar="DIR", multiple=True,
              type=click.Path(exists=True, file_okay=False),
              help="A folder of CRDs to check against, beside the estate's own schemas/.")
@as_of_option
@format_option("text", "json")
@click.pass_obj
def command(session: Session, cluster: tuple[str, ...], tenant: tuple[str, ...],
            schemas: tuple[str, ...], as_of: datetime | None, output_format: str) -> int:
    """Compile and validate everything, and write nothing.

    Finds every mistake in the declarations at once, then in the templates, then in the
    rendered manifests, each at the line that makes it.
    """
    began = time.monotonic()
    selection = Selection(cluster, tenant, as_of.date() if as_of else None)
    from gitops.report.findings import as_data

    try:
        compiler = compiler_of(session, selection, _schemas(schemas))
        units = [unit for unit in compiler.units(cluster)
                 if not tenant or not unit.tenant or unit.tenant in tenant]
        outcome, _ = run(session, compiler, units, lambda _: None)
    except Refused as refused:
        if output_format == "text":
            raise
        click.echo(json.dumps({"valid": False, "findings": as_data(refused.findings)}, indent=2))
        return 1
    summary = summary_of(compiler, outcome, selection)
    if output_format == "json":
        click.echo(json.dumps({"valid": True, "findings": as_data(compiler.warnings),
                               "summary": summary.as_data()},
                              indent=2))
        return 0
    from gitops.report.summary import text

    click.echo(text(summary))
    click.echo(session.paint("all valid", "green") + f" ({time.monotonic() - began:.2f} s)")
    return 0


def _schemas(folders: tuple[str, ...]) -> dict[str, bytes]:
    """The YAML and JSON files of the given folders, by path."""
    found = {str(path): path.read_bytes() for folder in folders
             for path in sorted(Path(folder).rglob("*"))
             if path.suffix in (".yaml", ".yml", ".json") and path.is_file()}
    if folders and not found:
        raise UsageError(f"there are no CRDs in {', '.join(folders)}",
                         "they are files that end in .yaml, .yml or .json")
    return found
