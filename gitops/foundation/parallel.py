"""The same work over many items, in forked processes where there are enough of them."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
WORTH_FORKING = 300
"""Items below which starting processes costs more than it saves (measured)."""
BATCH = 32
_LENGTH = 8


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
    import select

    gc.freeze()
    running: dict[int, int] = {}
    try:
        for number in range(workers):
            handle, process = _started(work, items[number::workers])
            running[handle] = process
        while running:
            for handle in select.select(list(running), [], [])[0]:
                message = _received(handle)
                if message is None:
                    _ended(handle, running.pop(handle))
                elif isinstance(message, BaseException):
                    raise message
                else:
                    yield from message
    finally:
        for handle, process in running.items():
            os.kill(process, signal.SIGTERM)
            _ended(handle, process)
        gc.unfreeze()


def _started(work: Callable[[Any], Any], items: Iterable[Any]) -> tuple[int, int]:
    """A worker: the pipe that its results come by, and its process.

    The standard library's ``multiprocessing`` does the same; importing it costs a fiftieth
    of the time in which a thousand tenants are rendered.
    """
    ours, theirs = os.pipe()
    process = os.fork()
    if process:
        os.close(theirs)
        return ours, process
    code = 1
    try:
        _serve(work, items, theirs)
        code = 0
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)


def _ended(handle: int, process: int) -> None:
    os.close(handle)
    os.waitpid(process, 0)


def _serve(work: Callable[[Any], Any], items: Iterable[Any], out: int) -> None:
    """A worker's life: results in batches, then None; or the exception that ended it."""
    batch = []
    try:
        for item in items:
            batch.append(work(item))
            if len(batch) == BATCH:
                _send(out, batch)
                batch = []
        _send(out, batch)
        _send(out, None)
    except Exception as error:
        _send(out, error)


def _send(out: int, message: object) -> None:
    import pickle

    data = pickle.dumps(message)
    left = memoryview(len(data).to_bytes(_LENGTH) + data)
    while left:
        left = left[os.write(out, left):]


def _received(handle: int) -> Any:
    """The next message. Raises EOFError for a worker that died."""
    import pickle

    return pickle.loads(_read(handle, int.from_bytes(_read(handle, _LENGTH))))  # noqa: S301


def _read(handle: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(handle, size - len(data))
        if not part:
            raise EOFError("a worker died")
        data += part
    return data
