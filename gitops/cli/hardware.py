"""``gitops hardware``: add a machine from the catalogue, list what is declared, show one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from gitops.cli.options import format_option
from gitops.cli.session import Session
from gitops.foundation.errors import UsageError

if TYPE_CHECKING:
    from gitops.declarations.catalogue import Accelerator, Machine
    from gitops.declarations.catalogue.offers import Wanted

CLOUDS = ("gke", "eks", "karpenter", "aks", "onprem")
EPILOG = """\b
Examples:
  gitops hardware add gke n1-standard-8 --accelerator nvidia-tesla-t4 --nodes 2
  gitops hardware add karpenter p5.48xlarge --nodes 4
  gitops hardware add onprem cascade-lake --cpu 48 --memory 384 --accelerator t4 --nodes 3
  gitops hardware list                 what is declared
  gitops hardware list --catalogue gke what could be
  gitops hardware show gpu-t4          one, and what it puts on a pod
"""


@click.group(epilog=EPILOG)
def command() -> None:
    """Kinds of machines that tenants can ask for: hardware/<name>.yaml."""


def _machines(ctx: click.Context, _param: click.Parameter, incomplete: str
              ) -> list[CompletionItem]:
    from gitops.declarations.catalogue import machines

    cloud = ctx.params.get("cloud")
    return [CompletionItem(name) for name in (machines(cloud) if cloud else ())
            if name.startswith(incomplete)]


@command.command("add", epilog=EPILOG)
@click.argument("cloud", type=click.Choice(CLOUDS))
@click.argument("machine", shell_complete=_machines)
@click.option("--nodes", type=click.IntRange(0), required=True, help="How many there are.")
@click.option("--accelerator", metavar="NAME", default="", help="The accelerator that is "
              "attached, where the machine type does not say it.")
@click.option("--count", type=click.IntRange(1), help="How many of them on one node.")
@click.option("--cpu", type=click.IntRange(1), help="Cores of a node of your own (onprem).")
@click.option("--memory", type=click.IntRange(1), metavar="GIB",
              help="GiB of memory of a node of your own (onprem).")
@click.option("--name", default="", help="What tenants call it.  [default: by the accelerator "
              "or machine]")
@click.option("--print", "only_print", is_flag=True, help="Print the file, write nothing.")
@click.pass_obj
def add(session: Session, cloud: str, machine: str, nodes: int, accelerator: str,
        count: int | None, cpu: int | None, memory: int | None, name: str,
        only_print: bool) -> int:
    """Write the hardware file of MACHINE on CLOUD, with its labels, taints and amounts.

    `eks` is for managed node groups, `karpenter` for EKS with Karpenter. Allocatable
    amounts are careful estimates: compare them with `kubectl describe node`.
    """
    from gitops.declarations.catalogue.offers import declaration, default_name, text

    wanted = _wanted(cloud, _machine(cloud, machine, cpu, memory), nodes, accelerator, count)
    content = text(declaration(wanted))
    if only_print:
        click.echo(content, nl=False)
        return 0
    from gitops.cli.schema import write
    from gitops.declarations.source import read_estate

    read_estate(session.root)
    path = _place(session, name or default_name(wanted))
    write(path.parent, {path.name: content.encode()})
    shown = path.relative_to(session.root)
    click.echo(f"{shown} written; give it to a tenant with hardware: {{{path.stem}: …}}")
    return 0


def _place(session: Session, name: str) -> Path:
    """Where the file goes: nowhere that is taken, or that leads out of the estate."""
    import re

    from gitops.declarations.types import DNS_LABEL

    if not re.fullmatch(DNS_LABEL, name):
        raise UsageError(f"{name!r} cannot be a name",
                         "small letters, digits and dashes, at most 63")
    folder = Path(session.root, "hardware")
    path = folder / f"{name}.yaml"
    if folder.is_symlink() or path.is_symlink() or path.exists():
        raise UsageError(f"hardware/{name}.yaml is there already",
                         "choose another with --name, or change the file")
    return path


def _machine(cloud: str, name: str, cpu: int | None, memory: int | None) -> Machine:
    """A machine of the catalogue; the amounts of one's own go before its."""
    from msgspec.structs import replace

    from gitops.cli.reading import must_be
    from gitops.declarations.catalogue import machines

    known = machines(cloud)
    found = known[must_be(f"machine on {cloud}", name, known)]
    if cloud != "onprem" and (cpu or memory):
        raise UsageError(f"{name} has {found.cpu} cores and {found.memory} GiB",
                         "--cpu and --memory are for onprem")
    found = replace(found, cpu=cpu or found.cpu, memory=memory or found.memory)
    if not (found.cpu and found.memory):
        raise UsageError(f"{name} names a processor only", "add --cpu CORES and --memory GIB")
    return found


def _wanted(cloud: str, machine: Machine, nodes: int, accelerator: str,
            count: int | None) -> Wanted:
    """The machine with its accelerator: its own, or the one that was named."""
    from gitops.declarations.catalogue import accelerators
    from gitops.declarations.catalogue.offers import Wanted

    named = _accelerator(accelerator) if accelerator else None
    own = accelerators().get(machine.has)
    if own and named and own.resource != named.resource:
        raise UsageError(f"{machine.name} has {own.name}, not {named.name}",
                         "leave --accelerator out")
    if own and named and named.name != own.name and (named.gke, named.aws) != (own.gke, own.aws):
        raise UsageError(f"{machine.name} has {own.name}, not {named.name}",
                         "leave --accelerator out")
    if named and not own and cloud != "onprem" and named.name not in machine.takes:
        raise UsageError(f"{machine.name} takes no {named.name}",
                         f"it takes {', '.join(machine.takes)}" if machine.takes else
                         f"`gitops hardware list --catalogue {cloud}` lists machines that do")
    if count and own and count != machine.count:
        raise UsageError(f"{machine.name} has {machine.count} × {own.name}", "leave --count out")
    chosen = own or named
    return Wanted(cloud, machine, nodes, chosen,
                  (machine.count if own else count or 1) if chosen else 0)


def _accelerator(word: str) -> Accelerator:
    from gitops.cli.reading import must_be
    from gitops.declarations.catalogue import accelerators, find_accelerator

    found = find_accelerator(word)
    return found or accelerators()[must_be("accelerator", word, accelerators())]


@command.command("list")
@click.option("--catalogue", type=click.Choice(CLOUDS), help="List the known machines of a cloud.")
@format_option("text", "json")
@click.pass_obj
def list_(session: Session, catalogue: str | None, output_format: str) -> int:
    """List the declared hardware, or the machines that `add` knows."""
    from gitops.report.hardware import catalogue_rows, hardware_rows, table

    if catalogue:
        from gitops.declarations.catalogue import machines

        rows = catalogue_rows(machines(catalogue).values())
    else:
        from gitops.cli.reading import estate_of

        rows = hardware_rows(estate_of(session.root))
    click.echo(json.dumps(rows, indent=2) if output_format == "json" else table(rows))
    return 0


@command.command("show")
@click.argument("name")
@format_option("text", "json")
@click.pass_obj
def show(session: Session, name: str, output_format: str) -> int:
    """Show one hardware: what it is, who has it, and what it puts on a pod."""
    from gitops.cli.reading import estate_of, must_be
    from gitops.report.hardware import details, details_text

    estate = estate_of(session.root)
    must_be("hardware", name, estate.hardware)
    data: dict[str, Any] = details(name, estate)
    click.echo(json.dumps(data, indent=2) if output_format == "json" else details_text(data))
    return 0
