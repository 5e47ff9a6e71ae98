"""Every document of every estate is taken as it is, and taking it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

import pytest
import yaml
from hypothesis import given

from tests.cluster.client import Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.generated import estates
from tests.cluster.rendered import Rendering, end_namespaces, renderings, sample, surround, sweep
from tests.cluster.stored import differences
from tests.drawing import drawn
from tests.examples.cases import Case, cases

pytestmark = pytest.mark.cluster

SELF_WRITING = {
    "Gateway",
    "GitRepository",
    "Kustomization",
    "Namespace",
    "OCIRepository",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "ValidatingAdmissionPolicy",
}
"""Kinds whose status a controller writes at its own time (a Gateway's and those of Flux have
defaults till then)."""
FINALIZER = '"resources-finalizer.argocd.argoproj.io": prefer a domain-qualified'
"""Argo CD knows this name only, so its projects must be content with the warning."""
GENERATED = 50


@pytest.fixture(scope="module")
def seen(plane: ControlPlane) -> Iterator[set[str]]:
    """The workspaces that the tests made; they go together at the end."""
    names: set[str] = set()
    yield names
    end_namespaces(plane, names)


@pytest.mark.parametrize("name", ["kubeflow", "native"])
def test_a_sample_estate_is_accepted(plane: ControlPlane, seen: set[str], name: str) -> None:
    accept(plane, sample(name), seen)


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.path.stem)
def test_a_valid_case_is_accepted(plane: ControlPlane, seen: set[str], case: Case) -> None:
    accept(plane, case.files, seen)


@drawn(GENERATED)
@given(files=estates())
def test_any_valid_estate_is_accepted(
    plane: ControlPlane, seen: set[str], files: dict[str, bytes]
) -> None:
    accept(plane, files, seen)


def accept(plane: ControlPlane, files: Mapping[str, bytes], seen: set[str]) -> None:
    """Apply every cluster of an estate twice, one cluster after the other."""
    plane.establish(crd for crd in own_schemas(files) if crd["kind"] == "CustomResourceDefinition")
    for rendering in renderings(files):
        surround(plane, rendering.cluster)
        seen.update(rendering.workspaces)
        try:
            accept_cluster(plane, rendering)
        finally:
            sweep(plane, rendering.documents)


def own_schemas(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    for name, data in files.items():
        if PurePath(name).parts[0] == "schemas":
            yield from yaml.safe_load_all(data)


def accept_cluster(plane: ControlPlane, rendering: Rendering) -> None:
    taken = [plane.apply_one(document) for document in rendering.documents]
    said = [warning for answer in taken for warning in answer.warnings]
    assert [warning for warning in said if FINALIZER not in warning] == []
    for document, answer in zip(rendering.documents, taken, strict=True):
        assert differences(document.data, answer.body) == [], document.identity
    assert [one.identity for one in rendering.documents if not stands_still(plane, one)] == []


def stands_still(plane: ControlPlane, document: Manifest) -> bool:
    """Whether applying once more leaves the stored object as it is, to its resourceVersion."""
    api_version, kind, place, name = document.identity
    before = plane.admin.get(api_version, kind, name, place).object()
    after = plane.apply_one(document).body
    if kind in SELF_WRITING:
        return without_status(before) == without_status(after)
    return bool(before["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"])


def without_status(stored: dict[str, Any]) -> dict[str, Any]:
    """An object without what its controller writes, but with who wrote which field and when."""
    metadata = dict(stored["metadata"])
    del metadata["resourceVersion"]
    fields = [entry for entry in metadata["managedFields"] if entry.get("subresource") != "status"]
    rest = {key: value for key, value in stored.items() if key != "status"}
    return {**rest, "metadata": {**metadata, "managedFields": fields}}
