"""Hardware is counted a kind at a time, beside the count of all its devices together."""

from __future__ import annotations

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import pod
from tests.cluster.rendered import rendering, standing
from tests.cluster.test_default_class import T4
from tests.estates import NATIVE, estate

pytestmark = pytest.mark.cluster

BOTH = {"hardware/gpu-t4.yaml": T4, "hardware/gpu-big.yaml": T4.replace("t4", "big")}
TENANT = "owner: ana@example.com\nhardware: {gpu-t4: 1, gpu-big: 3}\n"
TWO = {"limits": {"nvidia.com/gpu": "2"}}


def test_each_kind_of_hardware_has_a_count_of_its_own(plane: ControlPlane) -> None:
    def said(hardware: str) -> str:
        return pod(plane, {"hardware": hardware}, TWO).message

    with standing(plane, rendering(estate(BOTH, cluster=NATIVE, tenant=TENANT))):
        until(lambda: "exceeded quota: hardware-gpu-t4," in said("gpu-t4"), "the count of T4s")
        until(lambda: pod(plane, {"hardware": "gpu-big"}, TWO).ok, "room on the others")
