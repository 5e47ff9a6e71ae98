"""Small text files of the tool's own, replaced whole and read with distrust."""

from __future__ import annotations

import os
from contextlib import suppress

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def load(place: str, title: str) -> str | None:
    """The text after the title line and the checksum; None when it is not whole or not ours.

    Whatever else stands there (a link, another version's file, half a file) is no memory,
    and never an error.
    """
    try:
        with open(os.open(place, _READ), "rb") as file:
            head, body = file.readline().rstrip(b"\n"), file.read()
    except OSError:
        return None
    return body.decode("utf-8", "surrogateescape") if head == _head(title, body) else None


def store(place: str, title: str, body: str) -> bool:
    """Replace a text file by this; False where that is not possible.

    Callers hold the estate's lock. The title must not hold a line break.
    """
    new, data = f"{place}.new", body.encode("utf-8", "surrogateescape")
    try:
        with suppress(FileNotFoundError):
            os.unlink(new)
        with open(os.open(new, _WRITE, 0o666), "wb") as file:
            file.writelines((_head(title, data), b"\n", data))
        os.replace(new, place)
    except OSError:
        return False
    return True


def _head(title: str, body: bytes) -> bytes:
    import zlib

    return f"{title} {zlib.crc32(body):08x}".encode("utf-8", "surrogateescape")
