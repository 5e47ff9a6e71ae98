"""The documentation is true: pages are fresh, commands parse, declarations compile, links lead."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from docs.rules import RULES
from gitops.cli.commands import COMMANDS
from gitops.cli.main import run
from gitops.cli.program import cli
from gitops.declarations.load import SPECS, load
from gitops.declarations.reference import anchor, sections
from tests.docs.rules_used import rules_used
from tests.estates import PROFILE

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md"),
                *(ROOT / "gitops/scaffold").rglob("*.md")])
DECLARATION = re.compile(
    r"# ((?:tenants|clusters|groups|hardware)/[a-z0-9-]+\.yaml|platform\.yaml)\n")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, *languages: str) -> list[str]:
    return [text for language, text in BLOCK.findall(page.read_text()) if language in languages]


def test_made_pages_are_fresh() -> None:
    done = subprocess.run([sys.executable, "-m", "docs", "--check"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_documented_with_examples(name: str) -> None:
    text = (ROOT / "docs/commands.md").read_text()
    assert f"## `gitops {name}`" in text
    assert f"| `gitops {name}" in (ROOT / "README.md").read_text()
    part = text.partition(f"## `gitops {name}`")[2].partition("\n## ")[0]
    assert re.search(rf"```sh\n(.*\n)*?.*gitops {name}", part)


@pytest.mark.parametrize("kind", SPECS)
def test_each_field_of_each_declaration_is_documented(kind: str) -> None:
    text = (ROOT / f"docs/reference/{kind}.md").read_text()
    for at, record in sections(SPECS[kind]):
        assert not at or f"`{at}`" in text
        for entry in record.fields:
            assert entry.doc.endswith("."), f"{kind} {at} {entry.name}"
            assert f"| `{entry.name}` |" in text, f"{kind} {at} {entry.name}"


def test_each_rule_is_documented() -> None:
    finding = re.compile(r": error: .* \[([a-z0-9-]+)\]$", re.MULTILINE)
    said = {rule for path in (ROOT / "tests/examples/invalid").glob("*.txt")
            for rule in finding.findall(path.read_text())}
    assert said
    documented = {name for rules in RULES.values() for name in rules}
    assert said <= documented
    assert rules_used() == documented


def test_rules_are_listed_once() -> None:
    names = [name for rules in RULES.values() for name in rules]
    assert len(names) == len(set(names))


def _commands() -> list[tuple[str, str]]:
    """Every command line of ours on a page: in its blocks, and in its text."""
    found = []
    for page in PAGES:
        lines = [part.strip().removeprefix("$ ") for text in blocks(page, "sh", "console")
                 for line in text.splitlines() for part in re.split(";|&&", line)]
        inline = re.findall(r"`(gitops [a-z][^`…]*)`", BLOCK.sub("", page.read_text()))
        found += [(page.name, " ".join(line.split())) for line in (*lines, *inline)
                  if line.startswith("gitops ")]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("page", "line"), _commands())
def test_each_command_line_parses(page: str, line: str, tmp_path: Path,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("crds", "examples/kubeflow", "DIR"):
        (tmp_path / folder).mkdir(parents=True)
    words = shlex.split(line, comments=True)[1:]
    if len(words) == 1:
        assert words[0] in COMMANDS, "only a command's name"
        return
    with cli.make_context("gitops", words) as context:
        name, command, rest = cli.resolve_command(context, [*context._protected_args,
                                                            *context.args])
        assert command is not None
        command.make_context(name, rest, parent=context).close()


def _declarations() -> list[tuple[str, str, str]]:
    return [(page.name, match[1], text) for page in PAGES for text in blocks(page, "yaml")
            if (match := DECLARATION.match(text))]


@pytest.mark.parametrize(("page", "name", "text"), _declarations())
def test_each_declaration_shown_is_one(page: str, name: str, text: str) -> None:
    files = {"platform.yaml": b"{}", "clusters/prod.yaml": PROFILE.encode(), name: text.encode()}
    assert load(files).findings == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _, fragment = target.partition("#")
        if not path.startswith("http"):
            place = page.parent / path if path else page
            assert place.exists(), target
            assert not fragment or fragment in _anchors(place), target


def _anchors(page: Path) -> set[str]:
    return {anchor(heading.strip()) for heading in
            re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE)}


def test_the_screen_in_the_readme_is_what_the_sample_estate_says(
        capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(ROOT / "examples/kubeflow"), "validate"]) == 0
    said = capsys.readouterr().out.split("\nall valid")[0]
    assert said in (ROOT / "README.md").read_text()
