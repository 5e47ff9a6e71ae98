"""What is different between two sets of objects: added, removed, changed field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from gitops.foundation.findings import Path
from gitops.render.identity import Identity, identity
from gitops.review.lists import SET, kind_of_list

Op: TypeAlias = Literal["added", "removed", "changed"]
HIDDEN = "(hidden)"
"""Stands for every value of a Secret."""
_LIKE_ENOUGH, _LIKE_AT_ALL = 0.5, 0.01


class Item(Struct, frozen=True):
    """A step to the item of a list whose ``key`` is ``value``."""

    key: str
    value: str


Step: TypeAlias = "str | int | Item"
FieldPath: TypeAlias = tuple[Step, ...]


class Change(Struct, frozen=True):
    """One field that is different. ``old`` is None where it was added, ``new`` where removed.

    ``path`` is for people: the item of a set that came or went has the set's own path.
    ``at`` is the exact data path, in the old object for what was removed, else in the new.
    """

    op: Op
    path: FieldPath
    old: Any
    new: Any
    at: Path


class ObjectChange(Struct, frozen=True):
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
    found = list(_Comparing(kind).values(old, new, _Place()))
    return [_hidden(change) for change in found] if kind == "Secret" else found


def _hidden(change: Change) -> Change:
    if change.path[:1] not in (("data",), ("stringData",)):
        return change
    return replace(change, old=None if change.old is None else HIDDEN,
                   new=None if change.new is None else HIDDEN)


class _Place(Struct, frozen=True):
    """Where two values stand: for people, in the old object and in the new one."""

    path: FieldPath = ()
    old: Path = ()
    new: Path = ()

    def to(self, step: Step, old: str | int, new: str | int) -> _Place:
        return _Place((*self.path, step), (*self.old, old), (*self.new, new))

    def gone(self, value: Any, step: str | int, *shown: Step) -> Change:
        return Change("removed", (*self.path, *shown), value, None, (*self.old, step))

    def come(self, value: Any, step: str | int, *shown: Step) -> Change:
        return Change("added", (*self.path, *shown), None, value, (*self.new, step))


class _Comparing(Struct, frozen=True):
    kind: str

    def values(self, old: Any, new: Any, place: _Place) -> Iterator[Change]:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self._mappings(old, new, place)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._lists(old, new, place)
        elif canonical(old) != canonical(new):
            yield Change("changed", place.path, old, new, place.new)

    def _mappings(self, old: Mapping[str, Any], new: Mapping[str, Any], place: _Place
                  ) -> Iterator[Change]:
        for key, value in old.items():
            if key not in new:
                yield place.gone(value, key, key)
        for key, value in new.items():
            if key in old:
                yield from self.values(old[key], value, place.to(key, key, key))
            else:
                yield place.come(value, key, key)

    def _lists(self, old: list[Any], new: list[Any], place: _Place) -> Iterator[Change]:
        sort = kind_of_list(self.kind, place.path)
        if sort and sort != SET and _keyed(old, sort) and _keyed(new, sort):
            yield from self._by_key(old, new, sort, place)
        elif sort == SET:
            yield from self._as_sets(old, new, place)
        else:
            yield from self._in_order(old, new, place)

    def _by_key(self, old: list[Any], new: list[Any], key: str, place: _Place
                ) -> Iterator[Change]:
        before = {str(item[key]): at for at, item in enumerate(old)}
        after = {str(item[key]): at for at, item in enumerate(new)}
        for name, at in before.items():
            if name not in after:
                yield place.gone(old[at], at, Item(key, name))
        for name, at in after.items():
            if name in before:
                was = before[name]
                yield from self.values(old[was], new[at], place.to(Item(key, name), was, at))
            else:
                yield place.come(new[at], at, Item(key, name))

    def _as_sets(self, old: list[Any], new: list[Any], place: _Place) -> Iterator[Change]:
        """Items that stand in both are the same; of the others, the most alike are paired.

        An only one that went and an only one that came need to share but one value.
        """
        left, right = self._canonical(old, place), self._canonical(new, place)
        here, there = set(right), set(left)
        gone = {at: item for at, item in enumerate(old) if left[at] not in here}
        come = {at: item for at, item in enumerate(new) if right[at] not in there}
        pairs = sorted((-alike(was, item), at, i)
                       for i, was in gone.items() for at, item in come.items())
        enough = _LIKE_ENOUGH if len(pairs) > 1 else _LIKE_AT_ALL
        for score, at, i in pairs:
            if -score >= enough and i in gone and at in come:
                yield from self.values(gone.pop(i), come.pop(at), place.to(at, i, at))
        yield from (place.gone(item, at) for at, item in gone.items())
        yield from (place.come(item, at) for at, item in come.items())

    def _in_order(self, old: list[Any], new: list[Any], place: _Place) -> Iterator[Change]:
        left, right = self._canonical(old, place), self._canonical(new, place)
        for op, i, k, j, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if op == "equal":
                continue
            both = min(k - i, m - j)
            for step in range(both):
                yield from self.values(old[i + step], new[j + step],
                                       place.to(j + step, i + step, j + step))
            yield from (place.gone(old[at], at, at) for at in range(i + both, k))
            yield from (place.come(new[at], at, at) for at in range(j + both, m))

    def _canonical(self, items: Sequence[Any], place: _Place) -> list[Any]:
        return [canonical(item, self.kind, place.path) for item in items]


def _keyed(items: Sequence[Any], key: str) -> bool:
    """Whether every item is a mapping with a key of its own."""
    names = [str(item[key]) for item in items if isinstance(item, Mapping) and key in item]
    return len(names) == len(items) == len(set(names))


def canonical(value: Any, kind: str = "", path: FieldPath = ()) -> Any:
    """A hashable form that is equal for what means the same at a path of a kind of object.

    It tells 1, True and "1" apart and sees neither a mapping's order nor a set's.
    """
    if isinstance(value, Mapping):
        return ("map", frozenset((key, canonical(item, kind, (*path, key)))
                                 for key, item in value.items()))
    if isinstance(value, list | tuple):
        items = [canonical(item, kind, path) for item in value]
        sort = kind_of_list(kind, path)
        quiet = sort == SET or (sort and _keyed(value, sort))
        return ("set", frozenset(items)) if quiet else ("list", tuple(items))
    return (type(value).__name__, value)


def alike(one: Any, other: Any) -> float:
    """How much of two mappings is the same, from 0 to 1; 0 for anything else."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return 0.0
    left, right = set(_leaves(one, ())), set(_leaves(other, ()))
    return 2 * len(left & right) / (len(left) + len(right) or 1)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The leaves of a value; the place in a list is left out, since it may be a set."""
    if not value and isinstance(value, Mapping | list | tuple):
        yield (path, type(value).__name__)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, path)
    else:
        yield (path, canonical(value))
