"""Pods in every kind that holds a whole one."""

from __future__ import annotations

from typing import Any

import pytest

from .said import GONE, said

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: server, namespace: vision}
spec:
  selector: {matchLabels: {app: server}}
  template:
    metadata: {labels: {app: server}}
    spec:
      volumes: [{name: data, emptyDir: {}}]
      initContainers: [{name: fetch, image: x}]
      containers:
      - name: main
        image: x
        volumeMounts: [{name: data, mountPath: /data}]
        resources:
          requests: {cpu: 500m, nvidia.com/gpu: "1"}
          limits: {cpu: "1", nvidia.com/gpu: 1}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: train, namespace: vision}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}
"""
CRON = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: vision}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}
"""
POD = "spec template spec"
MAIN = f"{POD} containers 0"
SAID = "spec.template.spec.containers[0]"


@pytest.mark.parametrize("text", [DEPLOYMENT, JOB, CRON])
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_a_selector_finds_its_pods() -> None:
    assert said(DEPLOYMENT, ("spec selector matchLabels app", "servre")) == [
        "spec.selector.matchLabels.app: does not match the labels of the template"
    ]


def test_mounts_name_volumes() -> None:
    assert said(DEPLOYMENT, (f"{POD} volumes", GONE)) == [
        f'{SAID}.volumeMounts[0].name: the pod has no volume "data"'
    ]


def test_containers_have_names_of_their_own() -> None:
    assert said(DEPLOYMENT, (f"{MAIN} name", "fetch")) == [
        f'{SAID}.name: "fetch" stands here twice'
    ]


def test_requests_stay_below_limits() -> None:
    assert said(DEPLOYMENT, (f"{MAIN} resources requests cpu", 2)) == [
        f"{SAID}.resources.requests.cpu: is above the limit of 1"
    ]


@pytest.mark.parametrize("limit", [GONE, 2, 0])
def test_devices_are_requested_as_they_are_limited(limit: Any) -> None:
    assert said(DEPLOYMENT, (f"{MAIN} resources limits nvidia.com/gpu", limit)) == [
        f"{SAID}.resources.requests.nvidia.com/gpu: "
        "devices are requested as they are limited, or by limit"
    ]


@pytest.mark.parametrize("written", ["500m", "0.5", "1e-1"])
def test_devices_are_whole(written: str) -> None:
    edit = (f"{MAIN} resources", {"limits": {"nvidia.com/gpu": written}})
    assert said(DEPLOYMENT, edit) == [
        f'{SAID}.resources.limits.nvidia.com/gpu: "{written}" is not a whole number'
    ]


def test_a_job_does_not_restart_for_ever() -> None:
    assert said(JOB, (f"{POD} restartPolicy", GONE)) == [
        'spec.template.spec: the field "restartPolicy" is missing'
    ]
    edit = ("spec jobTemplate spec template spec restartPolicy", "Always")
    assert said(CRON, edit) == [
        "spec.jobTemplate.spec.template.spec.restartPolicy: "
        'must be "OnFailure" or "Never", not "Always"'
    ]


def test_a_cron_job_is_named_within_52_characters() -> None:
    assert len(said(CRON, ("metadata name", "a" * 53))) == 1


def test_a_device_request_is_exact_or_a_choice() -> None:
    claim = """
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaimTemplate
    metadata: {name: gpu, namespace: vision}
    spec: {spec: {devices: {requests: [{name: g, exactly: {deviceClassName: a, count: 1}}]}}}
    """
    assert said(claim) == []
    assert said(claim, ("spec spec devices requests 0", {"name": "g"})) == [
        'spec.spec.devices.requests[0]: needs one of "exactly" or "firstAvailable"'
    ]


def test_tolerations_make_sense() -> None:
    tolerations = [
        {"effect": "NoSchedule"},
        {"key": "a", "operator": "Exists", "value": "b"},
        {"key": "a", "operator": "Exists", "tolerationSeconds": 3},
        {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 3},
        {"key": "a", "value": "b"},
    ]
    assert said(DEPLOYMENT, (f"{POD} tolerations", tolerations)) == [
        "spec.template.spec.tolerations[0]: needs a key, or the operator Exists",
        "spec.template.spec.tolerations[1]: the operator Exists takes no value",
        "spec.template.spec.tolerations[2]: tolerationSeconds goes with the effect NoExecute only",
    ]


def test_what_server_side_apply_merges_stands_once() -> None:
    mount = {"name": "data", "mountPath": "/data"}
    variable = {"name": "A", "value": "b"}
    port = {"containerPort": 80}
    edits = [(f"{MAIN} volumeMounts", [mount, mount]), (f"{MAIN} env", [variable, variable])]
    edits += [(f"{MAIN} ports", [port, port | {"protocol": "UDP"}, port])]
    assert said(DEPLOYMENT, *edits) == [
        f'{SAID}.env[1].name: "A" stands here twice',
        f"{SAID}.ports[2]: port 80 stands here twice",
        f'{SAID}.volumeMounts[1].mountPath: "/data" stands here twice',
    ]
