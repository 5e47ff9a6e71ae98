"""The declarations of an estate, read and checked against each other."""

from __future__ import annotations

from collections.abc import Iterator

from gitops.declarations.load import load, located
from gitops.declarations.loaded import Declared, Files, Loaded
from gitops.foundation.findings import Mistake
from gitops.model.cluster import Cluster
from gitops.plan.references import Known, check
from gitops.schemas.installed import supported_kubernetes


def declared(files: Files) -> Declared:
    """Read the declarations among an estate's files; every mistake is looked for."""
    return checked(load(files), files)


def checked(loaded: Loaded, files: Files) -> Declared:
    """What was read of these files, checked against each other."""
    mistakes = check(Known(loaded.estate, loaded.named, loaded.plans))
    mistakes += [mistake for cluster in loaded.estate.clusters.values()
                 for mistake in _unsupported(cluster)]
    if not mistakes:
        return Declared(loaded.estate, loaded.findings)
    return Declared(loaded.estate, [*loaded.findings, *located(mistakes, files)])


def _unsupported(cluster: Cluster) -> Iterator[Mistake]:
    versions = supported_kubernetes()
    if cluster.kubernetes.version not in versions:
        yield Mistake("unsupported-kubernetes", cluster.origin.at("kubernetes", "version"),
                      f"Kubernetes {cluster.kubernetes.version} is not known here",
                      f"known are {versions[0]} to {versions[-1]}")
