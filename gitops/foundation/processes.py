"""Forked processes that inherit everything and send back what they make, message by message.

The standard library's ``multiprocessing`` does the same; importing it costs a fiftieth of
the time in which a thousand tenants are rendered.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_LENGTH = 8
_ROOM = 1 << 20


class Child:
    """A process forked here, as an iterator over the messages that it makes.

    ``next`` waits for the next one. It raises EOFError where the child died, and whatever
    exception ended the child's work.
    """

    __slots__ = ("_ended", "_process", "handle")

    def __init__(self, messages: Callable[[], Iterable[object]]) -> None:
        _see_off()
        self._ended = False
        self.handle, theirs = os.pipe()
        self._process = os.fork()
        if self._process:
            os.close(theirs)
            _widen(self.handle)
            return
        code = 1
        try:
            _serve(messages, theirs)
            code = 0
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)

    def __iter__(self) -> Child:
        return self

    def __next__(self) -> Any:
        import pickle

        size = int.from_bytes(_read(self.handle, _LENGTH))
        if not size:
            self._ended = True
            raise StopIteration
        message = pickle.loads(_read(self.handle, size))  # noqa: S301
        if isinstance(message, BaseException):
            raise message
        return message

    def end(self) -> None:
        """Stop the child and wait until it is gone.

        One that has said all that it has to say is not waited for: it is gone in a moment, and
        does nothing until then.
        """
        os.close(self.handle)
        if self._ended:
            LEAVING.append(self._process)
            return
        os.kill(self._process, signal.SIGTERM)
        os.waitpid(self._process, 0)


LEAVING: list[int] = []
"""Children on their way out, whose ends the system keeps until somebody asks for them."""


def _see_off() -> None:
    """Ask for the ends of those who are gone by now."""
    LEAVING[:] = [child for child in LEAVING if not os.waitpid(child, os.WNOHANG)[0]]


def _widen(handle: int) -> None:
    """Let a pipe hold a megabyte, where the system lets it, so that nobody waits for the other."""
    import fcntl

    with suppress(AttributeError, OSError):
        fcntl.fcntl(handle, fcntl.F_SETPIPE_SZ, _ROOM)


def may_fork() -> bool:
    """Whether a second process can be forked, and has a processor to run on."""
    return hasattr(os, "fork") and processors() > 1


def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _serve(messages: Callable[[], Iterable[object]], out: int) -> None:
    """A child's life: its messages, then an empty one; or the exception that ended it."""
    try:
        for message in messages():
            _send(out, _packed(message))
        _send(out, b"")
    except Exception as error:
        _send(out, _packed(error))


def _packed(message: object) -> bytes:
    import pickle

    return pickle.dumps(message, pickle.HIGHEST_PROTOCOL)


def _send(out: int, data: bytes) -> None:
    left = memoryview(len(data).to_bytes(_LENGTH) + data)
    while left:
        left = left[os.write(out, left):]


def _read(handle: int, size: int) -> bytearray:
    data = bytearray(size)
    left = memoryview(data)
    while left:
        count = os.readv(handle, [left])
        if not count:
            raise EOFError("a worker died")
        left = left[count:]
    return data


@contextmanager
def beside(messages: Callable[[], Iterator[Any]]) -> Iterator[Iterator[Any]]:
    """The messages of a generator that runs in a process of its own, from now on.

    Without a second processor it runs here, when the first message is asked for.
    """
    if not may_fork():
        yield messages()
        return
    child = Child(messages)
    try:
        yield child
    finally:
        child.end()
