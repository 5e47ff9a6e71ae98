"""Values laid open: a mapping or list of texts is as many texts, each in a place of its own.

A document whose values are texts alone is written and looked at by loops that Python runs
itself. The forms of values are few, so a shape is laid open once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from gitops.render.emit import Writer
from gitops.render.nodes import Hole, Leaf, Map, Node, Seq
from gitops.render.shape import Shape

Form: TypeAlias = tuple[tuple[int, Any], ...]
"""Where others than texts stand among the values, and what they are: the index, and the keys of a
mapping, the length of a tuple, or the type of anything else."""

_TEXT = {str}
MOST = 16
"""Items of a collection that is laid open; larger ones differ too much from one another."""


def form_of(values: Sequence[object]) -> Form:
    """The form of a template's values."""
    return tuple([(at, tuple(value) if type(value) is dict else
                   len(value) if type(value) is tuple else type(value))
                  for at, value in enumerate(values) if type(value) is not str])


def opens(values: Sequence[object]) -> Iterator[tuple[int, bool]]:
    """The index of each value that is laid open, and whether it is a mapping.

    The same for all values of a form, as long as those in them are texts.
    """
    for at, value in enumerate(values):
        if type(value) is dict:
            if 0 < len(value) <= MOST and {*map(type, value), *map(type, value.values())} == _TEXT:
                yield at, True
        elif type(value) is tuple and 0 < len(value) <= MOST and {*map(type, value)} == _TEXT:
            yield at, False


def lay_open(values: list[object], places: Sequence[tuple[int, bool]]) -> list[object]:
    """The values with some of them laid open, in this very list; the last place comes first."""
    for at, mapping in places:
        value: Any = values[at]
        values[at:at + 1] = value.values() if mapping else value
    return values


def opened(shape: Shape, values: Sequence[object], labels: int, writer: Writer) -> Shape:
    """The shape of documents whose values are those of ``shape``, laid open.

    Its values are these and then the labels, and it takes all of them as the template's:
    what ``shape`` makes of labels has been made.
    """
    kinds = {at: _kind(values[at]) for at, _ in opens(values)}
    key = (tuple(kinds.items()), labels)
    if key not in shape.derived:
        nodes: dict[int, Node] = {}
        size = 0
        for index in range(shape.size + labels):
            nodes[index], size = _laid(kinds.get(index), size)
        root: Any = _filled(shape.nodes, nodes)
        shape.derived[key] = Shape(root, size, (), writer)
    found: Shape = shape.derived[key]
    return found


def _kind(value: Any) -> tuple[str, ...] | int:
    return tuple(value) if type(value) is dict else len(value)


def _laid(kind: tuple[str, ...] | int | None, first: int) -> tuple[Node, int]:
    """What stands in the place of a hole, and the index of the next one."""
    if kind is None:
        return Hole(first, 0), first + 1
    if isinstance(kind, int):
        return Seq(tuple(Hole(first + at, 0) for at in range(kind)), 0), first + kind
    return Map(tuple((Leaf(key, 0), Hole(first + at, 0)) for at, key in enumerate(kind)), 0), \
        first + len(kind)


def _filled(node: Node, nodes: dict[int, Node]) -> Node:
    """A node with others in the places of its holes."""
    if isinstance(node, Hole):
        return nodes[node.index]
    if isinstance(node, Map):
        return Map(tuple((key, _filled(item, nodes)) for key, item in node.entries), node.at)
    if isinstance(node, Seq):
        return Seq(tuple(_filled(item, nodes) for item in node.items), node.at)
    return node
