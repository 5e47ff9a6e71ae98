"""The keys of quotas, container limits and egress, shared by tenants, plans and defaults."""

from __future__ import annotations

from typing import Any

from gitops.declarations.reader import INVALID, Reader, did_you_mean, field_name
from gitops.declarations.records import Field, ListOf, MapOf, Record, of
from gitops.declarations.types import Amount, Choice, Cidr, Integer, Text
from gitops.foundation.findings import Path
from gitops.model.limits import HUGE_PAGES, QUOTA_KEYS, ContainerLimits, EgressRule, Quota

RESOURCE = Text("a resource name such as cpu, memory or nvidia.com/gpu",
                r"[a-z0-9.-]+(/[A-Za-z0-9_.-]+)?", example="nvidia.com/gpu")
DEVICE = Text("a device resource such as nvidia.com/gpu",
              r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+"
              r"/[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", example="nvidia.com/gpu")
COMPUTE = MapOf(Choice({"cpu": "processor cores", "memory": "bytes of memory",
                        "ephemeral-storage": "bytes of local disk"}), Amount())
DEVICES = MapOf(DEVICE, Amount(whole=True))

COMMON_QUOTA = (
    Field("requests", COMPUTE, "Most cpu and memory that all pods together may request."),
    Field("limits", COMPUTE, "Most cpu and memory that the limits of all pods may add up to."),
    Field("pods", Amount(whole=True), "Most pods that exist at once and have not ended."),
    Field("devices", DEVICES, "Most devices (GPUs and the like) at once, by resource name."),
)
CLASS_QUOTA = Record("a quota of a priority class", COMMON_QUOTA, of(Quota))


def _quota(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    for key in values.get("other", {}):
        _check_other(key, (*at, "other", key), reader)
    return Quota(origin=reader.origin(at), **values)


def _check_other(key: str, at: Path, reader: Reader) -> None:
    """Refuse keys that have a field of their own, or that Kubernetes takes and ignores."""
    own = {"cpu": "requests: {cpu: …}", "memory": "requests: {memory: …}",
           "requests.cpu": "requests: {cpu: …}", "requests.memory": "requests: {memory: …}",
           "limits.cpu": "limits: {cpu: …}", "limits.memory": "limits: {memory: …}",
           "requests.storage": "storage: …", "pods": "pods: …",
           "persistentvolumeclaims": "volumeClaims: …"}
    classed = ".storageclass." in key or ".deviceclass." in key
    if key.startswith("requests.") and "/" in key and not classed:
        own[key] = f"devices: {{{key.removeprefix('requests.')}: …}}"
    if key in own:
        reader.wrong("quota-key-has-a-field", at, f"{key} has a field of its own",
                     f"write `{own[key]}` in the quota", key=True)
    elif key == "gpus" or ("/" in key and not key.startswith("count/")
                           and not key.endswith("/requests.storage") and not classed):
        reader.wrong("quota-key-does-nothing", at,
                     f"Kubernetes takes the quota key {key} and never enforces it",
                     "name the device under `devices`, for example devices: {nvidia.com/gpu: 4}",
                     key=True)
    elif "/" not in key and key not in QUOTA_KEYS and not key.startswith(HUGE_PAGES):
        reader.wrong("unknown-quota-key", at, f"{key!r} is not a quota key",
                     did_you_mean(key, QUOTA_KEYS), key=True)


QUOTA_KEY = Text("a quota key as Kubernetes spells it", r"[a-z0-9][A-Za-z0-9./_-]*",
                 example="count/configmaps")
CLASS_NAME = Text("the name of a PriorityClass", r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", example="batch")
QUOTA = Record("a quota", (
    *COMMON_QUOTA,
    Field("storage", Amount(), "Most storage that all volume claims together may request."),
    Field("volumeClaims", Amount(whole=True), "Most volume claims.", "volume_claims"),
    Field("other", MapOf(QUOTA_KEY, Amount()),
          "Any further quota key as Kubernetes spells it, such as `count/configmaps` or "
          "`services.loadbalancers`."),
    Field("priorityClasses", MapOf(CLASS_NAME, CLASS_QUOTA),
          "A quota of its own for the pods of one PriorityClass.", "priority_classes"),
), _quota)


def _containers(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    limits = ContainerLimits(origin=reader.origin(at), **values)
    wrong = False
    for low, high in (("requests", "limits"), ("requests", "max"), ("limits", "max")):
        above = getattr(limits, high)
        for resource, amount in getattr(limits, low).items():
            if resource in above and above[resource] < amount:
                wrong = True
                reader.wrong("limit-below-request", (*at, low, resource),
                             f"{field_name((*at, low))} gives {amount} of {resource}, more than "
                             f"{high} allows ({above[resource]})",
                             f"lower it, or raise {high}; every pod would be refused")
    return INVALID if wrong else limits


CONTAINERS = Record("container limits", (
    Field("requests", COMPUTE, "What a container requests that names no request.",
          default="100m cpu and 256Mi memory where the quota counts them"),
    Field("limits", COMPUTE, "What a container is limited to that names no limit.",
          default="1 cpu and 1Gi memory where the quota counts limits"),
    Field("max", MapOf(RESOURCE, Amount()),
          "The most that one container may ask for; devices too."),
    Field("volume", Amount(), "The largest single volume claim."),
), _containers)

EGRESS = Choice({
    "open": "everything outside the cluster, except its own ranges and the metadata address",
    "listed": "only what `allow` lists, beside what the platform itself needs",
})
ALLOW = ListOf(Record("an egress rule", (
    Field("cidr", Cidr(), "The addresses; without those inside that egress `open` leaves out.",
          required=True),
    Field("ports", ListOf(Integer(1, 65535), filled=True), "TCP ports; all when left out."),
), of(EgressRule)))
EGRESS_FIELDS = (
    Field("egress", EGRESS, "What pods may reach outside the cluster.",
          default="the plan's, else the platform's default"),
    Field("allow", ALLOW, "Addresses that pods may reach in any case."),
)
