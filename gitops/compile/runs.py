"""Runs that a render would change under their names.

An engine runs what has a name once: Tekton and Trainer refuse another spec of it, Argo
Workflows and Katib take one and do not begin again. What differs therefore needs a new name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

import yaml
from msgspec import Struct

from gitops.compile.kustomize import FILE
from gitops.declarations.load import located
from gitops.declarations.loaded import Files
from gitops.foundation.findings import Finding, Mistake, Origin
from gitops.foundation.yamlloader import safe_loader
from gitops.model.estate import Estate

Run: TypeAlias = tuple[str, str, str]
"""A tenant, and the kind and name of an object of its own."""


class Declared(Struct, frozen=True):
    """What is declared now, the ``files`` that say it, and the tenants and clusters whose runs
    a call lets change, beside those that the platform lets."""

    estate: Estate
    files: Files
    allowed: Collection[str] = ()


def is_runs(path: str) -> bool:
    """Whether a rendered path is that of a file of runs."""
    parts = path.split("/")
    return len(parts) == 5 and parts[1] == "tenants" and parts[3] == "runs" and parts[4] != FILE


def refused_runs(before: Mapping[str, bytes], after: Mapping[str, bytes], declared: Declared
                 ) -> list[Finding]:
    """A finding for each run whose ``spec`` is another one than under its name before.

    Args:
        before: the files of runs, ``<cluster>/tenants/<tenant>/runs/<file>``, on disk or in a
            commit.
        after: the same, as they are made now; runs that are in one of both only may be.
        declared: what decides, and where findings stand.
    """
    estate = declared.estate
    removals = estate.platform.removals
    allowed = {*declared.allowed, *(removals.allow if removals else ())}
    found: dict[Run, dict[str, list[str]]] = {}
    for path in sorted(before.keys() & after.keys()):
        cluster, _, tenant, *_ = path.split("/")
        if before[path] == after[path] or not allowed.isdisjoint((cluster, tenant)):
            continue
        for kind, name, keys in _changed(before[path], after[path]):
            found.setdefault((tenant, kind, name), {})[cluster] = keys
    return located([_mistake(run, clusters, estate) for run, clusters in found.items()],
                   declared.files)


def _changed(before: bytes, after: bytes) -> Iterator[tuple[str, str, list[str]]]:
    """Kind and name of each run in both texts whose spec differs, and the keys that do."""
    old, new = _specs(before), _specs(after)
    for kind, name in old.keys() & new.keys():
        was, now = old[kind, name], new[kind, name]
        if was != now:
            yield kind, name, sorted(key for key in was.keys() | now.keys()
                                     if was.get(key) != now.get(key))


def _specs(text: bytes) -> dict[tuple[str, str], dict[str, Any]]:
    """The specs by kind and name; none where a hand has put something else in their place."""
    try:
        documents = list(yaml.load_all(text, safe_loader()))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    found = {}
    for one in documents:
        if isinstance(one, dict) and isinstance(about := one.get("metadata"), dict):
            spec = one.get("spec")
            found[str(one.get("kind")), str(about.get("name"))] = \
                spec if isinstance(spec, dict) else {}
    return found


def _mistake(run: Run, clusters: Mapping[str, list[str]], estate: Estate) -> Mistake:
    tenant, kind, name = run
    keys = sorted({f"spec.{key}" for keys in clusters.values() for key in keys})
    return Mistake(
        "run-changed", _origin(tenant, name, estate),
        f"the {kind} {name} on {', '.join(clusters)} was rendered before, and {', '.join(keys)} "
        "would change under its name",
        "give the run a new id (such as `id: two`), or take it out when it is over: an engine "
        "refuses changes of what has begun (Tekton, Trainer), or would not run it again")


def _origin(tenant: str, name: str, estate: Estate) -> Origin:
    """Where a run is declared; the tenant's file where a template of the estate's made it."""
    declared = estate.tenants.get(tenant)
    for job in declared.jobs.values() if declared else ():
        for run in job.runs:
            if f"{job.name}-{run.id}" == name:
                return run.origin
    return Origin(f"tenants/{tenant}.yaml")
