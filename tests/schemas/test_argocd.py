"""Argo CD."""

from __future__ import annotations

import pytest

from .said import GONE, hints, said

PROJECT = """
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: vision, namespace: argocd}
spec:
  sourceRepos: ["https://git.example.com/estate"]
  destinations: [{server: "https://kubernetes.default.svc", namespace: vision}]
  clusterResourceWhitelist: []
  namespaceResourceBlacklist: [{group: "", kind: ResourceQuota}]
  destinationServiceAccounts:
  - {server: "https://kubernetes.default.svc", namespace: vision,
     defaultServiceAccount: "gitops:vision"}
  roles:
  - name: owner
    groups: [ml]
    policies: ["p, proj:vision:owner, applications, sync, vision/*, allow"]
  syncWindows: [{kind: deny, schedule: "0 22 * * *", duration: 8h, namespaces: ["*"]}]
"""
APPLICATION = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: vision-access, namespace: argocd}
spec:
  project: vision
  source: {repoURL: "https://git.example.com/estate", path: rendered/a, targetRevision: main}
  destination: {server: "https://kubernetes.default.svc", namespace: vision}
  syncPolicy:
    automated: {prune: true, selfHeal: true}
    syncOptions: [ServerSideApply=true, Prune=confirm, PrunePropagationPolicy=background]
    retry: {limit: 5, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
  ignoreDifferences:
  - {group: kubeflow.org, kind: Profile, jsonPointers: [/spec/resourceQuotaSpec]}
"""
SET = """
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: tenants, namespace: argocd}
spec:
  goTemplate: true
  goTemplateOptions: [missingkey=error]
  generators:
  - git:
      repoURL: https://git.example.com/estate
      revision: main
      directories: [{path: rendered/a/tenants/*}, {path: rendered/a/tenants/x, exclude: true}]
  - matrix:
      generators: [{clusters: {}}, {list: {elements: [{a: b}]}}]
  syncPolicy: {applicationsSync: sync, preserveResourcesOnDeletion: false}
  template:
    metadata: {name: "{{.path.basename}}", labels: {tenant: "{{.path.basename}}"}}
    spec:
      project: tenants
      source: {repoURL: "https://git.example.com/estate", path: "{{.path.path}}"}
      destination: {name: in-cluster, namespace: "{{.path.basename}}"}
"""
ALL = [PROJECT, APPLICATION, SET]
POLICY = "spec roles 0 policies"


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec destination serverr", "x"),
        ("spec syncPolicy automate", {}),
        ("spec source targetRev", "x"),
        ("spec syncPolicy syncOptions", ["ServerSideaply=true"]),
    ]
    assert said(APPLICATION, *edits) == [
        'spec.destination.serverr: unknown field "serverr"; did you mean "server"?',
        'spec.source.targetRev: unknown field "targetRev"; did you mean "targetRevision"?',
        'spec.syncPolicy.automate: unknown field "automate"; did you mean "automated"?',
        'spec.syncPolicy.syncOptions[0]: "ServerSideaply=true" is not a sync option of Argo CD',
    ]


def test_an_application_has_one_source_and_one_cluster() -> None:
    edits = [("spec sources", [{"repoURL": "x"}]), ("spec destination name", "a")]
    assert said(APPLICATION, *edits) == [
        'spec.destination: may have exactly one of "name" or "server", not "name" and "server"',
        'spec: may have exactly one of "source", "sources" or "sourceHydrator", '
        'not "source" and "sources"',
    ]


def test_an_application_has_a_project() -> None:
    assert said(APPLICATION, ("spec project", GONE)) == ['spec: the field "project" is missing']


def test_namespace_metadata_needs_argo_cd_to_create_it() -> None:
    assert said(APPLICATION, ("spec syncPolicy managedNamespaceMetadata", {})) == [
        "spec.syncPolicy.managedNamespaceMetadata: "
        "does nothing without the sync option CreateNamespace=true"
    ]


def test_an_empty_whitelist_of_namespaced_kinds_is_never_meant() -> None:
    assert said(PROJECT, ("spec namespaceResourceWhitelist", [])) == [
        "spec.namespaceResourceWhitelist: must not be empty"
    ]


def test_names_stand_in_cluster_lists_only() -> None:
    item = {"group": "", "kind": "Namespace", "name": "vision"}
    assert said(PROJECT, ("spec clusterResourceWhitelist", [item])) == []
    assert said(PROJECT, ("spec namespaceResourceBlacklist", [item])) == [
        'spec.namespaceResourceBlacklist[0].name: unknown field "name"'
    ]


@pytest.mark.parametrize("field", ["server", "defaultServiceAccount", "namespace"])
def test_an_impersonated_account_is_complete(field: str) -> None:
    assert said(PROJECT, (f"spec destinationServiceAccounts 0 {field}", GONE)) == [
        f'spec.destinationServiceAccounts[0]: the field "{field}" is missing'
    ]


def test_a_window_is_complete_and_covers_something() -> None:
    window = {"kind": "denied", "schedule": "at night", "duration": "1d"}
    assert said(PROJECT, ("spec syncWindows", [window])) == [
        'spec.syncWindows[0].duration: "1d" is not a duration',
        'spec.syncWindows[0].kind: must be "allow" or "deny", not "denied"',
        'spec.syncWindows[0].schedule: "at night" is not a schedule',
    ]
    assert said(PROJECT, ("spec syncWindows 0 namespaces", [])) == [
        "spec.syncWindows[0]: covers nothing; set applications, clusters, namespaces"
    ]


def test_a_role_grants_to_itself_in_its_project() -> None:
    policies = [
        "p, proj:vision:admin, applications, sync, vision/*, allow",
        "p, proj:vision:owner, applications, sync, other/*, allow",
        "g, somebody, role:admin",
    ]
    assert said(PROJECT, (POLICY, policies)) == [
        "spec.roles[0].policies[0]: grants to proj:vision:admin, not to its own role owner",
        'spec.roles[0].policies[1]: "other/*" is not in the project vision',
        "spec.roles[0].policies[2]: is not a policy of a project",
    ]
    assert hints(PROJECT, (POLICY, ["x"])) == [
        "write p, proj:vision:owner, applications, ACTION, vision/*, allow"
    ]


def test_a_template_does_not_choose_its_project() -> None:
    assert said(SET, ("spec template spec project", "{{.path.basename}}")) == [
        "spec.template.spec.project: "
        "must be written out: whoever can write the data could choose any project"
    ]


def test_a_go_template_fails_on_a_misspelt_name() -> None:
    assert said(SET, ("spec goTemplateOptions", GONE)) == [
        "spec.goTemplateOptions: needs missingkey=error, or a misspelt name renders as <no value>"
    ]


def test_a_git_generator_names_its_revision() -> None:
    assert said(SET, ("spec generators 0 git revision", GONE)) == [
        'spec.generators[0].git: the field "revision" is missing'
    ]


def test_generators_outside_git_are_refused() -> None:
    assert said(SET, ("spec generators 0", {"git": {}, "pullRequest": {}}))[-1:] == [
        "spec.generators[0].pullRequest: asks a service outside git, "
        "so a commit would not decide what is deployed"
    ]


def test_nested_generators_are_read() -> None:
    edit = ("spec generators 1 matrix generators 0 clusters selectors", {})
    assert said(SET, edit) == [
        "spec.generators[1].matrix.generators[0].clusters.selectors: "
        'unknown field "selectors"; did you mean "selector"?'
    ]
