"""Notebook and PodDefault (kubeflow.org): what the spawner and its webhook read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops.schemas.rules import Document, pods
from gitops.schemas.shapes import (
    ANNOTATIONS,
    DNS_1035,
    DNS_NAME,
    FLAG,
    LABELS,
    SELECTOR,
    TEXT,
    TEXTS,
    core,
    listing,
    record,
)
from gitops.schemas.strict.kind import kind
from gitops.schemas.violation import Violation


def _containers(document: Document) -> Iterator[Violation]:
    spec = document["spec"]["template"]["spec"]
    names = [container["name"] for container in spec["containers"]]
    if not names:
        yield Violation(("spec", "template", "spec", "containers"), "must not be empty")
    elif document["metadata"]["name"] not in names:
        yield Violation(
            ("spec", "template", "spec", "containers", 0, "name"),
            f'no container is named "{document["metadata"]["name"]}", as the notebook is',
            "the controller reads the notebook's state from the container of its name",
        )


NOTEBOOK: Final = kind(
    {
        "spec": record(
            {"template": record({"spec": core("core.v1.PodSpec")}, ["spec"])}, ["template"]
        )
    },
    name=DNS_1035,
    rules=(_containers, pods.job),
)


def _selector(document: Document) -> Iterator[Violation]:
    selector = document["spec"]["selector"]
    labels = selector.get("matchLabels", {})
    if len(labels) != 1 or "matchExpressions" in selector:
        yield Violation(
            ("spec", "selector"),
            "needs matchLabels with exactly one label, or the notebook form breaks",
            'write matchLabels: {NAME: "true"}',
        )
    elif list(labels.values()) != ["true"]:
        key = next(iter(labels))
        yield Violation(
            ("spec", "selector", "matchLabels", key),
            f'never matches a notebook: the form sets {key} to "true"',
        )


POD_DEFAULT: Final = kind(
    {
        "spec": record(
            {
                "annotations": ANNOTATIONS,
                "args": TEXTS,
                "automountServiceAccountToken": FLAG,
                "command": TEXTS,
                "desc": TEXT,
                "env": listing(core("core.v1.EnvVar")),
                "envFrom": listing(core("core.v1.EnvFromSource")),
                "imagePullSecrets": listing(core("core.v1.LocalObjectReference")),
                "initContainers": listing(core("core.v1.Container")),
                "labels": LABELS,
                "selector": SELECTOR,
                "serviceAccountName": DNS_NAME,
                "sidecars": listing(core("core.v1.Container")),
                "tolerations": listing(core("core.v1.Toleration")),
                "volumeMounts": listing(core("core.v1.VolumeMount")),
                "volumes": listing(core("core.v1.Volume")),
            },
            ["selector"],
        )
    },
    rules=(_selector,),
)
