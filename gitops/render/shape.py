"""A document's shape: its text laid out once, its data built from the same nodes.

Documents of one shape differ only in the values of their holes, so the YAML is parsed and
laid out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gitops.render.build import Sample, Values, data, outline
from gitops.render.emit import Writer
from gitops.render.identity import FIELDS, Identity, fields, finder, identity, incomplete
from gitops.render.labels import Labelled, conflict, labelled
from gitops.render.layout import lay_out
from gitops.render.nodes import Hole, Leaf, Malformed, Map, Node, Problem, Seq, collision
from gitops.render.reader import read
from gitops.render.scalars import Unrenderable


class Shape:
    """One document with holes. ``size`` is how many of the template's values it takes.

    ``slots`` and ``after`` are its text, cut at the holes; a ``restricted`` one looks at the
    labels before it takes them. Whoever finds something out about all documents of a shape
    may keep it in ``derived``.
    """

    __slots__ = ("_identify", "_keyed", "_label_keys", "_labelled", "_pieces", "_places",
                 "_sample", "after", "derived", "nodes", "restricted", "size", "slots")  # fmt: skip

    def __init__(self, root: Map, size: int, label_keys: Sequence[str], writer: Writer) -> None:
        _check_fields(root)
        self.size = size
        self.derived: dict[Any, Any] = {}
        self._label_keys = tuple(label_keys)
        self._labelled: Labelled = labelled(root, label_keys, size)
        self.restricted = bool(self._labelled.merges or self._labelled.fixed)
        self.nodes = self._labelled.root
        self.slots, self.after = lay_out(self.nodes, writer)
        self._pieces = [part for slot in self.slots for part in (slot.before, "")] + [self.after]
        self._places = [(2 * number + 1, slot.index, slot.strings, slot.write, slot.indent)
                        for number, slot in enumerate(self.slots)]
        self._keyed = tuple(_keyed(self.nodes))
        self._sample: Sample | None = None
        self._identify = finder(self.nodes) or (lambda values: identity(self.data(values)))

    def prepare(self, values: list[object], labels: Sequence[str]) -> list[object]:
        """The template's values with the labels put in; the other methods take this list."""
        prepared = [*values, *labels]
        if labels and self.restricted:
            for hole, merge in self._labelled.merges:
                prepared[hole.index] = merge(prepared[hole.index], self._label_keys, labels)
            for node, number in self._labelled.fixed:
                self._check_label(node, number, prepared)
        return prepared

    def text(self, values: Values) -> str:
        """The document as canonical YAML. Raises :class:`Unrenderable`."""
        out = self._pieces.copy()
        for place, index, strings, write, indent in self._places:
            value = values[index]
            out[place] = strings[value] if type(value) is str else write(value, indent)
        if self._keyed:
            for problem in self._collisions(values):
                raise Unrenderable(problem.message, problem.hint, problem.rule)
        return "".join(out)

    def data(self, values: Values) -> dict[str, Any]:
        """The document as plain data that shares nothing with the values."""
        built: dict[str, Any] = data(self.nodes, values)
        return built

    def passing(self, values: Values) -> Mapping[str, Any]:
        """The same as :meth:`data`, to be looked at before this is asked for again."""
        if self._sample is None:
            self._sample = Sample(self.nodes)
        filled: Mapping[str, Any] = self._sample.filled(values)
        return filled

    def outline(self) -> dict[str, Any] | None:
        """The data with a gap for each value; None where a key is a value."""
        if self._keyed:
            return None
        outlined: dict[str, Any] = outline(self.nodes)
        return outlined

    def finder(self, places: Sequence[int]) -> Callable[[Values], Identity] | None:
        """What finds the identity among the values of a whole file; see :func:`finder`.

        None for one that must be looked at by itself.
        """
        return None if self._keyed else finder(self.nodes, places)

    def identity(self, values: Values) -> Identity:
        """Which object it is. Raises :class:`Unrenderable` for an incomplete one."""
        return self._identify(values)

    def problems(self, values: list[object], labels: Sequence[str]) -> list[Problem]:
        """Everything that is wrong with these values in this shape."""
        prepared = [*values, *labels]
        found = list(self._label_problems(prepared, labels))
        found += self._value_problems(prepared)
        if not found:
            found += self._collisions(prepared)
        if not found:
            found += self._identity_problems(prepared)
        return found

    def _check_label(self, node: Hole | Leaf, number: int, values: Values) -> None:
        value = values[node.index] if isinstance(node, Hole) else node.value
        label = values[self.size + number]
        if value != label:
            raise conflict(self._label_keys[number], str(label))

    def _label_problems(self, values: list[object], labels: Sequence[str]) -> Iterator[Problem]:
        if not labels:
            return
        for hole, merge in self._labelled.merges:
            try:
                values[hole.index] = merge(values[hole.index], self._label_keys, labels)
            except Unrenderable as error:
                yield _problem(error, hole.at)
        for node, number in self._labelled.fixed:
            try:
                self._check_label(node, number, values)
            except Unrenderable as error:
                yield _problem(error, node.at)

    def _value_problems(self, values: Values) -> Iterator[Problem]:
        places = dict(_holes(self.nodes))
        for slot in self.slots:
            try:
                slot.write(values[slot.index], slot.indent)
            except Unrenderable as error:
                yield _problem(error, places[slot.index])

    def _collisions(self, values: Values) -> Iterator[Problem]:
        for mapping in self._keyed:
            first: dict[object, int] = {}
            for key, _ in mapping.entries:
                name = values[key.index] if isinstance(key, Hole) else key.value
                if name in first:
                    yield collision(str(name), key.at, first[name])
                first.setdefault(name, key.at)

    def _identity_problems(self, values: Values) -> Iterator[Problem]:
        try:
            self._identify(values)
        except Unrenderable as error:
            holes = [node for node in fields(self.nodes) or [] if isinstance(node, Hole)]
            empty = (hole.at for hole in holes if not _is_name(values[hole.index]))
            yield _problem(error, next(empty, self.nodes.at))


