"""Profile: what the CRD lets through and the profile controller trips over."""

from __future__ import annotations

from .said import GONE, hints, said

PROFILE = """
apiVersion: kubeflow.org/v1
kind: Profile
metadata: {name: vision}
spec:
  owner: {apiGroup: rbac.authorization.k8s.io, kind: User, name: ana@example.com}
  plugins:
  - kind: WorkloadIdentity
    spec: {gcpServiceAccount: vision@research.iam.gserviceaccount.com}
  - kind: AwsIamForServiceAccount
    spec: {awsIamRole: "arn:aws:iam::123456789012:role/vision", annotateOnly: true}
  - {kind: OurOwn, spec: {anything: [goes]}}
  resourceQuotaSpec: {hard: {cpu: "8", requests.nvidia.com/gpu: 1}}
"""


def test_a_usual_profile_is_valid() -> None:
    assert said(PROFILE) == []
    assert said(PROFILE, ("spec resourceQuotaSpec", {}), ("spec plugins", GONE)) == []


def test_a_profile_has_an_owner() -> None:
    assert said(PROFILE, ("spec owner", GONE)) == ['spec: the field "owner" is missing']


def test_the_name_becomes_a_namespace() -> None:
    assert said(PROFILE, ("metadata name", "vision.lab")) == [
        'metadata.name: "vision.lab" is not a DNS label'
    ]


def test_typos_are_guessed_at_every_level() -> None:
    edits = [
        ("spec resourceQuota", {}),
        ("spec owner nmae", "x"),
        ("spec plugins 0 specs", {}),
        ("spec resourceQuotaSpec hart", {}),
    ]
    assert said(PROFILE, *edits) == [
        'spec.owner.nmae: unknown field "nmae"; did you mean "name"?',
        'spec.plugins[0].specs: unknown field "specs"; did you mean "spec"?',
        'spec.resourceQuota: unknown field "resourceQuota"; did you mean "resourceQuotaSpec"?',
        'spec.resourceQuotaSpec.hart: unknown field "hart"; did you mean "hard"?',
    ]


def test_the_owner_is_a_subject() -> None:
    assert said(PROFILE, ("spec owner kind", "user")) == [
        'spec.owner.kind: must be "User", "Group" or "ServiceAccount", not "user"; '
        'did you mean "User"?'
    ]


def test_the_api_group_of_a_user_is_written_out() -> None:
    assert said(PROFILE, ("spec owner apiGroup", GONE)) == [
        'spec.owner: the apiGroup of a User is "rbac.authorization.k8s.io"'
    ]
    assert hints(PROFILE, ("spec owner apiGroup", GONE)) == [
        "without it the profile controller writes its RoleBinding again and again"
    ]


def test_an_owning_account_has_a_namespace_and_no_group() -> None:
    owner = {"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}
    assert said(PROFILE, ("spec owner", owner)) == []
    edits = [("spec owner kind", "ServiceAccount")]
    assert said(PROFILE, *edits) == [
        "spec.owner.apiGroup: a ServiceAccount is in the core group, "
        'not "rbac.authorization.k8s.io"',
        'spec.owner: the field "namespace" is missing',
    ]


def test_a_plugin_has_a_kind() -> None:
    assert said(PROFILE, ("spec plugins", [{"spec": {}}])) == [
        'spec.plugins[0]: the field "kind" is missing'
    ]


def test_an_empty_account_would_crash_the_controller() -> None:
    assert said(PROFILE, ("spec plugins 0 spec gcpServiceAccount", "")) == [
        "spec.plugins[0].spec.gcpServiceAccount: "
        "must be a Google service account, NAME@PROJECT.iam.gserviceaccount.com"
    ]


def test_a_role_is_an_arn() -> None:
    assert said(PROFILE, ("spec plugins 1 spec awsIamRole", "vision")) == [
        "spec.plugins[1].spec.awsIamRole: "
        "must be the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME"
    ]


def test_the_quota_is_checked_as_a_quota() -> None:
    assert said(PROFILE, ("spec resourceQuotaSpec hard", {"gpus": 1})) == [
        'spec.resourceQuotaSpec.hard.gpus: "gpus" is not a quota key'
    ]


def test_a_quantity_of_a_custom_resource_is_no_fraction() -> None:
    assert said(PROFILE, ("spec resourceQuotaSpec hard cpu", 1.5)) == [
        "spec.resourceQuotaSpec.hard.cpu: must be a whole number or a string, not 1.5"
    ]
