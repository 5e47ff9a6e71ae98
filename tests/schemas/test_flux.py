"""Flux."""

from __future__ import annotations

import pytest

from .said import GONE, said

KUSTOMIZATION = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: vision-access, namespace: gitops}
spec:
  interval: 10m
  retryInterval: 1m30s
  timeout: 5m
  prune: true
  wait: true
  path: ./rendered/a/tenants/vision
  sourceRef: {kind: GitRepository, name: estate}
  serviceAccountName: vision
  targetNamespace: vision
  deletionPolicy: Delete
  dependsOn: [{name: platform}]
  healthCheckExprs:
  - {apiVersion: kubeflow.org/v1, kind: Profile, current: "true"}
"""
GIT = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: estate, namespace: gitops}
spec:
  interval: 1m
  timeout: 60s
  url: ssh://git@git.example.com/estate
  ref: {branch: main}
  secretRef: {name: deploy-key}
"""
OCI = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: estate, namespace: gitops}
spec: {interval: 1m, url: "oci://registry.example.com/estate", ref: {tag: main}}
"""
ALL = [KUSTOMIZATION, GIT, OCI]


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_typos_are_guessed_at_every_level() -> None:
    edits = [("spec intervall", "1m"), ("spec sourceRef nam", "x"), ("spec dependsOn 0 Name", "x")]
    assert said(KUSTOMIZATION, *edits) == [
        'spec.dependsOn[0].Name: unknown field "Name"; did you mean "name"?',
        'spec.intervall: unknown field "intervall"; did you mean "interval"?',
        'spec.sourceRef.nam: unknown field "nam"; did you mean "name"?',
    ]


def test_what_flux_needs() -> None:
    edits = [("spec interval", GONE), ("spec prune", GONE), ("spec sourceRef", GONE)]
    assert said(KUSTOMIZATION, *edits) == [
        'spec: the field "interval" is missing',
        'spec: the field "prune" is missing',
        'spec: the field "sourceRef" is missing',
    ]


def test_a_duration_knows_no_days() -> None:
    assert said(KUSTOMIZATION, ("spec interval", "1d")) == ['spec.interval: "1d" is not a duration']


def test_health_checks_beside_wait_are_ignored() -> None:
    checks = [{"apiVersion": "v1", "kind": "Service", "name": "a"}]
    assert said(KUSTOMIZATION, ("spec healthChecks", checks)) == [
        "spec.healthChecks: is ignored, because wait is true"
    ]
    edits = [("spec healthChecks", checks), ("spec wait", False)]
    assert said(KUSTOMIZATION, *edits) == []


def test_a_health_expression_names_its_kind() -> None:
    assert said(KUSTOMIZATION, ("spec healthCheckExprs 0 kind", GONE)) == [
        'spec.healthCheckExprs[0]: the field "kind" is missing'
    ]


def test_a_path_stays_in_its_source() -> None:
    assert said(KUSTOMIZATION, ("spec path", "../other")) == [
        "spec.path: may not leave the source with .."
    ]


def test_a_kustomization_does_not_wait_for_itself() -> None:
    assert said(KUSTOMIZATION, ("spec dependsOn 0 name", "vision-access")) == [
        "spec.dependsOn[0]: the Kustomization waits for itself"
    ]
    other = [{"name": "vision-access", "namespace": "other"}]
    assert said(KUSTOMIZATION, ("spec dependsOn", other)) == []


@pytest.mark.parametrize(
    "url", ["git@git.example.com:estate", "git.example.com/estate", "file:///a"]
)
def test_a_repository_has_a_url(url: str) -> None:
    assert said(GIT, ("spec url", url)) == [f'spec.url: "{url}" is not a repository\'s URL']


def test_an_account_of_a_source_is_for_clouds() -> None:
    assert said(GIT, ("spec serviceAccountName", "x")) == [
        "spec.serviceAccountName: needs a provider of aws or azure"
    ]


def test_an_image_is_named_once() -> None:
    assert said(OCI, ("spec ref semver", "1.x")) == [
        'spec.ref: may have at most one of "digest", "semver" or "tag", not "semver" and "tag"'
    ]
