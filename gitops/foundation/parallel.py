"""The same work over many items, shared with forked processes where there are enough of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from gitops.foundation.processes import Child, may_fork, processors

Item = TypeVar("Item")
Result = TypeVar("Result")
WORTH_FORKING = 300
"""Items below which starting processes costs more than it saves (measured)."""
BATCH = 16
_SIZE = 8
_MOST = 4096
"""Numbers that any pipe holds."""


def workers_for(items: int) -> int:
    """How many processes to use for so many items; 1 means this one."""
    if items < WORTH_FORKING or not may_fork():
        return 1
    return min(processors(), 8)


def over(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """``work(item)`` for each item, as :func:`over_batches` does it."""
    return over_batches(lambda some: list(map(work, some)), items, workers)


def over_batches(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item],
                 workers: int) -> Iterator[Result]:
    """``work(some)`` for some items at a time, until all are done; the order of results is not
    that of the items.

    This process is one of the workers. The others inherit everything by fork, so ``work``
    may be a closure; their results are pickled and must be small. A worker that dies takes
    the whole run down.
    """
    if workers <= 1:
        for start in range(0, len(items), BATCH):
            yield from work(items[start:start + BATCH])
        return
    children: list[Child] = []
    size = max(BATCH, -(-len(items) // _MOST))
    turns = Turns(-(-len(items) // size))
    batches = partial(_batches, work, items, size, turns)
    try:
        children += [Child(batches) for _ in range(workers - 1)]
        running = {child.handle: child for child in children}
        for batch in batches():
            yield from batch
            yield from _arrived(running, 0)
        while running:
            yield from _arrived(running, None)
    finally:
        for child in children:
            child.end()
        turns.end()


def _arrived(running: dict[int, Child], seconds: float | None) -> Iterator[Any]:
    """What has come from other processes, or comes within a time; without one, after a wait."""
    import select

    for handle in select.select(list(running), [], [], seconds)[0]:
        try:
            yield from next(running[handle])
        except StopIteration:
            running.pop(handle)


class Turns:
    """Numbers from 0, each given once, to whichever process asks.

    They wait in a pipe, from which each is taken in one step: a process may be killed at
    any moment, and the others go on.
    """

    __slots__ = ("_out",)

    def __init__(self, count: int) -> None:
        self._out, filling = os.pipe()
        os.write(filling, b"".join(number.to_bytes(_SIZE) for number in range(count)))
        os.close(filling)

    def take(self) -> int | None:
        """The next number; None where all are given."""
        taken = os.read(self._out, _SIZE)
        return int.from_bytes(taken) if taken else None

    def end(self) -> None:
        """Let go of the pipe."""
        os.close(self._out)


def _batches(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], size: int,
             turns: Turns) -> Iterator[list[Result]]:
    """A worker's results. It takes a batch whenever it is free, so that none ends long before."""
    while (turn := turns.take()) is not None:
        yield work(items[turn * size:(turn + 1) * size])
