"""Documents of one shape, found valid by the values in their gaps alone.

A sieve is made of a shape after whole documents of it were valid. It lets through what is
certainly valid; of all else it says nothing, and that is then checked as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from gitops.foundation.gaps import Gap, Touched, index_of
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
    """What the value in a gap must satisfy; texts and shared values that do are remembered."""

    __slots__ = ("_plain", "_test", "good")

    def __init__(self, test: Test, plain: Plain) -> None:
        self.good: set[str] = set()
        self._test = test
        self._plain = plain

    def holds(self, value: object) -> bool:
        """Whether the value certainly satisfies it. None is left to a look at the whole."""
        if type(value) is str:
            return self._of_text(value)
        if type(value) is SharedMap or type(value) is SharedList:
            if self not in value.derived:
                value.derived[self] = self._asked(value)
            return bool(value.derived[self])
        return value is not None and self._asked(value)

    def _of_text(self, text: str) -> bool:
        if text not in self.good and self._asked(text):
            if len(self.good) >= REMEMBERED:
                self.good.clear()
            self.good.add(text)
        return text in self.good

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

    __slots__ = ("_demands", "_readers")

    def __init__(self, demands: Mapping[int, Sequence[Demand]], readers: Sequence[Reader]) -> None:
        self._demands = [(index, demand.good, demand.holds)
                         for index, some in demands.items() for demand in some]
        self._readers = [reader for reader in readers if reader.reads]

    def passes(self, values: Sequence[object]) -> bool:
        """Whether the document with these values in its gaps is certainly valid."""
        for index, good, holds in self._demands:
            value = values[index]
            if (type(value) is not str or value not in good) and not holds(value):
                return False
        return not self._readers or all(reader.content(values) for reader in self._readers)


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
