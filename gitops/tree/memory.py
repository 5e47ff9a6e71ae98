"""Whether anything changed since the last render, answered without reading any file.

After a commit, ``.gitops/memory`` keeps a digest of the inputs as they were signed
before they were read, one of the output as it was signed afterwards, and what the caller
wants to say again. A memory that is missing, broken or not ours is none, never an error;
so is one that cannot be written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from gitops.tree.area import OWN_FOLDER, filesystem_time
from gitops.tree.changes import Changes
from gitops.tree.signature import PATIENCE, Entry, digest, digest_of_lines, entries, sign
from gitops.tree.store import load, store

_TITLE = "gitops memory 1"


class Signer(Protocol):
    """Who signs the inputs: before anything of them is read, and again when all of it was."""

    def signed(self) -> str | None:
        """Their digest; None when they cannot be vouched for."""

    def signed_again(self) -> str | None:
        """The same, later."""


class Signing:
    """A signer that does it when it is asked."""

    __slots__ = ("_paths", "_root")

    def __init__(self, root: str, paths: tuple[str, ...]) -> None:
        self._root = root
        self._paths = paths

    def signed(self) -> str | None:
        """See :class:`Signer`."""
        return sign(self._root, self._paths)

    signed_again = signed


class Memory(Struct, frozen=True, eq=False):
    """The inputs of a render, as they were before it read them.

    ``signed`` is their digest; None when they cannot be vouched for: then nothing is
    remembered.
    """

    estate: str
    output: str
    key: str
    signed: str | None
    signer: Signer

    @classmethod
    def of(
        cls, estate: Path, inputs: Iterable[str | Path], key: str, output: str = "rendered",
        signer: Signer | None = None,
    ) -> Memory:
        """Sign the inputs. Make it before anything is read, or a change may be missed.

        Args:
            estate: the folder that holds the declarations.
            inputs: files and folders that the render depends on, relative to the estate
                or absolute; they may be missing.
            key: whatever else the render depends on: options, versions.
            output: the rendered folder.
            signer: who signs the inputs in the place of this process, if anybody does.
        """
        root, paths = os.path.abspath(estate), tuple(os.fspath(path) for path in inputs)
        signer = signer or Signing(root, paths)
        return cls(root, output, key, signer.signed(), signer)

    def unchanged(self) -> dict[str, object] | None:
        """What was saved with the last render, when inputs and output are as they were then."""
        text = load(self._place, _TITLE)
        signed, _, rest = (text or "").partition("\n")
        if self.signed is None or signed != self._mark:
            return None
        output, _, payload = rest.partition("\n")
        return _object(payload) if output == self._output_digest() else None

    def save(self, payload: Mapping[str, object], changes: Changes) -> bool:
        """Remember a render and what to say of it; False when that would not be safe.

        It is not when inputs or output were touched by others during the render. Waits
        for the file system's clock to tick (milliseconds; up to two seconds where the
        clock is that coarse), so that no later change can look like this state.

        Args:
            payload: what :meth:`unchanged` shall return; plain JSON values.
            changes: what the commit said.
        """
        import json

        tick = _next_tick(f"{self.estate}/{OWN_FOLDER}")
        output = self._written_digest(changes, tick) if tick else None
        if output is None or self.signed is None or self.signed != self._signed_again():
            return False
        return store(self._place, _TITLE, "\n".join([self._mark, output, json.dumps(payload)]))

    @property
    def _mark(self) -> str:
        """What the render depended on, in one line."""
        return digest((), str(self.signed), self.output, self.key)

    @property
    def _place(self) -> str:
        return f"{self.estate}/{OWN_FOLDER}/memory"

    def _output_entries(self) -> list[Entry] | None:
        try:
            return entries(self.estate, [self.output], follow=False)
        except OSError:
            return None

    def _written_digest(self, changes: Changes, tick: int) -> str | None:
        """The output's digest as the commit left it; None where others have touched it.

        Where the commit made all of it, what was written is known, and whatever else is
        found there later is another output.
        """
        if changes.whole:
            root = f"{self.estate}/{self.output}"
            return digest_of_lines({f"{root}/{path}": status
                                    for path, status in changes.whole.items()})
        found = self._output_entries()
        if found is None or not self._ours(found, changes, tick):
            return None
        return digest(found)

    def _output_digest(self) -> str | None:
        found = self._output_entries()
        return None if found is None else digest(found)

    def _signed_again(self) -> str | None:
        return self.signer.signed_again()

    def _ours(self, found: list[Entry], changes: Changes, tick: int) -> bool:
        """Whether the output is as the commit left it: every file there, as far as times tell."""
        root = f"{self.estate}/{self.output}"
        fresh = {f"{root}/{path}" for path in (*changes.added, *changes.changed)}
        there = {entry[0] for entry in found}
        return there.issuperset(f"{root}/{path}" for path in changes.expected) and all(
            changed < tick
            and (written <= changes.at if place in fresh else written < changes.since)
            for place, _, written, changed, _, _ in found
        )


def _object(text: str) -> dict[str, object] | None:
    import json

    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _next_tick(folder: str) -> int | None:
    """A file system time later than anything written before this call."""
    first = filesystem_time(folder)
    end = time.monotonic() + PATIENCE
    while first and time.monotonic() < end:
        now = filesystem_time(folder)
        if now > first:
            return now
        time.sleep(0.0005)
    return None
