"""A document's token text read once as YAML, into the nodes that values are filled into.

What is not a whole key or a whole value is a problem, found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gitops.foundation.yamlloader import safe_loader
from gitops.render.core import resolve
from gitops.render.nodes import MARK, Hole, Leaf, Malformed, Map, Node, Problem, Seq, collision
from gitops.render.scalars import Unrenderable, kind_of, scalar

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 64


def read(text: str) -> tuple[Node | None, int]:
    """The root of one document and its number of holes; None for text without a document.

    Raises :class:`Malformed` with every problem that the YAML parser lets us see.
    """
    import yaml

    reader = _Reader(text)
    try:
        root = reader.document()
    except yaml.YAMLError as error:
        problem = _invalid(error, text)
        raise Malformed([*reader.problems, problem]) from error
    reader.find_commented()
    if reader.problems:
        raise Malformed(reader.problems)
    return root, reader.holes


class _Reader:
    def __init__(self, text: str) -> None:
        import yaml

        self._text = text
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=safe_loader())
        self._seen: set[int] = set()
        self.holes = 0
        self.problems: list[Problem] = []

    def document(self) -> Node | None:
        import yaml

        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, 0)
            elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
                self._forbid("the document end marker `...`", _start(event),
                             "separate documents by `---`")  # fmt: skip
        return root

    def find_commented(self) -> None:
        """Tokens that the parser never showed stand in comments."""
        for at, character in enumerate(self._text):
            if character == MARK and at not in self._seen:
                self._problem(
                    "commented-expression", "an expression stands in a YAML comment", at,
                    "a comment for readers of the template is written {# … #}",
                )  # fmt: skip

    def _problem(self, rule: str, message: str, at: int, hint: str = "") -> None:
        self.problems.append(Problem(rule, message, at, hint))

    def _forbid(self, what: str, at: int, hint: str) -> None:
        self._problem("forbidden-yaml", f"{what} cannot stand in a template", at, hint)

    def _node(self, event: yaml.NodeEvent, depth: int) -> Node:
        import yaml

        at = _start(event)
        if depth > MAX_DEPTH:
            raise Malformed([Problem("invalid-yaml", f"nested deeper than {MAX_DEPTH}", at)])
        self._check_properties(event, at)
        if isinstance(event, yaml.MappingStartEvent):
            return self._map(at, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return Seq(tuple(self._nodes_until(yaml.SequenceEndEvent, depth)), at)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, at)
        return Leaf(None, at)

    def _nodes_until(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        import yaml

        for event in self._events:
            if isinstance(event, end):
                return
            if isinstance(event, yaml.NodeEvent):
                yield self._node(event, depth + 1)

    def _check_properties(self, event: yaml.NodeEvent, at: int) -> None:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            self._forbid(f"the alias *{event.anchor}", at, "write the value again, or `set` it")
        elif event.anchor is not None:
            self._forbid(f"the anchor &{event.anchor}", at, "use `set` for a value used twice")
        elif getattr(event, "tag", None) is not None:
            self._forbid("a YAML tag", at, "quote what must be text; nothing else needs a tag")

    def _map(self, at: int, depth: int) -> Map:
        import yaml

        nodes = self._nodes_until(yaml.MappingEndEvent, depth)
        entries: list[tuple[Hole | Leaf, Node]] = []
        first: dict[object, int] = {}
        for key in nodes:
            item = next(nodes)
            name = self._key(key)
            if isinstance(name, Leaf):
                if name.value in first:
                    self.problems.append(collision(str(name.value), name.at, first[name.value]))
                first.setdefault(name.value, name.at)
            entries.append((name, item))
        return Map(tuple(entries), at)

    def _key(self, key: Node) -> Hole | Leaf:
        if isinstance(key, Hole) or (isinstance(key, Leaf) and isinstance(key.value, str)):
            if isinstance(key, Leaf) and key.value == "<<":
                self._forbid("the merge key <<", key.at, "write the keys out, or loop over them")
            return key
        what = kind_of(key.value) if isinstance(key, Leaf) else "a collection"
        self._problem("key-not-text", f"a key must be text, not {what}", key.at, "quote the key")
        return Leaf("", key.at)

    def _scalar(self, event: yaml.ScalarEvent, at: int) -> Node:
        plain = not event.style
        raw = self._text[at : _end(event)]
        if MARK in raw:
            return self._hole(raw, at, plain)
        try:
            scalar(event.value)  # an escape can write what no template may hold
            return Leaf(resolve(event.value) if plain else event.value, at)
        except Unrenderable as error:
            self._problem(error.rule, error.message, at, error.hint)
            return Leaf(event.value, at)

    def _hole(self, raw: str, at: int, plain: bool) -> Hole:
        index = self.holes
        for place, character in enumerate(raw, at):
            if character != MARK:
                continue
            self.holes += 1
            self._seen.add(place)
            if plain and raw.strip() != MARK:
                self._problem(
                    "partial-expression", "an expression is only a part of this text", place,
                    "make the whole key or value one expression: {{ \"prefix-\" ~ name }}",
                )  # fmt: skip
            elif not plain:
                self._quoted(raw, place)
        return Hole(index, at)

    def _quoted(self, raw: str, at: int) -> None:
        if raw[0] in "|>":
            self._problem(
                "partial-expression", "an expression stands inside a block of text", at,
                "make the whole value one expression",
            )  # fmt: skip
        else:
            self._problem(
                "quoted-expression", "an expression stands inside quotes", at,
                "take the quotes away: the value is quoted where it must be",
            )  # fmt: skip


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _invalid(error: yaml.YAMLError, text: str) -> Problem:
    """The parser's complaint, and where the part began that it was reading."""
    mark = getattr(error, "problem_mark", None)
    at = min(mark.index if mark else 0, max(len(text) - 1, 0))
    message = f"not valid YAML: {getattr(error, 'problem', None) or error}"
    began = getattr(error, "context_mark", None)
    if began is None or began.index >= at:
        return Problem("invalid-yaml", message, at)
    return Problem("invalid-yaml", message, at, "", began.index, str(getattr(error, "context", "")))
