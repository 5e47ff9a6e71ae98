"""Pods, wherever they stand: what the API server refuses in their containers.

Source: ``pkg/apis/core/validation`` (ValidatePodSpec, ValidateContainerResourceRequirements) and
``pkg/apis/apps/validation`` (selectors). Checked where a document holds a whole pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitops.foundation.findings import Path
from gitops.foundation.quantity import BadQuantity
from gitops.schemas.rules import Document
from gitops.schemas.rules.amounts import amount, extended
from gitops.schemas.violation import Violation

_TEMPLATE: Final[Path] = ("spec", "template")
_CRON_JOB: Final[Path] = ("spec", "jobTemplate", "spec", "template")
_KEYS: Final = {"env": "name", "volumeMounts": "mountPath"}
_CONTAINERS: Final = ("initContainers", "containers")


def pod(document: Document) -> Iterator[Violation]:
    """The containers of a Pod."""
    yield from spec(document["spec"], ("spec",))


def job(document: Document) -> Iterator[Violation]:
    """The containers of a Job."""
    yield from spec(document["spec"]["template"].get("spec"), (*_TEMPLATE, "spec"))


def cron_job(document: Document) -> Iterator[Violation]:
    """The containers of a CronJob."""
    template = document["spec"]["jobTemplate"].get("spec", {}).get("template", {})
    yield from spec(template.get("spec"), (*_CRON_JOB, "spec"))


def workload(document: Document) -> Iterator[Violation]:
    """The containers of a Deployment and its like, and whether its selector finds them."""
    template = document["spec"]["template"]
    labels = template.get("metadata", {}).get("labels", {})
    selector = document["spec"]["selector"]
    wanted = selector.get("matchLabels", {})
    if not wanted and not selector.get("matchExpressions"):
        yield Violation(("spec", "selector"), "must not be empty, or it would find every pod")
    for key, value in wanted.items():
        if labels.get(key) != value:
            yield Violation(
                ("spec", "selector", "matchLabels", key),
                "does not match the labels of the template",
            )
    yield from spec(template.get("spec"), (*_TEMPLATE, "spec"))


def spec(pod_spec: Mapping[str, Any] | None, where: Path) -> Iterator[Violation]:
    """What is wrong with the containers of one pod, which stands at ``where``."""
    if pod_spec is None:
        yield Violation(where[:-1], 'the field "spec" is missing')
        return
    volumes: set[str] = set()
    for index, volume in enumerate(pod_spec.get("volumes", ())):
        if volume["name"] in volumes:
            yield Violation(
                (*where, "volumes", index, "name"), f'"{volume["name"]}" stands here twice'
            )
        volumes.add(volume["name"])
    seen: set[str] = set()
    for field in _CONTAINERS:
        for index, container in enumerate(pod_spec.get(field, ())):
            place: Path = (*where, field, index)
            if container["name"] in seen:
                yield Violation((*place, "name"), f'"{container["name"]}" stands here twice')
            seen.add(container["name"])
            if not container.get("image"):
                yield Violation(place, 'the field "image" is missing')
            yield from _mounts(container, volumes, place)
            yield from _merged(container, place)
            if "resources" in container:
                yield from _resources(container["resources"], (*place, "resources"))
    if not pod_spec["containers"]:
        yield Violation((*where, "containers"), "must not be empty")


def _mounts(container: Mapping[str, Any], volumes: set[str], where: Path) -> Iterator[Violation]:
    for index, mount in enumerate(container.get("volumeMounts", ())):
        if mount["name"] not in volumes:
            yield Violation(
                (*where, "volumeMounts", index, "name"),
                f'the pod has no volume "{mount["name"]}"',
            )


def _merged(container: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    """Items that server-side apply takes for one and the same, and therefore refuses."""
    for field, key in _KEYS.items():
        seen: set[object] = set()
        for index, item in enumerate(container.get(field, ())):
            if item[key] in seen:
                yield Violation((*where, field, index, key), f'"{item[key]}" stands here twice')
            seen.add(item[key])
    ports: set[tuple[int, str]] = set()
    for index, port in enumerate(container.get("ports", ())):
        number = (port["containerPort"], port.get("protocol", "TCP"))
        if number in ports:
            yield Violation((*where, "ports", index), f"port {number[0]} stands here twice")
        ports.add(number)


def _resources(resources: Mapping[str, Any], where: Path) -> Iterator[Violation]:
    limits = resources.get("limits", {})
    for name, written in resources.get("requests", {}).items():
        try:
            more = name in limits and amount(limits[name]) < amount(written)
            fewer = name in limits and amount(written) < amount(limits[name])
        except BadQuantity as problem:
            yield Violation((*where, "requests", name), str(problem))
            continue
        if extended(name) and (more or fewer or name not in limits):
            yield Violation(
                (*where, "requests", name), "devices are requested as they are limited, or by limit"
            )
        elif more:
            yield Violation((*where, "requests", name), f"is above the limit of {limits[name]}")
