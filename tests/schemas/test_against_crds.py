"""Our strict schemas beside the real CRDs, in a folder that GITOPS_CRDS names.

A field that only one side knows is a failure, unless UNSUPPORTED says why we leave it out.
Types of Kubernetes itself inside custom kinds are not compared: ours follow the version of the
cluster, those in a CRD the version it was built with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitops.schemas import strict
from gitops.schemas.check import Schemas
from gitops.schemas.core import CoreSchemas
from gitops.schemas.crds import CustomSchemas

from . import (
    test_argocd,
    test_flux,
    test_gateway,
    test_istio,
    test_katib,
    test_kueue,
    test_notebook,
    test_profile,
    test_tekton,
    test_trainer,
    test_workflows,
)
from .unsupported import UNSUPPORTED

FOLDER = os.environ.get("GITOPS_CRDS", "")
NO_CRD = {"kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1alpha1"}
SAME_AS_ANOTHER = {"ClusterWorkflowTemplate"}
KINDS = [key for key in strict.KINDS if key[0] not in NO_CRD and key[1] not in SAME_AS_ANOTHER]

DOCUMENTS = [
    *test_argocd.ALL,
    *test_flux.ALL,
    test_gateway.INGRESS,
    test_gateway.WAYPOINT,
    *test_istio.ALL,
    test_katib.EXPERIMENT,
    *test_kueue.ALL,
    *test_notebook.ALL,
    test_profile.PROFILE,
    *test_tekton.ALL,
    *test_trainer.ALL,
    *test_workflows.ALL,
]

pytestmark = pytest.mark.skipif(not FOLDER, reason="GITOPS_CRDS names no folder of CRDs")


@cache
def crds() -> CustomSchemas:
    return CustomSchemas.read({one.name: one.read_bytes() for one in Path(FOLDER).glob("*.yaml")})


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
def test_our_schema_knows_what_the_crd_knows(api_version: str, kind: str) -> None:
    theirs = crds().schema(api_version, kind)
    ours = strict.find(api_version, kind)
    assert theirs is not None, f"{FOLDER} has no CRD of {kind} {api_version}"
    assert ours is not None
    left_out = UNSUPPORTED.get(kind, {})
    types = {**ours.schema.get("$defs", {}), **CoreSchemas("1.37").definitions(ours.schema)}
    found = set(_differences(ours.schema, theirs, types))
    assert sorted(found - left_out.keys()) == []
    assert sorted(left_out.keys() - found) == [], "no longer a difference: drop it from the table"


def _differences(
    ours: dict[str, Any], theirs: dict[str, Any], types: dict[str, Any], where: str = ""
) -> Iterator[str]:
    if (ref := ours.get("$ref")) is not None:
        name = ref.removeprefix("#/$defs/")
        if name.startswith("io.k8s.api.") or where == ".metadata":
            return
        ours = types[name]
    yield from _choices(ours, theirs, where)
    if "items" in ours and "items" in theirs:
        yield from _differences(ours["items"], theirs["items"], types, f"{where}[]")
    if isinstance(ours.get("additionalProperties"), dict):
        other = theirs.get("additionalProperties")
        if isinstance(other, dict):
            yield from _differences(ours["additionalProperties"], other, types, f"{where}.*")
    yield from _fields(ours, theirs, types, where)


def _fields(
    ours: dict[str, Any], theirs: dict[str, Any], types: dict[str, Any], where: str
) -> Iterator[str]:
    mine, other = ours.get("properties"), theirs.get("properties")
    if mine is None or other is None:
        return
    known = {name for name, shape in mine.items() if shape.get("not") != {}}
    for name in other.keys() - mine.keys() - ({"status"} if not where else set()):
        yield f"{where}.{name} is only in the CRD"
    for name in known - other.keys() if theirs.get("additionalProperties") is False else ():
        yield f"{where}.{name} is only in ours"
    for name in set(theirs.get("required", ())) - set(ours.get("required", ())):
        yield f"{where}.{name} is required by the CRD"
    for name in sorted(known & other.keys()):
        yield from _differences(mine[name], other[name], types, f"{where}.{name}")


def _choices(ours: dict[str, Any], theirs: dict[str, Any], where: str) -> Iterator[str]:
    if "enum" in theirs:
        beyond = set(ours.get("enum", ["anything"])) - set(theirs["enum"])
        yield from (f"{where} may be {value!r} in ours only" for value in beyond)
    if "maxItems" in theirs and ours.get("maxItems", 10**9) > theirs["maxItems"]:
        yield f"{where} may be longer in ours"
    mine, other = _types(ours), _types(theirs)
    if mine and other and not mine <= other:
        yield f"{where} is {sorted(mine)} in ours and {sorted(other)} in the CRD"


def _types(schema: dict[str, Any]) -> set[str]:
    found = schema.get("type", [])
    return {found} if isinstance(found, str) else set(found)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_what_we_take_the_crd_takes_too(text: str) -> None:
    document = yaml.safe_load(text)
    assert Schemas("1.37", crds()).check(document) == []
