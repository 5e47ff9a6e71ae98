"""Estates with hardware, for the tests of what clusters and workspaces get of it."""

from __future__ import annotations

from typing import Any

from tests.estates import PROFILE, estate, objects_of

T4 = """
description: Tesla T4
nodes: 2
allocatable: {cpu: 8, memory: 32Gi}
device: {resource: nvidia.com/gpu, perNode: 4}
nodeSelector: {accelerator: t4}
tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
"""
CPU = "nodes: 3\nallocatable: {cpu: 16, memory: 64Gi}\nnodeSelector: {platform: cascadelake}\n"
CLAIMED = """
nodes: 1
allocatable: {cpu: 8, memory: 32Gi}
device: {deviceClass: gpu.example.com, perNode: 1}
nodeSelector: {accelerator: claimed}
"""
QUEUES = PROFILE + "queueing: {manager: kueue, cohort: ml}\n"
NOTEBOOKS = PROFILE + "engines: {notebooks: true}\n"
OLD = PROFILE.replace("1.37", "1.33")
GATED = PROFILE.replace("1.37", "1.35") + "mutation: policy\n"
KYVERNO = OLD + "mutation: kyverno\n"


def made(given: str = "gpu-t4: 4", *, cluster: str = PROFILE, more: str = "",
         **hardware: str) -> dict[str, dict[str, Any]]:
    """The objects of an estate with gpu-t4 and cpu-fast, ``given`` to the tenant vision.

    Further hardware is named by keyword, with ``_`` for ``-``.
    """
    texts = {"gpu_t4": T4, "cpu_fast": CPU, **hardware}
    files = {f"hardware/{name.replace('_', '-')}.yaml": text for name, text in texts.items()}
    return objects_of(estate(files, cluster=cluster, tenant=(
        f"owner: ana@example.com\nhardware: {{{given}}}\n{more}")))
