"""Nodes as functions from a document's values to plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from gitops.render.emit import key_text, plain
from gitops.render.nodes import Hole, Leaf, Map, Node

Values: TypeAlias = Sequence[object]
Build: TypeAlias = Callable[[Values], Any]


def _builder(node: Node) -> Build:
    if isinstance(node, Hole):
        index = node.index
        return lambda values: plain(values[index])
    if isinstance(node, Leaf):
        value = node.value
        return lambda _: value
    if isinstance(node, Map):
        return map_builder(node)
    builds = [_builder(item) for item in node.items]
    return lambda values: [build(values) for build in builds]


def map_builder(node: Map) -> Build:
    fixed = [(str(key.value), item) for key, item in node.entries if isinstance(key, Leaf)]
    if len(fixed) < len(node.entries):
        pairs = [(_builder(key), _builder(item)) for key, item in node.entries]
        return lambda values: {key_text(key(values)): item(values) for key, item in pairs}
    template: dict[str, Any] = {}
    holes: list[tuple[str, int]] = []
    inner: list[tuple[str, Build]] = []
    for name, item in fixed:
        template[name] = item.value if isinstance(item, Leaf) else None
        if isinstance(item, Hole):
            holes.append((name, item.index))
        elif not isinstance(item, Leaf):
            inner.append((name, _builder(item)))

    def build(values: Values) -> dict[str, Any]:
        made = template.copy()
        for name, index in holes:
            value = values[index]
            made[name] = value if type(value) is str else plain(value)
        for name, item in inner:
            made[name] = item(values)
        return made

    return build
