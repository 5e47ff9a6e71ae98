"""What is different between two sets of objects: added, removed, changed field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias

from gitops.render.identity import Identity, identity
from gitops.review.lists import SET, kind_of_list

Op: TypeAlias = Literal["added", "removed", "changed"]
HIDDEN = "(hidden)"
"""Stands for every value of a Secret."""
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """A step to the item of a list whose ``key`` is ``value``."""

    key: str
    value: str


Step: TypeAlias = "str | int | Item"
FieldPath: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is different. ``old`` is None where it was added, ``new`` where removed.

    An index in the path counts in the new object, or in the old one for what was removed;
    the item of a set that came or went has the set's own path.
    """

    op: Op
    path: FieldPath
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object that is different; ``changes`` are empty unless it was changed."""

    op: Op
    identity: Identity
    changes: tuple[Change, ...] = ()


def compare(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]
            ) -> list[ObjectChange]:
    """The objects that differ, in order of their identities: removed, changed, added.

    An object is the same by API group, kind, namespace and name, so that a new version of
    its API is a change. Differences that mean nothing (the order of a set) are none.
    """
    before = {identity(data): data for data in old}
    after = {identity(data): data for data in new}
    found = [ObjectChange("removed", key) for key in sorted(before.keys() - after.keys())]
    for key in sorted(before.keys() & after.keys()):
        if changes := tuple(changes_of(before[key], after[key])):
            found.append(ObjectChange("changed", key, changes))
    return found + [ObjectChange("added", key) for key in sorted(after.keys() - before.keys())]


def changes_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The fields of one object that differ, in the order of the new object."""
    kind = str(new.get("kind"))
    found = list(_Comparing(kind).values(old, new, ()))
    return [_hidden(change) for change in found] if kind == "Secret" else found


def _hidden(change: Change) -> Change:
    if change.path[:1] not in (("data",), ("stringData",)):
        return change
    return Change(change.op, change.path, None if change.old is None else HIDDEN,
                  None if change.new is None else HIDDEN)


@dataclass(frozen=True, slots=True)
class _Comparing:
    kind: str

    def values(self, old: Any, new: Any, path: FieldPath) -> Iterator[Change]:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self._mappings(old, new, path)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._lists(old, new, path)
        elif canonical(old) != canonical(new):
            yield Change("changed", path, old, new)

    def _mappings(self, old: Mapping[str, Any], new: Mapping[str, Any], path: FieldPath
                  ) -> Iterator[Change]:
        for key, value in old.items():
            if key not in new:
                yield Change("removed", (*path, key), value, None)
        for key, value in new.items():
            if key in old:
                yield from self.values(old[key], value, (*path, key))
            else:
                yield Change("added", (*path, key), None, value)

    def _lists(self, old: list[Any], new: list[Any], path: FieldPath) -> Iterator[Change]:
        sort = kind_of_list(self.kind, tuple(step for step in path if isinstance(step, str)))
        if sort and sort != SET and _keyed(old, sort) and _keyed(new, sort):
            yield from self._by_key(old, new, sort, path)
        elif sort == SET:
            yield from self._as_sets(old, new, path)
        else:
            yield from self._in_order(old, new, path)

    def _by_key(self, old: list[Any], new: list[Any], key: str, path: FieldPath
                ) -> Iterator[Change]:
        before = {str(item[key]): item for item in old}
        after = {str(item[key]): item for item in new}
        for name in before.keys() - after.keys():
            yield Change("removed", (*path, Item(key, name)), before[name], None)
        for name, item in after.items():
            at = (*path, Item(key, name))
            if name in before:
                yield from self.values(before[name], item, at)
            else:
                yield Change("added", at, None, item)

    def _as_sets(self, old: list[Any], new: list[Any], path: FieldPath) -> Iterator[Change]:
        """Items that stand in both are the same; of the others, alike ones are paired."""
        here, there = {canonical(item) for item in new}, {canonical(item) for item in old}
        gone = [item for item in old if canonical(item) not in here]
        come = [(at, item) for at, item in enumerate(new) if canonical(item) not in there]
        for at, item in come:
            nearest = max(gone, key=lambda other, to=item: alike(other, to),  # type: ignore[misc]
                          default=None)
            if nearest is not None and alike(nearest, item) >= _LIKE_ENOUGH:
                gone.remove(nearest)
                yield from self.values(nearest, item, (*path, at))
            else:
                yield Change("added", path, None, item)
        for item in gone:
            yield Change("removed", path, item, None)

    def _in_order(self, old: list[Any], new: list[Any], path: FieldPath) -> Iterator[Change]:
        left, right = [canonical(item) for item in old], [canonical(item) for item in new]
        for op, i, k, j, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if op == "equal":
                continue
            both = min(k - i, m - j)
            for step in range(both):
                yield from self.values(old[i + step], new[j + step], (*path, j + step))
            for at in range(i + both, k):
                yield Change("removed", (*path, at), old[at], None)
            for at in range(j + both, m):
                yield Change("added", (*path, at), None, new[at])


def _keyed(items: Sequence[Any], key: str) -> bool:
    """Whether every item is a mapping with a key of its own."""
    names = [str(item[key]) for item in items if isinstance(item, Mapping) and key in item]
    return len(names) == len(items) == len(set(names))


def canonical(value: Any) -> Any:
    """A hashable form that tells 1, True and "1" apart and does not see a mapping's order."""
    if isinstance(value, Mapping):
        return frozenset((key, canonical(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(canonical(item) for item in value)
    return (type(value).__name__, value)


def alike(one: Any, other: Any) -> float:
    """How much of two mappings is the same, from 0 to 1; 0 for anything else."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return 0.0
    left, right = set(_leaves(one, ())), set(_leaves(other, ()))
    return 2 * len(left & right) / (len(left) + len(right) or 1)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The leaves of a value; the place in a list is left out, since it may be a set."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, path)
    else:
        yield (path, canonical(value))
