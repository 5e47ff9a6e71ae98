"""Estates with two kinds of nodes, planned."""

from __future__ import annotations

from gitops.declarations.load import load
from gitops.model.cluster import Cluster
from gitops.model.estate import Estate
from gitops.plan.references import Known, check
from gitops.plan.workspace import Planner, Workspace
from tests.estates import estate

T4 = """\
nodes: 2
allocatable: {cpu: 7910m, memory: 26Gi}
device: {resource: nvidia.com/gpu, perNode: 1}
cpuPlatform: Intel Skylake
nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-t4}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
"""
A100 = """\
nodes: 2
allocatable: {cpu: 94, memory: 1300Gi}
device: {resource: nvidia.com/gpu, perNode: 8}
nodeSelector: {cloud.google.com/gke-accelerator: nvidia-a100-80gb}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
"""
CPU = """\
nodes: 2
allocatable: {cpu: 7910m, memory: 28Gi}
cpuPlatform: Intel Cascade Lake
nodeSelector: {cloud.google.com/machine-family: c2}
"""
CLUSTER = ('kubernetes: "1.37"\nkubeflow: 26.03.1\nnetwork: {apiServer: [192.0.2.2/32]}\n'
           "engines: {tekton: true, argo: true, trainer: \"2.2\", katib: true, default: tekton}\n")
KUEUE = CLUSTER + "queueing: {manager: kueue, cohort: ml}\n"


def files(tenant: str, *, cluster: str = CLUSTER, **more: str) -> dict[str, bytes]:
    """The estate's files: hardware gpu-t4, gpu-a100 and cpu, and a tenant vision."""
    hardware = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-a100.yaml": A100,
                "hardware/cpu.yaml": CPU,
                **{f"hardware/{name.replace('_', '-')}.yaml": text
                   for name, text in more.items()}}
    return estate(hardware, cluster=cluster, tenant="owner: ana@example.com\n" + tenant)


def planned(tenant: str, *, cluster: str = CLUSTER, **more: str) -> Workspace:
    """The workspace vision on the cluster prod."""
    estate_, place = declared(tenant, cluster=cluster, **more)
    return Planner(estate_).workspace(estate_.tenants["vision"], place)


def declared(tenant: str, *, cluster: str = CLUSTER, **more: str) -> tuple[Estate, Cluster]:
    """The estate without mistakes, and its cluster."""
    loaded = load(files(tenant, cluster=cluster, **more))
    mistakes = [one for one in check(Known(loaded.estate, loaded.named, loaded.plans))
                if one.severity == "error"]
    wrong = [*loaded.findings, *mistakes]
    assert not wrong, wrong
    return loaded.estate, loaded.estate.clusters["prod"]
