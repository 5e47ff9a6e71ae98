"""The declarations of an estate, read and checked against each other.

Reading them and making the templates ready share nothing, so a run may do both at once:
this module is then imported in the process that reads, and in no other.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from gitops.declarations.load import Files, Loaded, load, located
from gitops.foundation.findings import Finding, Mistake
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.plan.references import Known, check
from gitops.schemas.core import supported_kubernetes


class Declared(Struct, frozen=True):
    """An estate as far as it could be read, and everything that is wrong in its declarations."""

    estate: Estate
    findings: list[Finding]


def declared(files: Files) -> Declared:
    """Read the declarations among an estate's files; every mistake is looked for."""
    return checked(load(files), files)


def checked(loaded: Loaded, files: Files) -> Declared:
    """What was read of these files, checked against each other."""
    mistakes = check(Known(loaded.estate, loaded.named))
    mistakes += [mistake for cluster in loaded.estate.clusters.values()
                 for mistake in _unsupported(cluster)]
    return Declared(loaded.estate, [*loaded.findings, *located(mistakes, files)])


def _unsupported(cluster: Cluster) -> Iterator[Mistake]:
    versions = supported_kubernetes()
    if cluster.kubernetes.version not in versions:
        yield Mistake("unsupported-kubernetes", cluster.origin.at("kubernetes", "version"),
                      f"Kubernetes {cluster.kubernetes.version} is not known here",
                      f"known are {versions[0]} to {versions[-1]}")
