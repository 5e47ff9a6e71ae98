"""The reference page of each declaration, as Markdown, from the specifications that read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitops.declarations.load import SPECS
from gitops.declarations.presets import KNOWN, preset, source
from gitops.declarations.records import Field, ListOf, MapOf, Record, Shorthand
from gitops.declarations.types import Choice, Type
from gitops.declarations.yamltree import Tree, plain_data

Section = tuple[str, Record]
"""A record and the path at which it stands: ``contributors[]``; empty for the file."""


def reference(kind: str) -> str:
    """The keys of one kind of declaration, a table for each mapping, as Markdown.

    Raises:
        KeyError: there is no such kind.
    """
    filled = preset("base") if kind == "cluster" else {}
    parts = [_section(at, record, filled) for at, record in sections(SPECS[kind])]
    if kind == "cluster":
        parts.append(_presets())
    return "\n\n".join(parts) + "\n"


def sections(record: Record, at: str = "") -> Iterator[Section]:
    """A record and every record below it, in the order of their keys."""
    yield at, record
    for entry in record.fields:
        path = f"{at}.{entry.name}" if at else entry.name
        for below, nested in _records(entry.type, path):
            yield from sections(nested, below)


def _records(kind: Type, at: str) -> Iterator[Section]:
    """The records that a type holds, without those that they hold themselves."""
    if isinstance(kind, Record):
        yield at, kind
    elif isinstance(kind, Shorthand):
        yield at, kind.record
    elif isinstance(kind, ListOf):
        yield from _records(kind.item, f"{at}[]")
    elif isinstance(kind, MapOf):
        yield from _records(kind.value, f"{at}.<name>")
    elif isinstance(record := getattr(kind, "record", None), Record):
        yield at, record


def _section(at: str, record: Record, filled: Mapping[str, Tree]) -> str:
    lines = [f"## `{at}`" if at else "## The file", "",
             "| Key | Takes | What it is for | When absent |", "|---|---|---|---|"]
    lines += [_row(entry, at, filled) for entry in record.fields]
    for entry in record.fields:
        if options := _options(entry.type):
            lines += ["", f"`{entry.name}` is one of:", ""]
            lines += [f"- `{word}`: {meaning}" for word, meaning in options.items()]
    return "\n".join(lines)


def _row(entry: Field, at: str, filled: Mapping[str, Tree]) -> str:
    path = f"{at}.{entry.name}" if at else entry.name
    takes = "a word of the list below" if _options(entry.type) else _cell(entry.type.words())
    below = [f"[`{name}`](#{anchor(name)})" for name, _ in _records(entry.type, path)]
    takes += f"; see {', '.join(below)}" if below else ""
    return f"| `{entry.name}` | {takes} | {_cell(entry.doc)} | {_absent(entry, path, filled)} |"


def _absent(entry: Field, path: str, filled: Mapping[str, Tree]) -> str:
    """What holds without the key: a word of its own, else a preset's value, else nothing."""
    found: Any = filled
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if found is not None:
        return "see its keys" if list(_records(entry.type, path)) else f"`{written(found)}`"
    if entry.required:
        return "**must be there**"
    return _cell(entry.default) if entry.default else "–"


def _options(kind: Type) -> Mapping[str, str]:
    """The words of a choice, or of a list of choices, and what each means."""
    while isinstance(kind, ListOf):
        kind = kind.item
    return kind.options if isinstance(kind, Choice) else {}


def _presets() -> str:
    """Each preset: when it holds, and the piece of a cluster file that it stands for."""
    parts = ["## Presets",
             "A preset fills in keys that the file leaves out; what the file says itself wins, "
             "key by key. Of two presets, the one further down this page wins."]
    parts += [f"### `{name}`\n\n{_when(name)}:\n\n```yaml\n{source(name).decode()}```"
              for name in KNOWN]
    return "\n\n".join(parts)


def _when(name: str) -> str:
    if name == "base":
        return "Always"
    if name == "kubeflow":
        return "With a Kubeflow release"
    key, _, word = name.partition("-")
    return f"With `{key}: {word}`"


def written(tree: Tree) -> str:
    """A value in YAML's flow style, as a reader of the page would write it."""
    if isinstance(tree, list):
        return f"[{', '.join(written(item) for item in tree)}]"
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{key}: {written(value)}' for key, value in tree.items())}}}"
    value = plain_data(tree)
    if isinstance(value, bool):
        return str(value).lower()
    plain = isinstance(value, str) and (value == "" or value in ("true", "false")
                                        or value.replace(".", "").isdigit())
    return f'"{value}"' if plain else str(value)


def anchor(heading: str) -> str:
    """The fragment under which a Markdown viewer finds a heading.

    Source: GitHub's rule: small letters, blanks to dashes, everything else but letters,
    digits, dashes and underscores left out.
    """
    return "".join("-" if char == " " else char for char in heading.lower()
                   if char.isalnum() or char in " -_")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
