"""The documentation is true: pages are fresh, commands parse, declarations compile, links lead."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from docs.__main__ import RULES
from gitops.cli.commands import COMMANDS
from gitops.cli.main import cli
from gitops.declarations.load import SPECS, load
from gitops.declarations.reference import sections
from tests.estates import PROFILE

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMES = {"Finding", "Mistake", "wrong", "Problem", "_say", "_at", "Unrenderable", "collision"}


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
    assert "Examples:" in part


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
    assert said | _rules_in_code() <= RULES.keys()


def _rules_in_code() -> set[str]:
    found = set()
    for path in (ROOT / "gitops").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                words = [argument.value for argument in node.args
                         if isinstance(argument, ast.Constant)]
                found |= {word for word in words if name in NAMES and isinstance(word, str)
                          and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", word)}
    return found


def _commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for text in blocks(page, "sh", "console"):
            for shown in text.splitlines():
                line = shown.removeprefix("$ ").partition("  #")[0].partition(" && ")[0].strip()
                if line.startswith("gitops "):
                    found.append((page.name, line))
    return found


@pytest.mark.parametrize(("page", "line"), _commands())
def test_each_command_line_parses(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    while words[0].startswith("-"):
        words = words[2:]
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, line
    command.make_context(words[0], list(words[1:]), resilient_parsing=False,
                         obj=None).close()


def _declarations() -> list[tuple[str, str, str]]:
    return [(page.name, match[1], text) for page in PAGES for text in blocks(page, "yaml")
            if (match := re.match(r"# ((?:tenants|clusters|groups)/[a-z-]+\.yaml|platform\.yaml)\n",
                                  text))]


@pytest.mark.parametrize(("page", "name", "text"), _declarations())
def test_each_declaration_shown_is_one(page: str, name: str, text: str) -> None:
    files = {"platform.yaml": b"{}", "clusters/prod.yaml": PROFILE.encode(), name: text.encode()}
    assert load(files).findings == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not target.startswith(("http", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.name}: {target}"
