"""The manifests of one revision: first as digests, then the objects of the files that differ.

Ten thousand tenants on both sides are two tables of digests; only objects of files that
differ are made twice, one unit at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from gitops.compile.kustomize import FILE
from gitops.compile.pipeline import Compiler, Unit
from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import Finding
from gitops.foundation.hashing import blake2b
from gitops.foundation.parallel import over, workers_for
from gitops.foundation.yamlloader import safe_loader
from gitops.plan.selection import accepts
from gitops.tree.header import HEAD_SIZE, is_ours

Objects: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""The objects of some files, by the files' paths below the output."""


class Side(Protocol):
    """One of the two sides of a comparison."""

    def digests(self, units: Collection[Unit]) -> dict[str, str]:
        """A digest of every rendered file of some units, by path, kustomizations left out.

        Raises:
            Refused: with the mistakes of all templates.
        """

    def objects(self, unit: Unit, paths: Collection[str]) -> Objects:
        """The objects of some of a unit's files; paths that it does not make are left out."""


class CompiledSide(Struct, frozen=True):
    """Declarations, rendered when they are asked for."""

    compiler: Compiler

    def digests(self, units: Collection[Unit]) -> dict[str, str]:
        """See :class:`Side`."""
        found: dict[str, str] = {}
        findings: list[Finding] = []
        own = [unit for unit in self.compiler.units() if unit in units]
        for digests, wrong in over(self._digests, own, workers_for(len(own))):
            found |= digests
            findings += wrong
        if findings:
            raise Refused(findings)
        return found

    def _digests(self, unit: Unit) -> tuple[dict[str, str], list[Finding]]:
        try:
            return {file.path: _digest(file.text.encode())
                    for file in self.compiler.render(unit)}, []
        except Refused as refused:
            return {}, refused.findings

    def objects(self, unit: Unit, paths: Collection[str]) -> Objects:
        """See :class:`Side`."""
        if not self._makes(unit):
            return {}
        return {file.path: list(file.objects) for file in self.compiler.render(unit)
                if file.path in paths}

    def _makes(self, unit: Unit) -> bool:
        estate = self.compiler.estate
        cluster, tenant = estate.clusters.get(unit.cluster), estate.tenants.get(unit.tenant)
        if cluster is None or not unit.tenant:
            return cluster is not None
        return tenant is not None and accepts(cluster, tenant)


class CommittedSide(Struct, frozen=True):
    """Rendered files as they were committed, for what cannot be rendered again."""

    files: Mapping[str, bytes]

    def digests(self, units: Collection[Unit]) -> dict[str, str]:
        """See :class:`Side`."""
        return {path: _digest(data) for path, data in self.files.items()
                if path.endswith(".yaml") and path.rpartition("/")[2] != FILE
                and unit_of(path) in units and is_ours(data[:HEAD_SIZE])}

    def objects(self, unit: Unit, paths: Collection[str]) -> Objects:
        """See :class:`Side`. Documents that are no objects are left out."""
        return {path: list(_documents(path, self.files[path])) for path in paths
                if path in self.files and unit_of(path) == unit}


def unit_of(path: str) -> Unit:
    """Whose file a path below the output is."""
    cluster, _, rest = path.partition("/")
    if rest.startswith("platform/tenants/"):
        return Unit(cluster, rest.removeprefix("platform/tenants/").removesuffix(".yaml"))
    if rest.startswith("sync/tenants/"):
        return Unit(cluster, rest.removeprefix("sync/tenants/").removesuffix(".yaml"))
    if rest.startswith("tenants/"):
        return Unit(cluster, rest.split("/")[1])
    return Unit(cluster)


def _documents(path: str, text: bytes) -> Iterable[Mapping[str, Any]]:
    import yaml

    from gitops.render.identity import identity
    from gitops.render.scalars import Unrenderable

    try:
        for document in yaml.load_all(text, safe_loader()):
            if isinstance(document, dict):
                identity(document)
                yield document
    except (yaml.YAMLError, ValueError, Unrenderable) as error:
        said = str(error).partition("\n")[0]
        raise UsageError(f"{path} holds no manifests at the base: {said}",
                         "it was edited by hand or merged badly; name another --base") from None


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
