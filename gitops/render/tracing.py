"""Jinja that reports to a :class:`Recorder`: the tree is rewritten, the values are the same.

Fixed text, expressions, reads, loops and branches become filters with names that no
template can write, so that they run exactly when the template engine gets there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

from gitops.foundation.findings import Origin
from gitops.render.environment import SINK, Missing, TokenEnvironment, Trees
from gitops.render.recorder import Origins, Recorder

TEXT, HOLE, READ, ASSIGN, RANGE, ENTER, TEST, BRANCH, SCOPE, LEAVE = (
    f"trace {word}" for word in
    ("text", "hole", "read", "assign", "range", "enter", "test", "branch", "scope", "leave")
)  # fmt: skip


class TraceEnvironment(TokenEnvironment):
    """Jinja that reports to the context's recorder instead of printing."""

    def __init__(self, trees: Trees) -> None:
        super().__init__(trees, finalize=lambda _: "")
        self.filters |= {
            TEXT: _text, HOLE: _hole, READ: _read, ASSIGN: _assign, RANGE: _range,
            ENTER: _enter, TEST: _test, BRANCH: _branch, SCOPE: _scope, LEAVE: _leave_scope,
        }  # fmt: skip


def traced(tree: nodes.Template, name: str) -> nodes.Template:
    """A tree that reports; ``tree`` itself is changed."""
    made: nodes.Template = _Reporting(name).visit(tree)
    return made


def _call(name: str, value: nodes.Expr, *arguments: object) -> nodes.Filter:
    given = [item if isinstance(item, nodes.Expr) else nodes.Const(item) for item in arguments]
    return nodes.Filter(value, name, given, [], None, None, lineno=value.lineno)


def _mark(name: str, value: nodes.Expr, *arguments: object) -> nodes.Output:
    return nodes.Output([_call(name, value, *arguments)], lineno=value.lineno)


