"""Machines of the catalogue become hardware files that are read back without a mistake."""

from __future__ import annotations

import pytest
import yaml

from gitops.declarations.catalogue import CLOUDS, accelerators, find_accelerator, machines
from gitops.declarations.catalogue.offers import Wanted, declaration, default_name, text
from gitops.declarations.load import load
from gitops.plan.references import Known, check
from tests.estates import estate

ALL = [(cloud, name) for cloud in CLOUDS for name, one in machines(cloud).items() if one.cpu]


def wanted(cloud: str, name: str, accelerator: str = "", count: int = 0) -> Wanted:
    """Two of a machine, with its own accelerator or a named one."""
    machine = machines(cloud)[name]
    return Wanted(cloud, machine, 2, accelerators().get(accelerator or machine.has),
                  count or machine.count)


def test_every_machine_makes_a_valid_file() -> None:
    for cloud, name in ALL:
        one = wanted(cloud, name)
        files = estate({f"hardware/{default_name(one)}.yaml": text(declaration(one))})
        loaded = load(files)
        assert not loaded.findings, (cloud, name)
        assert not check(Known(loaded.estate, loaded.named, loaded.plans)), (cloud, name)


def test_every_machines_accelerator_is_known() -> None:
    known = accelerators()
    for cloud in CLOUDS:
        for one in machines(cloud).values():
            assert bool(one.has) == bool(one.count)
            assert {*one.takes, *([one.has] if one.has else [])} <= known.keys()


@pytest.mark.parametrize(("cloud", "name", "accelerator", "selector"), [
    ("gke", "n1-standard-8", "t4", {"cloud.google.com/gke-accelerator": "nvidia-tesla-t4",
                                    "node.kubernetes.io/instance-type": "n1-standard-8"}),
    ("gke", "ct6e-standard-4t", "", {"cloud.google.com/gke-tpu-accelerator": "tpu-v6e-slice",
                                     "cloud.google.com/gke-tpu-topology": "2x2",
                                     "node.kubernetes.io/instance-type": "ct6e-standard-4t"}),
    ("eks", "g5.xlarge", "", {"node.kubernetes.io/instance-type": "g5.xlarge"}),
    ("karpenter", "g5.xlarge", "", {"karpenter.k8s.aws/instance-family": "g5",
                                    "karpenter.k8s.aws/instance-gpu-name": "a10g",
                                    "node.kubernetes.io/instance-type": "g5.xlarge"}),
    ("aks", "Standard_NC4as_T4_v3", "", {
        "kubernetes.azure.com/accelerator": "nvidia",
        "node.kubernetes.io/instance-type": "Standard_NC4as_T4_v3"}),
    ("onprem", "dgx-h100", "", {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
                                "feature.node.kubernetes.io/cpu-model.family": "6",
                                "feature.node.kubernetes.io/cpu-model.id": "143"}),
])
def test_nodes_are_selected_as_their_cloud_labels_them(
        cloud: str, name: str, accelerator: str, selector: dict[str, str]) -> None:
    assert declaration(wanted(cloud, name, accelerator, 1))["nodeSelector"] == selector


def test_azures_documented_taint_is_tolerated() -> None:
    assert declaration(wanted("aks", "Standard_NC4as_T4_v3"))["tolerations"] == [
        {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"}]


def test_a_machine_without_accelerator_tolerates_nothing() -> None:
    assert "tolerations" not in declaration(wanted("gke", "c2-standard-8"))


def test_cascade_lake_and_skylake_differ_by_an_instruction() -> None:
    lake, sky = (declaration(Wanted("onprem", machines("onprem")[name], 1))
                 for name in ("cascade-lake", "skylake"))
    flag = "feature.node.kubernetes.io/cpu-cpuid.AVX512VNNI"
    assert lake["nodeSelector"][flag] == "true"
    terms = sky["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert terms["nodeSelectorTerms"][0]["matchExpressions"] == [
        {"key": flag, "operator": "DoesNotExist"}]


def test_allocatable_is_below_capacity() -> None:
    for cloud, name in ALL:
        machine, found = machines(cloud)[name], declaration(wanted(cloud, name))["allocatable"]
        assert 0 < int(found["memory"].removesuffix("Gi")) < machine.memory
        cores = found["cpu"]
        assert (float(cores[:-1]) / 1000 if cores.endswith("m") else float(cores)) < machine.cpu


def test_googles_reservations_are_as_documented() -> None:
    assert declaration(wanted("gke", "n1-standard-8", "t4", 1))["allocatable"] == {
        "cpu": "7910m", "memory": "26Gi"}


def test_an_accelerator_is_found_by_any_of_its_names() -> None:
    found = {find_accelerator(word) for word in ("t4", "nvidia-tesla-t4", "Tesla-T4")}
    assert [one and one.name for one in found] == ["t4"]


def test_a_file_is_yaml_with_a_key_a_line() -> None:
    content = declaration(wanted("gke", "n1-standard-8", "t4", 1))
    written = text(content)
    assert yaml.safe_load(written) == content
    assert [line.partition(":")[0] for line in written.splitlines()] == list(content)
