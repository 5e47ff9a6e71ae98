"""Cases as text files: a sentence, then files under ``-- path --`` lines.

Files that a case does not name are those of a small estate: ``platform.yaml`` with
nothing in it, a cluster ``prod`` and a tenant ``vision``; ``-- path -- absent`` takes one
of these away. In an invalid case the section ``findings`` holds exactly what is printed;
in a valid one every section under ``rendered/`` holds a whole rendered file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gitops.compile.prepare import prepare
from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, in_order
from tests.estates import estate

HERE = Path(__file__).parent
SECTION = re.compile(r"^-- (\S+) --(?: (absent))?\n", re.MULTILINE)
CORE = re.compile(r"[^/]+/(tenants/[^/]+/(?!kustomization)|platform/tenants/(?!kustomization)).*")


@dataclass(frozen=True)
class Case:
    """One case: what it is about, its files, and what is expected."""

    path: Path
    about: str
    sections: dict[str, str]
    absent: tuple[str, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """The whole estate."""
        files = estate({name: text for name, text in self.sections.items()
                        if name != "findings" and not name.startswith("rendered/")})
        return {name: data for name, data in files.items() if name not in self.absent}

    def expected(self, prefix: str) -> dict[str, str]:
        """The golden sections whose names begin so."""
        return {name: text for name, text in self.sections.items() if name.startswith(prefix)}

    def rewrite(self, golden: dict[str, str]) -> None:
        """Put new golden sections in the place of the old ones."""
        own = {name: text for name, text in self.sections.items()
               if name != "findings" and not name.startswith("rendered/")}
        parts = [f"{self.about}\n", *(f"-- {name} -- absent\n" for name in self.absent)]
        parts += [f"-- {name} --\n{text}" for name, text in (own | golden).items()]
        self.path.write_text("".join(parts))


def read(path: Path) -> Case:
    """The case in a file."""
    pieces = SECTION.split(path.read_text())
    about, rest = pieces[0].strip(), pieces[1:]
    found = list(zip(rest[0::3], rest[1::3], rest[2::3], strict=True))
    return Case(path, about, {name: text for name, gone, text in found if not gone},
                tuple(name for name, gone, _ in found if gone))


def cases(kind: str) -> list[Case]:
    """All cases of a kind, by name."""
    return [read(path) for path in sorted((HERE / kind).glob("*.txt"))]


def findings(case: Case) -> str:
    """Everything that is said of a case's estate."""
    try:
        compiler = prepare(case.files)
    except Refused as refused:
        return _text(refused.findings)
    return _text([finding for done in compiler.run(compiler.units(), lambda _: None)
                  for finding in done.findings])


def _text(found: list[Finding]) -> str:
    return "".join(f"{finding}\n" for finding in in_order(found))


def rendered(case: Case) -> dict[str, str]:
    """What a case's estate renders, by path under ``rendered/``."""
    compiler = prepare(case.files)
    made: dict[str, str] = {}
    for done in compiler.run(compiler.units(), lambda file: (file.path, file.text)):
        assert not done.findings, _text(list(done.findings))
        made |= {f"rendered/{path}": text for path, text in done.taken}
    return made


def golden(case: Case) -> dict[str, str]:
    """The sections to write for a case: its findings, or the files that it is about."""
    if case.path.parent.name == "invalid":
        return {"findings": findings(case)}
    made = rendered(case)
    wanted = case.expected("rendered/") or {
        path: "" for path in made if CORE.fullmatch(path.removeprefix("rendered/"))}
    return {path: made[path] for path in wanted}
