"""The Applications that Argo CD would make of a rendered tree, and what their projects allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitops.compile.pipeline import RenderedFile
from tests.upstream.asking import Asked

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One cluster's engine: its projects and all Applications, each by name."""

    projects: Mapping[str, Data]
    applications: Mapping[str, Data]


def seen(argocd: Asked, files: Mapping[str, RenderedFile], cluster: str) -> Seen:
    """What stands in ``sync/`` of a cluster, its ApplicationSets expanded over the whole tree."""
    directories = folders(files)
    projects: dict[str, Data] = {}
    applications: dict[str, Data] = {}
    for document in documents(files, f"{cluster}/sync/"):
        name = document["metadata"]["name"]
        if document["kind"] == "AppProject":
            projects[name] = document
        made = [document] if document["kind"] == "Application" else []
        if document["kind"] == "ApplicationSet":
            made = expanded(argocd, document, directories)
        for application in made:
            assert application["metadata"]["name"] not in applications
            applications[application["metadata"]["name"]] = application
    return Seen(projects, applications)


def expanded(argocd: Asked, document: Data, directories: list[str]) -> list[Data]:
    """The Applications of one ApplicationSet."""
    answer = argocd.ask({"applicationSet": document, "directories": directories})
    assert "error" not in answer, answer["error"]
    found: list[Data] = answer["applications"]
    return found


def folders(files: Mapping[str, RenderedFile]) -> list[str]:
    """Every folder of the repository, as Argo CD lists them."""
    found = set()
    for path in files:
        parts = f"rendered/{path}".split("/")[:-1]
        found |= {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return sorted(found)


def documents(files: Mapping[str, RenderedFile], start: str) -> Iterator[Data]:
    """The objects in the files below a folder."""
    for path, file in sorted(files.items()):
        if path.startswith(start):
            yield from map(dict, file.objects)


def refused(application: Data, project: Data, document: Data) -> str:
    """Why a project does not let an Application have an object; empty where it does.

    Source: argo-cd ``AppProject.IsGroupKindNamePermitted``, ``IsDestinationPermitted``.
    """
    spec, target = project["spec"], application["spec"]
    group = document["apiVersion"].rpartition("/")[0]
    kind = {"group": group, "kind": document["kind"]}
    namespace = document["metadata"].get("namespace", "")
    if target["project"] != project["metadata"]["name"]:
        return "another project"
    if target["source"]["repoURL"] not in spec["sourceRepos"]:
        return "another repository"
    denied = spec.get("namespaceResourceBlacklist" if namespace else "clusterResourceBlacklist", ())
    if kind in denied or {"group": "*", "kind": "*"} in denied:
        return f"no {document['kind']}"
    if kind not in spec["namespaceResourceWhitelist" if namespace else "clusterResourceWhitelist"]:
        return f"no {document['kind']}"
    allowed = [(one["server"], one["namespace"]) for one in spec["destinations"]]
    server = target["destination"]["server"]
    if namespace and not {(server, namespace), (server, "*")} & set(allowed):
        return f"nothing in {namespace}"
    return ""
