"""Which line of a changed file causes a difference: the trace of explain, asked backwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from gitops.compile.pipeline import Compiler, Unit
from gitops.compile.violations import KEYS, declared_at, nearest
from gitops.declarations.yamltree import Tree, read
from gitops.foundation.findings import Origin, Path, Position
from gitops.render.identity import Identity, identity
from gitops.render.trace import TracedDocument
from gitops.review.differences import Change, ObjectChange

MOST_FILES = 200
"""Files traced in one comparison; tracing one costs some hundred times its rendering."""


class _Side(Struct):
    """The traces of one side, kept for the file that was asked for last."""

    compiler: Compiler | None
    left: int = MOST_FILES
    path: str = ""
    traces: Mapping[Identity, TracedDocument] = field(default_factory=dict)

    def trace(self, unit: Unit, path: str, key: Identity) -> TracedDocument | None:
        if path != self.path:
            self.path, self.traces = path, {}
            if self.compiler is not None and self.left:
                self.left -= 1
                self.traces = {identity(document.data): document
                               for document in self.compiler.trace(unit, path)}
        return self.traces.get(key)


class Causes:
    """Finds the declared lines that differ between two estates and made a field differ.

    A value that is the same on both sides causes nothing. The cause of what was removed
    stands in the base.
    """

    def __init__(self, before: Mapping[str, bytes], base: Compiler | None, head: Compiler) -> None:
        """``before`` are the base's files, also where they do not compile."""
        self._base, self._head = _Side(base), _Side(head)
        self._declared = Declared(before, head.files)

    def of_object(self, unit: Unit, path: str, found: ObjectChange) -> Position | None:
        """The line that made an object come or go; None for one that was changed."""
        if found.op == "changed":
            return None
        side = self._base if found.op == "removed" else self._head
        traced = side.trace(unit, path, found.identity)
        if traced is None:
            return None
        own = f"tenants/{unit.tenant}.yaml"
        if side.compiler and own in side.compiler.files and self._declared.one_sided(own):
            return Position(own)
        named = [entry for entry in traced.fields if entry.path[:1] == ("metadata",)]
        origins = [*traced.because, *(origin for entry in named for origin in entry.origins)]
        return self._cause(side, origins, traced.template)

    def of_field(self, unit: Unit, path: str, key: Identity, change: Change) -> Position | None:
        """The line that gave a field its value, or that had given the one that went.

        Where that line is as it was, another one went that had come before it.
        """
        sides = {"added": [self._head], "removed": [self._base],
                 "changed": [self._head, self._base]}[change.op]
        found = (self._of_field(side, unit, path, key, change) for side in sides)
        return next((position for position in found if position is not None), None)

    def _of_field(self, side: _Side, unit: Unit, path: str, key: Identity, change: Change
                  ) -> Position | None:
        traced = side.trace(unit, path, key)
        if traced is None or (entry := nearest(traced, change.at)) is None:
            return None
        below = [one for one in traced.fields if one.path[:len(change.at)] == change.at]
        origins = [origin for one in below or [entry] for origin in one.origins]
        return self._cause(side, origins, entry.template)

    def _cause(self, side: _Side, origins: Iterable[Origin], template: Position
               ) -> Position | None:
        """Of the origins that differ the most exact one, else the template if that differs."""
        if side.compiler is None:
            return None
        origins = list(origins)
        differing = [exact for origin in origins
                     if (exact := self._declared.differing(origin)) is not None]
        differing = differing or [exact for origin in origins for exact in
                                  self._declared.members(origin, side.compiler.files)]
        if differing:
            exact = max(differing, key=lambda origin: len(origin.path))
            return declared_at(side.compiler.files, exact)
        return template if self._declared.changed(template.file) else None


class Declared(Struct, frozen=True):
    """What both sides declare, read again only where a file differs."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    _trees: dict[tuple[str, bytes], Tree | None] = field(default_factory=dict)

    def changed(self, file: str) -> bool:
        """Whether a file of the estate is another than it was."""
        return self.before.get(file) != self.after.get(file)

    def one_sided(self, file: str) -> bool:
        """Whether a file came or went."""
        return (file in self.before) != (file in self.after)

    def differing(self, origin: Origin) -> Origin | None:
        """The declared value behind an origin if it differs, cut to what is written.

        A whole file differs only when it came or went: that one line of it changed says
        nothing of a value that is not written there.
        """
        if not self.changed(origin.file):
            return None
        before, after = (self._tree(origin.file, files) for files in (self.before, self.after))
        if before is None or after is None:
            return Origin(origin.file)
        path = tuple(KEYS.get(step, step) if isinstance(step, str) else step
                     for step in origin.path)
        written = max(_written(before, path), _written(after, path))
        if not written or _at(before, path[:written]) == _at(after, path[:written]):
            return None
        return Origin(origin.file, path[:written])

    def members(self, origin: Origin, files: Mapping[str, bytes]) -> Iterator[Origin]:
        """The groups that an origin's value names, and those in them, if their members differ.

        ``files`` are those of the side whose lines are asked for.
        """
        tree = self._tree(origin.file, files)
        steps = (_at(tree, origin.path[:number + 1]) for number in range(len(origin.path)))
        names = [str(step["group"]) for step in steps if isinstance(step, dict) and "group" in step]
        seen: set[str] = set()
        while names:
            file = f"groups/{names.pop()}.yaml"
            if file in seen or file not in files:
                continue
            seen.add(file)
            here = _members(self._tree(file, files))
            if self.changed(file):
                other = self.after if files.get(file) == self.before.get(file) else self.before
                there = _members(self._tree(file, other))
                own = [at for at, member in enumerate(here) if member not in there]
                yield Origin(file, ("members", own[0]) if len(own) == 1 else ("members",))
            names += [str(member["group"]) for member in here
                      if isinstance(member, dict) and "group" in member]

    def _tree(self, file: str, files: Mapping[str, bytes]) -> Tree | None:
        data = files.get(file)
        if data is None:
            return None
        if (file, data) not in self._trees:
            self._trees[file, data] = read(file, data)[0]
        return self._trees[file, data]


def _written(tree: Tree, path: Path) -> int:
    """How many steps of a path lead to something that is written."""
    for number in range(len(path)):
        if _at(tree, path[:number + 1]) is None:
            return number
    return len(path)


def _members(group: Tree | None) -> list[Tree]:
    members = _at(group, ("members",))
    return members if isinstance(members, list) else []


def _at(tree: Tree | None, path: Path) -> Tree | None:
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(str(step))
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree
