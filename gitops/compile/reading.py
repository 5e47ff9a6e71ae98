"""An estate's declarations, read in a process of their own while templates are made ready.

Reading them and making the templates ready need different modules and share nothing, so
both processors are busy from the start. A few tenants come ahead of the others: with them
the templates can be rehearsed, and what a first rendering costs is paid while the rest is
still being read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from gitops.foundation.processes import beside
from gitops.model.estate import Estate
from gitops.model.tenant import Tenant

if TYPE_CHECKING:
    from gitops.compile.declared import Declared

FEW = 8
"""Tenants to rehearse with: enough to meet the usual shapes, few enough to cost nothing."""
AT_ONCE = 100
"""Tenants in one message: few, so that one is read while the next is being written."""
_TENANTS = "tenants/"


class Reading(Struct, frozen=True):
    """What the other process sends: at once the files, then the rest in the order below."""

    files: Mapping[str, bytes]
    messages: Iterator[Any]

    def few(self) -> Estate:
        """The estate with a few of its tenants, whatever mistakes are in it."""
        estate: Estate = next(self.messages)
        return estate

    def all(self) -> Declared:
        """Everything that is declared."""
        declared: Declared = next(self.messages)
        tenants: dict[str, Tenant] = {}
        with _lasting():
            for some in self.messages:
                tenants |= some
        return replace(declared, estate=replace(declared.estate, tenants=tenants))


@contextmanager
def _lasting() -> Iterator[None]:
    """What is made here lives to the end: looking for cycles in it is time for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def reading(root: str) -> Iterator[Reading]:
    """Begin to read the estate in a folder.

    Raises:
        Refused: files that cannot be read. UsageError: there is no estate.
    """
    with beside(lambda: _messages(root)) as messages:
        yield Reading(next(messages), messages)


def _messages(root: str) -> Iterator[Any]:
    from gitops.declarations.source import read_estate

    files = read_estate(root)
    yield files
    from gitops.compile.declared import declared
    from gitops.declarations.load import load

    yield load(_with_few(files)).estate
    with _lasting():
        read = declared(files)
        yield replace(read, estate=replace(read.estate, tenants={}))
        tenants = iter(read.estate.tenants.items())
        while some := dict(islice(tenants, AT_ONCE)):
            yield some


def _with_few(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without most of the tenants; the few are spread over all of them."""
    tenants = [path for path in files if path.startswith(_TENANTS)]
    kept = set(tenants[::max(1, len(tenants) // FEW)][:FEW])
    return {path: data for path, data in files.items()
            if path in kept or not path.startswith(_TENANTS)}
