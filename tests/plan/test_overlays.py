"""What a choice of hardware adds to a pod."""

from __future__ import annotations

from gitops.plan.overlays import Overlay
from tests.plan.hardware import A100, CLUSTER, CPU, KUEUE, T4, planned


def overlay(text: str, cluster: str = CLUSTER) -> Overlay:
    """The overlay of a hardware called mine."""
    found = planned("hardware: {mine: {}}\n", cluster=cluster, mine=text).hardware.overlay("mine")
    assert found is not None
    return found


def other(text: str) -> str:
    """The same on nodes of their own."""
    return text.replace("gke-accelerator: nvidia-tesla-t4", "gke-nodepool: mine").replace(
        "gke-accelerator: nvidia-a100-80gb", "gke-nodepool: mine").replace(
        "machine-family: c2", "gke-nodepool: mine")


def test_a_pod_is_given_only_what_is_declared() -> None:
    assert overlay(other(CPU)).pod == {"nodeSelector": {"cloud.google.com/gke-nodepool": "mine"},
                                       "priorityClassName": "hardware-mine"}


def test_tolerations_are_as_a_pod_spells_them() -> None:
    assert overlay(other(T4)).pod["tolerations"] == [
        {"effect": "NoSchedule", "key": "nvidia.com/gpu", "operator": "Exists"}]


def test_runtime_class_scheduler_and_host_network_are_the_pods() -> None:
    text = other(T4) + "runtimeClass: nvidia\nscheduler: volcano\nneeds: {hostNetwork: true}\n"
    found = planned("podSecurity: privileged\nhardware: {mine: {}}\n", mine=text)
    pod = found.hardware.allowed[0].overlay.pod
    assert (pod["runtimeClassName"], pod["schedulerName"], pod["hostNetwork"]) == (
        "nvidia", "volcano", True)


def test_the_label_alone_chooses_hardware_without_queues() -> None:
    assert overlay(other(T4)).labels == {"hardware": "mine"}


def test_kueue_names_the_hardwares_queue_on_the_workload() -> None:
    found = overlay(other(T4), KUEUE)
    assert found.queue == "mine"
    assert found.labels["kueue.x-k8s.io/queue-name"] == "mine"


def test_devices_in_limits_become_the_resource() -> None:
    found = overlay(other(A100) + "workload: {default: {devices: 2}, max: {devices: 8, cpu: 90}}\n")
    assert found.usual == {"nvidia.com/gpu": "2"}
    assert found.most == {"cpu": "90", "nvidia.com/gpu": "8"}


def test_a_class_without_a_resource_is_asked_for_by_claim() -> None:
    found = overlay(other(T4).replace("resource: nvidia.com/gpu", "deviceClass: gpu.nvidia.com"))
    assert (found.claim, found.resource) == ("hardware-mine", "")


def test_a_class_with_a_resource_needs_no_claim() -> None:
    found = overlay(other(T4).replace("perNode", "deviceClass: gpu.nvidia.com, perNode"))
    assert (found.claim, found.resource) == ("", "nvidia.com/gpu")


def test_the_nodes_taints_are_what_the_tolerations_are_for() -> None:
    assert overlay(other(T4)).taints == [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]


def test_declared_taints_go_before() -> None:
    found = overlay(other(T4) + "taints: []\n")
    assert found.taints == []
