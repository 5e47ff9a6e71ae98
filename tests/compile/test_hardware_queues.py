"""Kueue: a queue of one flavor for each hardware that a workspace was given."""

from __future__ import annotations

from tests.compile.hardware import QUEUES, made
from tests.estates import without_ours


def test_a_flavor_selects_the_nodes_and_tolerates_their_taints() -> None:
    assert without_ours(made(cluster=QUEUES)["ResourceFlavor/gpu-t4"])["spec"] == {
        "nodeLabels": {"accelerator": "t4"},
        "tolerations": [{"effect": "NoSchedule", "key": "nvidia.com/gpu", "operator": "Exists"}]}


def test_a_cluster_queue_has_the_promised_devices_and_their_part_of_the_nodes() -> None:
    spec = made("gpu-t4: {devices: 6, borrow: 2, lend: 1}", cluster=QUEUES,
                more="fairShare: 3\n")["ClusterQueue/vision.gpu-t4"]["spec"]
    assert spec == {
        "cohortName": "ml",
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "vision"}},
        "resourceGroups": [{"coveredResources": ["cpu", "memory", "nvidia.com/gpu"], "flavors": [
            {"name": "gpu-t4", "resources": [
                {"name": "cpu", "nominalQuota": "12"},
                {"name": "memory", "nominalQuota": "48Gi"},
                {"name": "nvidia.com/gpu", "nominalQuota": "6", "borrowingLimit": "2",
                 "lendingLimit": "1"}]}]}],
        "flavorFungibility": {"whenCanBorrow": "MayStopSearch", "whenCanPreempt": "TryNextFlavor"},
        "preemption": {"borrowWithinCohort": {"policy": "Never"}, "reclaimWithinCohort": "Any",
                       "withinClusterQueue": "LowerPriority"},
        "queueingStrategy": "BestEffortFIFO", "stopPolicy": "None",
        "fairSharing": {"weight": 3}}


def test_no_queue_has_two_flavors() -> None:
    objects = made("gpu-t4: 4, cpu-fast: {}", cluster=QUEUES)
    queues = [one for name, one in objects.items() if name.startswith("ClusterQueue/")]
    assert [[flavor["name"] for group in one["spec"]["resourceGroups"]
             for flavor in group["flavors"]] for one in queues] == [["cpu-fast"], ["gpu-t4"]]


def test_every_hardware_has_a_local_queue() -> None:
    objects = made("gpu-t4: 4, cpu-fast: {}", cluster=QUEUES)
    assert objects["LocalQueue/gpu-t4"]["spec"]["clusterQueue"] == "vision.gpu-t4"
    assert objects["LocalQueue/cpu-fast"]["spec"]["clusterQueue"] == "vision.cpu-fast"
    assert "LocalQueue/default" not in objects


def test_the_default_queue_is_that_of_the_default_hardware() -> None:
    objects = made("gpu-t4: 4, cpu-fast: {}", cluster=QUEUES, more="defaultHardware: cpu-fast\n")
    assert objects["LocalQueue/default"]["spec"]["clusterQueue"] == "vision.cpu-fast"


def test_the_only_hardware_is_the_default() -> None:
    assert made(cluster=QUEUES)["LocalQueue/default"]["spec"]["clusterQueue"] == "vision.gpu-t4"


def test_the_cohort_is_there() -> None:
    assert made(cluster=QUEUES)["Cohort/ml"]["spec"] == {}


def test_a_cluster_without_kueue_gets_none_of_its_objects() -> None:
    assert not [one for one in made().values() if "kueue" in one["apiVersion"]]


def test_without_preemption_and_fair_sharing_nobody_is_stopped_or_weighed() -> None:
    cluster = QUEUES.replace("cohort: ml", "cohort: ml, preemption: false, fairSharing: false")
    spec = made(cluster=cluster)["ClusterQueue/vision.gpu-t4"]["spec"]
    assert set(map(str, spec["preemption"].values())) == {"Never", "{'policy': 'Never'}"}
    assert "fairSharing" not in spec
