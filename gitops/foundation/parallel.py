"""The same work over many items, in forked processes where there are enough of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from gitops.foundation.processes import Child, may_fork, processors

Item = TypeVar("Item")
Result = TypeVar("Result")
WORTH_FORKING = 300
"""Items below which starting processes costs more than it saves (measured)."""
BATCH = 16
_SIZE = 8


def workers_for(items: int) -> int:
    """How many processes to use for so many items; 1 means this one."""
    if items < WORTH_FORKING or not may_fork():
        return 1
    return min(processors(), 8)


def over(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """``work(item)`` for each item; the order of results is not that of the items.

    The workers inherit everything by fork, so ``work`` may be a closure; results are
    pickled and must be small. A worker that dies takes the whole run down.
    """
    if workers <= 1:
        yield from map(work, items)
        return
    import select

    gc.freeze()
    running: dict[int, Child] = {}
    turns = Turns()
    try:
        for _ in range(workers):
            child = Child(partial(_batches, work, items, turns))
            running[child.handle] = child
        while running:
            for handle in select.select(list(running), [], [])[0]:
                try:
                    yield from next(running[handle])
                except StopIteration:
                    running.pop(handle).end()
    finally:
        for child in running.values():
            child.end()
        turns.end()
        gc.unfreeze()


class Turns:
    """Numbers from 0, each given once, to whichever process asks.

    The next number stands in a pipe: who reads it has the turn, and writes the next one.
    """

    __slots__ = ("_in", "_out")

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        self._write(0)

    def take(self) -> int:
        """The next number."""
        number = int.from_bytes(os.read(self._out, _SIZE))
        self._write(number + 1)
        return number

    def end(self) -> None:
        """Let go of the pipe."""
        os.close(self._out)
        os.close(self._in)

    def _write(self, number: int) -> None:
        os.write(self._in, number.to_bytes(_SIZE))


def _batches(work: Callable[[Item], Result], items: Sequence[Item],
             turns: Turns) -> Iterator[list[Result]]:
    """A worker's results. It takes a batch whenever it is free, so that none ends long before."""
    while batch := items[(start := turns.take() * BATCH):start + BATCH]:
        yield [work(item) for item in batch]
