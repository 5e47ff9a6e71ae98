"""Kueue: queues that would never admit anything."""

from __future__ import annotations

import pytest

from .said import GONE, said

FLAVOR = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: gpu-t4}
spec:
  nodeLabels: {cloud.google.com/gke-accelerator: nvidia-tesla-t4}
  nodeTaints: [{key: nvidia.com/gpu, value: present, effect: NoSchedule}]
  tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
"""
QUEUE = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: vision}
spec:
  cohortName: research
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: vision}}
  resourceGroups:
  - coveredResources: [cpu, nvidia.com/gpu]
    flavors:
    - name: gpu-t4
      resources:
      - {name: nvidia.com/gpu, nominalQuota: 4, borrowingLimit: "2", lendingLimit: 2}
      - {name: cpu, nominalQuota: "32"}
  preemption: {reclaimWithinCohort: Any, withinClusterQueue: LowerPriority}
  fairSharing: {weight: "1"}
"""
LOCAL = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: LocalQueue
metadata: {name: gpu-t4, namespace: vision}
spec: {clusterQueue: vision}
"""
COHORT = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: Cohort
metadata: {name: research}
spec: {parentName: all}
"""
TOPOLOGY = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: Topology
metadata: {name: racks}
spec: {levels: [{nodeLabel: example.com/rack}, {nodeLabel: kubernetes.io/hostname}]}
"""
PRIORITY = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: WorkloadPriorityClass
metadata: {name: urgent}
value: 100
description: Deadlines
"""
ALL = [FLAVOR, QUEUE, LOCAL, COHORT, TOPOLOGY, PRIORITY]
RESOURCE = "spec resourceGroups 0 flavors 0 resources 0"
PLACE = "spec.resourceGroups[0].flavors[0].resources[0]"


@pytest.mark.parametrize("text", ALL)
def test_usual_documents_are_valid(text: str) -> None:
    assert said(text) == []


def test_fields_of_v1beta1_are_unknown() -> None:
    edits = [("spec cohort", "x"), ("spec admissionChecks", [])]
    assert said(QUEUE, *edits) == [
        'spec.admissionChecks: unknown field "admissionChecks"; '
        'did you mean "admissionChecksStrategy"?',
        'spec.cohort: unknown field "cohort"; did you mean "cohortName"?',
    ]


def test_a_queue_says_whom_it_serves() -> None:
    assert said(QUEUE, ("spec namespaceSelector", GONE)) == [
        'spec: the field "namespaceSelector" is missing'
    ]


def test_borrowing_needs_a_cohort() -> None:
    assert said(QUEUE, ("spec cohortName", GONE)) == [
        f"{PLACE}.borrowingLimit: means nothing without a cohort",
        f"{PLACE}.lendingLimit: means nothing without a cohort",
    ]


def test_nobody_lends_more_than_he_has() -> None:
    assert said(QUEUE, (f"{RESOURCE} lendingLimit", 5)) == [
        f"{PLACE}.lendingLimit: lends more than the nominal quota"
    ]


def test_quotas_are_not_negative() -> None:
    assert said(QUEUE, (f"{RESOURCE} nominalQuota", -1)) == [
        f"{PLACE}.nominalQuota: must be 0 at least, not -1"
    ]


def test_devices_are_whole() -> None:
    assert said(QUEUE, (f"{RESOURCE} nominalQuota", "4500m")) == [
        f"{PLACE}.nominalQuota: counts whole things"
    ]


def test_a_quantity_of_a_custom_resource_is_no_fraction() -> None:
    assert said(QUEUE, (f"{RESOURCE} nominalQuota", 1.5)) == [
        f"{PLACE}.nominalQuota: must be a whole number or a string, not 1.5"
    ]


def test_a_flavor_has_every_covered_resource() -> None:
    assert said(QUEUE, ("spec resourceGroups 0 coveredResources", ["cpu", "memory"])) == [
        "spec.resourceGroups[0].flavors[0].resources: "
        "must be the covered resources, each once: cpu, memory"
    ]


def test_a_flavor_and_a_resource_are_in_one_group() -> None:
    group = {
        "coveredResources": ["cpu"],
        "flavors": [{"name": "gpu-t4", "resources": [{"name": "cpu", "nominalQuota": 1}]}],
    }
    assert said(QUEUE, ("spec resourceGroups", [group, group])) == [
        "spec.resourceGroups[1].coveredResources: cpu is in two groups",
        'spec.resourceGroups[1].flavors[0].name: the flavor "gpu-t4" stands here twice',
    ]


def test_borrowing_preempts_only_where_reclaiming_does() -> None:
    edit = ("spec preemption", {"borrowWithinCohort": {"policy": "LowerPriority"}})
    assert said(QUEUE, edit) == [
        "spec.preemption.borrowWithinCohort: needs reclaimWithinCohort other than Never"
    ]


def test_a_topology_needs_nodes() -> None:
    assert said(FLAVOR, ("spec topologyName", "racks"), ("spec nodeLabels", {})) == [
        "spec.nodeLabels: needs a label, because topologyName is set"
    ]


def test_exists_has_no_value() -> None:
    assert said(FLAVOR, ("spec tolerations 0 value", "x")) == [
        "spec.tolerations[0]: the operator Exists takes no value"
    ]


def test_an_empty_effect_is_refused() -> None:
    assert len(said(FLAVOR, ("spec tolerations 0 effect", ""))) == 1


def test_kueue_takes_eight_labels() -> None:
    labels = {f"a{number}": "x" for number in range(9)}
    assert said(FLAVOR, ("spec nodeLabels", labels)) == [
        "spec.nodeLabels: may have 8 keys at most, not 9"
    ]


def test_a_host_is_the_lowest_level() -> None:
    levels = [{"nodeLabel": "kubernetes.io/hostname"}, {"nodeLabel": "example.com/rack"}]
    assert said(TOPOLOGY, ("spec levels", levels)) == [
        "spec.levels[0].nodeLabel: kubernetes.io/hostname can only be the lowest level"
    ]


def test_a_cohort_is_not_its_own_parent() -> None:
    assert said(COHORT, ("spec parentName", "research")) == [
        "spec.parentName: a cohort is not its own parent"
    ]


def test_a_local_queue_names_its_cluster_queue() -> None:
    assert said(LOCAL, ("spec clusterqueue", "x"), ("spec clusterQueue", GONE)) == [
        'spec.clusterqueue: unknown field "clusterqueue"; did you mean "clusterQueue"?',
        'spec: the field "clusterQueue" is missing',
    ]


def test_a_cluster_queue_stands_in_no_namespace() -> None:
    assert len(said(QUEUE, ("metadata namespace", "vision"))) == 1
