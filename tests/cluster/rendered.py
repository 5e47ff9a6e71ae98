"""Estates rendered for a control plane: a cluster's documents in sync order, and their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from gitops.compile.held import unit_of_file
from gitops.compile.pipeline import RenderedFile
from gitops.compile.prepare import prepare
from gitops.declarations.source import read_estate
from gitops.model.cluster import Cluster
from tests.cluster.client import Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.surroundings import namespace
from tests.examples.cases import HERE

EXAMPLES = HERE.parents[1] / "examples"
ORDER = {"jobs": 1, "runs": 2}
"""A tenant's units after its access; the platform's files come before by their paths."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one cluster of an estate gets, the platform's objects first, then the tenants'."""

    cluster: Cluster
    documents: tuple[Manifest, ...]

    def of(self, *kinds: str) -> list[Manifest]:
        return [document for document in self.documents if document.data["kind"] in kinds]

    @property
    def workspaces(self) -> list[str]:
        return [document.data["metadata"]["name"] for document in self.of("Namespace")]


def sample(name: str) -> dict[str, bytes]:
    """The declarations of a sample estate."""
    return read_estate(str(EXAMPLES / name))


def renderings(files: Mapping[str, bytes]) -> list[Rendering]:
    """Every cluster of an estate, without its overlays; a finding fails the test."""
    compiler = prepare(files)
    found: list[RenderedFile] = []
    for done in compiler.run(compiler.units(), lambda file: file):
        assert not done.findings, "\n".join(map(str, done.findings))
        found += [file for file in done.taken if file.objects and "/overlays/" not in file.path]
    found.sort(key=lambda file: (ORDER.get(unit_of_file(file.path), 0), file.path))
    return [
        Rendering(
            cluster,
            tuple(
                manifest
                for file in found
                if file.path.startswith(f"{cluster.name}/")
                for manifest in manifests(file)
            ),
        )
        for cluster in compiler.estate.clusters.values()
    ]


def rendering(files: Mapping[str, bytes], cluster: str = "prod") -> Rendering:
    """One cluster of an estate."""
    return next(one for one in renderings(files) if one.cluster.name == cluster)


def manifests(file: RenderedFile) -> list[Manifest]:
    """A file's documents, each with the very text that stands in it."""
    # A text at a document's end may end with its last line's break
    texts = [f"{text}\n" for text in file.text.removesuffix("\n").split("\n---\n")]
    return [
        Manifest(text, dict(data), file.path)
        for text, data in zip(texts, file.objects, strict=True)
    ]


@contextmanager
def standing(plane: ControlPlane, rendering: Rendering) -> Iterator[Rendering]:
    """Apply a rendering as an administrator; at the end nothing of it is left."""
    surround(plane, rendering.cluster)
    try:
        plane.apply(rendering.documents)
        yield rendering
    finally:
        sweep(plane, rendering.documents)
        end_namespaces(plane, rendering.workspaces)


def surround(plane: ControlPlane, cluster: Cluster) -> None:
    """The namespaces that a cluster's mesh and its GitOps engine live in."""
    mesh, engine = cluster.mesh, cluster.sync.homes if cluster.sync else ()
    homes = {mesh.root_namespace, mesh.gateway_namespace, *engine}
    plane.apply(map(namespace, homes), manager="platform")


def sweep(plane: ControlPlane, documents: Iterable[Manifest]) -> None:
    """Delete what was applied, in the opposite order; Namespaces stay."""
    for document in reversed(list(documents)):
        if document.data["kind"] != "Namespace":
            api_version, kind, place, name = document.identity
            if document.data["metadata"].get("finalizers"):
                # The engine that takes them off does not run here.
                none = {"metadata": {"finalizers": None}}
                plane.admin.merge(api_version, kind, name, none, place)
            plane.admin.delete(api_version, kind, name, place)


def end_namespaces(plane: ControlPlane, names: Iterable[str]) -> None:
    """Delete Namespaces and wait for their end."""
    names = list(names)
    for name in names:
        plane.admin.delete("v1", "Namespace", name)
    for name in names:
        until(partial(_gone, plane, name), f"the end of the Namespace {name}", 60)


def _gone(plane: ControlPlane, name: str) -> bool:
    return plane.admin.get("v1", "Namespace", name).status == 404
