"""Everything declared in one repository."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from gitops.foundation.findings import Origin
from gitops.model.access import Group
from gitops.model.cluster import Cluster
from gitops.model.hardware import Hardware
from gitops.model.limits import ContainerLimits, EgressRule, Plan, Quota
from gitops.model.removal import Removals, Tombstone
from gitops.model.sync import Source
from gitops.model.tenant import Tenant


class Identity(Struct, frozen=True):
    """Which people may be named: e-mail domains (any, when empty) and their casing."""

    domains: tuple[str, ...] = ()
    casing: str = "lower"


class Naming(Struct, frozen=True):
    """What a tenant may be called."""

    pattern: str = ""
    max_length: int = 63
    reserved: tuple[str, ...] = ()


class Defaults(Struct, frozen=True):
    """What a tenant gets that says nothing else."""

    origin: Origin
    plan: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    pod_security: str = "baseline"
    egress: str = "open"
    allow: tuple[EgressRule, ...] = ()
    quota: Quota | None = None
    containers: ContainerLimits | None = None


class Platform(Struct, frozen=True):
    """Estate-wide rules and defaults: ``platform.yaml``."""

    origin: Origin
    defaults: Defaults
    identity: Identity = field(default_factory=Identity)
    naming: Naming = field(default_factory=Naming)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    break_glass_group: str = ""
    sharing: str = "ui-too"
    member_network_policies: bool = False
    removals: Removals | None = None
    sync: Source | None = None
    """Where the engines find ``rendered/``."""
    as_of: date | None = None
    """The day up to which ended grants are left out."""


class Estate(Struct, frozen=True):
    """The whole, each by name in order; ``tombstones`` are those of tenants that are no more."""

    platform: Platform
    clusters: Mapping[str, Cluster]
    groups: Mapping[str, Group]
    tenants: Mapping[str, Tenant]
    hardware: Mapping[str, Hardware] = field(default_factory=dict)
    tombstones: Mapping[str, Tombstone] = field(default_factory=dict)
