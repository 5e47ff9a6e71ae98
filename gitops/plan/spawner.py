"""The notebook form's menus of hardware: where a notebook may run, and what it puts up with.

The form knows no namespaces, so its menus list all hardware of a cluster; what a workspace
was not given is refused at admission. Source: kubeflow/notebooks, jupyter-web-app,
``spawner_ui_config.yaml`` (keys ``affinityConfig`` and ``tolerationGroup``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin
from gitops.model.cluster import Cluster
from gitops.plan.hardware_affinity import REQUIRED
from gitops.plan.overlays import Overlay

NAME = "notebook-form"
CONFIG = "jupyter-web-app-config"
"""The ConfigMap that the distribution generates, without its hash."""
_FORM = r"data.spawner_ui_config\.yaml.spawnerFormDefaults"


class Spawner(Struct, frozen=True):
    """The menus by their key of the form, each with its options, and kustomize's
    replacements that put them into the form's settings."""

    menus: Mapping[str, list[Mapping[str, Any]]]
    origins: Mapping[str, tuple[Origin, ...]]
    name: str = NAME

    @property
    def replacements(self) -> list[Mapping[str, Any]]:
        """One for each menu, in the place of the options that were there."""
        return [{
            "source": {"kind": "ControllerRevision", "name": self.name,
                       "fieldPath": f"data.{menu}"},
            "targets": [{"select": {"kind": "ConfigMap", "name": CONFIG},
                         "fieldPaths": [f"{_FORM}.{menu}.options"]}]} for menu in self.menus]


def spawner(cluster: Cluster, overlays: Mapping[str, Overlay]) -> Spawner | None:
    """The menus of a cluster; None where they are not wanted, or nothing would be in them."""
    if not (cluster.engines and cluster.engines.spawner):
        return None
    offered = [one for one in overlays.values() if one.offered]
    menus = {"affinityConfig": list(_affinities(offered)),
             "tolerationGroup": list(_tolerations(offered))}
    found = {menu: options for menu, options in menus.items() if options}
    origins = tuple(one.origin for one in offered)
    return Spawner(found, {"menus": origins, "replacements": origins}) if found else None


def _affinities(overlays: Iterable[Overlay]) -> Iterator[Mapping[str, Any]]:
    for one in overlays:
        if affinity := _affinity(one):
            yield {"configKey": one.name, "displayName": one.title, "affinity": affinity}


def _affinity(one: Overlay) -> Mapping[str, Any]:
    """Its node affinity, with its labels in each of the terms: one of them must hold."""
    labels = [{"key": key, "operator": "In", "values": [value]}
              for key, value in one.node_selector.items()]
    if not labels:
        return one.affinity
    node = one.affinity.get("nodeAffinity", {})
    terms = node.get(REQUIRED, {}).get("nodeSelectorTerms") or [{"matchExpressions": []}]
    together = [{**term, "matchExpressions": [*labels, *term["matchExpressions"]]}
                for term in terms]
    return {"nodeAffinity": {**node, REQUIRED: {"nodeSelectorTerms": together}}}


def _tolerations(overlays: Iterable[Overlay]) -> Iterator[Mapping[str, Any]]:
    for one in overlays:
        if one.tolerations:
            yield {"groupKey": one.name, "displayName": one.title,
                   "tolerations": one.tolerations}
