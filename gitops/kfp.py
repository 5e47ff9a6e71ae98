"""Put a task of a Kubeflow pipeline on declared hardware.

    from gitops.kfp import hardware

    hardware(train(), "gpu-t4", devices=2)

This module stands by itself: it imports kfp and kfp-kubernetes when it is used, and nothing
else of this project. What a hardware asks of a task is data, rendered for each workspace into
its ConfigMap ``kfp-hardware``: one JSON document for each kind, spelled as kfp's compiler
spells what it makes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

CONFIG_MAP = "kfp-hardware"
SOURCE = "GITOPS_HARDWARE"
"""The environment variable that names a file or folder to read in the ConfigMap's place."""
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
ELSEWHERE = f"name a rendered file or a folder of JSON documents as source= or in {SOURCE}"
Document = Mapping[str, Any]
Task = TypeVar("Task")


def hardware(task: Task, name: str, devices: int | None = None, *,
             source: str | os.PathLike[str] | Mapping[str, Document] | None = None) -> Task:
    """Put a task on a kind of hardware: selector, tolerations, labels, device and amounts.

    ``devices`` goes before the hardware's usual number; with 0 the task stands there without
    one. Amounts of cpu and memory that the task has already stay. ``source`` is a rendered
    YAML file, a folder of JSON documents, one such document, or documents by name; without
    it the file or folder that GITOPS_HARDWARE names, else the workspace's own ConfigMap.

    Returns:
        The task, so that calls can be chained.

    Raises:
        ValueError: there is no such hardware, or it cannot be used as asked.
        LookupError: nothing says what hardware there is.
        ImportError: kfp-kubernetes is not installed.
    """
    known = documents(source)
    if name not in known:
        raise ValueError(f"there is no hardware {name!r} for this workspace; there is "
                         f"{', '.join(sorted(known)) or 'none'}")
    document = known[name]
    if missing := document.get("missing"):
        raise ValueError(f"{name} cannot be used from a pipeline: {' and '.join(missing)}")
    if getattr(task, "container_spec", None) is None:
        raise ValueError(f"only a task with a container of its own can stand on {name}, not a "
                         "pipeline within a pipeline or an importer")
    _amounts(task, name, _executor(document).get("container", {}).get("resources", {}), devices)
    _pod(task, _executor(document.get("platforms", {}).get("kubernetes", {})))
    return task


def documents(source: str | os.PathLike[str] | Mapping[str, Document] | None = None
              ) -> Mapping[str, Document]:
    """What each kind of hardware asks of a task, by its name; see :func:`hardware`.

    Raises:
        ValueError: the source holds no such documents.
        LookupError: there is no source.
    """
    if isinstance(source, Mapping):
        return source
    named = source or os.environ.get(SOURCE)
    return _read(_config_map() if named is None else _files(Path(named)))


def _read(texts: Mapping[str, str]) -> dict[str, Document]:
    return {Path(name).stem: json.loads(text) for name, text in texts.items()}


def _files(path: Path) -> Mapping[str, str]:
    """The texts of JSON documents by file name."""
    if path.is_dir():
        return {one.name: one.read_text(encoding="utf-8") for one in sorted(path.glob("*.json"))}
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return {path.name: text}
    for document in import_module("yaml").safe_load_all(text):
        if document and document.get("kind") == "ConfigMap" \
                and document["metadata"]["name"] == CONFIG_MAP:
            texts: Mapping[str, str] = document["data"]
            return texts
    raise ValueError(f"{path} holds no ConfigMap {CONFIG_MAP}")


def _config_map() -> Mapping[str, str]:
    """The ConfigMap of the workspace that this runs in, by its own account."""
    namespace = ACCOUNT / "namespace"
    if not namespace.exists():
        raise LookupError(f"this does not run in a workspace: {ELSEWHERE}")
    config = import_module("kubernetes.config.incluster_config")
    client = import_module("kubernetes.client")
    config.InClusterConfigLoader(str(ACCOUNT / "token"), str(ACCOUNT / "ca.crt")).load_and_set()
    texts: Mapping[str, str] = client.CoreV1Api().read_namespaced_config_map(
        CONFIG_MAP, namespace.read_text(encoding="utf-8").strip()).data
    return texts


def _executor(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of the one executor that a document has."""
    executors = part.get("deploymentSpec", {}).get("executors", {})
    return next(iter(executors.values()), {})


def _amounts(task: Any, name: str, resources: Mapping[str, Any], devices: int | None) -> None:
    accelerator = resources.get("accelerator")
    if devices and not accelerator:
        raise ValueError(f"{name} has no devices")
    if devices is not None and devices < 0:
        raise ValueError(f"a task cannot have {devices} devices")
    if accelerator and devices != 0:
        task.set_accelerator_type(accelerator["resourceType"])
        task.set_accelerator_limit(int(accelerator["resourceCount"])
                                   if devices is None else devices)
    own = task.container_spec.resources
    for kind in ("cpu", "memory"):
        said = own and (getattr(own, f"{kind}_limit") or getattr(own, f"{kind}_request"))
        if said or (limit := resources.get(f"resource{kind.capitalize()}Limit")) is None:
            continue
        getattr(task, f"set_{kind}_limit")(limit)
        getattr(task, f"set_{kind}_request")(resources[f"resource{kind.capitalize()}Request"])


def _pod(task: Any, settings: Mapping[str, Any]) -> None:
    kubernetes = _kubernetes()
    for key, value in settings.get("podMetadata", {}).get("labels", {}).items():
        kubernetes.add_pod_label(task, key, value)
    for key, value in settings.get("nodeSelector", {}).get("labels", {}).items():
        kubernetes.add_node_selector(task, key, value)
    for one in settings.get("tolerations", ()):
        seconds = one.get("tolerationSeconds")
        kubernetes.add_toleration(task, one.get("key"), one.get("operator"), one.get("value"),
                                  one.get("effect"), None if seconds is None else int(seconds))
    for term in settings.get("nodeAffinity", ()):
        kubernetes.add_node_affinity_json(
            task, term["nodeAffinityJson"]["runtimeValue"]["constant"])
    for mount in settings.get("emptyDirMounts", ()):
        kubernetes.empty_dir_mount(task, mount["volumeName"], mount["mountPath"],
                                   medium=mount["medium"], size_limit=mount["sizeLimit"])


def _kubernetes() -> Any:
    try:
        return import_module("kfp.kubernetes")
    except ModuleNotFoundError as missing:
        raise ImportError("kfp-kubernetes is not installed: pip install kfp-kubernetes"
                          ) from missing
