"""Nodes laid out as canonical YAML, the text cut where values go in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from gitops.render.emit import Writer
from gitops.render.nodes import Hole, Leaf, Map, Node, Seq


class Slot(Struct, frozen=True):
    """A hole in the laid-out text: the text before it, and how a value is written there."""

    before: str
    index: int
    strings: Mapping[str, str]
    write: Callable[[object, str], str]
    indent: str


def lay_out(root: Map, writer: Writer) -> tuple[list[Slot], str]:
    """The slots of a document in order, and the text behind the last one."""
    layout = _Layout(writer)
    layout.entries(root, "")
    return layout.slots, "".join(layout.parts) + "\n"


class _Layout:
    """Lays nodes out as :class:`Writer` lays out values, and cuts the text at the holes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.parts: list[str] = []
        self.slots: list[Slot] = []

    def entries(self, node: Map, indent: str, lead: str | None = None) -> None:
        for number, (key, item) in enumerate(node.entries):
            first = indent if lead is None else lead
            self.parts.append(("\n" + indent) if number else first)
            if isinstance(key, Hole):
                self._slot(key, self._writer.key_strings(indent), self._writer.key, indent)
            else:
                self.parts.append(self._writer.key(key.value, indent))
            self._after_key(item, indent)

    def _items(self, node: Seq, indent: str, lead: str | None = None) -> None:
        for number, item in enumerate(node.items):
            first = indent if lead is None else lead
            self.parts.append((("\n" + indent) if number else first) + "-")
            self._after_dash(item, indent)

    def _after_key(self, node: Node, indent: str) -> None:
        if isinstance(node, Map) and node.entries:
            self.parts.append("\n")
            self.entries(node, indent + "  ")
        elif isinstance(node, Seq) and node.items:
            self.parts.append("\n")
            self._items(node, indent)
        elif isinstance(node, Hole):
            self._slot(node, self._writer.strings(indent), self._writer.after_key, indent)
        else:
            self._fixed(node, indent)

    def _after_dash(self, node: Node, indent: str) -> None:
        if isinstance(node, Map) and node.entries:
            self.entries(node, indent + "  ", " ")
        elif isinstance(node, Seq) and node.items:
            self._items(node, indent + "  ", " ")
        elif isinstance(node, Hole):
            self._slot(node, self._writer.strings(indent), self._writer.after_dash, indent)
        else:
            self._fixed(node, indent)

    def _fixed(self, node: Node, indent: str) -> None:
        value: object = (
            node.value if isinstance(node, Leaf) else {} if isinstance(node, Map) else []
        )
        self.parts.append(self._writer.after_key(value, indent))

    def _slot(
        self,
        hole: Hole,
        strings: Mapping[str, str],
        write: Callable[[object, str], str],
        indent: str,
    ) -> None:
        self.slots.append(Slot("".join(self.parts), hole.index, strings, write, indent))
        self.parts.clear()
