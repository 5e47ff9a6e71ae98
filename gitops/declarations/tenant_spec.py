"""The keys of ``tenants/<name>.yaml`` and ``groups/<name>.yaml``."""

from __future__ import annotations

from typing import Any

from gitops.declarations.common_spec import ANNOTATIONS, GROUP, LABELS, file_stem
from gitops.declarations.hardware_spec import SHARES
from gitops.declarations.jobs_spec import JOBS
from gitops.declarations.limits_spec import CONTAINERS, EGRESS_FIELDS, QUOTA
from gitops.declarations.reader import Reader
from gitops.declarations.records import Field, ListOf, Record, Shorthand, of
from gitops.declarations.types import (
    DNS_LABEL,
    DNS_NAME,
    Anything,
    Choice,
    Day,
    Email,
    Flag,
    Integer,
    Name,
    Text,
)
from gitops.foundation.findings import Path
from gitops.model.access import Grant, Group, Subject
from gitops.model.tenant import CloudIdentity, Plugin, Tenant

ACCOUNT = Text("a service account as namespace/name", rf"{DNS_LABEL}/{DNS_NAME}",
               example="ci/deployer")
POD_SECURITY = Choice({
    "privileged": "no restriction: for trusted system workloads",
    "baseline": "what known privilege escalations need is refused",
    "restricted": "hardened pods only",
})

_WHO = (
    Field("user", Email, "A person, by e-mail address as the identity provider writes it."),
    Field("group", GROUP, "A group declared in `groups/`."),
    Field("serviceAccount", ACCOUNT, "A machine account, `namespace/name`.", "service_account"),
)


def _subject(values: dict[str, Any], at: Path, reader: Reader) -> Subject | None:
    """The one subject that the keys name, taken out of ``values``."""
    found = []
    if "user" in values:
        found.append(Subject("User", values.pop("user")))
    if "group" in values:
        found.append(Subject("Group", values.pop("group")))
    if "service_account" in values:
        namespace, _, name = values.pop("service_account").partition("/")
        found.append(Subject("ServiceAccount", name, namespace))
    if len(found) == 1:
        return found[0]
    said = "nobody" if not found else "more than one subject"
    if found or not reader.failed_below(at):
        reader.wrong("not-one-subject", at, f"this names {said}",
                     "write exactly one of user, group or serviceAccount")
    return None


