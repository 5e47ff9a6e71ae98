"""The content hash of every file as it was last written: tells edited by hand from stale.

One line a file in ``.gitops/written``, with the file's status as it was, so that only what
differs is hashed again. It is a memory: it may be missing or wrong,
and then a file that was edited by hand is called stale.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress

from gitops.tree.area import OWN_FOLDER
from gitops.tree.changes import within
from gitops.tree.signature import line
from gitops.tree.store import load, store

_NAME = "written"
_TITLE = "gitops written 2"
_FIELDS = 6


def content_hash(content: bytes) -> str:
    """What :func:`written` holds of a file, beside its size: a checksum in hexadecimal.

    Nothing is safe by it: what is overwritten is decided by whole contents and headers.
    """
    return f"{zlib.crc32(content):08x}"


def written(estate: str, output: str) -> dict[str, str]:
    """Path (relative to the output) to content hash of the files last written, if known."""
    return {path: known.rpartition(" ")[2] for path, known in _lines(estate, output).items()}


def signed(digest: str, info: os.stat_result) -> str:
    """A file's status, as :func:`gitops.tree.signature.line` has it, and its hash, in one line."""
    return f"{line(info)} {digest}"


def remember(estate: str, output: str, expected: Iterable[str], scope: tuple[str, ...],
             staged: Mapping[str, str]) -> None:
    """Note what stands on disk now, just written or found the same, at the expected paths.

    ``staged`` are the signed lines of the files just written; others are read where their
    notes no longer fit. Files outside the scope keep their notes. Where it cannot be
    written it is not.
    """
    before = _lines(estate, output)
    root = f"{estate}/{output}"
    now = {path: known for path, known in before.items() if not within(path, scope)}
    for path in expected:
        if path in staged:
            now[path] = staged[path]
            continue
        with suppress(FileNotFoundError):
            now[path] = _line(f"{root}/{path}", before.get(path, ""))
    if now != before:
        text = "".join([f"{now[path]} {path}\n" for path in sorted(now)])
        store(f"{estate}/{OWN_FOLDER}/{_NAME}", f"{_TITLE} {output}", text)


def _line(place: str, before: str) -> str:
    """A file's signed line; the hash is kept when size, time and inode are as they were."""
    info = os.lstat(place)
    if before:
        size, changed, _, inode, *_ = before.split(" ")
        if (int(size), int(changed), int(inode)) == (info.st_size, info.st_mtime_ns, info.st_ino):
            return before
    with open(place, "rb", buffering=0) as file:
        return signed(content_hash(file.read()), info)


def _lines(estate: str, output: str) -> Mapping[str, str]:
    text = load(f"{estate}/{OWN_FOLDER}/{_NAME}", f"{_TITLE} {output}")
    if text is None:
        return {}
    rows = (row.split(" ", _FIELDS) for row in text.split("\n"))
    return {row[_FIELDS]: " ".join(row[:_FIELDS]) for row in rows if len(row) > _FIELDS}
