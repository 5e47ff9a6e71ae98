"""Estates out of hypothesis: any mix of owners, roles, quotas, meshes, clouds, peers, hardware
and jobs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.cluster import generated_jobs

Declaration = dict[str, Any]

PEOPLE = ("ana@example.com", "bo.li+x@example.com", "eva_2@sub.example.org", "x@example.com")
GROUPS: dict[str, Declaration] = {
    "leads": {"claim": "ml/leads: all", "members": ["ana@example.com"]},
    "readers": {"members": ["eva_2@sub.example.org", {"group": "leads"}]},
    "empty": {"members": []},
}
MACHINES = ("ci/deployer", "argo/runner.v2")
CLOUD_IDENTITIES = {
    "gcpServiceAccount": "pods-1@example-ml.iam.gserviceaccount.com",
    "awsRole": "arn:aws:iam::123456789012:role/pods",
    "azureClientId": "6f2f3c1a-0b7e-4f0c-9a51-0d1f4c2b3e4d",
}
LOGINS: tuple[Any, ...] = (
    "none",
    {"provider": "oauth2-proxy", "issuer": "https://login.example.org"},
    {"provider": "iap", "audiences": ["/projects/1/global/backendServices/2"]},
    {"provider": "alb", "issuer": "https://login.example.org"},
    {"provider": "entra", "issuer": "https://login.example.org", "audiences": ["api://x"]},
)
LABEL_VALUES = ("no", "1e3", "0o7", "", "y", "A.b_c-1")
VISIBLE = st.characters(categories=("L", "N", "P", "S"), include_characters=" ")
TEXTS = st.text(VISIBLE, max_size=40).map(str.strip).filter(bool)
CORES = st.sampled_from(("0.5", "2", "1500m", "64"))
BYTES = st.sampled_from(("0.5Gi", "2Gi", "1500M", "1Ti"))


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Declaration]:
    """Any choice of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


COMPUTE = optional(cpu=CORES, memory=BYTES)
DEVICES = st.dictionaries(
    st.sampled_from(("nvidia.com/gpu", "amd.com/gpu")), st.integers(0, 8), max_size=2
)
# No limit below a request, whichever plan and tenant come together.
REQUESTS = optional(
    cpu=st.sampled_from(("0.5", "1500m")), memory=st.sampled_from(("0.5Gi", "1500M"))
)
LIMITS = optional(cpu=st.sampled_from(("2", "64")), memory=st.sampled_from(("2Gi", "1Ti")))
QUOTA = optional(
    requests=REQUESTS,
    limits=LIMITS,
    pods=st.integers(0, 50),
    storage=BYTES,
    volumeClaims=st.integers(0, 9),
    devices=DEVICES,
    other=st.dictionaries(
        st.sampled_from(
            ("count/configmaps", "services.loadbalancers", "count/notebooks.kubeflow.org")
        ),
        st.integers(0, 20),
    ),
    priorityClasses=st.dictionaries(
        st.sampled_from(("batch", "low.2")), optional(pods=st.integers(0, 9), requests=COMPUTE)
    ),
)
CONTAINERS = optional(
    max=COMPUTE.flatmap(lambda own: DEVICES.map(lambda more: own | more)), volume=BYTES
)
EGRESS = optional(
    egress=st.sampled_from(("open", "listed")),
    allow=st.lists(
        st.sampled_from(
            (
                {"cidr": "203.0.113.0/24", "ports": [443, 8443]},
                {"cidr": "10.0.0.0/8"},
                {"cidr": "2001:db8::/32", "ports": [22]},
                {"cidr": "0.0.0.0/0", "ports": [443]},
            )
        ),
        max_size=2,
    ),
)


@st.composite
def clusters(draw: st.DrawFn) -> Declaration:
    kubeflow = draw(st.sampled_from(("none", "26.03", "26.03.1")))
    ways = ("native",) if kubeflow == "none" else ("profile", "native")
    return {
        "kubernetes": {
            "version": draw(st.sampled_from(("1.29", "1.33", "1.36", "1.37"))),
            **draw(optional(userPrefix=st.just("oidc:"), groupPrefix=st.just("oidc:"))),
        },
        "kubeflow": kubeflow,
        "workspaces": draw(st.sampled_from(ways)),
        "mesh": {
            "mode": draw(st.sampled_from(("sidecar", "ambient", "none"))),
            **draw(optional(trustDomain=st.just("td.example"), userIdPrefix=st.just("accounts:"))),
        },
        "cloud": draw(st.sampled_from(("gke", "eks", "aks", "onprem"))),
        "identity": draw(st.sampled_from(LOGINS)),
        "network": {
            "apiServer": ["192.0.2.2/32", "2001:db8:1::/64"],
            **draw(
                optional(
                    ranges=st.just(["10.0.0.0/8", "fd00::/8"]),
                    monitoringNamespace=st.just("monitoring"),
                    policies=st.booleans(),
                )
            ),
        },
    }


