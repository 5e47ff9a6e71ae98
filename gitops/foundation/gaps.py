"""Gaps: what stands in a document where values will go, and tells whoever looks into one.

What is found out about a document without looking into its gaps holds for every value.
"""

from __future__ import annotations

from typing import Any, NoReturn


class Touched(BaseException):
    """Somebody looked into a gap. No :class:`Exception`: nothing may take it for its own."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Gap:
    """The place of the value with this index.

    Nothing can be learnt of it but that it is there and is not None; everything else,
    its class included, raises :class:`Touched`.
    """

    __slots__ = ("_index",)

    def __init__(self, index: int) -> None:
        object.__setattr__(self, "_index", index)

    def __getattribute__(self, name: str) -> Any:
        raise Touched(index_of(self))

    def _touched(self, *_: object) -> NoReturn:
        raise Touched(index_of(self))

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _touched
    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = __reversed__ = _touched
    __str__ = __repr__ = __format__ = __bytes__ = __int__ = __float__ = __index__ = _touched
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _touched
    __or__ = __ror__ = __and__ = __rand__ = __neg__ = __call__ = __fspath__ = _touched
    __setitem__ = __delitem__ = __setattr__ = __delattr__ = _touched

    def __hash__(self) -> int:
        raise Touched(index_of(self))


def index_of(gap: Gap) -> int:
    """The index of a gap's value."""
    index: int = object.__getattribute__(gap, "_index")
    return index
