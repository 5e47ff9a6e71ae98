"""A rendered file, or the field on one of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from gitops.compile.kustomize import FILE
from gitops.compile.pipeline import Compiler, Unit
from gitops.declarations.reader import did_you_mean
from gitops.foundation.errors import UsageError
from gitops.foundation.findings import Path
from gitops.foundation.yamlloader import safe_loader
from gitops.render.identity import Identity
from gitops.review.explain import Explainer, Explanation, ObjectSource
from gitops.review.sides import unit_of

if TYPE_CHECKING:
    from yaml.nodes import Node

OUTPUT = "rendered"


class _Span(Struct, frozen=True):
    """The lines, from 1, that a value and its key take up in a document of a file."""

    document: int
    path: Path
    first: int
    last: int
    leaf: bool


def rendered_file(explainer: Explainer, path: str, line: int, text: str | None
                  ) -> Explanation:
    """What makes a rendered file, or the field on a line of it.

    Args:
        path: relative to the output.
        line: counted from 1; 0 for the whole file.
        text: the file as it stands, None where it does not.

    Raises:
        UsageError: no such file is rendered, or the line holds nothing that is.
    """
    if path.rpartition("/")[2] == FILE:
        return Explanation(f"{OUTPUT}/{path}", notes=(
            "It lists what stands beside and below it, so the declared tenants and clusters make "
            "it, and no template.",))
    compiler, unit = explainer.compiler, unit_of(path)
    rendered = _rendered(compiler, unit)
    if path not in rendered:
        raise _not_rendered(compiler, unit, path, set(rendered))
    found = explainer.sources(unit, path)
    notes = () if text in (None, rendered[path]) else (
        f"{OUTPUT}/{path} is not what a render would write; this explains a fresh render.",)
    if not line:
        return Explanation(f"{OUTPUT}/{path}", tuple(found), notes=notes)
    one = _on_line(found, path, line, rendered[path] if text is None else text)
    return Explanation(f"{OUTPUT}/{path}:{line}", (one,), notes=notes)


def _rendered(compiler: Compiler, unit: Unit) -> dict[str, str]:
    if unit not in compiler.units([unit.cluster] if unit.cluster else []):
        return {}
    return {file.path: file.text for file in compiler.render(unit)}


def _not_rendered(compiler: Compiler, unit: Unit, path: str, made: set[str]) -> UsageError:
    estate = compiler.estate
    if unit.cluster not in estate.clusters:
        return UsageError(f"no cluster {unit.cluster!r} is declared",
                          did_you_mean(unit.cluster, estate.clusters))
    if unit.tenant and not made:
        return UsageError(f"there is no tenant {unit.tenant!r} on {unit.cluster}",
                          did_you_mean(unit.tenant, [one.tenant for one in
                                                     compiler.units([unit.cluster]) if one.tenant]))
    return UsageError(f"nothing renders {OUTPUT}/{path}", did_you_mean(path, made))


def _on_line(found: list[ObjectSource], path: str, line: int, text: str) -> ObjectSource:
    import yaml

    if line > text.count("\n") + 1:
        raise UsageError(f"{OUTPUT}/{path} has no line {line}", "it ends before")
    try:
        keys, spans = _spans(text)
    except (yaml.YAMLError, ValueError):
        raise UsageError(f"{OUTPUT}/{path} is no YAML any more",
                         "gitops render writes it again") from None
    here = _at(spans, line)
    by_identity = {one.identity: one for one in found}
    one = by_identity.get(key) if here and (key := keys[here[0].document]) else None
    if one is None:
        raise UsageError(f"{OUTPUT}/{path}:{line} is in no object that a render would write",
                         "gitops render --check says what differs")
    inside = one.only(lambda field: any(field.path[:len(span.path)] == span.path for span in here))
    if not inside.fields:
        raise UsageError(f"{OUTPUT}/{path}:{line} is no field that a render would write",
                         "gitops render --check says what differs")
    return inside


def _at(spans: list[_Span], line: int) -> list[_Span]:
    """The scalars that begin on a line, else the mapping or list, else what covers it."""
    beginning = [span for span in spans if span.first == line and span.path]
    if leaves := [span for span in beginning if span.leaf]:
        return leaves
    if beginning:
        return [min(beginning, key=lambda span: len(span.path))]
    covering = [span for span in spans if span.first <= line <= span.last]
    return [max(covering, key=lambda span: len(span.path))] if covering else []


def _spans(text: str) -> tuple[list[Identity | None], list[_Span]]:
    """The identity of each document, and the lines of every value."""
    import yaml

    keys: list[Identity | None] = []
    spans: list[_Span] = []
    for number, node in enumerate(yaml.compose_all(text, safe_loader())):
        keys.append(_identity(node))
        spans += _walk(node, number, (), node.start_mark.line + 1)
    return keys, spans


def _walk(node: Node, document: int, path: Path, first: int) -> Iterator[_Span]:
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    end = node.end_mark.line + (node.end_mark.column > 0)
    yield _Span(document, path, first, max(first, end), isinstance(node, ScalarNode))
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _walk(value, document, (*path, str(key.value)), key.start_mark.line + 1)
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            yield from _walk(item, document, (*path, number), item.start_mark.line + 1)


def _identity(node: Node) -> Identity | None:
    """The identity of a document, read from its scalars as text."""
    top = _scalars(node)
    metadata = _scalars(next((value for key, value in getattr(node, "value", ())
                              if key.value == "metadata"), None))
    if not {"apiVersion", "kind"} <= top.keys() or "name" not in metadata:
        return None
    group, slash, _ = top["apiVersion"].partition("/")
    return (group if slash else "", top["kind"], metadata.get("namespace", ""), metadata["name"])


def _scalars(node: Node | None) -> dict[str, str]:
    from yaml.nodes import MappingNode, ScalarNode

    if not isinstance(node, MappingNode):
        return {}
    return {str(key.value): str(value.value) for key, value in node.value
            if isinstance(value, ScalarNode)}
