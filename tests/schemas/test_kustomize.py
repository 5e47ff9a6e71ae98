"""Kustomization and Component."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.programs import KUBECTL

from .said import said

KUSTOMIZATION = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: vision
resources: [access.yaml, ../base]
components: [../overlays/gpu-t4]
labels: [{pairs: {tenant: vision}, includeSelectors: false}]
patches:
- target: {kind: Notebook, labelSelector: hardware=gpu-t4}
  patch: "[]"
- {path: patch.yaml, options: {allowNameChange: true}}
configMapGenerator: [{name: settings, literals: [a=b], options: {disableNameSuffixHash: true}}]
images: [{name: server, newTag: "1.4"}]
replicas: [{name: server, count: 2}]
"""
COMPONENT = """
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{target: {kind: Job}, patch: "[]"}]
"""


def test_usual_documents_are_valid() -> None:
    assert said(KUSTOMIZATION) == []
    assert said(COMPONENT) == []


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("resource", []),
        ("patches 0 target kinds", "x"),
        ("labels 0 includeSelector", True),
        ("images 0 tag", "x"),
    ]
    assert said(KUSTOMIZATION, *edits) == [
        'images[0].tag: unknown field "tag"; did you mean "newTag"?',
        'labels[0].includeSelector: unknown field "includeSelector"; '
        'did you mean "includeSelectors"?',
        'patches[0].target.kinds: unknown field "kinds"; did you mean "kind"?',
        'resource: unknown field "resource"; did you mean "resources"?',
    ]


def test_a_patch_is_here_or_in_a_file() -> None:
    assert said(KUSTOMIZATION, ("patches 0 path", "a.yaml")) == [
        'patches[0]: may have exactly one of "patch" or "path", not "patch" and "path"'
    ]
    assert said(KUSTOMIZATION, ("patches 0", {"target": {"kind": "Job"}})) == [
        'patches[0]: needs one of "patch" or "path"'
    ]


def test_what_kustomize_deprecates_names_its_successor() -> None:
    assert said(KUSTOMIZATION, ("patchesStrategicMerge", ["a.yaml"])) == [
        "patchesStrategicMerge: is deprecated by kustomize; write patches"
    ]


def test_each_kind_has_its_own_version() -> None:
    assert said(COMPONENT, ("apiVersion", "kustomize.config.k8s.io/v1beta1")) == [
        "apiVersion: Component v1beta1 is not served by the releases rendered for"
    ]


def test_kustomize_itself_refuses_what_we_refuse(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resource: []\n")
    run = subprocess.run([KUBECTL, "kustomize", tmp_path], capture_output=True, check=False)
    assert b"unknown field" in run.stderr
