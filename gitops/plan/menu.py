"""What engines offer of a workspace's hardware before anybody declares a job."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gitops.foundation.shared import SharedMap
from gitops.model.cluster import Cluster
from gitops.plan.jobs import TaskPlan, bare
from gitops.plan.overlays import Overlay
from gitops.plan.pipelines import documents


class Menu(Struct, frozen=True):
    """``trainer`` are pods to train in, one for each hardware that menus show; ``pipelines``
    is the data of the ConfigMap that the helper for Kubeflow Pipelines reads."""

    trainer: tuple[TaskPlan, ...] = ()
    pipelines: SharedMap = SharedMap()


NO_MENU = Menu()


def menu(cluster: Cluster, overlays: Sequence[Overlay]) -> Menu:
    """What a cluster's engines offer of these kinds of hardware."""
    engines = cluster.engines
    if engines is None:
        return NO_MENU
    return Menu(tuple(bare(one) for one in overlays if one.offered) if engines.trainer else (),
                documents(overlays) if engines.pipelines else SharedMap())
