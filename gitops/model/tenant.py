"""A tenant as declared: one file in ``tenants/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import field

from gitops.foundation.findings import Origin
from gitops.foundation.row import Row
from gitops.model.access import Grant, Subject
from gitops.model.hardware import HardwareShare
from gitops.model.jobs import Job
from gitops.model.limits import ContainerLimits, EgressRule, Quota


class CloudIdentity(Row, frozen=True):
    """The cloud account that a workspace's pods act as; each is used on its own cloud."""

    origin: Origin
    gcp_service_account: str = ""
    aws_role: str = ""
    azure_client_id: str = ""


class Plugin(Row, frozen=True):
    """A further Profile plugin, handed to the profile controller as given."""

    kind: str
    origin: Origin
    api_version: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)


class Tenant(Row, frozen=True):
    """A person or team with an owner, contributors and a quota. Its name is its file's.

    ``frozen`` holds the reason; an empty text means the tenant is active. ``talks_to``
    names tenants whose services this one calls, ``admits`` those that may call this one.
    ``hardware`` is what it may run on, by name; ``default_hardware`` where its jobs run that
    name none. ``fair_share`` is its weight when queues share what nobody was promised.
    """

    name: str
    owner: Subject
    origin: Origin
    purpose: str = ""
    contributors: tuple[Grant, ...] = ()
    plan: str = ""
    quota: Quota | None = None
    containers: ContainerLimits | None = None
    clusters: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    cloud_identity: CloudIdentity | None = None
    plugins: tuple[Plugin, ...] = ()
    pod_security: str = ""
    egress: str = ""
    allow: tuple[EgressRule, ...] = ()
    talks_to: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()
    frozen: str = ""
    hardware: Mapping[str, HardwareShare] = field(default_factory=dict)
    default_hardware: str = ""
    fair_share: int = 1
    jobs: Mapping[str, Job] = field(default_factory=dict)
