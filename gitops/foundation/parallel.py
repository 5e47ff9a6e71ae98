"""The same work over many items, in forked processes where there are enough of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from gitops.foundation.processes import Child, may_fork, processors

Item = TypeVar("Item")
Result = TypeVar("Result")
WORTH_FORKING = 300
"""Items below which starting processes costs more than it saves (measured)."""
BATCH = 32


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
    try:
        for number in range(workers):
            child = Child(partial(_batches, work, items[number::workers]))
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
        gc.unfreeze()


def _batches(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[list[Result]]:
    batch: list[Result] = []
    for item in items:
        batch.append(work(item))
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
