"""Where each field of a rendered document comes from, for ``gitops explain``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.foundation.findings import Origin, Path, Position
from gitops.render.nodes import Hole, Leaf, Map, Node, Seq
from gitops.render.recorder import Recorder, Segment
from gitops.render.reports import giving

Origins = tuple[Origin, ...]


class TracedField(Struct, frozen=True):
    """One leaf of a document (a scalar, or an empty collection).

    ``expression`` is the source text of the template's expression, "" for fixed text;
    ``origins`` are the declared values that the expression read, or, for fixed text, those
    that its loops and conditions inside the document read.
    """

    path: Path
    template: Position
    expression: str
    origins: Origins


class TracedDocument(Struct, frozen=True):
    """One document with its leaves. ``because`` are the declared values that the loops and
    conditions around it read: why it exists."""

    data: dict[str, Any]
    template: Position
    because: Origins
    fields: tuple[TracedField, ...]


def trace_document(
    root: Map, data: dict[str, Any], values: list[object], offset: int, recorder: Recorder
) -> TracedDocument:
    """``data``, made of ``root`` and prepared ``values``, with where everything came from."""
    start = recorder.segment(offset + root.at)
    tracer = _Tracer(values, offset, recorder, start.because)
    position = start.position(offset + root.at)
    return TracedDocument(data, position, start.because, tuple(tracer.fields(root, data, (), ())))


class _Tracer(Struct, frozen=True):
    values: list[object]
    offset: int
    recorder: Recorder
    because: Origins

    def fields(self, node: Node, data: Any, path: Path, keyed: Origins) -> Iterator[TracedField]:
        if isinstance(node, Map) and node.entries:
            for key, item in node.entries:
                name, origins = self._key(key)
                yield from self.fields(item, data[name], (*path, name), (*keyed, *origins))
        elif isinstance(node, Seq) and node.items:
            for number, item in enumerate(node.items):
                yield from self.fields(item, data[number], (*path, number), keyed)
        else:
            yield from self._leaves(node, data, path, keyed)

    def _key(self, key: Hole | Leaf) -> tuple[str, Origins]:
        if isinstance(key, Leaf):
            return str(key.value), ()
        return str(self.values[key.index]), self._segment(key).origins

    def _leaves(self, node: Node, data: Any, path: Path, keyed: Origins) -> Iterator[TracedField]:
        segment = self._segment(node)
        inside = [origin for origin in segment.because if origin not in self.because]
        whole = segment.origins or tuple(inside)
        position = segment.position(self.offset + node.at)
        for leaf in _paths(data, path):
            below = leaf[len(path):]
            own = giving(whole, below) if below else whole
            yield TracedField(leaf, position, segment.expression,
                              tuple(dict.fromkeys((*keyed, *own))))

    def _segment(self, node: Node) -> Segment:
        return self.recorder.segment(self.offset + node.at)


def _paths(data: Any, path: Path) -> Iterator[Path]:
    """The paths of a value's leaves."""
    if isinstance(data, Mapping) and data:
        for key, item in data.items():
            yield from _paths(item, (*path, key))
    elif isinstance(data, list) and data:
        for number, item in enumerate(data):
            yield from _paths(item, (*path, number))
    else:
        yield path
