"""One render at a time in one estate."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def locked(folder: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the estate's lock; say so once, then wait, when another run holds it.

    A POSIX record lock: worker processes do not inherit it, so it ends with the process
    that took it even when that is killed and its workers live on. It does not exclude a
    second run inside the same process.
    """
    handle = _acquired(f"{folder}/lock", say)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquired(place: str, say: Callable[[str], None]) -> int:
    """The open lock file, locked, and still the one that others would find."""
    while True:
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            _lock(handle, say)
            if os.path.exists(place) and os.path.samestat(os.fstat(handle), os.stat(place)):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _lock(handle: int, say: Callable[[str], None]) -> None:
    import fcntl

    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
        say(f"another run (process {holder}) is writing here; waiting for it")
        fcntl.lockf(handle, fcntl.LOCK_EX)
