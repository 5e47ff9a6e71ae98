"""Machines as data: what GKE, EKS, AKS and one's own racks offer, as hardware declarations.

Sources: the clouds' own tables of machine types. Allocatable amounts are estimates on the
safe side, from the reservations that each cloud documents; the node itself has the last
word (``kubectl describe node``).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, cast

from msgspec import Struct

from gitops.declarations.yamltree import Tree, plain_data, read

CLOUDS: Mapping[str, str] = {"gke": "gke", "eks": "eks", "karpenter": "eks", "aks": "aks",
                             "onprem": "onprem"}
"""Where nodes come from, and the table that lists them: EKS with managed node groups and
with Karpenter label their nodes differently."""


class Accelerator(Struct, frozen=True):
    """One kind of accelerator, and what it is called where. ``memory`` is in GiB."""

    name: str
    resource: str
    product: str
    memory: int
    gke: str = ""
    aws: str = ""


class Machine(Struct, frozen=True):
    """One machine type. ``memory`` is in GiB; 0 cpu means that only the processor is known.

    ``has`` names its accelerator and ``count`` how many; ``takes`` those that can be
    attached. ``family``, ``model``, ``flag`` and ``lacks`` are what Node Feature
    Discovery says of the processor.
    """

    name: str
    cpu: int = 0
    memory: int = 0
    platform: str = ""
    has: str = ""
    count: int = 0
    takes: tuple[str, ...] = ()
    topology: str = ""
    family: str = ""
    model: str = ""
    flag: str = ""
    lacks: str = ""


def accelerators() -> dict[str, Accelerator]:
    """Every known accelerator by name."""
    return {name: Accelerator(name, entry.get("resource", "nvidia.com/gpu"), entry["product"],
                              entry["memory"], entry.get("gke", ""), entry.get("aws", ""))
            for name, entry in _table("accelerators").items()}


def machines(cloud: str) -> dict[str, Machine]:
    """Every known machine type of a cloud by name."""
    return {name: _machine(name, entry) for name, entry in _table(CLOUDS[cloud]).items()}


def _machine(name: str, entry: Mapping[str, Any]) -> Machine:
    values = {**entry, "takes": tuple(entry.get("takes", ()))}
    values |= {key: str(values[key]) for key in ("family", "model") if key in values}
    return Machine(name, **values)


def _table(name: str) -> dict[str, dict[str, Any]]:
    data = files(__name__).joinpath(f"{name}.yaml").read_bytes()
    tree = read(f"catalogue/{name}.yaml", data)[0]
    return cast("dict[str, dict[str, Any]]", plain_data(cast("Tree", tree)))


def find_accelerator(word: str) -> Accelerator | None:
    """An accelerator by its name here or on any cloud, or by its product."""
    return next((one for one in accelerators().values()
                 if word.lower() in (one.name, one.gke, one.product.lower())), None)
