"""Jinja that reports what it does: the tree is rewritten, the values are the same."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from gitops.render import reports
from gitops.render.environment import TokenEnvironment, Trees


class TraceEnvironment(TokenEnvironment):
    """Jinja that reports to the context's recorder instead of printing."""

    def __init__(self, trees: Trees) -> None:
        super().__init__(trees, finalize=lambda _: "")
        self.filters |= reports.FILTERS


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
        node.node = _call(reports.ASSIGN, self.visit(node.node), *_names(node.target))
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        block = self._block()
        names = _names(node.target)
        node.iter = _call(reports.RANGE, self.visit(node.iter), block)
        node.test = self.visit(node.test) if node.test else None
        body = self._body(node.body)
        node.else_ = self._body(node.else_)
        line = node.lineno
        values = nodes.List([nodes.Name(name, "load") for name in names], lineno=line)
        enter = _mark(
            reports.ENTER, values, block, nodes.List([nodes.Const(name) for name in names])
        )
        node.body = [enter, *body, _leave(line)]
        return node

    def visit_If(self, node: nodes.If) -> nodes.Node:
        block = self._block()
        self._branch(node, block, True)
        for child in node.elif_:
            self._branch(child, block, False)
        if node.else_:
            node.else_ = self._within(reports.BRANCH, block, self._body(node.else_), node.lineno)
        return node

    def visit_Include(self, node: nodes.Include) -> list[nodes.Node]:
        return self._within(reports.SCOPE, "", [node], node.lineno)

    def _block(self) -> str:
        self._blocks += 1
        return f"{self._name} {self._blocks}"

    def _branch(self, node: nodes.If, block: str, first: bool) -> None:
        node.test = _call(reports.TEST, self.visit(node.test), block, first)
        node.body = self._within(reports.BRANCH, block, self._body(node.body), node.lineno)

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
            return _call(reports.TEXT, text, self._name, self._data - 1)
        self._hole = self._holes
        self._holes += 1
        printed = _call(reports.HOLE, self.visit(child), self._name, self._hole)
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
        read = _call(reports.READ, inner, name, nodes.List(steps[::-1]), (self._name, self._hole))
        read.lineno = node.lineno
        return read


def _is_slice(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice)


def _names(target: nodes.Node) -> list[str]:
    return [node.name for node in (target, *target.find_all(nodes.Name))
            if isinstance(node, nodes.Name)]  # fmt: skip


def _leave(line: int) -> nodes.Output:
    return _mark(reports.LEAVE, nodes.Const(None, lineno=line))
