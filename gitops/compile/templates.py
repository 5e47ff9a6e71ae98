"""The templates of an estate: ours, and the estate's own added or in their place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gitops.foundation.findings import Finding, Position
from gitops.model.cluster import Cluster
from gitops.model.sync import HOMES
from gitops.render.templates import Template

SUFFIX = ".yaml.j2"
PREFIX = "templates/"
FOLDER = Path(__file__).parents[1] / "templates"
KUSTOMIZATION = "kustomization"
_OF_JOBS = ("tenant/jobs/", "tenant/runs/")
Kind = Literal["workspace", "tenant", "platform", "sync", "sync-tenant", "settings",
               "overlay", "spawner"]


class Page(Struct, frozen=True):
    """A template that becomes a file: which, and where below the cluster's folder.

    ``path`` holds ``*`` where the name of the tenant goes, or of an overlay's hardware.
    ``engine`` is whose clusters alone have it; of every engine's where it is empty.
    ``needs``: it is ours, and makes nothing of a tenant without jobs, or without hardware.
    """

    template: str
    kind: Kind
    path: str
    engine: str = ""
    needs: Literal["", "jobs", "hardware"] = ""

    @property
    def of_tenant(self) -> bool:
        """Whether it is made for each tenant, and not once for a cluster."""
        return self.kind in ("workspace", "tenant", "sync-tenant")

    @property
    def labelled(self) -> bool:
        """Whether its objects are ours; the others change somebody else's."""
        return self.kind not in ("settings", "overlay", "spawner")

    @property
    def late(self) -> bool:
        """Whether it is told what the other pages made, and so comes after them."""
        return self.kind in ("workspace", "sync", "sync-tenant")

    def on(self, cluster: Cluster) -> bool:
        """Whether a cluster has it."""
        if self.kind not in ("sync", "sync-tenant", "settings"):
            return True
        return cluster.synced != "" and self.engine in ("", cluster.synced)

    def at(self, cluster: str, name: str) -> str:
        """The rendered file's path below ``rendered/``, for a tenant or hardware."""
        return f"{cluster}/{self.path.replace('*', name)}"


def templates(files: Mapping[str, bytes]) -> tuple[dict[str, Template], list[Finding]]:
    """Every template by name, and what is wrong with the estate's own files."""
    found = {name: Template(name, text, f"gitops/templates/{name}", _place(name))
             for name, text in built_in().items()}
    findings = []
    for file, data in files.items():
        if not file.startswith(PREFIX) or not file.endswith((".j2", ".yaml", ".yml")):
            continue
        name = file.removeprefix(PREFIX)
        try:
            found[name] = Template(name, data.decode(), file)
        except UnicodeDecodeError:
            findings.append(Finding("not-utf-8", Position(file), "the template is not UTF-8 text",
                                    "save it as UTF-8"))
            continue
        if not _is_partial(name) and _page(name) is None:
            findings.append(Finding(
                "misplaced-template", Position(file), f"{file} would become no file",
                "it is made from the files beside it; take the template out"
                if file.endswith(f"/{KUSTOMIZATION}{SUFFIX}") else
                "put it in templates/tenant/, templates/platform/ or templates/sync/ with a name "
                f"that ends in {SUFFIX}; a name that begins with _ is for includes only"))
    return found, findings


def own(found: Mapping[str, Template]) -> list[str]:
    """The names of the templates that an estate brings along."""
    return [name for name, template in found.items() if template.file.startswith(PREFIX)]


def _place(name: str) -> str:
    """Where the code of a template of ours is kept, as Python would a module's beside it."""
    return cache_from_source(str(FOLDER / name))


@cache
def built_in() -> Mapping[str, str]:
    """The templates that ship with the tool, by name. They never change in a process."""
    return dict(_walk(FOLDER, ""))


def _walk(folder: Path, prefix: str) -> list[tuple[str, str]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".j2"):
            found.append((prefix + entry.name, entry.read_text(encoding="utf-8")))
    return found


def pages(found: Mapping[str, Template]) -> tuple[Page, ...]:
    """The templates that become files, in order of their names."""
    return tuple(replace(page, needs=_needs(name) if found[name].place else "")
                 for name in sorted(found) if not _is_partial(name)
                 if (page := _page(name)) is not None)


def _needs(name: str) -> Literal["", "jobs", "hardware"]:
    if name.startswith(_OF_JOBS):
        return "jobs"
    return "hardware" if name == "tenant/hardware.yaml.j2" else ""


def _is_partial(name: str) -> bool:
    return name.rpartition("/")[2].startswith("_")


def _page(name: str) -> Page | None:  # noqa: PLR0911
    folder, _, rest = name.partition("/")
    if folder == "overlay" and rest and name.endswith(SUFFIX):
        return Page(name, "overlay", f"overlays/*/{rest.removesuffix('.j2')}")
    if folder == "spawner" and rest and name.endswith(SUFFIX):
        return Page(name, "spawner", f"spawner/{rest.removesuffix('.j2')}")
    if not name.endswith(SUFFIX) or name.endswith(f"/{KUSTOMIZATION}{SUFFIX}"):
        return None
    if name == f"workspace{SUFFIX}":
        return Page(name, "workspace", "platform/tenants/*.yaml")
    if folder == "tenant" and rest:
        return Page(name, "tenant", f"tenants/*/{rest.removesuffix('.j2')}")
    if folder in ("sync", "settings") and rest.count("/") <= 1:
        return _sync_page(name, rest) if folder == "sync" else _settings_page(name, rest)
    if folder == "platform" and rest and "/" not in rest:
        return Page(name, "platform", f"platform/{rest.removesuffix('.j2')}")
    return None


def _sync_page(name: str, rest: str) -> Page | None:
    """``sync/<engine>/<name>``, or ``sync/<name>`` for every engine; ``tenant`` is per tenant."""
    engine, _, file = rest.rpartition("/")
    if engine and engine not in HOMES:
        return None
    if file == f"tenant{SUFFIX}":
        return Page(name, "sync-tenant", "sync/tenants/*.yaml", engine)
    return Page(name, "sync", f"sync/{file.removesuffix('.j2')}", engine)


def _settings_page(name: str, rest: str) -> Page | None:
    """``settings/<engine>/<name>``."""
    engine, _, file = rest.rpartition("/")
    path = f"settings/{file.removesuffix('.j2')}"
    return Page(name, "settings", path, engine) if engine in HOMES else None
