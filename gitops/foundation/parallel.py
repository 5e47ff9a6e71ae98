"""The same work over many items, in forked processes where there are enough of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
WORTH_FORKING = 300
"""Items below which starting processes costs more than it saves (measured)."""
BATCH = 32


def workers_for(items: int) -> int:
    """How many processes to use for so many items; 1 means this one."""
    if items < WORTH_FORKING or not hasattr(os, "fork"):
        return 1
    return min(os.cpu_count() or 1, 8)


def over(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """``work(item)`` for each item; the order of results is not that of the items.

    The workers inherit everything by fork, so ``work`` may be a closure; results are
    pickled and must be small. A worker that dies takes the whole run down.
    """
    if workers <= 1:
        yield from map(work, items)
        return
    import multiprocessing
    from multiprocessing.connection import wait

    context = multiprocessing.get_context("fork")
    gc.freeze()
    running = {}
    for number in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(work, items[number::workers], theirs),
                                  daemon=True)
        process.start()
        theirs.close()
        running[ours] = process
    try:
        while running:
            ready: Any
            for ready in wait(list(running)):
                batch = ready.recv()
                if batch is None:
                    running.pop(ready).join()
                elif isinstance(batch, BaseException):
                    raise batch
                else:
                    yield from batch
    finally:
        for process in running.values():
            process.terminate()
            process.join()
        gc.unfreeze()


def _serve(work: Callable[[Any], Any], items: Iterable[Any], out: Any) -> None:
    """A worker's life: results in batches, then None; or the exception that ended it."""
    batch = []
    try:
        for item in items:
            batch.append(work(item))
            if len(batch) == BATCH:
                out.send(batch)
                batch = []
        out.send(batch)
        out.send(None)
    except KeyboardInterrupt:
        os._exit(130)
    except Exception as error:
        out.send(error)
