"""Jobs as the engine that runs them needs them, beyond what all engines are given."""

from __future__ import annotations

from collections.abc import Iterable

from gitops.model.cluster import Cluster
from gitops.model.tenant import Tenant
from gitops.plan.jobs import JobPlan
from gitops.plan.trials import as_search
from gitops.plan.workflows import as_workflow


def fitted(plans: Iterable[JobPlan], tenant: Tenant, cluster: Cluster) -> tuple[JobPlan, ...]:
    """A workspace's jobs, each as its engine needs it."""
    return tuple(_fitted(plan, tenant, cluster) for plan in plans)


def _fitted(plan: JobPlan, tenant: Tenant, cluster: Cluster) -> JobPlan:
    if plan.engine == "argo" and cluster.engines:
        own = tenant.jobs[plan.name].service_account
        return as_workflow(plan, own or cluster.engines.argo_account)
    return as_search(plan) if plan.engine == "katib" else plan
