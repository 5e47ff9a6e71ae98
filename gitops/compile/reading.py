"""An estate's declarations, read and checked in a process of their own while templates are made
ready.

The two need different modules and share nothing, so both processors are busy from the start. A
few tenants come ahead of the others: with them the templates can be rehearsed, and what a first
rendering costs is paid while the rest is still being read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gitops.declarations.loaded import Declared
from gitops.foundation.processes import beside
from gitops.model.estate import Estate
from gitops.model.tenant import Tenant

FEW = 8
"""Tenants to rehearse with: enough to meet the usual shapes, few enough to cost nothing."""
AT_ONCE = 100
"""Tenants in one message: few, so that one is read while the next is being written."""


class Reading(Struct, frozen=True):
    """What the other process sends: the files, the estate with a few tenants, all the tenants
    as they are read, and then everything else that is declared, and what is wrong."""

    files: Mapping[str, bytes]
    messages: Iterator[Any]

    def few(self) -> Estate:
        """The estate with a few of its tenants, whatever mistakes are in it."""
        estate: Estate = next(self.messages)
        return estate

    def all(self) -> Declared:
        """Everything that was read, and is wrong."""
        tenants: dict[str, Tenant] = {}
        while isinstance(message := next(self.messages), (bytes, dict)):
            tenants |= unpacked(message)
        declared: Declared = message
        return replace(declared, estate=replace(declared.estate, tenants=tenants))


def packed(tenants: dict[str, Tenant]) -> bytes | dict[str, Tenant]:
    """Tenants as a message: in a fifth of the time that pickling them takes, where it can be.

    A Profile's plugin may hold what has no place in it, such as a number of a hundred digits.
    """
    try:
        return msgspec.msgpack.encode(tenants)
    except (OverflowError, ValueError, TypeError):
        return tenants


def unpacked(message: bytes | dict[str, Tenant]) -> dict[str, Tenant]:
    """The tenants of a message."""
    return message if isinstance(message, dict) else _decoder().decode(message)


@cache
def _decoder() -> msgspec.msgpack.Decoder[dict[str, Tenant]]:
    return msgspec.msgpack.Decoder(dict[str, Tenant])


@contextmanager
def reading(root: str, begun: Iterator[Any] | None = None) -> Iterator[Reading]:
    """Begin to read the estate in a folder; ``begun`` are the messages of who has begun.

    Raises:
        Refused: files that cannot be read. UsageError: there is no estate.
    """
    if begun is not None:
        yield Reading(next(begun), begun)
        return
    with beside(lambda: messages(root)) as sent:
        yield Reading(next(sent), sent)


def messages(root: str) -> Iterator[Any]:
    """What the process that reads sends, in the order that :class:`Reading` takes it."""
    from gitops.declarations.source import read_estate

    files = read_estate(root)
    yield files
    from gitops.declarations.load import Loading

    loading = Loading(files)
    yield loading.with_some(FEW)
    tenants = loading.tenants()
    while some := dict(islice(tenants, AT_ONCE)):
        yield packed(some)
    from gitops.compile.declared import checked

    read = checked(loading.done(), files)
    yield replace(read, estate=replace(read.estate, tenants={}))
