"""What can be said of a template without rendering it: its mistakes, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from msgspec import Struct

from gitops.foundation.findings import Finding, Position
from gitops.render import language
from gitops.render.nodes import MARK
from gitops.render.source import Source, cut, normalised
from gitops.render.templates import Template

_NO_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
MOST_LEVELS = 50
"""How deep statements and expressions may be nested in each other."""
MOST_LOOPS = 16
"""How deep loops may be: Python compiles 20 blocks in each other, and an include is one."""
_BLOCK_TEXT = (nodes.FilterBlock, nodes.AssignBlock, nodes.CallBlock)


class Checked(Struct, frozen=True):
    """A template that may be compiled where ``findings`` is empty."""

    source: Source | None
    tree: nodes.Template | None
    findings: tuple[Finding, ...]
    includes: tuple[tuple[str, Position], ...] = ()


def check(template: Template, names: Iterable[str], environment: Environment) -> Checked:
    """Everything wrong with one template; ``names`` are the templates it may include."""
    if found := list(_reserved(template)):
        return Checked(None, None, tuple(found))
    try:
        source = cut(template, environment)
    except TemplateSyntaxError as error:
        return Checked(None, None, (_syntax(error, template.file, None),))
    if found := list(_statements(source)):
        return Checked(source, None, tuple(found))
    tree = _parsed(source, environment)
    if isinstance(tree, Finding):
        return Checked(source, None, (tree,))
    visitor = _Visitor(source, frozenset(names))
    visitor.visit(tree)
    return Checked(source, tree, tuple(visitor.findings), tuple(visitor.includes))


def _parsed(source: Source, environment: Environment) -> nodes.Template | Finding:
    template = source.template
    try:
        tree = environment.parse(source.text, template.name, template.file)
    except TemplateSyntaxError as error:
        return _syntax(error, template.file, source)
    except RecursionError:
        return _too_deep(Position(template.file))
    line = _deepest(tree)
    if line is not None:
        return _too_deep(source.position_of_line(line))
    loop = _deepest_loop(tree)
    return tree if loop is None else _too_many_loops(source.position_of_line(loop))


def _deepest(tree: nodes.Template) -> int | None:
    """The line where nodes are nested deeper than a compiler may be asked to follow."""
    level: list[nodes.Node] = [tree]
    for _ in range(MOST_LEVELS):
        level = [child for node in level for child in node.iter_child_nodes()]
    return level[0].lineno if level else None


def _deepest_loop(tree: nodes.Template) -> int | None:
    """The line of a loop that stands within more loops than Python compiles."""
    level: list[nodes.Node] = [tree]
    for _ in range(MOST_LOOPS + 1):
        level = [loop for node in level for loop in _loops_within(node)]
    return level[0].lineno if level else None


def _loops_within(node: nodes.Node) -> Iterator[nodes.Node]:
    """The outermost loops below a node."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For):
            yield child
        else:
            yield from _loops_within(child)


def _too_many_loops(position: Position) -> Finding:
    return Finding("template-syntax", position,
                   f"loops are nested more than {MOST_LOOPS} levels deep",
                   "put the inner ones into a template of their own, and include it")  # fmt: skip


def _too_deep(position: Position) -> Finding:
    return Finding("template-syntax", position,
                   f"statements or expressions are nested more than {MOST_LEVELS} levels deep",
                   "take an inner part into `set`, or into a template of its own")  # fmt: skip


