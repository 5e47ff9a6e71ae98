"""Documents of one shape, found valid by the values in their gaps alone.

A sieve is made of a shape after whole documents of it were valid. It lets through what is
certainly valid; of all else it says nothing, and that is then checked as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from copy import copy
from typing import Any, Final, TypeAlias

from gitops.foundation.gaps import Gap, Touched, index_of
from gitops.foundation.picking import picker
from gitops.foundation.shared import SharedList, SharedMap
from gitops.schemas.demands import Inseparable
from gitops.schemas.rules import Rule

Test: TypeAlias = Callable[[Any], bool]
Plain: TypeAlias = Callable[[object], Any]
Place: TypeAlias = tuple[Any, Any, int]
"""A mapping or list, a key in it, and the index of the value that belongs there."""
REMEMBERED: Final = 5_000
_LASTING: Final = (str, SharedMap, SharedList)


class Demand:
    """What the value in a gap must satisfy; texts and shared values that do are remembered.

    ``lengths`` is how long a text must be, if that is all that is asked of one. A text that is
    no JSON is never rendered.
    """

    __slots__ = ("_plain", "_test", "good", "lengths")

    def __init__(self, test: Test, plain: Plain, lengths: tuple[int, int] | None = None) -> None:
        self.lengths = lengths
        self.good: set[str] = set()
        self._test = test
        self._plain = plain

    def holds(self, value: object) -> bool:
        """Whether the value certainly satisfies it. None is left to a look at the whole."""
        if type(value) is str:
            return value in self.good or self.hold({value})
        if type(value) is SharedMap or type(value) is SharedList:
            if self not in value.derived:
                value.derived[self] = self._asked(value)
            return bool(value.derived[self])
        return value is not None and self._asked(value)

    def hold(self, texts: Set[str]) -> bool:
        """Whether all of these certainly satisfy it, none of which is remembered."""
        try:
            if not all(map(self._test, texts)):
                return False
        except ValueError:  # no JSON: told by the look at the whole
            return False
        if len(self.good) >= REMEMBERED:
            self.good.clear()
        self.good |= texts
        return True

    def _asked(self, value: object) -> bool:
        try:
            return self._test(self._plain(value))
        except ValueError:  # no JSON: told by the look at the whole
            return False


class Reader:
    """A rule that looks into some gaps: content with other values where these are the same.

    Made with the values of a valid document. Raises :class:`Inseparable` where the rule cannot
    be asked of a document with gaps.
    """

    __slots__ = ("_known", "_outline", "_plain", "_read", "_rule")

    def __init__(self, rule: Rule, outline: Any, plain: Plain, values: Sequence[object]) -> None:
        self._rule = rule
        self._plain = plain
        self._known: dict[tuple[object, ...], list[object]] = {}
        self._read: list[Place] = []
        gaps: dict[int, list[Place]] = {}
        self._outline = _copied(outline, gaps)
        while True:
            try:
                if self._passes(values):
                    return
            except Touched as touched:
                self._read += gaps.pop(touched.index)
            except Exception as error:
                raise Inseparable from error
            else:
                raise Inseparable

    @property
    def reads(self) -> bool:
        """Whether it looks into any gap; a rule that does not is content once and for all."""
        return bool(self._read)

    def moved(self, places: Sequence[int]) -> Reader:
        """The same for values that stand at these places of a longer list."""
        other = copy(self)
        other._read = [(container, key, places[index]) for container, key, index in self._read]
        return other

    def content(self, values: Sequence[object]) -> bool:
        """Whether the rule certainly finds nothing wrong with these values."""
        shown = [values[index] for _, _, index in self._read]
        key = tuple([value if type(value) is str else id(value) for value in shown])
        if key in self._known:
            return True
        try:
            passes = self._passes(values)
        except (Touched, Exception):
            return False
        # An id stays that of a value only while the value is kept: shared ones are anyway.
        if passes and all(type(value) in _LASTING for value in shown):
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = shown
        return passes

    def _passes(self, values: Sequence[object]) -> bool:
        for container, key, index in self._read:
            container[key] = self._plain(values[index])
        return not list(self._rule(self._outline))


class Sieve:
    """All demands and rules of one shape; see :meth:`Schemas.sieve`."""

    __slots__ = ("_asked", "demands", "readers")

    def __init__(self, demands: Mapping[int, Sequence[Demand]], readers: Sequence[Reader]) -> None:
        self.demands = [(index, demand) for index, some in demands.items() for demand in some]
        self.readers = [reader for reader in readers if reader.reads]
        self._asked = [(index, demand.good, demand.holds) for index, demand in self.demands]

    def passes(self, values: Sequence[object]) -> bool:
        """Whether the document with these values in its gaps is certainly valid."""
        for index, good, holds in self._asked:
            value = values[index]
            if (type(value) is not str or value not in good) and not holds(value):
                return False
        return not self.readers or all(reader.content(values) for reader in self.readers)


class FileSieve:
    """The sieves of all documents of a file; each demand is made of all its texts at once."""

    __slots__ = ("_lengths", "_loose", "_readers", "_texts")

    def __init__(self, demands: Mapping[Demand, Sequence[int]], readers: Sequence[Reader],
                 texts: Set[int]) -> None:
        self._texts = []
        self._lengths = []
        self._loose = []
        for demand, places in demands.items():
            if those := [place for place in places if place in texts]:
                pick = picker(those)
                if demand.lengths:
                    self._lengths.append((*demand.lengths, pick))
                else:
                    self._texts.append((demand.good, demand.hold, pick))
            self._loose += [(demand.holds, place) for place in places if place not in texts]
        self._readers = [reader.content for reader in readers]

    def passes(self, values: Sequence[object]) -> bool:
        """Whether the file with these values in its gaps is certainly valid."""
        for good, hold, pick in self._texts:
            new = set(pick(values)) - good
            if new and not hold(new):
                return False
        for least, most, pick in self._lengths:
            long = [*map(len, pick(values))]
            if min(long) < least or max(long) > most:
                return False
        for holds, place in self._loose:
            if not holds(values[place]):
                return False
        return all(content(values) for content in self._readers)


def joined(sieves: Sequence[tuple[Sieve, Sequence[int]]], texts: Set[int]) -> FileSieve:
    """The sieve of a whole file.

    Args:
        sieves: one for each document, with the places of its values among the file's.
        texts: the places where always texts stand.
    """
    demands: dict[Demand, list[int]] = {}
    readers = []
    for sieve, places in sieves:
        for index, demand in sieve.demands:
            demands.setdefault(demand, []).append(places[index])
        readers += [reader.moved(places) for reader in sieve.readers]
    return FileSieve(demands, readers, texts)


def _copied(node: Any, gaps: dict[int, list[Place]], container: Any = None, key: Any = 0) -> Any:
    """A copy of an outline, and where its gaps are."""
    if type(node) is Gap:
        gaps.setdefault(index_of(node), []).append((container, key, index_of(node)))
        return node
    if type(node) is dict:
        mapping: dict[str, Any] = {}
        for name, item in node.items():
            mapping[name] = _copied(item, gaps, mapping, name)
        return mapping
    if type(node) is list:
        items: list[Any] = [None] * len(node)
        for number, item in enumerate(node):
            items[number] = _copied(item, gaps, items, number)
        return items
    return node