@st.composite
def contributors(draw: st.DrawFn, owner: object) -> list[Declaration]:
    subjects = st.one_of(
        st.sampled_from(PEOPLE).map(lambda name: {"user": name}),
        st.sampled_from(sorted(GROUPS)).map(lambda name: {"group": name}),
        st.sampled_from(MACHINES).map(lambda name: {"serviceAccount": name}),
    ).filter(lambda subject: owner not in (subject, subject.get("user")))
    found = draw(st.lists(subjects, max_size=4, unique_by=str))
    roles = st.sampled_from(("admin", "edit", "view"))
    return [_grant(subject, draw(roles), draw(st.booleans())) for subject in found]


def _grant(subject: Mapping[str, str], role: str, notebooks: bool) -> Declaration:
    further = {"notebooks": True} if role == "view" and notebooks else {}
    return {**subject, "role": role, **further}


@st.composite
def tenants(draw: st.DrawFn) -> Declaration:
    owner = draw(
        st.one_of(
            st.sampled_from(PEOPLE),
            st.just({"group": "leads"}),
            st.sampled_from(MACHINES).map(lambda name: {"serviceAccount": name}),
        )
    )
    further = optional(
        purpose=TEXTS,
        quota=QUOTA,
        containers=CONTAINERS,
        plan=st.just("small"),
        podSecurity=st.sampled_from(("privileged", "baseline", "restricted")),
        cloudIdentity=st.just(CLOUD_IDENTITIES),
        labels=st.dictionaries(st.just("example.com/team"), st.sampled_from(LABEL_VALUES)),
        annotations=st.dictionaries(st.sampled_from(("note", "example.com/n")), TEXTS),
        plugins=st.just([{"kind": "Other", "spec": {"a": [1, {"b": "no"}], "c": None}}]),
        frozen=TEXTS,
    )
    grants = draw(contributors(owner))
    return {"owner": owner, "contributors": grants, **draw(further), **draw(EGRESS)}


@st.composite
def estates(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a valid estate: one or two clusters, one to three tenants."""
    names = draw(st.lists(st.sampled_from(("vision", "n0", "a-b-c")), min_size=1, unique=True))
    declared = {name: draw(tenants()) for name in names}
    machines = draw(generated_jobs.hardware())
    engines = generated_jobs.engines(draw)
    installed = [name for name, there in engines.items() if there not in (False, "none")]
    for tenant in declared.values():
        _equip(draw, tenant, machines, installed)
    if len(names) > 1 and draw(st.booleans()):
        _introduce(declared, names)
    platform = draw(
        optional(
            sharing=st.sampled_from(("ui-too", "git")),
            breakGlassGroup=TEXTS,
            memberNetworkPolicies=st.booleans(),
        )
    )
    plan = draw(st.fixed_dictionaries({"quota": QUOTA, "containers": CONTAINERS}))
    if machines:
        generated_jobs.fit(plan)
    files = {"platform.yaml": {**platform, "plans": {"small": plan}}}
    for index in range(draw(st.integers(1, 2))):
        equipment = draw(generated_jobs.equipment())
        files[f"clusters/c{index}.yaml"] = {**draw(clusters()), **equipment, "engines": engines}
    files |= {f"groups/{name}.yaml": group for name, group in GROUPS.items()}
    files |= {f"hardware/{name}.yaml": one for name, one in machines.items()}
    files |= {f"tenants/{name}.yaml": tenant for name, tenant in declared.items()}
    # JSON is YAML that says what is text.
    return {name: json.dumps(data, ensure_ascii=False).encode() for name, data in files.items()}


def _introduce(declared: Mapping[str, Declaration], names: Sequence[str]) -> None:
    declared[names[0]]["talks-to"] = [names[1]]
    declared[names[1]]["admits"] = [names[0]]


def _equip(
    draw: st.DrawFn,
    tenant: Declaration,
    machines: Mapping[str, Declaration],
    engines: Sequence[str],
) -> None:
    given = draw(generated_jobs.shares(sorted(machines)))
    tenant["hardware"] = given
    tenant["jobs"] = draw(generated_jobs.jobs(sorted(given), engines))
    if machines:
        generated_jobs.fit(tenant)