class _Reporting(NodeTransformer):
    """Numbers the pieces in the order of the source, which is the order of the tree."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._data = self._holes = self._blocks = 0
        self._hole: int | None = None

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        node.nodes = [self._printed(child) for child in node.nodes]
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        return self._chain(node) if node.ctx == "load" else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        return self._chain(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        if not _is_slice(node):
            return self._chain(node)
        self.generic_visit(node)
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        node.node = _call(ASSIGN, self.visit(node.node), *_names(node.target))
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        block = self._block()
        names = _names(node.target)
        node.iter = _call(RANGE, self.visit(node.iter), block)
        node.test = self.visit(node.test) if node.test else None
        body = self._body(node.body)
        node.else_ = self._body(node.else_)
        line = node.lineno
        values = nodes.List([nodes.Name(name, "load") for name in names], lineno=line)
        enter = _mark(ENTER, values, block, nodes.List([nodes.Const(name) for name in names]))
        node.body = [enter, *body, _leave(line)]
        return node

    def visit_If(self, node: nodes.If) -> nodes.Node:
        block = self._block()
        self._branch(node, block, True)
        for child in node.elif_:
            self._branch(child, block, False)
        if node.else_:
            node.else_ = self._within(BRANCH, block, self._body(node.else_), node.lineno)
        return node

    def visit_Include(self, node: nodes.Include) -> list[nodes.Node]:
        return self._within(SCOPE, "", [node], node.lineno)

    def _block(self) -> str:
        self._blocks += 1
        return f"{self._name} {self._blocks}"

    def _branch(self, node: nodes.If, block: str, first: bool) -> None:
        node.test = _call(TEST, self.visit(node.test), block, first)
        node.body = self._within(BRANCH, block, self._body(node.body), node.lineno)

    def _within(self, mark: str, block: str, body: list[nodes.Node], line: int) -> list[nodes.Node]:
        return [_mark(mark, nodes.Const(block, lineno=line)), *body, _leave(line)]

    def _body(self, body: list[nodes.Node]) -> list[nodes.Node]:
        return [made for node in body for made in self._visited(node)]

    def _visited(self, node: nodes.Node) -> list[nodes.Node]:
        made = self.visit(node)
        return made if isinstance(made, list) else [made]

    def _printed(self, child: nodes.Expr) -> nodes.Expr:
        if isinstance(child, nodes.TemplateData):
            self._data += 1
            text = nodes.Const(child.data, lineno=child.lineno)
            return _call(TEXT, text, self._name, self._data - 1)
        self._hole = self._holes
        self._holes += 1
        printed = _call(HOLE, self.visit(child), self._name, self._hole)
        self._hole = None
        return printed

    def _chain(self, node: nodes.Expr) -> nodes.Expr:
        """``a.b[c].d`` as one step by step read, which knows the deepest origin."""
        steps: list[nodes.Expr] = []
        base = node
        while isinstance(base, (nodes.Getattr, nodes.Getitem)) and not _is_slice(base):
            steps.append(nodes.Const(base.attr) if isinstance(base, nodes.Getattr)
                         else self.visit(base.arg))  # fmt: skip
            base = base.node
        name = base.name if isinstance(base, nodes.Name) else ""
        inner = base if name else self.visit(base)
        read = _call(READ, inner, name, nodes.List(steps[::-1]), (self._name, self._hole))
        read.lineno = node.lineno
        return read


def _is_slice(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice)


def _names(target: nodes.Node) -> list[str]:
    return [node.name for node in (target, *target.find_all(nodes.Name))
            if isinstance(node, nodes.Name)]  # fmt: skip


def _leave(line: int) -> nodes.Output:
    return _mark(LEAVE, nodes.Const(None, lineno=line))


def _recorder(context: Context) -> Recorder:
    recorder: Recorder = context.parent[SINK]
    return recorder


@jinja2.pass_context
def _text(context: Context, text: str, template: str, piece: int) -> None:
    _recorder(context).add_text(text, template, piece)


@jinja2.pass_context
def _hole(context: Context, value: object, template: str, piece: int) -> None:
    _recorder(context).add_hole(value, template, piece)


@jinja2.pass_context
def _read(
    context: Context, value: Any, name: str, path: Sequence[Any], where: tuple[str, int | None]
) -> object:
    recorder = _recorder(context)
    recorder.reading = template, hole = where
    if isinstance(value, Missing):
        value = value.with_choices([key for key in context.get_all() if key != SINK])
    origins = recorder.names.get(name, ())
    for step in path:
        if isinstance(value, Missing) and hole is not None:
            # Go on, so that the mistakes behind this one are found as well.
            recorder.missing.append((template, hole, value.message))
            break
        origins = origins_of(value, step) or origins
        value = context.environment.getitem(value, step)
    recorder.read.extend(origins)
    return value


@jinja2.pass_context
def _assign(context: Context, value: object, name: str) -> object:
    recorder = _recorder(context)
    recorder.names[name] = recorder.take()
    return value


@jinja2.pass_context
def _range(context: Context, value: object, block: str) -> object:
    recorder = _recorder(context)
    recorder.ranges[block] = recorder.take()
    return value


@jinja2.pass_context
def _enter(context: Context, values: Sequence[object], block: str, names: Sequence[str]) -> None:
    recorder = _recorder(context)
    origins = recorder.ranges[block]
    if len(values) == 1 and (own := own_origin(values[0])):
        origins = own
    recorder.enter((*origins, *recorder.take()), dict(recorder.names))
    recorder.names.update(dict.fromkeys(names, origins))


@jinja2.pass_context
def _test(context: Context, value: object, block: str, first: bool) -> object:
    recorder = _recorder(context)
    before = () if first else recorder.ranges[block]
    recorder.ranges[block] = (*before, *recorder.take())
    return value


@jinja2.pass_context
def _branch(context: Context, block: str) -> None:
    recorder = _recorder(context)
    recorder.enter(recorder.ranges[block], None)


@jinja2.pass_context
def _scope(context: Context, _: str) -> None:
    recorder = _recorder(context)
    recorder.enter((), dict(recorder.names))


@jinja2.pass_context
def _leave_scope(context: Context, _: object) -> None:
    _recorder(context).leave()


def origins_of(value: object, name: object) -> Origins:
    """The declared values behind ``value.name``: what ``origins`` says, else below ``origin``."""
    known = getattr(value, "origins", None)
    if isinstance(known, Mapping) and name in known:
        return tuple(known[name])
    step = name if isinstance(name, str | int) else str(name)
    return tuple(origin.at(step) for origin in own_origin(value))


def own_origin(value: object) -> Origins:
    """The declared value that an object as a whole comes from."""
    origin = getattr(value, "origin", None)
    return (origin,) if isinstance(origin, Origin) else ()
