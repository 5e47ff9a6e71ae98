"""The keys of ``platform.yaml``."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gitops.declarations.common_spec import ANNOTATIONS, LABELS
from gitops.declarations.limits_spec import CONTAINERS, EGRESS_FIELDS, QUOTA
from gitops.declarations.reader import INVALID, Reader
from gitops.declarations.records import Field, ListOf, MapOf, Record, of
from gitops.declarations.removal_spec import REMOVALS
from gitops.declarations.sync_spec import SOURCE
from gitops.declarations.tenant_spec import POD_SECURITY
from gitops.declarations.types import DNS_NAME, Choice, Day, Flag, Integer, Name, Text
from gitops.foundation.findings import Path
from gitops.foundation.patterns import BadPattern, require_pattern
from gitops.model.estate import Defaults, Identity, Naming, Platform
from gitops.model.limits import Plan

DOMAIN = Text("a mail domain such as example.com", DNS_NAME, example="example.com")

PLAN = Record("a plan", (
    Field("description", Text(), "Whom it suits."),
    Field("quota", QUOTA, "What a tenant of this plan may hold at once."),
    Field("containers", CONTAINERS, "Defaults and maxima of one container."),
    *(replace(entry, default="the platform's default" if entry.name == "egress" else "")
      for entry in EGRESS_FIELDS),
), lambda values, at, reader: Plan(name=str(at[-1]), origin=reader.origin(at), **values))

IDENTITY = Record("identity", (
    Field("domains", ListOf(DOMAIN), "Mail domains that people may come from.",
          default="any domain"),
    Field("casing", Choice({
        "lower": "addresses are written in small letters, as most providers send them",
        "preserve": "addresses are written as the provider sends them, whatever the case",
    }), "How e-mail addresses are spelled.", default="lower"),
), of(Identity, origin=False))


def _naming(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    pattern = values.get("pattern", "")
    try:
        require_pattern(pattern)
    except BadPattern as error:
        return reader.wrong("bad-pattern", (*at, "pattern"), f"{pattern!r} {error}")
    return Naming(**values)


NAMING = Record("naming", (
    Field("pattern", Text(), "A regular expression that the whole of a tenant's name must "
          "match; without look-around and back-references, so that any match ends."),
    Field("maxLength", Integer(1, 63), "The longest name a tenant may have.", "max_length",
          default="63"),
    Field("reserved", ListOf(Name), "Names no tenant may have, beside the platform's own "
          "namespaces and those that begin with `kube-`."),
), _naming)

DEFAULTS = Record("defaults", (
    Field("plan", Name, "The plan of a tenant that names none."),
    Field("labels", LABELS, "Labels of every workspace's namespace."),
    Field("annotations", ANNOTATIONS, "Annotations of every workspace's namespace."),
    Field("podSecurity", POD_SECURITY, "The Pod Security level.", "pod_security",
          default="baseline"),
    *(replace(entry, default="`open`" if entry.name == "egress" else "")
      for entry in EGRESS_FIELDS),
    Field("quota", QUOTA, "The quota under every plan's."),
    Field("containers", CONTAINERS, "The container limits under every plan's."),
), of(Defaults))


def _platform(values: dict[str, Any], _at: Path, reader: Reader) -> Any:
    origin = reader.origin(())
    values.setdefault("defaults", Defaults(origin=origin.at("defaults")))
    return INVALID if INVALID in values.values() else Platform(origin=origin, **values)


PLATFORM = Record("the platform", (
    Field("identity", IDENTITY, "Which people may be named in the estate."),
    Field("naming", NAMING, "What tenants may be called."),
    Field("plans", MapOf(Name, PLAN), "Named quotas, with limits and egress."),
    Field("defaults", DEFAULTS, "What a tenant gets that says nothing else."),
    Field("breakGlassGroup", Text("text", r"\S(.*\S)?", 256), "The group, as the cluster sees it, "
          "whose members may change what git declares.", "break_glass_group"),
    Field("sharing", Choice({
        "ui-too": "owners may also share in the Kubeflow dashboard; git's grants stay git's",
        "git": "git is the only way in: nobody may add roles, bindings or policies otherwise",
    }), "Where access may be given.", default="ui-too"),
    Field("memberNetworkPolicies", Flag(), "Whether members may add NetworkPolicies of their "
          "own. Policies add up, so one of theirs can open what ours close.",
          "member_network_policies", default="false"),
    Field("removals", REMOVALS, "How much one render may take away."),
    Field("sync", SOURCE, "Where Argo CD and Flux find `rendered/`.",
          default="clusters say no engine"),
    Field("asOf", Day(), "Grants that ended before this day are left out. The nightly job moves "
          "it; rendering itself asks no clock.", "as_of", default="no grant has ended"),
), _platform)
