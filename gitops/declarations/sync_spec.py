"""The keys of the platform's and a cluster's ``sync``."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from gitops.declarations.reader import INVALID, Reader
from gitops.declarations.records import Field, Record, Shorthand
from gitops.declarations.types import Choice, Integer, Name, Schema, Text
from gitops.declarations.windows_spec import WINDOWS
from gitops.declarations.yamltree import Tree
from gitops.foundation.findings import Path
from gitops.model.sync import HOMES, Source, Syncing


class Repo(Struct, frozen=True):
    """The URL of a repository. One with a password in it is refused and never shown."""

    text: Text = Text("a repository's URL", r"(https?|oci)://[^\s@]+|ssh://([^\s@:/]+@)?[^\s@]+",
                      advice="write https://git.example.com/platform/estate.git, "
                      "ssh://git@host/path or oci://registry/name")

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        if isinstance(tree, str) and re.match(r"\s*[a-z+]+://[^/]*:[^/]*@|\s*https?://[^/]*@",
                                              tree):
            return reader.wrong("secret-in-url", at, "the URL holds credentials",
                                "put them into a Secret in the engine's namespace, name that "
                                "under `secret`, and change them: git keeps what was committed")
        return self.text.decode(tree, at, reader)

    def schema(self) -> Schema:
        return self.text.schema()

    def words(self) -> str:
        return self.text.words()


REPO = Repo()
DURATION = Text("a duration such as 30s, 5m or 1h", r"([0-9]+(s|m|h))+", 16, "5m")
FOLDER = Text("a folder of the repository, without a slash at either end",
              r"(?!.*(^|/)\.{1,2}(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", 255, "rendered")


def _source(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    source = Source(origin=reader.origin(at), **values)
    if source.oci and source.output:
        reader.wrong("sync-incomplete", (*at, "output"), f"{source.repo} is a registry, where "
                     "nothing is committed", "leave output out, and push rendered/ to it",
                     key=True)
    other = "branch" if source.oci else "tag"
    if other in values:
        right = "tag" if source.oci else "branch"
        reader.wrong("sync-incomplete", (*at, other), f"{source.repo} has no {other}",
                     f"say {right}: {values[other]}", key=True)
    return source


class _Told(Struct, frozen=True):
    """A record that is there even when it is wrong, so that nobody is told it is missing."""

    record: Record

    def decode(self, tree: Tree, at: Path, reader: Reader) -> Any:
        value = self.record.decode(tree, at, reader)
        return Source(reader.origin(at), "") if value is INVALID else value

    def schema(self) -> Schema:
        return self.record.schema()

    def words(self) -> str:
        return self.record.words()


SOURCE = _Told(Record("sync", (
    Field("repo", REPO, "The URL under which the engines read this estate's repository, or the "
          "registry that its manifests are pushed to.", required=True),
    Field("branch", Text("a branch", r"[^\s~^:?*\[\\]+", 255), "The branch, in git.",
          default="`main`"),
    Field("tag", Text("a tag", r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"), "The tag, in a registry.",
          default="`latest`"),
    Field("path", FOLDER, "Where `rendered/` stands in it.", default="`rendered`"),
    Field("secret", Name, "The Secret in the engine's namespace that holds the credentials. "
          "It is never rendered.", default="none is needed"),
    Field("output", Choice({
        "branch": "the branch `branch` of the declarations' own repository, written without a "
                  "checkout",
        "clone": "a clone of `repo`, another repository: `gitops render --output DIR` names it",
    }), "Where a render writes `path`. Nothing else there is touched.",
          default="`rendered/`, beside the declarations"),
    Field("interval", DURATION, "How often Flux looks for a new commit.", default="`1m`"),
), _source))

ENGINE = Choice({"argocd": "Argo CD", "flux": "Flux", "none": "something else"})


def _engine(values: dict[str, Any], at: Path, reader: Reader) -> Any:
    """The engine with the namespaces that it has unless the cluster says otherwise."""
    name = values["name"]
    namespace = values.get("namespace", HOMES.get(name, ""))
    engine = Syncing(**{"origin": reader.origin(at), "namespace": namespace,
                       "accounts": namespace, **values})
    if name == "flux" and engine.accounts != namespace:
        reader.wrong("sync-accounts", (*at, "accounts"), "Flux looks for accounts where its "
                     f"Kustomizations stand, in {namespace}",
                     "leave accounts out; namespace moves both")
    for key, only in (("server", "argocd"), ("shards", "flux"), ("windows", "argocd")):
        if key in values and name != only:
            reader.wrong("sync-accounts", (*at, key), f"{key} means nothing to {name}",
                         "take it out", key=True)
    return engine


SYNC = Shorthand(
    ENGINE, lambda values, at, reader: _engine({"name": values["word"]}, at, reader),
    Record("sync", (
        Field("engine", ENGINE, "What applies the manifests.", "name", required=True),
        Field("namespace", Name, "Where the engine's objects stand.",
              default="`argocd` or `flux-system`"),
        Field("accounts", Name, "The namespace of the accounts that Argo CD applies as; no "
              "tenant's, and it must be there.", default="the engine's namespace"),
        Field("server", Text("a URL", r"https://\S+"),
              "How Argo CD addresses this cluster, which it runs in.",
              default="`https://kubernetes.default.svc`"),
        Field("shards", Integer(0, 100), "How many further kustomize- and source-controllers "
              "of Flux share the tenants.", default="0"),
        Field("windows", WINDOWS, "When Argo CD syncs jobs and runs, or does not. Access is "
              "always synced.", default="always"),
    ), _engine))

