"""A hundred kinds of hardware at admission: the API server bounds what its policies may cost."""

from __future__ import annotations

from functools import partial

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.keeper import until
from tests.cluster.pods import pod
from tests.cluster.rendered import rendering, standing
from tests.cluster.test_hardware_limits import CLUSTER, L4, cpu, expr, init, wants
from tests.estates import estate

pytestmark = pytest.mark.cluster

NAMES = [f"gpu-{number}" for number in range(100)]
MACHINES = {f"hardware/{name}.yaml": L4.replace("l4", name) for name in NAMES}
GIVEN = f"owner: ana@example.com\nhardware: {{{', '.join(f'{name}: 1' for name in NAMES)}}}\n"
WORST = {"tolerations": [{"operator": "Exists"}],
         "affinity": wants(expr("accelerator", "In", *NAMES)),
         "initContainers": [{**init("1"), "name": f"i{number}"} for number in range(20)]}


def test_the_worst_pod_is_not_too_much_for_the_api_server(plane: ControlPlane) -> None:
    asking = partial(pod, plane, **WORST)
    with standing(plane, rendering(estate(MACHINES, cluster=CLUSTER, tenant=GIVEN))):
        until(lambda: not asking(resources=cpu("9")).ok, "the rules")
        over, within = asking(resources=cpu("9")), asking(resources=cpu("8"))
    assert "a pod on gpu-1, where its nodeSelector, affinity or tolerations lead" in over.message
    assert within.ok, within.message
