"""Reading begun before the command line is understood.

What understands it takes as long to load as some hundred tenants take to read, so on a machine
with a second processor another process begins to read as soon as a call looks like one that will
ask for it. Nothing depends on the guess: who asks for another estate, or for none, has it read
then, or never.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gitops.cli.root import root_of
from gitops.foundation.without import without

if TYPE_CHECKING:
    from gitops.foundation.processes import Child

_READERS = ("render", "validate")
_ELSEWHERE = {"-h", "--help"}


class Ahead:
    """A process that signs the inputs of an estate, and then reads it."""

    __slots__ = ("_child", "_signed", "kept", "root")

    def __init__(self, root: str, child: Child) -> None:
        self.root = root
        self._child = child
        self._signed: list[str | None] = []
        self.kept: list[object] = []
        """What is held to the end of the program, so that nobody takes time to take it apart."""

    def signed(self) -> str | None:
        """The digest of the inputs as they were before they were read."""
        if not self._signed:
            self._signed.append(next(self._child))
        return self._signed[0]

    def signed_again(self) -> str | None:
        """The same when all of them had been read; asked after the last of the messages."""
        try:
            again: str | None = next(self._child, None)
        except EOFError:
            return None
        return again

    @property
    def messages(self) -> Iterator[Any]:
        """What :func:`gitops.compile.reading.messages` gives."""
        self.signed()
        return self._child

    def end(self) -> None:
        """Stop the process, if it has not come to its end."""
        self._child.end()


def begin(args: Sequence[str]) -> Ahead | None:
    """Begin to read for a call with these arguments, where that is worth it."""
    directory = _directory(args)
    if directory is None:
        return None
    remembers = "render" in args and "--check" not in args
    from gitops.foundation.processes import Child, may_fork

    if not may_fork():
        return None
    with without("typing_extensions"):  # msgspec asks it for what Python has since 3.11; it
        import msgspec  # noqa: F401      takes longer to load than all of msgspec
    root = root_of(directory)
    return Ahead(root, Child(lambda: _messages(root, remembers)))


def _directory(args: Sequence[str]) -> str | None:
    """The folder of a call that reads an estate; None for another, or one hard to tell."""
    directory, rest = (args[1], args[2:]) if len(args) > 1 and args[0] == "-C" else (".", args)
    if not rest or rest[0] not in _READERS or not _ELSEWHERE.isdisjoint(rest):
        return None
    return directory


def _messages(root: str, remembers: bool) -> Iterator[Any]:
    """Signatures where the call remembers what it did, and what is read between them."""
    yield _signature(root) if remembers else None
    from gitops.compile.reading import messages

    yield from messages(root)
    yield _signature(root) if remembers else None


def _signature(root: str) -> str | None:
    from gitops.declarations.inputs import watched
    from gitops.tree.signature import sign

    return sign(root, (*watched(root), PACKAGE))


PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The tool's own folder: what it makes of an estate changes with it."""
