"""Our strict schemas beside the real CRDs, in a folder that GITOPS_CRDS names.

A field that only one side knows is a failure, unless UNSUPPORTED says why we leave it out.
Types of Kubernetes itself inside custom kinds are not compared: ours follow the version of the
cluster, those in a CRD the version it was built with.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import yaml

from gitops.schemas import strict
from gitops.schemas.check import Schemas
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
    test_pytorch,
    test_serving,
    test_tekton,
    test_trainer,
    test_workflows,
)
from .comparing import agree

FOLDER = os.environ.get("GITOPS_CRDS", "")
NO_CRD = {"kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1alpha1"}
SAME_AS_ANOTHER = {"ClusterWorkflowTemplate"}
IN_ITS_MODULE = {"MutatingPolicy"}
"""Compared in ``tests/upstream``, with the CRD of the program that is built there."""
NEVER_RENDERED = {"InferenceService", "PyTorchJob"}
"""Workloads of people's own, whose CRDs a folder need not have: those of KServe 0.20 and of the
training operator 1.9 agree."""
KINDS = [key for key in strict.KINDS
         if key[0] not in NO_CRD and key[1] not in SAME_AS_ANOTHER | IN_ITS_MODULE]

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
    *test_pytorch.ALL,
    *test_serving.ALL,
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
    if theirs is None and kind in NEVER_RENDERED:
        pytest.skip(f"{FOLDER} has no CRD of {kind} {api_version}")
    assert theirs is not None, f"{FOLDER} has no CRD of {kind} {api_version}"
    agree(api_version, kind, theirs)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_what_we_take_the_crd_takes_too(text: str) -> None:
    document = yaml.safe_load(text)
    assert Schemas("1.37", crds()).check(document) == []
