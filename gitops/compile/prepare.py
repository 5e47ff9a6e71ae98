"""Before anything is rendered: an estate's declarations, templates and schemas, all read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from gitops.compile.held import can_hold
from gitops.compile.pipeline import Compiler
from gitops.compile.reading import FEW
from gitops.compile.templates import Page, own, pages, templates
from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, in_order
from gitops.model.estate import Estate
from gitops.plan.names import MANAGED_BY, TENANT_LABEL
from gitops.plan.workspace import Planner
from gitops.render.engine import Engine
from gitops.schemas.check import Schemas

if TYPE_CHECKING:
    from gitops.compile.reading import Reading
    from gitops.declarations.loaded import Declared, Files
    from gitops.schemas.crds import CustomSchemas


TIMES = 3
"""How often a file is rendered until all is known of others like it."""


def prepare(files: Files, *, as_of: date | None = None,
            extra_schemas: Mapping[str, bytes] | None = None,
            reading: Reading | None = None) -> Compiler:
    """Make an estate's files ready to be rendered.

    ``reading`` is another process that reads the declarations beside what is done here.

    Raises:
        Refused: with every mistake in the declarations, templates and schemas at once.
    """
    found, findings = templates(files)
    engine = Engine(found, (MANAGED_BY, TENANT_LABEL))
    in_templates = engine.check(own(found))  # ours have none: a test asks for that
    custom, wrong = _custom_schemas(files, extra_schemas or {})
    by_version: dict[str, Schemas] = {}

    def compiler(estate: Estate) -> Compiler:
        versions = {name: cluster.kubernetes.version for name, cluster in estate.clusters.items()}
        for version in {*versions.values()} - {*by_version}:
            by_version[version] = Schemas(version, custom)
        schemas = {name: by_version[version] for name, version in versions.items()}
        day = as_of or estate.platform.as_of
        return Compiler(files, Planner(estate, day), engine, pages(found), schemas,
                        tuple(in_order(findings)), can=can_hold(found))

    if reading:
        warm(engine, pages(found))
        rehearse(compiler, reading.few())
    read = reading.all() if reading else _declared(files)
    findings += [*read.findings, *in_templates, *wrong]
    if any(finding.severity == "error" for finding in findings):
        raise Refused(in_order(findings))
    return compiler(read.estate)


def _declared(files: Files) -> Declared:
    """Read and check here what no other process does."""
    from gitops.compile.declared import declared

    return declared(files)


def warm(engine: Engine, pages: Iterable[Page]) -> None:
    """Load what rendering and validating need, while the first tenants are still being read."""
    import gitops.schemas.compiled  # noqa: F401

    engine.warm(page.template for page in pages if page.kind in ("workspace", "tenant"))


def rehearse(compiler: Callable[[Estate], Compiler], estate: Estate) -> None:
    """Render a few tenants for nothing, so that templates, shapes and schemas are known.

    Nothing that goes wrong matters: it goes wrong again, and is told, when it is meant.
    """
    with suppress(Exception):
        ready = compiler(estate)
        units = [unit for unit in ready.units() if unit.tenant][:FEW]
        ready.do(units * TIMES, lambda _: None)


def _custom_schemas(files: Files, extra: Mapping[str, bytes]
                    ) -> tuple[CustomSchemas | None, list[Finding]]:
    """The estate's own CRDs and those given beside it."""
    own = {name: data for name, data in files.items()
           if name.startswith("schemas/") and name.endswith((".yaml", ".yml", ".json"))}
    if not own and not extra:
        return None, []
    from gitops.schemas.crds import CustomSchemas

    try:
        return CustomSchemas.read({**own, **extra}), []
    except Refused as refused:
        return None, refused.findings