def learn(text: str, label_keys: Sequence[str], writer: Writer) -> Shape | None:
    """The shape of a token text; None where it holds no document.

    Raises :class:`Malformed` with everything that is wrong with it.
    """
    root, size = read(text + "\n")  # the newline that the cut took; a block of text counts it
    if root is None:
        return None
    if not isinstance(root, Map):
        message = "a document must be a mapping with apiVersion, kind and metadata"
        raise Malformed([Problem("incomplete-document", message, root.at)])
    return Shape(root, size, label_keys, writer)


def _problem(error: Unrenderable, at: int) -> Problem:
    return Problem(error.rule, error.message, at, error.hint)


def _is_name(value: object) -> bool:
    return type(value) is str and value != ""


def _check_fields(root: Map) -> None:
    """What every document needs and this one can never have, whatever its values."""
    problems = []
    for name, node in zip(FIELDS, fields(root) or (), strict=False):
        if isinstance(node, Hole) or (node is None and name == "namespace"):
            continue
        value = node.value if node is not None else None
        if not _is_name(value):
            at = node.at if node is not None else root.at
            problems.append(_problem(incomplete(name, value), at))
    if problems:
        raise Malformed(problems)


def _keyed(node: Node) -> Iterator[Map]:
    """The mappings with an expression for a key: their keys may collide."""
    if isinstance(node, Map):
        if any(isinstance(key, Hole) for key, _ in node.entries):
            yield node
        for _, item in node.entries:
            yield from _keyed(item)
    elif isinstance(node, Seq):
        for item in node.items:
            yield from _keyed(item)


def _holes(node: Node) -> Iterator[tuple[int, int]]:
    """Each hole's number and its character in the token text."""
    if isinstance(node, Hole):
        yield node.index, node.at
    elif isinstance(node, Map):
        for key, item in node.entries:
            yield from _holes(key)
            yield from _holes(item)
    elif isinstance(node, Seq):
        for item in node.items:
            yield from _holes(item)
