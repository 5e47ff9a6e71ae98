"""Nodes as one function from a document's values to plain data.

The function is put together as a syntax tree, never as text: what is fixed becomes
constants, a hole becomes a look-up by number, so nothing that a template says is read as
code. One call then makes a document several times as fast as walking its nodes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from gitops.render.emit import key_text, plain
from gitops.render.nodes import Hole, Leaf, Map, Node

Values: TypeAlias = Sequence[object]
Build: TypeAlias = Callable[[Values], Any]
_VALUES, _PLAIN, _KEY = "values", "plain", "key_text"


def map_builder(node: Map) -> Build:
    """The function that makes a mapping's data; each call makes it anew."""
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(_VALUES)], kwonlyargs=[],
                              kw_defaults=[], defaults=[])
    tree = ast.Expression(ast.Lambda(arguments, _expression(node)))
    code = compile(ast.fix_missing_locations(tree), "<document>", "eval")
    build: Build = eval(code, {_PLAIN: plain, _KEY: key_text, "str": str, "type": type})  # noqa: S307
    return build


def _expression(node: Node) -> ast.expr:
    if isinstance(node, Hole):
        return _value(node.index)
    if isinstance(node, Leaf):
        return ast.Constant(node.value)  # type: ignore[arg-type]
    if isinstance(node, Map):
        return ast.Dict([_key(key) for key, _ in node.entries],
                        [_expression(item) for _, item in node.entries])
    return ast.List([_expression(item) for item in node.items], ast.Load())


def _key(key: Hole | Leaf) -> ast.expr:
    if isinstance(key, Hole):
        return ast.Call(_name(_KEY), [_look_up(key.index)], [])
    return ast.Constant(str(key.value))


def _value(index: int) -> ast.expr:
    """The value itself where it is text, as most are, else its plain copy."""
    is_text = ast.Compare(ast.Call(_name("type"), [_look_up(index)], []), [ast.Is()],
                          [_name("str")])
    return ast.IfExp(is_text, _look_up(index), ast.Call(_name(_PLAIN), [_look_up(index)], []))


def _look_up(index: int) -> ast.expr:
    return ast.Subscript(_name(_VALUES), ast.Constant(index), ast.Load())


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())