def cycles(checked: Mapping[str, Checked]) -> Iterator[Finding]:
    """Templates that include themselves, each reported where it includes the next."""
    for name in checked:
        for target, position in checked[name].includes:
            if path := _path(checked, target, name):
                loop = " → ".join((name, *path))
                yield Finding("include-cycle", position, f"templates include each other: {loop}",
                              "take the shared part into a template of its own")  # fmt: skip


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """``; did you mean "x"?`` where one of the choices is close, else nothing."""
    import difflib

    close = difflib.get_close_matches(name, list(choices), 1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _path(checked: Mapping[str, Checked], start: str, goal: str) -> tuple[str, ...]:
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:
        if path[-1] == goal:
            return path
        found = checked.get(path[-1])
        for target, _ in found.includes if found else ():
            if target not in seen:
                seen.add(target)
                paths.append((*path, target))
    return ()


def _reserved(template: Template) -> Iterator[Finding]:
    text = normalised(template.text)
    for match in re.finditer(f"{MARK}|{_NO_YAML.pattern}", text):
        before = text[: match.start()]
        line = before.count("\n") + 1
        column = match.start() - (before.rfind("\n") + 1) + 1
        yield Finding(
            "reserved-character", Position(template.file, line, column),
            f"the character U+{ord(match[0]):04X} cannot stand in a template",
            'take it out; an expression can write it: {{ "\\ue000" }}',
        )  # fmt: skip


def _syntax(error: TemplateSyntaxError, file: str, source: Source | None) -> Finding:
    position = source.position_of_line(error.lineno) if source else Position(file, error.lineno)
    message = (error.message or "not a Jinja template").rstrip(".")
    return Finding("template-syntax", position, message[:1].lower() + message[1:])


def _statements(source: Source) -> Iterator[Finding]:
    for piece in source.pieces:
        if piece.kind == "statement" and piece.word not in language.STATEMENTS:
            position = source.position(piece.start)
            if piece.word == "filter":
                yield _filter_over_text(position)
            elif not piece.word.startswith("end"):
                yield _forbidden(position, f'the statement "{piece.word}"')


def _forbidden(position: Position, what: str) -> Finding:
    return Finding(
        "forbidden-statement", position, f"{what} cannot stand in a template",
        "templates know for, if, include and inline set",
    )  # fmt: skip


def _filter_over_text(position: Position) -> Finding:
    return Finding("filter-over-text", position, "a filter stands over fixed text",
                   "write its result instead; filters are for values")  # fmt: skip


class _Visitor:
    def __init__(self, source: Source, names: frozenset[str]) -> None:
        self._source = source
        self._names = names
        self._holes = iter(source.holes)
        self._position: Position | None = None
        self.findings: list[Finding] = []
        self.includes: list[tuple[str, Position]] = []

    def visit(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Output):
            self._output(node)
            return
        if isinstance(node, nodes.Include):
            self._include(node)
            return
        self._check(node)
        for child in node.iter_child_nodes():
            self.visit(child)

    def _output(self, node: nodes.Output) -> None:
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData):
                self._position = self._source.position(next(self._holes).start)
                self.visit(child)
                self._position = None

    def _at(self, node: nodes.Node) -> Position:
        return self._position or self._source.position_of_line(node.lineno)

    def _add(self, rule: str, node: nodes.Node, message: str, hint: str = "") -> None:
        self.findings.append(Finding(rule, self._at(node), message, hint))

    def _check(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Filter):
            self._filter(node)
        elif isinstance(node, nodes.Test):
            if node.name not in language.TESTS:
                self._unknown("test", node, node.name, language.TESTS)
        elif isinstance(node, nodes.Call):
            self._call(node)
        elif isinstance(node, nodes.Getattr):
            self._attribute(node)
        elif isinstance(node, nodes.For) and node.recursive:
            self.findings.append(_forbidden(self._at(node), "a recursive loop"))
        elif isinstance(node, _BLOCK_TEXT) or (
            isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name)
        ):
            self.findings.append(_forbidden(self._at(node), "a set of text or of several names"))
        elif not isinstance(node, (*language.EXPRESSIONS, *language.BODIES)):
            self._add("forbidden-expression", node,
                      f"{type(node).__name__.lower()} cannot stand in an expression")  # fmt: skip

    def _filter(self, node: nodes.Filter) -> None:
        if node.name not in language.FILTERS:
            self._unknown("filter", node, node.name, language.FILTERS)
        elif isinstance(node.node, nodes.Const) and isinstance(node.node.value, str):
            self.findings.append(_filter_over_text(self._at(node)))

    def _unknown(self, what: str, node: nodes.Node, name: str, known: Iterable[str]) -> None:
        message = f'there is no {what} "{name}"{did_you_mean(name, known)}'
        self._add("unknown-filter" if what == "filter" else "unknown-test", node, message,
                  f"{what}s are: {', '.join(sorted(known))}")  # fmt: skip

    def _call(self, node: nodes.Call) -> None:
        callee = node.node
        known = (isinstance(callee, nodes.Name) and callee.name in language.GLOBALS) or (
            isinstance(callee, nodes.Getattr) and callee.attr in language.METHODS
        )
        if not known or node.kwargs or node.dyn_args or node.dyn_kwargs:
            methods = ", ".join(f".{name}()" for name in language.METHODS)
            message = "templates call nothing but range() and a few methods"
            self._add("forbidden-call", node, message, f"methods are: {methods}")

    def _attribute(self, node: nodes.Getattr) -> None:
        if node.attr.startswith("_"):
            self._add("forbidden-attribute", node, f'the field "{node.attr}" is private',
                      "give the template the value under a name of its own")  # fmt: skip

    def _include(self, node: nodes.Include) -> None:
        target = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(target, str):
            self.findings.append(_forbidden(self._at(node), "an include without a fixed name"))
        elif node.ignore_missing or not node.with_context:
            self.findings.append(_forbidden(self._at(node), "an include with options"))
        elif target not in self._names:
            message = f'there is no template "{target}"{did_you_mean(target, self._names)}'
            self._add("unknown-template", node, message)
        else:
            self.includes.append((target, self._at(node)))