def _only_subject(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    subject = _subject(values, at, reader)
    return UNKNOWN if subject is None else subject


def _user(values: dict[str, Any], _at: Path, _reader: Reader) -> Any:
    return Subject("User", values["word"])


UNKNOWN = Subject("User", "")
"""Stands for a subject that could not be read; its mistake has been noted."""
SUBJECT = Shorthand(Email, _user, Record("a subject", _WHO, _only_subject))
MEMBER = Shorthand(Email, _user, Record("a member", _WHO[:2], _only_subject))


def _grant(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    subject = _subject(values, at, reader)
    if values.get("notebooks") is not None and values["role"] != "view":
        reader.wrong("notebooks-without-view", (*at, "notebooks"),
                     f"a contributor with role {values['role']} may open notebooks anyway",
                     "`notebooks` is for viewers; drop it here", key=True)
    return Grant(subject=subject or UNKNOWN, origin=reader.origin(at), **values)


ROLE = Choice({
    "admin": "may do everything in the workspace, and share it",
    "edit": "may run and change workloads, and read secrets",
    "view": "may look, but not into secrets",
})
CONTRIBUTOR = Record("a contributor", (
    *_WHO,
    Field("role", ROLE, "What the contributor may do.", required=True),
    Field("until", Day(), "The last day of the grant; rendered without it afterwards."),
    Field("notebooks", Flag(), "Whether a viewer may open running notebooks (and so run code).",
          default="false"),
), _grant)

GCP = Text("a Google service account", r"[a-z][-a-z0-9]{4,28}[a-z0-9]@[a-z0-9.:-]+"
           r"\.iam\.gserviceaccount\.com", example="vision@project-1.iam.gserviceaccount.com")
AWS = Text("the ARN of an IAM role", r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+",
           example="arn:aws:iam::123456789012:role/vision")
AZURE = Text("the client id (UUID) of a managed identity",
             r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
             example="6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d")
CLOUD_IDENTITY = Record("a cloud identity", (
    Field("gcpServiceAccount", GCP, "Used on GKE.", "gcp_service_account"),
    Field("awsRole", AWS, "Used on EKS.", "aws_role"),
    Field("azureClientId", AZURE, "Used on AKS.", "azure_client_id"),
), of(CloudIdentity))


def _plugin(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    own = {"WorkloadIdentity": "gcpServiceAccount", "AwsIamForServiceAccount": "awsRole"}
    if values["kind"] in own:
        reader.wrong("plugin-has-a-field", (*at, "kind"),
                     f"the plugin {values['kind']} has a field of its own",
                     f"write cloudIdentity: {{{own[values['kind']]}: …}}")
    return Plugin(origin=reader.origin(at), **values)


PLUGIN = Record("a plugin", (
    Field("kind", Text("a kind", "[A-Z][A-Za-z0-9]*", example="MyPlugin"),
          "The plugin's kind, as your profile controller knows it.", required=True),
    Field("apiVersion", Text(), "The plugin's API version.", "api_version"),
    Field("spec", Anything(), "Handed on as given."),
), _plugin)


def _tenant(values: dict[str, Any], _at: Path, reader: Reader) -> Any:
    return Tenant(name=file_stem(reader), origin=reader.origin(()), **values)


TENANT = Record("a tenant", (
    Field("purpose", Text(max_length=1024), "What the tenant is for, in a sentence."),
    Field("owner", SUBJECT, "Who owns it: an e-mail address, or `{group: …}` or "
          "`{serviceAccount: namespace/name}`.", required=True),
    Field("contributors", ListOf(CONTRIBUTOR, once=False), "Who else may work here, and how."),
    Field("plan", Name, "The plan from `platform.yaml` that gives quota, limits and egress.",
          default="the platform's default plan"),
    Field("quota", QUOTA, "What the tenant may hold at once; each line replaces the plan's."),
    Field("containers", CONTAINERS, "Defaults and maxima of one container; each line replaces "
          "the plan's."),
    Field("clusters", ListOf(Name, filled=True), "The clusters it has a workspace on.",
          default="every cluster that accepts all tenants"),
    Field("labels", LABELS, "Labels of its namespaces."),
    Field("annotations", ANNOTATIONS, "Annotations of its namespaces."),
    Field("cloudIdentity", CLOUD_IDENTITY, "The cloud account its pods act as.",
          "cloud_identity"),
    Field("plugins", ListOf(PLUGIN), "Further Profile plugins."),
    Field("podSecurity", POD_SECURITY, "The Pod Security level of its namespaces.",
          "pod_security", default="the platform's default, `baseline`"),
    *EGRESS_FIELDS,
    Field("talks-to", ListOf(Name), "Tenants whose services its pods call. Each must admit "
          "this one.", "talks_to"),
    Field("admits", ListOf(Name), "Tenants that may call services here."),
    Field("hardware", SHARES, "The hardware it may use, by name: how many devices at once, or "
          "`{}` for what is free."),
    Field("defaultHardware", Name, "Where its jobs run that name no hardware.",
          "default_hardware"),
    Field("fairShare", Integer(1, 1000), "Its weight when idle devices are shared out.",
          "fair_share", default="1"),
    Field("jobs", JOBS, "Its jobs, by name."),
    Field("frozen", Text("text that says why", r"\S(.|\n)*",
                         advice='say why: frozen: "left, the data is kept until May"'),
          "Why nobody has access any more. The namespace and its volumes are kept."),
), _tenant)


def _group(values: dict[str, Any], _at: Path, reader: Reader) -> Any:
    return Group(name=file_stem(reader), origin=reader.origin(()), **values)


GROUP_FILE = Record("a group", (
    Field("description", Text(), "Who they are."),
    Field("claim", Text("text", r"\S+( \S+)*", 256), "The group's name in the identity "
          "provider's tokens.", default="the file's name"),
    Field("members", ListOf(MEMBER), "People (an e-mail address or `{user: …}`) and groups "
          "(`{group: …}`). Kubernetes asks the identity provider; the browser gets these.",
          required=True),
), _group)
