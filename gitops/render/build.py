"""Nodes and values as plain data: made anew for who keeps it, or filled into one sample.

Most of a document is the same in all documents of its shape, so whoever only looks at a
document once (is it valid?) gets the shape's sample with the values put in: a dozen
assignments in place of a dozen mappings and lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from gitops.foundation.gaps import Gap
from gitops.render.emit import key_text, plain
from gitops.render.nodes import Hole, Leaf, Map, Node, Seq

Values: TypeAlias = Sequence[object]


def data(node: Node, values: Values) -> Any:
    """A node's data, which shares nothing with the values save what is shared anyway."""
    if isinstance(node, Hole):
        return plain(values[node.index])
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Map):
        return {key_text(values[key.index]) if isinstance(key, Hole) else str(key.value):
                data(item, values) for key, item in node.entries}
    return [data(item, values) for item in node.items]


def outline(node: Node) -> Any:
    """A node's data with gaps in place of its values; none of its keys may be a value."""
    if isinstance(node, Hole):
        return Gap(node.index)
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Seq):
        return [outline(item) for item in node.items]
    return {str(key.value): outline(item) for key, item in node.entries}  # type: ignore[union-attr]


class Sample:
    """One document's data, filled again and again: each filling ends the one before it."""

    __slots__ = ("_holes", "_parts", "_top")

    def __init__(self, root: Map) -> None:
        self._holes: list[tuple[Any, Any, int]] = []
        self._parts: list[tuple[Any, Any, Map]] = []
        self._top: list[Any] = [None]
        self._lay(self._top, 0, root)

    def filled(self, values: Values) -> Any:
        """The document with these values in it, until the next call."""
        for container, key, index in self._holes:
            value = values[index]
            container[key] = value if type(value) is str else plain(value)
        for container, key, part in self._parts:
            container[key] = data(part, values)
        return self._top[0]

    def _lay(self, container: Any, key: Any, node: Node) -> None:
        """Put a node's data into its container, and note what each filling has to renew."""
        if isinstance(node, Hole):
            container[key] = None  # keeps the place: the order of keys is the template's
            self._holes.append((container, key, node.index))
        elif isinstance(node, Leaf):
            container[key] = node.value
        elif isinstance(node, Seq):
            container[key] = below = [None] * len(node.items)
            for index, item in enumerate(node.items):
                self._lay(below, index, item)
        elif any(isinstance(name, Hole) for name, _ in node.entries):
            container[key] = None
            self._parts.append((container, key, node))
        else:
            inner: dict[str, Any] = {}
            container[key] = inner
            for name, item in node.entries:
                self._lay(inner, str(name.value), item)  # type: ignore[union-attr]
