"""``gitops where``: on which nodes a job's pods can land, and why not on the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import asdict

from gitops.cli.options import cluster_option, format_option
from gitops.cli.session import Session
from gitops.foundation.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitops.model.estate import Estate
    from gitops.plan.jobs import JobPlan
    from gitops.plan.placement import Landing

EPILOG = """\b
Examples:
  gitops where vision train-resnet                  every cluster that the job stands on
  gitops where vision train-resnet --cluster prod   one of them
"""


@click.command(epilog=EPILOG)
@click.argument("tenant")
@click.argument("job")
@cluster_option
@format_option("text", "json")
@click.pass_obj
def command(session: Session, tenant: str, job: str, cluster: tuple[str, ...],
            output_format: str) -> int:
    """Tell where the pods of JOB of TENANT can land, and what speaks against the rest.

    Looks at labels, taints and each resource, as the scheduler does, on empty nodes.
    Exit code 1 says that a pod fits nowhere.
    """
    from gitops.cli.reading import estate_of, must_be
    from gitops.report.capacity import where_text

    estate = estate_of(session.root)
    owner = estate.tenants[must_be("tenant", tenant, estate.tenants)]
    must_be(f"job of {tenant}", job, owner.jobs)
    if source := owner.jobs[job].source:
        raise UsageError(f"the pods of {job} are declared in {source.repo}",
                         f"see {source.path} there")
    names = [must_be("cluster", name, estate.clusters) for name in cluster] or estate.clusters
    answers = list(_answers(estate, tenant, job, tuple(names)))
    if not answers:
        raise UsageError(f"{job} stands on none of these clusters: {', '.join(names)}",
                         "`gitops validate` says why")
    if output_format == "json":
        click.echo(json.dumps([data for data, _, _ in answers], indent=2))
    else:
        click.echo("\n".join(where_text(title, landings, session.paint)
                             for _, title, landings in answers))
    return 0 if all(any(one.fits for one in landings) for _, _, landings in answers) else 1


def _answers(estate: Estate, tenant: str, job: str, names: tuple[str, ...]
             ) -> Iterator[tuple[dict[str, Any], str, list[Landing]]]:
    """Each pod of the job on each cluster: as data, its title, and where it can land."""
    from gitops.plan.placement import shape_of, where

    for name in names:
        plan = _plan(estate, tenant, job, name)
        for task in plan.tasks if plan else ():
            hardware = estate.hardware.get(task.overlay.name) if task.overlay else None
            landings = where(shape_of(task, hardware), estate.clusters[name], estate)
            part = f" ({task.name})" if task.name != job else ""
            chosen = f", on {task.overlay.name}" if task.overlay else ""
            yield ({"cluster": name, "task": task.name,
                    "hardware": task.overlay.name if task.overlay else "",
                    "nodes": [{**asdict(one), "fits": one.fits} for one in landings]},
                   f"{tenant}/{job}{part} on {name}{chosen}", landings)


def _plan(estate: Estate, tenant: str, job: str, cluster: str) -> JobPlan | None:
    """The job on a cluster, where it stands there."""
    from gitops.plan.selection import accepts
    from gitops.plan.workspace import Planner

    owner, place = estate.tenants[tenant], estate.clusters[cluster]
    if not accepts(place, owner):
        return None
    plans = Planner(estate).workspace(owner, place).jobs
    return next((one for one in plans if one.name == job), None)
